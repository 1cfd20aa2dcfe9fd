import NotificationPipeline
import SecretMemory
import Testing

@Suite struct KeyTextTests {
    /// A key whose digits use every value in both cases.
    static let digits = "00112233445566778899aAbBcCdDeEfF0123456789abcdefFEDCBA9876543210"
    /// The order of the group (SEC 2, 2.4.1): the first number that is no key any more.
    static let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"

    func read(_ text: String) -> Result<[UInt8], KeyTextError> {
        do throws(KeyTextError) {
            let material = try KeyText.read(Array(text.utf8).span, for: .blocktank)
            return .success(material.withBytes { bytes in bytes.indices.map { bytes[$0] } })
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: ["", "\n", "\r\n", " ", "\t\n", "\n\n"])
    func digitsAreReadWithWhiteSpaceAroundThem(space: String) throws {
        let material = try read(space + Self.digits + space).get()
        #expect(material.prefix(3) == [1, 0, 32])
        #expect(material[3...].prefix(17) == [
            0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd,
            0xee, 0xff, 0x01,
        ])
        #expect(material.suffix(2) == [0x32, 0x10])
    }

    @Test(arguments: [
        "0x" + digits, digits.dropLast(2) + "0g", "-" + digits.dropFirst(), digits + "\0",
        digits.prefix(32) + " " + digits.suffix(32), digits.dropLast() + "\u{ff}", "key",
        digits.dropLast() + "@", digits.dropLast() + "`",
        digits.dropLast() + "G", digits.dropLast() + "/", digits.dropLast() + ":",
    ] as [any StringProtocol & Sendable])
    func anythingButDigitsIsRefused(text: any StringProtocol & Sendable) {
        #expect(read(String(text)) == .failure(.notHex))
    }

    @Test(arguments: ["", " ", "0", digits.dropLast(), digits.dropLast(2), digits + "0", digits + digits]
        as [any StringProtocol & Sendable])
    func aWrongNumberOfDigitsIsRefused(text: any StringProtocol & Sendable) {
        #expect(read(String(text)) == .failure(.wrongLength))
    }

    @Test(arguments: [String(repeating: "0", count: 64), order, String(repeating: "f", count: 64)])
    func aNumberThatIsNoKeyIsRefused(text: String) {
        #expect(read(text) == .failure(.notAKey))
    }

    @Test func everyByteIsADigitOrRefused() {
        for byte in UInt8.min ... .max {
            let text = Array(repeating: UInt8(ascii: "1"), count: 63) + [byte]
            let isDigit = "0123456789abcdefABCDEF".utf8.contains(byte)
            let isSpace = byte == 32 || (9...13).contains(byte)
            do throws(KeyTextError) {
                let material = try KeyText.read(text.span, for: .blocktank)
                let last = material.withBytes { bytes in bytes[34] }
                let value = UInt8(String(decoding: [byte], as: UTF8.self), radix: 16)
                #expect(isDigit && last == 0x10 + (value ?? 0xee))
            } catch {
                #expect(!isDigit && error == (isSpace ? .wrongLength : .notHex))
            }
        }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let material = try KeyText.read(Array(Self.digits.utf8).span, for: .blocktank)
        let record = try KeyRecord(generation: 1, material: material)
        let text = try KeyText.write(record)
        let written = text.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        #expect(String(decoding: written, as: UTF8.self) == Self.digits.lowercased())
    }

    @Test func aRecordWithoutASecretHasNoText() throws {
        var material = SecretBytes(count: 3)
        material.withMutableBytes { bytes in bytes[0] = KeyField.secret.rawValue }
        let record = try KeyRecord(generation: 1, material: material)
        #expect(throws: KeyTextError.notAKey) { _ = try KeyText.write(record) }
    }
}
