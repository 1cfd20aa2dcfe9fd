import Foundation
import NotificationPipeline
import Sealing
import SecretMemory

/// The bytes that `text` spells in hex; spaces do not count.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { character in !character.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { index in
        UInt8(digits[index] << 4 | digits[index + 1])
    }
}

/// The bytes of base64, of either alphabet, padded or not.
func base64(_ text: String) -> [UInt8] {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/").filter { $0 != "=" }
    let padded = standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)
    return Data(base64Encoded: padded).map(Array.init) ?? []
}

/// The numbers from 0 to 31, the key of the published messages that were made by hand.
let countingKey = (0..<32).map { UInt8($0) }

/// The 24 bytes those messages have as their nonce.
let alphabetNonce = Array("defghijklmnopqrstuvwxyz{".utf8)

/// A key of these fields.
func key(_ fields: (KeyField, [UInt8])...) throws -> KeyRecord {
    var material: [UInt8] = []
    for (field, value) in fields {
        material += [field.rawValue, UInt8(value.count >> 8), UInt8(value.count & 255)] + value
    }
    return try KeyRecord(generation: 1, material: SecretBytes(copying: material.span))
}

/// Bytes as they were prepared, one call's behind another's.
struct ScriptedRandomness: Randomness, ~Copyable {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]...) {
        self.bytes = bytes.flatMap { $0 }[...]
    }

    mutating func fill(_ target: inout MutableSpan<UInt8>) {
        precondition(bytes.count >= target.count, "the script is long enough")
        for index in target.indices { target[index] = bytes.removeFirst() }
    }
}

/// A push as Foundation reads it.
struct ReadPush {
    let members: [String: Any]

    init(_ push: SealedPush) {
        let object = try? JSONSerialization.jsonObject(with: Data(push.text.utf8))
        members = object as? [String: Any] ?? [:]
    }

    /// The text behind names, each inside the one before.
    func text(_ names: String...) -> String {
        var value: Any? = members
        for name in names { value = (value as? [String: Any])?[name] }
        return value as? String ?? ""
    }

    func number(_ name: String) -> Int? { members[name] as? Int }

    var aps: [String: Any] { members["aps"] as? [String: Any] ?? [:] }
}

/// The error a call ends with; nil when it ends well.
func refusal<Result: ~Copyable>(_ body: () throws -> Result) -> SealingError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? SealingError
    }
}

/// A text without the line ends it is written with here.
func joined(_ text: String) -> String { text.replacing("\n", with: "") }
