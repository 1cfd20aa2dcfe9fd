import Testing

@testable import NotificationPipeline

@Suite struct Base64Tests {
    /// What a text decodes to behind two bytes that are there before, by both ways in.
    private func decode(
        _ text: String, _ spelling: Base64.Spelling = .standard, capacity: Int = 400
    ) -> [UInt8]? {
        let plain = decode(capacity) { buffer in
            Base64.decode(Array(text.utf8).span, into: &buffer, spelling)
        }
        let json = Array("\"\(text)\"".utf8)
        let quoted = decode(capacity) { buffer in
            Base64.decode(JSON.root(of: json.span), in: json.span, into: &buffer, spelling)
        }
        #expect(plain == quoted)
        return plain
    }

    private func decode(
        _ capacity: Int, _ body: (inout ByteBuffer) -> Range<Int>?
    ) -> [UInt8]? {
        var buffer = ByteBuffer(capacity: capacity)
        _ = buffer.append([7, 9].span)
        guard let range = body(&buffer) else { return nil }
        #expect(range.lowerBound == 2 && range.upperBound == buffer.count)
        let before = buffer.withBytes(in: 0..<2) { bytes in [bytes[0], bytes[1]] }
        #expect(before == [7, 9])
        return buffer.withBytes(in: range) { bytes in bytes.indices.map { bytes[$0] } }
    }

    @Test func thePublishedTextsDecode() {
        // RFC 4648, 10.
        let texts = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg=="]
        for (bytes, text) in texts {
            #expect(decode(text) == Array(bytes.utf8))
            #expect(decode(text, .standardLoose) == Array(bytes.utf8))
            #expect(decode(text, .url) == Array(bytes.utf8))
            let bare = text.filter { $0 != "=" }
            #expect(decode(bare, .standardLoose) == Array(bytes.utf8))
            #expect(decode(bare, .url) == Array(bytes.utf8))
        }
    }

    @Test func everyByteIsSpelledInItsAlphabet() {
        for byte in UInt8.min...UInt8.max {
            let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
            let text = "\(digits[Int(byte >> 2)])\(digits[Int(byte & 3) << 4])"
            let urlText = text.replacing("+", with: "-").replacing("/", with: "_")
            #expect(decode(text + "==") == [byte])
            #expect(decode(text, .standardLoose) == [byte])
            #expect(decode(urlText, .url) == [byte])
            #expect(decode(urlText + "==", .url) == [byte])
        }
    }

    @Test func aSpellingRefusesTheOtherAlphabet() {
        #expect(decode("+/+/") == [0xfb, 0xff, 0xbf])
        #expect(decode("-_-_", .url) == [0xfb, 0xff, 0xbf])
        for text in ["-_-_", "+/-_", "AAA-", "A_=="] {
            #expect(decode(text) == nil)
            #expect(decode(text, .standardLoose) == nil)
        }
        for text in ["+/+/", "+/-_", "AAA+", "A/AA"] { #expect(decode(text, .url) == nil) }
    }

    @Test func standardBase64IsPadded() {
        for text in ["Zg", "Zm8", "Zm9vYg"] { #expect(decode(text) == nil) }
    }

    @Test(arguments: [Base64.Spelling.standard, .standardLoose, .url])
    func paddingThatIsNotExactlyRightIsRefused(_ spelling: Base64.Spelling) {
        for text in [
            "Zg=", "Zg===", "Zm8==", "Zm9v=", "Zm9v==", "Zm9v====", "=", "==", "===", "====",
            "Z===", "Z=g=", "Zg==Zg==", "Zg=A", "=Zg=",
        ] {
            #expect(decode(text, spelling) == nil, "\(text)")
        }
    }

    @Test(arguments: [Base64.Spelling.standard, .standardLoose, .url])
    func aSingleCharacterAtTheEndIsRefused(_ spelling: Base64.Spelling) {
        for text in ["Z", "Zm9vZ", "A", "AAAAA"] { #expect(decode(text, spelling) == nil) }
    }

    @Test(arguments: [Base64.Spelling.standard, .standardLoose, .url])
    func bitsThatAreNotUsedAreZero(_ spelling: Base64.Spelling) {
        for text in ["Zh==", "Zm9=", "Zm9vYh==", "//==", "__=="] {
            #expect(decode(text, spelling) == nil)
            guard spelling != .standard else { continue }
            #expect(decode(String(text.filter { $0 != "=" }), spelling) == nil)
        }
    }

    @Test(arguments: [Base64.Spelling.standard, .standardLoose, .url])
    func anythingElseIsRefused(_ spelling: Base64.Spelling) {
        for text in ["Zm 9v", " Zm9v", "Zm9v ", "Zm.v", "Zm9*", "Zé9v", "\u{1}AAA"] {
            let refused = decode(Array(text.utf8), spelling)
            #expect(refused == nil, "\(text)")
        }
    }

    private func decode(_ text: [UInt8], _ spelling: Base64.Spelling) -> [UInt8]? {
        decode(400) { buffer in Base64.decode(text.span, into: &buffer, spelling) }
    }

    @Test func aTextThatDoesNotFitIsRefused() {
        #expect(decode("Zm9v", capacity: 6) == Array("foo".utf8))
        #expect(decode("Zm9v", capacity: 5) == nil)
        #expect(decode("Zm9v", .url, capacity: 5) == nil)
    }

    @Test func whatIsNoStringIsRefused() {
        for text in ["1234", "null", "{}", "[\"Zm9v\"]"] {
            let json = Array(text.utf8)
            var buffer = ByteBuffer(capacity: 64)
            let decoded = Base64.decode(JSON.root(of: json.span), in: json.span, into: &buffer)
            #expect(decoded == nil)
        }
    }
}
