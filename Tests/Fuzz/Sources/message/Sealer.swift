import Harness
import NotificationPipeline

/// The sender's side, with one ephemeral key and one nonce for all: nothing here is secret.
struct Sealer: ~Copyable {
    private var crypto = PlatformCryptography()
    private var sender = ""
    private var keys: [[UInt8]] = []
    private let nonce = [UInt8](repeating: 7, count: 12)

    init() {
        let ephemeral = [UInt8](repeating: 0x33, count: 32)
        sender = hex(publicKey(of: ephemeral))
        guard let receiver = Secp256k1Point(compressed: publicKey(of: PushCheck.secret).span) else {
            fatalError("the published key has a public half")
        }
        var shared = [UInt8](repeating: 0, count: 33)
        var target = shared.mutableSpan
        promise(
            (try? Secp256k1.sharedPoint(secret: ephemeral.span, point: receiver, into: &target))
                != nil, "two keys agree")
        keys = ["bitkit-notifications", "wake-v1"].map { label in
            sha256(sha256(shared + Array(label.utf8)))
        }
    }

    mutating func push(of plaintext: [UInt8], isWake: Bool) -> [UInt8] {
        var ciphertext = [UInt8](repeating: 0, count: plaintext.count)
        var tag = [UInt8](repeating: 0, count: 16)
        let (key, nonce) = (keys[isWake ? 1 : 0], nonce)
        do {
            var target = ciphertext.mutableSpan
            var tagTarget = tag.mutableSpan
            try crypto.sealAESGCM(
                key: key.span, nonce: nonce.span, associatedData: Span(),
                plaintext: plaintext.span, into: &target, tag: &tagTarget)
        } catch { fatalError("sealing: \(error)") }
        let box = """
            "cipher":"\(base64(ciphertext))","iv":"\(hex(nonce))","tag":"\(hex(tag))",\
            "publicKey":"\(sender)"}
            """
        let front = isWake ? #"{"wake":{"v":1,"# : #"{"payload":{"#
        return Array((front + box + "}").utf8)
    }

    private func publicKey(of secret: [UInt8]) -> [UInt8] {
        var point = [UInt8](repeating: 0, count: 33)
        var target = point.mutableSpan
        promise((try? Secp256k1.publicKey(of: secret.span, into: &target)) != nil, "a key is one")
        return point
    }

    private mutating func sha256(_ input: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var target = digest.mutableSpan
        crypto.sha256(input.span, into: &target)
        return digest
    }
}

private func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { byte in [digits[Int(byte >> 4)], digits[Int(byte & 15)]] })
}

private func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let padded = group + [UInt8](repeating: 0, count: 3 - group.count)
        let number = padded.reduce(0) { number, byte in number << 8 | Int(byte) }
        for place in 0..<4 {
            let isPadding = place > group.count
            text.append(
                isPadding ? UInt8(ascii: "=") : digits[number >> (18 - 6 * place) & 63])
        }
    }
    return String(decoding: text, as: UTF8.self)
}
