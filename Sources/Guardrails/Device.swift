internal import CommandSupport
internal import Glibc
public import ProcessCoordination

/// A simulated device: a group directory, a clock that can be moved, a peer to connect to, and real
/// processes that can be killed and stopped at any moment. Everything goes with its owner.
///
/// Used by the one thread that made it.
public final class Device {
    /// Its directory; the group directory is `group` in it.
    public let directory: String
    /// Its clock.
    public let clock: ClockPage
    /// What both sides connect to.
    public let peer: Peer
    /// Drawn from for whatever a rule leaves to chance.
    public var random: Random
    private let program: DeviceProgram
    private var processes: [DeviceProcess] = []

    /// Makes a device with nothing on it.
    public init(_ program: DeviceProgram, random: Random) throws(Violation) {
        let base = System.environment("TMPDIR") ?? "/tmp"
        var template = Array("\(base)/ntf-device-XXXXXX\0".utf8CString)
        // SAFETY: a C string of ours that the call writes its last letters into.
        let made = unsafe template.withUnsafeMutableBufferPointer { text in
            unsafe mkdtemp(text.baseAddress!) != nil
        }
        guard made else { throw Violation("a directory can be made in \(base)") }
        directory = String(
            decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            clock = try ClockPage(directory: directory)
        } catch { throw Violation("the clock can be made in \(directory): \(error)") }
        peer = try Peer()
        self.random = random
        self.program = program
    }

    deinit {
        for process in processes { process.kill() }
        Tree.remove(directory)
    }

    /// The group directory.
    public var groupDirectory: String { "\(directory)/group" }

    /// Starts a process of the device. There may be several of one side, as when the system starts an
    /// extension while the former one is ending.
    public func start(_ side: Side) throws(Violation) -> DeviceProcess {
        let process = try DeviceProcess(
            program, side: side, directory: directory, peer: peer.address)
        processes.append(process)
        peer.add(process.pid)
        return process
    }

    /// Kills a process; the peer is told before, so that what is left of its connection is none.
    public func kill(_ process: DeviceProcess) {
        peer.forget(process.pid)
        process.kill()
        processes.removeAll { other in other === process }
    }

    /// Kills everything and starts the device again: another boot.
    public func reboot() {
        for process in processes { kill(process) }
        clock.reboot()
    }

    /// The device sleeps, or time just goes by.
    public func advance(by time: Duration) { clock.advance(by: time) }

    /// Throws when both sides were connected to the peer at one moment, and when a process ended that
    /// nobody killed.
    public func check() throws(Violation) {
        if let violation = peer.violation { throw violation }
        for process in processes where process.hasEndedByItself {
            throw Violation("the \(process.side.name) goes on, but it ended by itself")
        }
    }
}

/// Removing a directory and what is in it.
enum Tree {
    private static let entriesMax = 100_000

    /// Removes it as far as it can be removed; links are not followed.
    static func remove(_ path: String) {
        // SAFETY: the path is a C string; what readdir answers is read before the next call.
        guard let directory = unsafe opendir(path) else { return }
        var names: [(name: String, isDirectory: Bool)] = []
        while names.count < entriesMax, let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { text in
                unsafe String(cString: UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self))
            }
            if name == "." || name == ".." { continue }
            names.append((name, unsafe entry.pointee.d_type == UInt8(DT_DIR)))
        }
        unsafe closedir(directory)
        for (name, isDirectory) in names {
            if isDirectory {
                remove("\(path)/\(name)")
            } else {
                _ = unsafe unlink("\(path)/\(name)")
            }
        }
        _ = unsafe rmdir(path)
    }
}
