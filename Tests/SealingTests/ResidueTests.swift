import Foundation
import NotificationPipeline
import Sealing
import SecretMemory
import Testing

/// What is left in this process' memory after sealing: neither the message nor, but for the one
/// record that holds it, the key.
@Suite(.serialized) struct ResidueTests {
    /// What is looked for, with every bit turned over, so that the search does not find itself.
    private static let message = (0..<40).map { ~UInt8(truncatingIfNeeded: 0x41 + $0 * 37 % 53) }
    private static let secret = (0..<32).map { ~UInt8(truncatingIfNeeded: 0x11 + $0 * 91 % 101) }

    /// The bytes turned back, in guarded memory.
    private func restored(_ turned: [UInt8]) -> SecretBytes {
        var secret = SecretBytes(count: turned.count)
        secret.withMutableBytes { target in
            for index in turned.indices { target[index] = ~turned[index] }
        }
        return secret
    }

    /// A key of this secret and more fields that are none.
    private func record(_ more: (KeyField, [UInt8])...) throws -> KeyRecord {
        var rest: [UInt8] = []
        for (field, value) in more { rest += [field.rawValue, 0, UInt8(value.count)] + value }
        var material = SecretBytes(count: 3 + Self.secret.count + rest.count)
        material.withMutableBytes { target in
            (target[0], target[2]) = (KeyField.secret.rawValue, UInt8(Self.secret.count))
            for index in Self.secret.indices { target[3 + index] = ~Self.secret[index] }
            for index in rest.indices { target[3 + Self.secret.count + index] = rest[index] }
        }
        return try KeyRecord(generation: 1, material: material)
    }

    @Test func whatIsLookedForIsFoundWhileItIsThere() throws {
        let message = restored(Self.message)
        #expect(try occurrences(of: Self.message) == 1)
        message.withBytes { bytes in #expect(bytes.count == 40) }
    }

    @Test(arguments: [
        "zulip", "session", "bisq", "reown", "nip44", "nip04", "gcm", "cbc", "ecb", "aes128gcm",
        "aesgcm", "simplex", "blocktank",
    ])
    func nothingIsLeftBehind(_ format: String) throws {
        let app = String(repeating: "0a", count: 32)
        var randomness = SystemRandomness()
        func seal(
            _ record: borrowing KeyRecord, _ message: Span<UInt8>
        ) throws -> SealedPush {
            switch format {
            case "zulip": try Seal.zulip(message, to: record, keyID: 1, &randomness)
            case "session": try Seal.session(message, to: record, &randomness)
            case "bisq": try Seal.bisq(message, to: record, &randomness)
            case "reown": try Seal.reown(message, to: record, topic: app, tag: 1108, &randomness)
            case "nip44", "nip04":
                try Seal.alby(message, to: record, appPublicKey: app, &randomness)
            case "gcm", "cbc", "ecb": try Seal.bark(message, to: record, &randomness)
            case "simplex": try Seal.simplex(message, to: record, &randomness)
            case "blocktank":
                try Seal.blocktank(
                    message, to: Secp256k1Point(publicHalfOf: record), &randomness)
            default:
                try Seal.webPush(
                    message, to: WebPushRecipient(record),
                    WebPushForm(WebPushForm.Encoding(rawValue: format)!, .generic), &randomness)
            }
        }
        let record =
            switch format {
            case "nip44": try record((.version, Array("1.0".utf8)))
            case "nip04": try record((.version, Array("0.0".utf8)))
            case "gcm", "cbc", "ecb": try record((.mode, Array(format.utf8)))
            case "simplex": try record((.peer, [9] + [UInt8](repeating: 0, count: 31)))
            case "aes128gcm", "aesgcm": try record((.auth, [UInt8](repeating: 7, count: 16)))
            default: try record()
            }
        do {
            let message = restored(Self.message)
            let push = try message.withBytes { message in try seal(record, message) }
            #expect(push.text.utf8.count > 100)
        }
        #expect(try occurrences(of: Self.message) == 0)
        #expect(try occurrences(of: Self.secret) == 1)
        #expect(record.generation == 1)
    }
}
