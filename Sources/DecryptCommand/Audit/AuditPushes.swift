import NotificationPipeline
import SecretMemory

/// The pushes the audit sends through the pipeline, sealed here with fixed keys, all different.
struct AuditPushes: ~Copyable {
    /// The published key of bitkit-core's vectors, which seals nobody's money.
    static func key() -> SecretBytes {
        let secret = [UInt8](repeating: 0x22, count: 32)
        return KeyMaterial.single(secret.span)
    }

    private var crypto = NettleCryptography()

    /// Push number `number` of a kind.
    mutating func push(_ kind: AuditKind, _ number: Int) -> [UInt8] {
        let order = "order-\(number)"
        switch kind {
        case .blocktankV0:
            return seal(v0(order), label: "bitkit-notifications", sender: number, isWake: false)
        case .repeatingSender:
            return seal(v0(order), label: "bitkit-notifications", sender: 0, isWake: false)
        case .wakeV1:
            return seal(wake(number), label: "wake-v1", sender: number, isWake: true)
        case .wakeFallback:
            let id = AuditPushes.identifier(number)
            return Array(
                #"{"wake_fallback":{"v":1,"id":"\#(id)","topic":"blocktank.mutualClose"}}"#.utf8)
        case .incomingHtlcWake:
            let hash = AuditPushes.padded(number, 64)
            let text =
                #"{"type":"incoming_htlc_wake","payment_hash":"\#(hash)","amount_msat":21000}"#
            return Array(text.utf8)
        case .refused: return refused(number)
        }
    }

    /// The ways a push goes wrong, one after another.
    private mutating func refused(_ number: Int) -> [UInt8] {
        var push = self.push(.blocktankV0, number)
        switch number % 5 {
        case 1: push.removeLast()  // no JSON
        case 2: push = Array(#"{"aps":{"alert":"hello"}}"#.utf8)  // nothing of ours
        case 3: push = Array(#"{"cipher":"AAAA","iv":"00","tag":"00","publicKey":"02"}"#.utf8)
        case 0:  // another tag; first, so that the keystore is read for the first push
            let tag = Array(#""tag":""#.utf8)
            let start = push.indices.first { index in push[index...].starts(with: tag) }
            if let start {
                let digit = start + tag.count
                push[digit] =
                    push[digit] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            }
        default:
            push = Array(
                #"{"wake_fallback":{"v":1,"id":"x","topic":"blocktank.mutualClose"}}"#.utf8)
        }
        return push
    }

    private func v0(_ order: String) -> String {
        #"{"source":"blocktank","type":"incomingHtlc","payload":{"paymentHash":null,"#
            + #""orderId":"\#(order)","amountMsat":21000},"createdAt":"2024-01-01T00:00:00.000Z"}"#
    }

    private func wake(_ number: Int) -> String {
        let id = AuditPushes.identifier(number)
        return #"{"v":1,"id":"\#(id)","topic":"blocktank.incomingHtlc","urgency":"alert","#
            + #""deadline":4000000000,"payload":{"orderId":"wake-\#(number)"}}"#
    }

    /// A sealed container as JSON. The sender's key is made of its number.
    private mutating func seal(
        _ message: String, label: String, sender: Int, isWake: Bool
    ) -> [UInt8] {
        var secret = SecretBytes(count: 32)
        secret.withMutableBytes { bytes in
            bytes[0] = 1
            for index in 0..<8 {
                bytes[31 - index] = UInt8(truncatingIfNeeded: sender >> (8 * index))
            }
        }
        var point = [UInt8](repeating: 0, count: 33)
        var (ciphertext, tag) = (Array(message.utf8), [UInt8](repeating: 0, count: 16))
        let nonce = [UInt8](repeating: UInt8(truncatingIfNeeded: sender), count: 12)
        do throws(OpeningError) {
            try make(&point, with: secret)
            let key = try agreedKey(secret, label: label)
            let plaintext = ciphertext
            var target = ciphertext.mutableSpan
            var tagTarget = tag.mutableSpan
            try key.withBytes { (key) throws(OpeningError) in
                try crypto.sealAESGCM(
                    key: key, nonce: nonce.span, associatedData: Span(), plaintext: plaintext.span,
                    into: &target, tag: &tagTarget)
            }
        } catch { preconditionFailure("fixed keys seal") }
        let box =
            #""cipher":"\#(AuditPushes.base64(ciphertext))","iv":"\#(AuditPushes.hex(nonce))","#
            + #""tag":"\#(AuditPushes.hex(tag))","publicKey":"\#(AuditPushes.hex(point))""#
        return Array((isWake ? #"{"wake":{"v":1,\#(box)}}"# : "{\(box)}").utf8)
    }

    private func make(_ point: inout [UInt8], with secret: borrowing SecretBytes)
        throws(OpeningError)
    {
        var target = point.mutableSpan
        try secret.withBytes { (secret) throws(OpeningError) in
            try Secp256k1.publicKey(of: secret, into: &target)
        }
    }

    /// SHA-256 twice over the shared point and the label, as the receiver does it.
    private mutating func agreedKey(
        _ secret: borrowing SecretBytes, label: String
    ) throws(OpeningError) -> SecretBytes {
        let device = [UInt8](repeating: 0x22, count: 32)
        var devicePoint = [UInt8](repeating: 0, count: 33)
        var deviceTarget = devicePoint.mutableSpan
        try Secp256k1.publicKey(of: device.span, into: &deviceTarget)
        guard let point = Secp256k1Point(compressed: devicePoint.span) else { throw .keyUnusable }
        var agreed = [UInt8](repeating: 0, count: 33)
        var agreedTarget = agreed.mutableSpan
        try secret.withBytes { (secret) throws(OpeningError) in
            try Secp256k1.sharedPoint(secret: secret, point: point, into: &agreedTarget)
        }
        let input = agreed + Array(label.utf8)
        var once = [UInt8](repeating: 0, count: 32)
        var onceTarget = once.mutableSpan
        crypto.sha256(input.span, into: &onceTarget)
        var key = SecretBytes(count: 32)
        key.withMutableBytes { target in crypto.sha256(once.span, into: &target) }
        return key
    }
}

extension AuditPushes {
    private static func padded(_ number: Int, _ count: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: count - digits.utf8.count) + digits
    }

    private static func identifier(_ number: Int) -> String {
        "00000000-0000-4000-8000-" + padded(number, 12)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in padded(Int(byte), 2) }.joined()
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { bits, byte in bits << 8 | Int(byte) }
            bits <<= 8 * (3 - group.count)
            for index in 0..<4 {
                let isPadding = index > group.count
                text.append(isPadding ? "=" : alphabet[bits >> (18 - 6 * index) & 63])
            }
        }
        return text
    }
}
