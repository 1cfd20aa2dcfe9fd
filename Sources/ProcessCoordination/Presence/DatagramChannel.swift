#if !canImport(Darwin)
internal import CLinux
internal import Glibc

/// A channel of datagram sockets in the abstract namespace of Unix sockets: names that are no files
/// and go with the process, so that nobody at a name means that nobody is there.
///
/// The names are `ntf.<channel>.app.0` to `.3`, and `.ext.` for the extension: a process takes the
/// first place that is free. Another user who learned the name may take a place too, and is not
/// listened to.
final class DatagramChannel: PresenceChannel {
    let descriptor: Int32
    private let side: Side
    private let channel: PresenceChannelID
    private let user: UInt32

    /// Takes the first free place of `side`. Throws `noPlace` when there is none, and `system`.
    init(_ channel: PresenceChannelID, side: Side) throws(PresenceError) {
        let socket = ntf_datagram_socket()
        guard socket >= 0 else { throw .system(errno: errno) }
        for place in 0..<CoordinationLimits.presencePlacesMax {
            let name = PlaceName(channel, side, place)
            // SAFETY: the name's bytes, which live through the call.
            let failed = unsafe name.bytes.span.withUnsafeBytes { bytes in
                unsafe ntf_bind_abstract(socket, bytes.baseAddress, name.count)
            }
            if failed == 0 {
                descriptor = socket
                self.side = side
                self.channel = channel
                user = getuid()
                return
            }
            let code = errno
            guard code == EADDRINUSE else {
                _ = close(socket)
                throw .system(errno: code)
            }
        }
        _ = close(socket)
        throw .noPlace
    }

    deinit {
        _ = close(descriptor)
    }

    func send(_ message: PresenceMessage, to places: PresencePlaces) -> PresenceReach {
        let bytes = message.bytes
        var reach = PresenceReach()
        for place in 0..<CoordinationLimits.presencePlacesMax {
            let bit = PresencePlaces.place(place)
            guard places.contains(bit) else { continue }
            let name = PlaceName(channel, side.other, place)
            // SAFETY: both are bytes of ours that live through the call.
            let sent = unsafe bytes.span.withUnsafeBytes { bytes in
                unsafe name.bytes.span.withUnsafeBytes { name_ in
                    unsafe ntf_send_abstract(
                        descriptor, bytes.baseAddress, bytes.count, name_.baseAddress, name.count)
                }
            }
            if sent < 0 && errno == ECONNREFUSED { continue }
            reach.there.insert(bit)
            if sent < 0 { reach.full.insert(bit) }
        }
        return reach
    }

    func receive() -> PresenceArrival {
        var bytes = PresenceMessage.Bytes(repeating: 0)
        var target = bytes.mutableSpan
        var sender = ntf_sender()
        let prefix = PlaceName(channel, side.other, nil)
        let count = unsafe target.withUnsafeMutableBytes { memory in
            unsafe prefix.bytes.span.withUnsafeBytes { name -> Int in
                for _ in 0..<CoordinationLimits.interruptionsMax {
                    // SAFETY: `memory.count` writable bytes, the name's bytes, a sender of ours.
                    let count = unsafe ntf_receive(
                        descriptor, memory.baseAddress, memory.count, name.baseAddress,
                        prefix.count, &sender)
                    if count >= 0 || errno != EINTR { return count }
                }
                return -1
            }
        }
        guard count >= 0 else { return .nothing }
        let place = Int(sender.place)
        guard sender.is_whole != 0, sender.uid == user,
            (0..<CoordinationLimits.presencePlacesMax).contains(place),
            let message = PresenceMessage(bytes.span.extracting(0..<count), from: side.other)
        else { return .garbage }
        return .message(message, place: place, pid: sender.pid)
    }
}
#endif
