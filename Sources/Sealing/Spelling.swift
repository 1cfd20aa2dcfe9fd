/// How bytes are written in pushes. Nothing secret goes through here: the strings are not wiped.
public enum Spelling {
    /// Lower-case hexadecimal digits.
    public static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return text(bytes.flatMap { byte in [digits[Int(byte >> 4)], digits[Int(byte & 15)]] })
    }

    /// Base64 with padding (RFC 4648, 4).
    static func base64(_ bytes: [UInt8]) -> String {
        base64(bytes, last: "+/", isPadded: true)
    }

    /// Base64 for URLs (RFC 4648, 5), without padding unless a format writes it.
    public static func base64URL(_ bytes: [UInt8], isPadded: Bool = false) -> String {
        base64(bytes, last: "-_", isPadded: isPadded)
    }

    private static let letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    private static func base64(_ bytes: [UInt8], last: String, isPadded: Bool) -> String {
        let alphabet = Array((letters + last).utf8)
        var digits: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let number = group.reduce(0) { number, byte in number << 8 | Int(byte) }
            let bits = number << (8 * (3 - group.count))
            for index in 0...group.count { digits.append(alphabet[bits >> (18 - 6 * index) & 63]) }
            guard isPadded else { continue }
            digits.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - group.count))
        }
        return text(digits)
    }

    /// Characters of the alphabet for URLs, one a byte, whose upper bits do not count.
    static func characters(_ bytes: [UInt8]) -> String {
        let alphabet = Array((letters + "-_").utf8)
        return text(bytes.map { byte in alphabet[Int(byte & 63)] })
    }

    /// Z85 as Mastodon's relay has it: a tail of one to three bytes is a digit more than bytes.
    static func z85(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
                .utf8)
        var digits: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 4) {
            let group = bytes[start..<min(start + 4, bytes.count)]
            var number = group.reduce(0) { number, byte in number << 8 | Int(byte) }
            var tail: [UInt8] = []
            for _ in 0...group.count {
                tail.append(alphabet[number % 85])
                number /= 85
            }
            digits.append(contentsOf: tail.reversed())
        }
        return text(digits)
    }

    /// z-base-32: five bits a character, the highest first, without padding.
    static func zbase32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ybndrfg8ejkmcpqxot1uwisza345h769".utf8)
        let count = (bytes.count * 8 + 4) / 5
        return text(
            (0..<count).map { place in
                let (index, shift) = (place * 5 / 8, place * 5 % 8)
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                let pair = UInt16(bytes[index]) << 8 | UInt16(next)
                return alphabet[Int(pair >> UInt16(11 - shift) & 31)]
            })
    }

    /// A JSON string (RFC 8259, 7).
    static func quoted(_ text: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                result.append(UInt8(ascii: "\\"))
                result.append(byte)
            case 0..<0x20: result.append(contentsOf: "\\u00\(hex([byte]))".utf8)
            default: result.append(byte)
            }
        }
        return Spelling.text(result + [UInt8(ascii: "\"")])
    }

    /// Bytes that are UTF-8, all of ours being ASCII or taken from a string.
    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
