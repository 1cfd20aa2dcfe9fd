import Foundation
import Testing

@testable import NotificationPipeline

private func accepts(_ text: String) -> Bool { accepts(Array(text.utf8)) }

private func accepts(_ bytes: [UInt8]) -> Bool { (try? JSON.check(bytes.span)) != nil }

@Suite struct JSONTests {
    @Test func numbersFollowTheGrammar() {
        for good in ["0", "-0", "12", "-1.5", "1e9", "1E+9", "0.0e-0", "18446744073709551616"] {
            #expect(accepts(good), "\(good)")
        }
        for bad in ["", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x1", "1_0", "NaN", "1 2"] {
            #expect(!accepts(bad), "\(bad)")
        }
    }

    @Test func stringsAreUTF8WithoutControlCharacters() {
        #expect(accepts("\"é😀\\u00e9\\ud83d\\ude00\\/\""))
        for bad: [UInt8] in [
            [0x22, 0x1f, 0x22], [0x22, 0x0a, 0x22], [0x22, 0x80, 0x22], [0x22, 0xc0, 0xaf, 0x22],
            [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xe2, 0x82, 0x22],
            [0x22, 0xe0, 0x80, 0xaf, 0x22], [0x22, 0xff, 0x22],
        ] { #expect(!accepts(bad), "\(bad)") }
    }

    @Test func surrogatesComeInPairs() {
        for bad in [
            "\\ud800", "\\udc00", "\\ud800x", "\\ud800\\n", "\\ud800\\ud800", "\\ud800\\u0041",
            "\\ud80", "\\u12g4", "\\x", "\\",
        ] { #expect(!accepts("\"\(bad)\""), "\(bad)") }
    }

    @Test func depthIsBoundedExactly() {
        let open = String(repeating: "[", count: 64)
        let close = String(repeating: "]", count: 64)
        #expect(accepts(open + close))
        #expect(!accepts("[" + open + close + "]"))
        #expect(!accepts(String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65)))
    }

    @Test func bracketsMatchTheirKind() {
        for bad in ["[}", "{]", "{\"a\":1]", "[1}", "[1,]", "{\"a\":1,}", "{,}", "[,]", "{\"a\"}", "{1:2}", "[1 2]"] {
            #expect(!accepts(bad), "\(bad)")
        }
    }

    @Test func unsignedIntegersNeverPassThroughDouble() {
        func unsigned(_ text: String) -> UInt64? {
            let bytes = Array(text.utf8)
            return JSON.unsigned(JSON.root(of: bytes.span), in: bytes.span)
        }
        #expect(unsigned("18446744073709551615") == .max)
        #expect(unsigned("9007199254740993") == 9_007_199_254_740_993)
        #expect(unsigned("0") == 0)
        for bad in ["18446744073709551616", "99999999999999999999", "-0", "-1", "1.0", "1e3", "true", "\"1\"", "null"] {
            #expect(unsigned(bad) == nil, "\(bad)")
        }
    }

    @Test func membersAreFoundByTheirUnescapedName() throws {
        let text = Array("{\"x\":{\"type\":1},\"t\\u0079pe\":[\"}\"],\"b\":2}".utf8)
        let root = JSON.root(of: text.span)
        let type = try JSON.member("type", of: root, in: text.span)
        #expect(type?.kind == .array)
        #expect(try JSON.member("typ", of: root, in: text.span) == nil)
        #expect(try JSON.member("b", of: try #require(type), in: text.span) == nil)
    }

    @Test func aNameThatStandsTwiceIsRefusedHoweverItIsSpelled() {
        for text in ["{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"a\":{},\"b\":0,\"a\":null}"] {
            let bytes = Array(text.utf8)
            #expect(throws: DuplicateKey.self) {
                try JSON.member("a", of: JSON.root(of: bytes.span), in: bytes.span)
            }
        }
    }

    @Test func unescapingGivesWhatFoundationGives() throws {
        var generator = SplitMix64(seed: 3)
        let parts = ["a", "\\n", "\\\"", "\\\\", "\\/", "\\u0000", "\\u007f", "\\u0080", "\\u07ff", "\\u0800",
            "\\uffff", "\\ud800\\udc00", "\\udbff\\udfff", "é", "😀", "\\b\\f\\r\\t"]
        for _ in 0..<500 {
            let text = "\"" + (0..<6).map { _ in parts.randomElement(using: &generator)! }.joined() + "\""
            let expected = try JSONDecoder().decode(String.self, from: Data(text.utf8))
            let bytes = Array(text.utf8)
            var buffer = ByteBuffer(capacity: 200)
            #expect(JSON.unescape(JSON.root(of: bytes.span), in: bytes.span, into: &buffer))
            #expect(buffer.withBytes { String(utf8: $0) } == expected)
        }
    }

    @Test func aStringThatDoesNotFitIsRefusedWhole() {
        let bytes = Array("\"123456789\"".utf8)
        var small = ByteBuffer(capacity: 8)
        #expect(!JSON.unescape(JSON.root(of: bytes.span), in: bytes.span, into: &small))
        let long = Array(("\"" + String(repeating: "a", count: 129) + "\"").utf8)
        #expect(JSON.text(JSON.root(of: long.span), in: long.span) == nil)
    }

    @Test func walkingVisitsEveryElement() {
        let bytes = Array(" [ 1 , \"a,]\" , [ ] , { } ] ".utf8)
        var elements = JSONElements(of: JSON.root(of: bytes.span))
        var kinds: [JSONValue.Kind] = []
        while let element = elements.next(in: bytes.span) { kinds.append(element.kind) }
        #expect(kinds == [.number, .string, .array, .object])
    }
}

@Suite struct FieldDecodingTests {
    private func hex(_ text: String) -> [UInt8]? {
        let bytes = Array("\"\(text)\"".utf8)
        var buffer = ByteBuffer(capacity: 100)
        guard Hex.decode(JSON.root(of: bytes.span), in: bytes.span, into: &buffer) != nil else { return nil }
        return buffer.withBytes { span in span.indices.map { span[$0] } }
    }

    private func base64(_ text: String) -> [UInt8]? {
        let bytes = Array("\"\(text)\"".utf8)
        var buffer = ByteBuffer(capacity: 100)
        guard Base64.decode(JSON.root(of: bytes.span), in: bytes.span, into: &buffer) != nil else { return nil }
        return buffer.withBytes { span in span.indices.map { span[$0] } }
    }

    @Test func hexIsPairsOfDigitsInEitherCase() {
        #expect(hex("00ffAb") == [0, 255, 0xab])
        #expect(hex("") == [])
        for bad in ["f", "fff", "zz", "0x00", "00 11", "+f-0", "11zz", "00\\n", "é0"] { #expect(hex(bad) == nil, "\(bad)") }
    }

    @Test func base64IsStandardPaddedAndCanonical() {
        #expect(base64("aGVsbG8=") == Array("hello".utf8))
        #expect(base64("+\\/8=") == [0xfb, 0xff])
        #expect(base64("") == [])
        for bad in ["aGVsbG8", "aGVsbG8==", "aGVsbG9=", "aGVs bG8=", "-_8=", "=", "====", "a===", "aGVsbG8=aGVs", "aGVsbG8=\\n", "QQ=A"] {
            #expect(base64(bad) == nil, "\(bad)")
        }
    }

    @Test func base64AgreesWithFoundationOnEverythingCanonical() {
        var generator = SplitMix64(seed: 5)
        for length in 0...60 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(base64(Data(bytes).base64EncodedString()) == bytes)
        }
    }
}
