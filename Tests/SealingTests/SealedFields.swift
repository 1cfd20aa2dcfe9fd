import Foundation
import Testing

@testable import Sealing

/// How bytes are spelled in a field of a push.
enum Coding {
    case base64, base64URL, paddedURL, hex, z85, text
    /// NIP-04's two pieces of base64.
    case pieces
    /// The value behind this in a header of HTTP, base64url.
    case header(String)
}

/// The fields of a sealed push that an attacker could change, and the ways to change them.
struct SealedFields {
    let push: [String: Any]
    let fields: [(path: [String], coding: Coding)]

    init(_ sealed: Sealed, _ push: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(push.utf8))
        self.push = try #require(object as? [String: Any])
        fields = Self.fields(of: sealed.name)
    }

    private static func fields(of name: String) -> [(path: [String], coding: Coding)] {
        func box(_ path: [String]) -> [(path: [String], coding: Coding)] {
            [(path + ["cipher"], .base64)]
                + ["iv", "tag", "publicKey"].map { field in (path + [field], .hex) }
        }
        switch name {
        case "blocktank": return box(["aps", "alert", "payload"])
        case "two pushes": return box(["payload"])
        case "wake": return box(["wake"])
        case "simplex", "simplex verification":
            let box = name == "simplex" ? "message" : "verification"
            return [
                (["notificationData", "nonce"], .base64URL),
                (["notificationData", box], .paddedURL),
            ]
        case "zulip", "homeassistant": return [(["encrypted_data"], .base64)]
        case "threema": return [(["threema", "box"], .base64), (["threema", "nonce"], .base64)]
        case "session": return [(["enc_payload"], .base64)]
        case "reown": return [(["message"], .base64)]
        case "alby nip44": return [(["body", "content"], .base64)]
        case "alby nip04": return [(["body", "content"], .pieces)]
        case "bisq": return [(["encrypted"], .base64)]
        case "bark ecb": return [(["ciphertext"], .base64)]
        case "bark gcm", "bark cbc": return [(["ciphertext"], .base64), (["iv"], .text)]
        case "aesgcm icecubes": return ["m", "k", "s"].map { field in ([field], .base64URL) }
        case "aesgcm mastodon": return ["p", "k", "s"].map { field in ([field], .z85) }
        case "aes128gcm mastodon": return [(["p"], .z85)]
        case let older where older.hasPrefix("aesgcm"):
            return [
                (["webpush", "body"], .base64URL), (["webpush", "crypto-key"], .header("dh=")),
                (["webpush", "encryption"], .header("salt=")),
            ]
        default: return [(["webpush", "body"], .base64URL)]
        }
    }

    /// The push with one field changed. `change` gets the bytes, or the characters of Z85.
    func changing(_ index: Int, _ change: ([UInt8]) -> [UInt8]) throws -> String {
        let (path, coding) = fields[index]
        let old = try #require(value(path, in: push) as? String)
        let changed = replacing(path[...], with: coding.changing(old, change), in: push)
        let data = try JSONSerialization.data(withJSONObject: changed, options: .sortedKeys)
        return String(decoding: data, as: UTF8.self)
    }

    /// How many bytes there are to change in a field.
    func count(_ index: Int) throws -> Int {
        var count = 0
        _ = try changing(index) { bytes in
            count = bytes.count
            return bytes
        }
        return count
    }

    private func value(_ path: [String], in object: [String: Any]) -> Any? {
        path.reduce(object as Any?) { value, name in (value as? [String: Any])?[name] }
    }

    private func replacing(
        _ path: ArraySlice<String>, with text: String, in object: [String: Any]
    ) -> [String: Any] {
        var object = object
        let (name, rest) = (path[path.startIndex], path.dropFirst())
        let inner = object[name] as? [String: Any] ?? [:]
        object[name] = rest.isEmpty ? text : replacing(rest, with: text, in: inner)
        return object
    }
}

extension Coding {
    func changing(_ text: String, _ change: ([UInt8]) -> [UInt8]) -> String {
        switch self {
        case .base64: return Spelling.base64(change(SealingTests.base64(text)))
        case .base64URL: return Spelling.base64URL(change(SealingTests.base64(text)))
        case .paddedURL:
            return Spelling.base64URL(change(SealingTests.base64(text)), isPadded: true)
        case .hex: return Spelling.hex(change(SealingTests.hex(text)))
        case .z85, .text: return String(decoding: change(Array(text.utf8)), as: UTF8.self)
        case .pieces:
            let parts = text.components(separatedBy: "?iv=").map { part in SealingTests.base64(part)
            }
            let changed = change(parts[0] + parts[1])
            let split = max(0, changed.count - parts[1].count)
            return Spelling.base64(Array(changed[..<split])) + "?iv="
                + Spelling.base64(Array(changed[split...]))
        case .header(let name):
            let rest = text.dropFirst(name.count)
            let value = rest.prefix { character in character != ";" }
            let changed = Spelling.base64URL(change(SealingTests.base64(String(value))))
            return name + changed + rest.dropFirst(value.count)
        }
    }

    /// Another byte for one byte: a bit of it turned over, and what can be written where it is text.
    func flipped(_ byte: UInt8, bit: Int) -> UInt8 {
        switch self {
        case .z85, .text: byte == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
        default: byte ^ 1 << UInt8(bit % 8)
        }
    }
}
