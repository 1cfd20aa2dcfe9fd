internal import SecureFiles

/// Which messages were finished with lately, and the number of the last one stored:
/// `coordination/messages.done`, changed in place under the lock of the messages.
///
/// The server may give a message once more after it was acknowledged, when an answer was under way
/// already; a message of this list is acknowledged again and handed to nobody. Magic and version 8,
/// position 8, last number 8, 8 spare, then a ring of hashes of 8 bytes; numbers are little-endian.
struct DoneMessages: ~Copyable {
    private static let magic: UInt64 = 0x01_45_4E_4F_44_46_54_4E  // "NTFDONE", version 1
    private static let headBytes = 32
    private static let size = headBytes + 8 * CoordinationLimits.messagesDoneMax

    private let file: SharedFile
    /// The file as it was read.
    private let bytes: [UInt8]

    private init(_ file: consuming SharedFile, _ bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    /// Reads the list, made where it is missing; throws `versionUnknown` where it is another one's.
    static func read(in directory: borrowing SecureDirectory) throws(MessageError) -> DoneMessages {
        let file: SharedFile
        do { file = try directory.openShared("messages.done", size: size) } catch {
            throw .file(error)
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var target = bytes.mutableSpan
        do { try file.read(at: 0, into: &target) } catch { throw .file(error) }
        let list = DoneMessages(file, bytes)
        switch list.number(at: 0) {
        case magic: break
        case 0: try list.put(magic, at: 0)
        default: throw .versionUnknown
        }
        return list
    }

    /// Whether a message was in the list when it was read.
    borrowing func contains(_ hash: UInt64) -> Bool {
        (0..<CoordinationLimits.messagesDoneMax).contains { index in
            number(at: Self.headBytes + 8 * index) == hash
        }
    }

    /// Puts a message into the list, in the place of the oldest: once for each that was read.
    borrowing func insert(_ hash: UInt64) throws(MessageError) {
        let position = number(at: 8) % UInt64(CoordinationLimits.messagesDoneMax)
        try put(hash, at: Self.headBytes + 8 * Int(position))
        try put(position + 1, at: 8)
    }

    /// A number for the next message, above all before and above `number`: once for each that was
    /// read.
    borrowing func nextNumber(above number: UInt64) throws(MessageError) -> UInt64 {
        // Names have room for 48 bits, and what stands here may be anybody's.
        let next = (max(self.number(at: 16), number) &+ 1) & 0xFFFF_FFFF_FFFF
        try put(next, at: 16)
        return next
    }

    private borrowing func number(at offset: Int) -> UInt64 {
        (0..<8).reduce(0) { number, index in
            number | UInt64(bytes[offset + index]) << UInt64(8 * index)
        }
    }

    private borrowing func put(_ number: UInt64, at offset: Int) throws(MessageError) {
        let bytes = InlineArray<8, UInt8> { index in
            UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
        }
        do { try file.write(bytes.span, at: offset) } catch { throw .file(error) }
    }
}
