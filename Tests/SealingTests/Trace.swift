import Foundation
import SecretMemory
import Testing

@testable import NotificationPipeline
@testable import Sealing

/// A push, its key, and what must not be left of both in memory. What is looked for has every bit
/// turned over, so that a process which was handed a trace does not find it.
struct Trace: Codable, Sendable {
    let name: String
    let slot: String
    let key: String
    private(set) var push: String
    private(set) var end = "decrypted"
    private var names: [String] = []
    private var turned: [[UInt8]] = []
    private var counts: [Int] = []

    // Literals are writable memory here, and so these are spelled in hex.

    /// `"nobodyReads":"this member at all"`: a part of each message that no field takes over.
    private static let unread = text(
        "226e6f626f64795265616473223a2274686973206d656d62657220617420616c6c22")
    /// `,"last":"nobody either"}`: the same for its end.
    private static let unreadEnd = text("2c226c617374223a226e6f626f647920656974686572227d")
    /// The same for SimpleX' list, where a server's key stands.
    private static let serverKey = text("626d396962325235556d56685a484e5561476c7a")
    private static let secret = "5a11c3e09b7724f86d03be419f58a2d7c4603e8bf1952d7ab86e0c47d93fa512"
    private static let seed = Array("residue".utf8)

    var patterns: [(name: String, turned: [UInt8], count: Int)] {
        zip(zip(names, turned), counts).map { pair, count in (pair.0, pair.1, count) }
    }

    /// A case's push with a member more, sealed to a key of many different bytes.
    init(_ caseName: String) throws {
        let form = caseName.split(separator: " ").prefix(2).joined(separator: " ")
        let known = SealedPushTests.cases.first { sealed in sealed.name == caseName }
        let sealed = try known ?? Sealed.named(form)
        var message = sealed.message
        if message.hasPrefix("{") {
            message = "{\(Self.unread)," + message.dropFirst().dropLast() + Self.unreadEnd
        }
        if caseName == "simplex verification" { message = Self.unread }
        message = message.replacing("a2V5", with: Self.serverKey)
        let own = Sealed(
            name: caseName, slot: sealed.slot,
            key: sealed.key.replacing(SealedPushTests.k32, with: Self.secret)
                .replacing(SealedPushTests.two, with: Self.secret),
            message: message, envelope: sealed.envelope)
        (name, slot, key) = (caseName, own.slot, own.key)
        push = try own.push("residue")
        look(for: "plaintext", caseName == "simplex" ? Self.serverKey : Self.unread)
        // A cipher may leave a block of its own size: the first bytes, and the last ones.
        if message.hasPrefix("{") {
            look(for: "first bytes", Array(message.utf8.prefix(16)))
            look(for: "last bytes", Array(message.utf8.suffix(16)))
        }
        look(for: "secret", hex(Self.secret), count: 1)
        try addDerivedKeys()
    }

    /// SimpleX' box with a good tag and another length in front of the message.
    init(simplexPaddedTo length: UInt16) throws {
        (name, slot, key) = ("simplex length", "simplex", #"{"shared":"\#(Self.secret)"}"#)
        let message = [UInt8(length >> 8), UInt8(length & 255)] + Array(Self.unread.utf8)
        var boxKey = [UInt8](repeating: 0, count: 32)
        var target = boxKey.mutableSpan
        try SecretBox.boxKey(shared: hex(Self.secret).span, into: &target)
        let sealed = try Cipher.secretBox.seal(
            message.span, key: boxKey.span, nonce: [UInt8](repeating: 3, count: 24))
        let box = Spelling.base64URL(sealed.tag + sealed.ciphertext, isPadded: true)
        push =
            #"{"notificationData":{"nonce":"\#(Spelling.base64URL(sealed.nonce))","message":"\#(box)"}}"#
        end = "malformed-envelope"
        look(for: "plaintext", Self.unread)
        look(for: "box key", boxKey)
    }

    /// A vector of NIP-44 whose padding is refused behind a good MAC.
    init(nip44Vector: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../TestVectors/alby/\(nip44Vector).vector")
        let lines = try String(contentsOf: folder, encoding: .utf8).split(separator: "\n")
        let words = try #require(lines.first { line in line.hasPrefix("key: ") }).split(
            separator: " ")
        (name, slot, key) = (nip44Vector, String(words[1]), String(words[2]))
        push = String(try #require(lines.last))
        end = "malformed-envelope"
        let object = try JSONSerialization.jsonObject(with: Data(push.utf8)) as? [String: Any]
        let content = (object?["body"] as? [String: String])?["content"]
        let box = base64(try #require(content))
        let keys = try Self.nip44Keys(key, nonce: Array(box[1..<33]))
        let ciphertext = Array(box[33..<(box.count - 32)])
        var padded = [UInt8](repeating: 0, count: ciphertext.count)
        var target = padded.mutableSpan
        try ChaCha20.apply(
            key: keys.span.extracting(..<32), nonce: keys.span.extracting(32..<44),
            to: ciphertext.span, into: &target)
        // Its end: it begins as every such message does.
        let length = Int(padded[0]) << 8 | Int(padded[1])
        look(for: "plaintext", Array(padded[(2 + length - 24)..<(2 + length)]))
        look(for: "message keys", keys)
    }

    /// Changes the bytes of the push's first field; it is refused then.
    mutating func change(_ change: ([UInt8]) -> [UInt8]) throws {
        let form = SealedPushTests.cases.first { sealed in sealed.name == name }
        let sealed = try form ?? Sealed.named("\(name.split(separator: " ")[0]) generic")
        let index = name.hasPrefix("simplex") ? 1 : 0
        push = try SealedFields(sealed, push).changing(index) { bytes in
            // Characters of Z85 are changed for others, and the last piece of NIP-04 is its IV.
            switch name {
            case "aesgcm mastodon", "aes128gcm mastodon":
                bytes.dropLast(8) + [bytes[bytes.count - 8] == 0x30 ? 0x31 : 0x30]
                    + bytes.suffix(7)
            case "alby nip04":
                bytes.dropLast(17) + [bytes[bytes.count - 17] ^ 0x40] + bytes.suffix(16)
            default: change(bytes)
            }
        }
        end = processed(push, try Keyring([(slot, key)])).end
        try #require(end != "decrypted")
        // Only a key that opened something is kept.
        counts = zip(names, counts).map { name, count in name == "agreed key" ? 0 : count }
    }

    private static func text(_ digits: String) -> String {
        String(decoding: hex(digits), as: UTF8.self)
    }

    private mutating func look(for name: String, _ text: String) {
        look(for: name, Array(text.utf8))
    }

    private mutating func look(for name: String, _ bytes: [UInt8], count: Int = 0) {
        names.append(name)
        turned.append(bytes.map { byte in ~byte })
        counts.append(count)
    }
}

extension Trace {
    /// What lies between the key of the slot and the one that opens.
    private mutating func addDerivedKeys() throws {
        var randomness = SeededRandomness(seed: Self.seed.span)
        let secret = hex(Self.secret)
        var derived = [UInt8](repeating: 0, count: 32)
        switch slot.split(separator: ":")[0] {
        case "webpush":
            let sender = try randomness.privateKey(P256.isPrivateKey)
            var target = derived.mutableSpan
            let point = try Seal.uncompressedPoint(of: secret.span)
            try sender.withBytes { sender in
                try P256.sharedSecret(secret: sender, point: point.span, into: &target)
            }
            look(for: "shared secret", derived)
        case "simplex":
            var target = derived.mutableSpan
            try SecretBox.boxKey(shared: secret.span, into: &target)
            look(for: "box key", derived)
        case "alby" where name == "alby nip44":
            look(for: "message keys", try Self.nip44Keys(key, nonce: randomness.bytes(32)))
        case "blocktank":
            let sender = try randomness.privateKey(Secp256k1.isPrivateKey)
            let compressed = try Seal.compressedPoint(of: secret.span)
            guard let device = Secp256k1Point(compressed: compressed.span) else {
                throw SealingError.keyUnusable
            }
            var agreed = [UInt8](repeating: 0, count: 33)
            var target = agreed.mutableSpan
            try sender.withBytes { sender in
                try Secp256k1.sharedPoint(secret: sender, point: device, into: &target)
            }
            look(for: "shared point", Array(agreed[1...]))
            let label = name == "wake" ? "wake-v1" : "bitkit-notifications"
            let once = Self.sha256(agreed + Array(label.utf8))
            look(for: "hash of the shared point", once)
            look(for: "agreed key", Self.sha256(once), count: 1)
        default: return
        }
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var crypto = PlatformCryptography()
        var digest = [UInt8](repeating: 0, count: 32)
        var target = digest.mutableSpan
        crypto.sha256(bytes.span, into: &target)
        return digest
    }

    private static func nip44Keys(_ key: String, nonce: [UInt8]) throws -> [UInt8] {
        let object = try JSONSerialization.jsonObject(with: Data(key.utf8)) as? [String: String]
        let secret = hex(try #require(object?["secret"]))
        var keys = [UInt8](repeating: 0, count: 76)
        var target = keys.mutableSpan
        var hkdf = HKDFSHA256()
        try hkdf.expand(key: secret.span, info: nonce.span, into: &target)
        return keys
    }
}
