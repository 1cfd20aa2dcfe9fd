import Testing

@testable import NotificationPipeline

@Suite struct Z85Tests {
    /// Written from the alphabet alone: a number's digits, the highest first.
    private static let digits = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#")

    private func encode(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            let group = bytes[start..<min(start + 4, bytes.count)]
            var number = group.reduce(0) { $0 * 256 + Int($1) }
            var text = ""
            for _ in 0...group.count {
                text = "\(Self.digits[number % 85])" + text
                number /= 85
            }
            return text
        }.joined()
    }

    private func decode(_ text: String, capacity: Int = 400) -> [UInt8]? {
        let json = Array("\"\(text)\"".utf8)
        return decode(json: json, capacity: capacity)
    }

    private func decode(json: [UInt8], capacity: Int = 400) -> [UInt8]? {
        var buffer = ByteBuffer(capacity: capacity)
        _ = buffer.append(7)
        guard let range = Z85.decode(JSON.root(of: json.span), in: json.span, into: &buffer)
        else { return nil }
        #expect(range.lowerBound == 1 && range.upperBound == buffer.count)
        return buffer.withBytes(in: range) { bytes in bytes.indices.map { bytes[$0] } }
    }

    @Test func thePublishedTextDecodes() {
        // ZeroMQ RFC 32.
        #expect(decode("HelloWorld") == hex("864fd26fb559f75b"))
    }

    @Test func aPushOfMastodonsRelayDecodes() {
        let salt = hex("96781aadbc8a7cca22f59ef9c585e692")
        #expect(decode("MuTsIYO.9Vbk4M6-F9Dq") == salt)
        let ciphertext = hex("ea7a80414304f2136ac39277925f1ca55549ca55ca62a64e7ac7991bc52e78aa40")
        #expect(decode("(uW$DlJ(@[yqViUL3Yi9ry$tk+3}kyDDhA)-v=zn0:") == ciphertext)
        let key = hex(
            """
            04da110db6fce091a6f20e59e42171bab4aab17589d7522d7d71166152c4f3963b
            0989038d7b0811ce1aab161a4351bc06a917089e833e90eb5ad7568ff9ae8075
            """)
        let text =
            "1LKB%W/26CRT+j1<rnJOW5QxNIpUSSEq{3hqPef)i%*-CJE7{y=kJ-08BExm2b@yAO}xj*(SR[vKnk@e1w"
        #expect(decode(text) == key)
    }

    @Test func everyLengthComesBack() {
        var random = SplitMix64(seed: 85)
        for length in 0..<70 {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            #expect(decode(encode(bytes)) == bytes)
            #expect(decode(encode(.zeros(length))) == .zeros(length))
            let highest = [UInt8](repeating: 0xff, count: length)
            #expect(decode(encode(highest)) == highest)
        }
    }

    @Test func aGroupAboveItsBytesIsRefused() {
        #expect(decode("%nSc0") == [0xff, 0xff, 0xff, 0xff])
        for text in ["#####", "%nSc1", "%nSd0", "HelloHello#####", "0000000000#####00"] {
            #expect(decode(text) == nil, "\(text)")
        }
    }

    @Test func aTailAboveItsBytesIsRefused() {
        for count in 1...3 {
            let highest = encode([UInt8](repeating: 0xff, count: count))
            #expect(decode(highest) != nil)
            let last = Self.digits.firstIndex(of: highest.last!)! + 1
            #expect(decode(highest.dropLast() + "\(Self.digits[last])") == nil)
            #expect(decode(String(repeating: "#", count: count + 1)) == nil)
            #expect(decode("Hello" + String(repeating: "#", count: count + 1)) == nil)
        }
    }

    @Test func aSingleDigitAtTheEndIsRefused() {
        for text in ["0", "#", "Hello0", "HelloWorld0"] { #expect(decode(text) == nil) }
    }

    @Test func anyOtherCharacterIsRefused() {
        for byte in UInt8(0x20)..<0x7f where byte != UInt8(ascii: "\"") && byte != 0x5c {
            let character = Character(UnicodeScalar(byte))
            let isDigit = Self.digits.contains(character)
            #expect((decode("Hel\(character)o") != nil) == isDigit, "\(character)")
            #expect((decode("0\(character)") != nil) == isDigit)
        }
        for text in ["Hel\\\"o", "Hel\\\\o", "Hel\\no", "Hel\\u0000o", "Helé", "He lo"] {
            #expect(decode(text) == nil)
        }
    }

    @Test func aDigitMayBeEscaped() {
        #expect(decode("\\u0048ello\\/orld") == decode("Hello/orld"))
        #expect(decode("\\u0048ello") == hex("864fd26f"))
    }

    @Test func whatDoesNotFitOrIsNoStringIsRefused() {
        #expect(decode("Hello", capacity: 6) == hex("864fd26f"))
        #expect(decode("Hello", capacity: 5) == nil)
        for text in ["12345", "null", "{}"] { #expect(decode(json: Array(text.utf8)) == nil) }
    }
}
