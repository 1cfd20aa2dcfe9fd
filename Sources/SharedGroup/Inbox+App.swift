public import NotificationPipeline
internal import SecureFiles

/// The app's side of the inbox: looking at what waits, and taking it.
///
/// Unlike the writing side this allocates; the app has the room.
public struct InboxReader: ~Copyable {
    private let new: SecureDirectory
    private let taken: SecureDirectory

    /// A record as it lies there.
    public struct Entry: Equatable, Sendable {
        /// The file's name, 32 hex digits.
        public let identity: String
        /// Unix seconds; the order entries come in.
        public let receivedAt: UInt64
        /// The record's JSON, without the newline.
        public let json: String
    }

    /// Opens the inbox of a group directory, or answers nil when there is none yet.
    public static func open(groupDirectory path: String) throws(StoreError) -> InboxReader? {
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: false)
            let inbox = try group.openSubdirectory("inbox", creating: false)
            return InboxReader(
                new: try inbox.openSubdirectory("new", creating: false),
                taken: try inbox.openSubdirectory("cur", creating: false))
        } catch {
            if error == .notFound { return nil }
            throw StoreError(error)
        }
    }

    private init(new: consuming SecureDirectory, taken: consuming SecureDirectory) {
        self.new = new
        self.taken = taken
    }

    /// Every waiting record, oldest first, and how many files could not be read as one.
    public borrowing func list() throws(StoreError) -> (entries: [Entry], unreadable: Int) {
        var names: [FileName] = []
        do {
            _ = try new.forEachName(max: GroupLimits.recordsMax) { name in
                names.append(name)
                return true
            }
        } catch { throw StoreError(error) }
        var memory = [UInt8](repeating: 0, count: GroupLimits.recordBytesMax)
        let entries = names.compactMap { name in try? read(name, in: new, through: &memory) }
        let sorted = entries.sorted { one, other in
            (one.receivedAt, one.identity) < (other.receivedAt, other.identity)
        }
        return (sorted, names.count - entries.count)
    }

    /// Takes a record out of the inbox; false when another process took it first. It is remembered
    /// as taken, so that the same push delivered again makes no new record.
    public borrowing func take(_ identity: String) throws(StoreError) -> Bool {
        guard let text = BoundedText(identity), let name = text.withBytes({ FileName($0) }) else {
            return false
        }
        do throws(FileError) {
            try new.rename(name, to: name, in: taken)
            try taken.synchronize()
            try new.synchronize()
            return true
        } catch {
            if error == .notFound { return false }
            throw StoreError(error)
        }
    }

    /// Forgets what was taken more than `GroupLimits.takenSecondsMax` before `now`, and what is no
    /// record at all.
    public borrowing func forgetTaken(now: UInt64) {
        var memory = [UInt8](repeating: 0, count: GroupLimits.recordBytesMax)
        _ = try? taken.forEachName(max: GroupLimits.recordsMax) { name in
            if isForgettable(name, now: now, &memory) { try? taken.unlink(name) }
            return true
        }
    }

    private borrowing func isForgettable(
        _ name: FileName, now: UInt64, _ memory: inout [UInt8]
    ) -> Bool {
        do throws(FileError) {
            guard let entry = try read(name, in: taken, through: &memory) else { return true }
            let age = now.subtractingReportingOverflow(entry.receivedAt)
            return !age.overflow && age.partialValue > GroupLimits.takenSecondsMax
        } catch {
            switch error {
            case .notOurs, .symbolicLink, .wrongKind, .tooLarge: return true
            // What the system cannot read now is a record all the same.
            case .notFound, .notPermitted, .noSpace, .io: return false
            }
        }
    }

    /// Reads one record; nil when the file is not what `Record.write` makes.
    private borrowing func read(
        _ name: FileName, in directory: borrowing SecureDirectory, through memory: inout [UInt8]
    ) throws(FileError) -> Entry? {
        let length = try length(of: name, in: directory, &memory)
        guard let receivedAt = InboxReader.receivedAt(memory.span.extracting(0..<length))
        else { return nil }
        let identity = name.withBytes { bytes in String(utf8: bytes) }
        // By bytes: behind a carriage return a line feed is no character of its own.
        var count = 0
        for index in 0..<length where memory[index] != UInt8(ascii: "\n") {
            memory[count] = memory[index]
            count += 1
        }
        let line = String(utf8: memory.span.extracting(0..<count))
        return Entry(identity: identity, receivedAt: receivedAt, json: line)
    }

    /// Reads a file to the front of `memory`.
    private borrowing func length(
        of name: FileName, in directory: borrowing SecureDirectory, _ memory: inout [UInt8]
    ) throws(FileError) -> Int {
        var span = memory.mutableSpan
        return try directory.read(name, into: &span)
    }

    /// When a record arrived; nil when the text is none.
    private static func receivedAt(_ text: Span<UInt8>) -> UInt64? {
        guard (try? JSON.check(text)) != nil,
            let value = try? JSON.member("receivedAt", of: JSON.root(of: text), in: text)
        else { return nil }
        return JSON.unsigned(value, in: text)
    }
}
