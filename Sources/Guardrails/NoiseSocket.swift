internal import CommandSupport
internal import Glibc
internal import ProcessCoordination
internal import SecureFiles

/// A socket at a place of the presence channel that says what no presence would.
final class NoiseSocket {
    private let descriptor: Int32
    private let other: String
    private let channel: String

    /// Takes a place of `side`; nil when there is no channel in the group directory, or no place.
    init?(_ side: Side, place: Int, groupDirectory: String) {
        guard let channel = Self.channel(in: groupDirectory) else { return nil }
        self.channel = channel
        let names = side == .app ? ("app", "ext") : ("ext", "app")
        other = names.1
        descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let failed = unsafe PeerSocket.withAddress("ntf.\(channel).\(names.0).\(place)") {
            address, size in
            unsafe bind(descriptor, address, size)
        }
        guard failed == 0 else { return nil }
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
    }

    private static func channel(in group: String) -> String? {
        var bytes = InlineArray<64, UInt8>(repeating: 0)
        var target = bytes.mutableSpan
        guard
            let directory = try? SecureDirectory(path: "\(group)/coordination", creating: false),
            let count = try? directory.read("channel", into: &target), count == 33
        else { return nil }
        return String(decoding: (0..<32).map { index in bytes[index] }, as: UTF8.self)
    }

    /// Sends to a place of the other side; whether it arrived.
    func send(_ bytes: [UInt8], to place: Int) -> Bool {
        let sent = unsafe PeerSocket.withAddress("ntf.\(channel).\(other).\(place)") {
            address, size in
            // SAFETY: the array's own bytes.
            unsafe Int32(
                truncatingIfNeeded: sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT), address, size))
        }
        return sent == Int32(bytes.count)
    }

    /// What comes within `wait`; nil for nothing.
    func receive(within wait: Duration) -> [UInt8]? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: one entry, ours for the length of the call.
        guard unsafe poll(&entry, 1, Int32(wait / .milliseconds(1))) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 64)
        var space = bytes.mutableSpan
        guard let count = System.read(descriptor, into: &space, 0..<space.count) else { return nil }
        return Array(bytes[..<count])
    }
}
