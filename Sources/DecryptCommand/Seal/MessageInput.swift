import CommandSupport
import Glibc
import NotificationPipeline
import Sealing
import SecretMemory

/// The message to be sealed, from standard input straight into guarded memory.
enum MessageInput {
    /// Everything up to the end, less one newline. Throws `SealingError` when there is nothing, or
    /// more than any format carries.
    static func read() throws -> SecretBytes {
        if isatty(STDIN_FILENO) == 1 {
            System.write("message, then Enter and Ctrl-D: ", to: STDERR_FILENO)
        }
        var collected = SecretBytes(count: SealingLimits.messageBytesMax + 1)
        var count = 0
        while true {
            guard count < collected.count else { throw SealingError.messageTooLarge }
            let got = collected.withMutableBytes { space in
                System.read(STDIN_FILENO, into: &space, count..<space.count)
            }
            guard let got else {
                throw Failure(
                    "standard input cannot be read: \(System.message(errno))",
                    status: .fileUnreadable)
            }
            guard got > 0 else { break }
            count += got
        }
        let isTerminated =
            count > 0 && collected.withBytes { bytes in bytes[count - 1] == UInt8(ascii: "\n") }
        if isTerminated { count -= 1 }
        guard count > 0 else { throw SealingError.messageEmpty }
        return collected.withBytes { bytes in SecretBytes(copying: bytes.extracting(..<count)) }
    }
}

/// Hexadecimal digits that are a secret, from a descriptor.
enum SecretHex {
    /// Exactly `count` bytes, with ASCII white space around their digits.
    static func read(from descriptor: Int32, count: Int) throws -> SecretBytes {
        var secret = SecretBytes(count: count)
        let isRead = try SecretInput.all(from: descriptor)?.withBytes { text in
            var (start, end) = (0, text.count)
            while start < end, isSpace(text[start]) { start += 1 }
            while end > start, isSpace(text[end - 1]) { end -= 1 }
            guard end - start == 2 * count else { return false }
            var known: UInt16 = 0xff
            secret.withMutableBytes { target in
                for index in 0..<count {
                    let high = value(text[start + 2 * index])
                    let low = value(text[start + 2 * index + 1])
                    known &= high.known & low.known
                    target[index] = UInt8(truncatingIfNeeded: high.digit << 4 | low.digit)
                }
            }
            return known == 0xff
        }
        guard isRead == true else {
            throw Failure(
                "descriptor \(descriptor) does not hold \(2 * count) hex digits",
                hint: "… \(descriptor)< secret.hex", status: .usage)
        }
        return secret
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0d)
    }

    /// The value of a digit, and 0xff in `known` if it is one, in the same time for each byte.
    private static func value(_ byte: UInt8) -> (digit: UInt16, known: UInt16) {
        let number = UInt16(byte) ^ 48
        let isNumber = (number &- 10) >> 8
        let letter = (UInt16(byte) & ~32) &- 55
        let isLetter = ((letter &- 10) ^ (letter &- 16)) >> 8
        return ((isNumber & number | isLetter & letter) & 15, (isNumber | isLetter) & 0xff)
    }
}

/// Bytes that are no secret, as people write them in arguments.
enum PlainDigits {
    /// Pairs of hexadecimal digits in either case.
    static func hex(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { byte in
            Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
        }
        guard digits.count > 0, digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Base64 for URLs, without padding.
    static func base64URL(_ text: String) -> [UInt8]? {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for character in text.utf8 {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(digit)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
                bits &= 1 << count - 1
            }
        }
        return count < 6 && bits == 0 ? bytes : nil
    }
}
