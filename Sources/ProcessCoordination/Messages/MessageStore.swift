internal import SecureFiles
internal import Threading

/// Messages that were fetched and are not finished with, as files in `coordination/messages/`, and in
/// whose hands each is: what both processes and all their notifications go by.
///
/// A message is whole and on disk before the server is told so. Everything here happens under
/// `coordination/messages.lock`, which is held for moments, never while a server is waited for.
public final class MessageStore: Sendable {
    let clock: any CoordinationClock
    private let path: String
    private let identity: ProcessIdentity
    private let files = Mutex<MessageFiles?>(nil)

    /// - Parameter path: the group directory; made with mode 0700 when it is missing.
    public convenience init(groupDirectory path: String, clock: any CoordinationClock) {
        let identity = ProcessIdentity.current(bootID: clock.bootID)
        self.init(groupDirectory: path, clock: clock, identity: identity)
    }

    /// The same for a process that is not this one.
    init(groupDirectory path: String, clock: any CoordinationClock, identity: ProcessIdentity) {
        self.path = path
        self.clock = clock
        self.identity = identity
    }

    /// Runs `body` while no other process and no other thread changes anything here.
    func locked<Result>(
        until deadline: ClockDeadline,
        _ body: (borrowing MessageFiles) throws(MessageError) -> Result
    ) throws(MessageError) -> Result {
        try files.withLock { (files) throws(MessageError) in
            do throws(MessageError) {
                if files == nil { files = try open() }
                var lock: FileLock? = try lock(files!, until: deadline)
                defer { release(&lock) }
                return try body(files!)
            } catch {
                // What was mended in the meantime is found at the next call.
                if case .file = error { files = nil }
                throw error
            }
        }
    }

    private func lock(
        _ files: borrowing MessageFiles, until deadline: ClockDeadline
    ) throws(MessageError) -> FileLock {
        while true {
            do throws(FileError) {
                if let lock = try files.coordination.lock("messages.lock", within: .zero) {
                    return lock
                }
            } catch { throw .file(error) }
            let left = deadline.remaining(on: clock)
            guard left > .zero else { throw .deadline }
            clock.pause(for: min(left, CoordinationLimits.messagePause))
        }
    }

    private func release(_ lock: inout FileLock?) { lock = nil }

    private func open() throws(MessageError) -> MessageFiles {
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: true)
            let coordination = try group.openSubdirectory("coordination", creating: true)
            let messages = try coordination.openSubdirectory("messages", creating: true)
            return MessageFiles(
                clock: clock, identity: identity, coordination: coordination, messages: messages)
        } catch { throw .file(error) }
    }
}
