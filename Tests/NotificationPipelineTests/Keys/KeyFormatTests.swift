import NotificationPipeline
import SecretMemory
import Testing

/// What is a key of each format, and what is not.
@Suite struct KeyFormatTests {
    static let one = String(repeating: "00", count: 31) + "01"
    static let half = String(repeating: "ab", count: 16)
    /// The order of P-256 (SP 800-186, 3.2.1.3).
    static let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

    static func read(_ text: String, _ format: KeyFormat) -> Result<[UInt8], KeyTextError> {
        do throws(KeyTextError) {
            let material = try KeyText.read(Array(text.utf8).span, for: format)
            return .success(material.withBytes { bytes in bytes.indices.map { bytes[$0] } })
        } catch {
            return .failure(error)
        }
    }

    static func json(_ fields: (String, String)...) -> String {
        "{" + fields.map { #""\#($0.0)":"\#($0.1)""# }.joined(separator: ",") + "}"
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let format: KeyFormat
        let text: String
        var testDescription: String { "\(format) \(text)" }

        init(_ format: KeyFormat, _ text: String) {
            self.format = format
            self.text = text
        }
    }

    /// A text for each format, and one more where there are two ways.
    static let good: [Case] = [
        Case(.blocktank, one), Case(.blocktank, json(("secret", one))),
        Case(.webpush, json(("secret", one), ("auth", half))),
        Case(.webpush, "\n {\"auth\" : \"\(half)\" ,\n \"secret\" : \"\(one.uppercased())\" } \n"),
        Case(.simplex, json(("secret", one), ("peer", one))), Case(.simplex, json(("shared", one))),
        Case(.zulip, one), Case(.zulip, "31" + one), Case(.threema, one), Case(.session, one),
        Case(.homeassistant, one), Case(.reown, one), Case(.bisq, json(("secret", one))),
        Case(.alby, json(("secret", one), ("version", "1.0"))),
        Case(.alby, json(("version", "0.0"), ("secret", one))),
        Case(.bark, json(("secret", half), ("mode", "gcm"))),
        Case(.bark, json(("secret", half), ("mode", "gcm"), ("iv", String(half.prefix(24))))),
        Case(.bark, json(("secret", half), ("mode", "cbc"), ("iv", half))),
        Case(.bark, json(("secret", half + half.prefix(16)), ("mode", "ecb"))),
        Case(.bark, json(("secret", half + half), ("mode", "cbc"))),
    ]

    @Test func everyFormatHasAGoodKeyHere() {
        #expect(Set(Self.good.map(\.format)) == Set(KeyFormat.allCases))
    }

    @Test(arguments: good)
    func aKeyIsReadAndWrittenAndReadAgain(_ example: Case) throws {
        let material = try KeyText.read(Array(example.text.utf8).span, for: example.format)
        let before = material.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        let record = try KeyRecord(generation: 1, material: material)
        let written = try KeyText.write(record)
        let again = written.withBytes { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        #expect(try Self.read(again, example.format).get() == before)
    }

    static let foreignFields: [Case] = [
        Case(.webpush, one), Case(.webpush, json(("secret", one))), Case(.webpush, json(("auth", half))),
        Case(.webpush, json(("secret", one), ("auth", half), ("peer", one))),
        Case(.simplex, one), Case(.simplex, json(("secret", one))), Case(.simplex, json(("peer", one))),
        Case(.simplex, json(("secret", one), ("peer", one), ("shared", one))),
        Case(.simplex, json(("shared", one), ("peer", one))),
        Case(.zulip, json(("secret", one), ("auth", half))), Case(.threema, json(("shared", one))),
        Case(.alby, one), Case(.alby, json(("secret", one))), Case(.alby, json(("secret", one), ("mode", "gcm"))),
        Case(.bark, half), Case(.bark, json(("secret", half))),
        Case(.bark, json(("secret", half), ("mode", "ecb"), ("iv", half))),
        Case(.blocktank, "{}"), Case(.blocktank, json(("secret", one), ("secret", one))),
        Case(.blocktank, json(("Secret", one))), Case(.blocktank, json(("secret", one), ("note", ""))),
        Case(.blocktank, json(("secret", one), ("auth", half))),
    ]

    @Test(arguments: foreignFields)
    func fieldsThatTheFormatHasNotAreRefused(_ example: Case) {
        #expect(Self.read(example.text, example.format) == .failure(.wrongFields))
    }

    static let wrongLengths: [Case] = [
        Case(.webpush, json(("secret", half), ("auth", half))),
        Case(.webpush, json(("secret", one), ("auth", one))),
        Case(.webpush, json(("secret", one), ("auth", ""))),
        Case(.simplex, json(("secret", one), ("peer", half))), Case(.simplex, json(("shared", half))),
        Case(.zulip, half), Case(.zulip, "32" + one), Case(.zulip, "3131" + one), Case(.zulip, String(one.dropLast(2))),
        Case(.threema, one + "00"), Case(.session, "31" + one), Case(.reown, half), Case(.bisq, ""),
        Case(.alby, json(("secret", half), ("version", "1.0"))),
        Case(.bark, json(("secret", String(half.dropLast(2))), ("mode", "gcm"))),
        Case(.bark, json(("secret", half), ("mode", "gcm"), ("iv", half))),
        Case(.bark, json(("secret", half), ("mode", "cbc"), ("iv", String(half.prefix(24))))),
    ]

    @Test(arguments: wrongLengths)
    func aWrongLengthIsRefused(_ example: Case) {
        #expect(Self.read(example.text, example.format) == .failure(.wrongLength))
    }

    static let noP256Keys: [Case] = [
        Case(.webpush, json(("secret", String(repeating: "0", count: 64)), ("auth", half))),
        Case(.webpush, json(("secret", order), ("auth", half))),
        Case(.webpush, json(("secret", String(repeating: "f", count: 64)), ("auth", half))),
    ]

    @Test(arguments: noP256Keys)
    func aNumberThatIsNoP256KeyIsRefused(_ example: Case) {
        #expect(Self.read(example.text, example.format) == .failure(.notAKey))
    }

    static let unknownWords: [Case] = [
        Case(.alby, json(("secret", one), ("version", "2.0"))), Case(.alby, json(("secret", one), ("version", ""))),
        Case(.alby, json(("secret", one), ("version", "1.0 "))),
        Case(.bark, json(("secret", half), ("mode", "GCM"))), Case(.bark, json(("secret", half), ("mode", "ctr"))),
    ]

    @Test(arguments: unknownWords)
    func aWordThatSaysNothingIsRefused(_ example: Case) {
        #expect(Self.read(example.text, example.format) == .failure(.unknownWord))
    }

    @Test(arguments: [
        "{", "{\"secret\":1}", "{\"secret\":null}", "{\"secret\":[\"\(one)\"]}", "{\"secret\":\"\(one)\"}}",
        "{\"secret\":\"\(one)\",}", "{secret:\"\(one)\"}",
    ])
    func whatIsNoObjectOfTextsIsRefused(text: String) {
        #expect(Self.read(text, .threema) == .failure(.notAnObject))
    }

    @Test(arguments: [
        "{\"secret\":\"0x\(one.dropLast(2))\"}", "{\"secret\":\" \(one)\"}",
        "{\"secret\":\"\\u0030\(one.dropFirst())\"}", "[\"\(one)\"]", "\"\(one)\"",
    ])
    func whatIsNotPlainHexIsRefused(text: String) {
        #expect(Self.read(text, .threema) == .failure(.notHex))
    }

    @Test(arguments: [
        "zulip:0", "zulip:4294967295", "reown:" + String(repeating: "0a", count: 32),
        "alby:" + String(repeating: "9f", count: 32), "webpush", "webpush:@me@example.org", "simplex",
        "simplex:ZRFqIw0dJ8IWtJ_DpNrl2x7gagw3FR0S", "blocktank:old",
    ])
    func aSlotIsItsFormatAndALabelThatTheFormatTakes(name: String) {
        #expect(KeySlot(name).map { String($0.name) } == name)
    }

    @Test(arguments: [
        "zulip", "zulip:", "zulip:4294967296", "zulip:01", "zulip:-1", "zulip:1e1", "zulip:+1",
        "reown", "reown:" + String(repeating: "0A", count: 32), "reown:" + String(repeating: "0", count: 63),
        "alby", "alby:" + String(repeating: "g", count: 64), "webpush:", "webpush:a b", "simplex:\u{e9}",
        "zulipp:1", "",
    ])
    func anyOtherLabelIsRefused(name: String) {
        #expect(KeySlot(name) == nil)
    }
}
