import Foundation
import SecureFiles

@testable import ProcessCoordination

/// A socket of the test's own, which says what it likes to one side of a group's channel.
final class Wire: @unchecked Sendable {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    private let channel: String

    init(_ group: GroupScratch) throws {
        let digits = try PresenceChannelID.find(in: try group.coordination()).digits
        channel = String(decoding: digits.indices.map { index in digits[index] }, as: UTF8.self)
    }

    deinit {
        close(descriptor)
    }

    private func withAddress<Result>(
        _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let text = Array("ntf.\(channel).\(name)".utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path[1...].copyBytes(from: text)
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + 1 + text.count)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Takes a place, as in `app.0`; whether it was free.
    func bind(_ name: String) -> Bool {
        withAddress(name) { address, length in Glibc.bind(descriptor, address, length) == 0 }
    }

    /// Whether it arrived.
    @discardableResult
    func send(_ bytes: [UInt8], to name: String) -> Bool {
        withAddress(name) { address, length in
            sendto(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT), address, length)
                == bytes.count
        }
    }

    func send(_ message: PresenceMessage, to name: String) {
        send(Self.bytes(message), to: name)
    }

    static func bytes(_ message: PresenceMessage) -> [UInt8] {
        let bytes = message.bytes
        return bytes.indices.map { index in bytes[index] }
    }

    /// Sends with a descriptor attached, as nobody here does.
    func send(_ bytes: [UInt8], attaching attached: Int32, to name: String) -> Bool {
        var control: [UInt8] = []
        withUnsafeBytes(of: UInt64(20)) { control += $0 }
        withUnsafeBytes(of: (SOL_SOCKET, Int32(1), attached, Int32(0))) { control += $0 }
        var bytes = bytes
        return withAddress(name) { address, length in
            bytes.withUnsafeMutableBytes { payload in
                control.withUnsafeMutableBytes { control in
                    var part = iovec(iov_base: payload.baseAddress, iov_len: payload.count)
                    return withUnsafeMutablePointer(to: &part) { part in
                        var header = msghdr()
                        header.msg_name = UnsafeMutableRawPointer(mutating: address)
                        header.msg_namelen = length
                        header.msg_iov = part
                        header.msg_iovlen = 1
                        header.msg_control = control.baseAddress
                        header.msg_controllen = control.count
                        return sendmsg(descriptor, &header, Int32(MSG_DONTWAIT)) >= 0
                    }
                }
            }
        }
    }

    /// What comes in within `milliseconds`; nil for nothing.
    func receive(within milliseconds: Int32) -> [UInt8]? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count >= 0 ? Array(bytes[..<count]) : nil
    }

    /// The next message of `side` within `milliseconds`.
    func message(from side: Side, within milliseconds: Int32 = 1000) -> PresenceMessage? {
        receive(within: milliseconds).flatMap { bytes in
            PresenceMessage(bytes.span, from: side)
        }
    }
}
