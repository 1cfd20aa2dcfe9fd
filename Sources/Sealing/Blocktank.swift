public import NotificationPipeline
internal import SecretMemory

extension Secp256k1Point {
    /// The public half of a device's key; throws `keyUnusable` when it is no secp256k1 key.
    public init(publicHalfOf record: borrowing KeyRecord) throws(SealingError) {
        let point = try record.withKey { (secret) throws(SealingError) -> Secp256k1Point? in
            let compressed = try Seal.compressedPoint(of: secret)
            return Secp256k1Point(compressed: compressed.span)
        }
        guard let point else { throw .keyUnusable }
        self = point
    }
}

extension Seal {
    /// Bitkit's deployed format as Blocktank sends it to APNs: the sealed part inside `aps.alert`.
    ///
    /// A key of the sender's own for each push, a nonce of 16 bytes. The message is a JSON object
    /// with `source`, `type`, `payload` and `createdAt`.
    public static func blocktank(
        _ message: Span<UInt8>, to device: Secp256k1Point,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        let box = try box(message, to: device, "bitkit-notifications", nonceBytes: 16, &randomness)
        return try SealedPush(
            #"{"aps":{"badge":0,"sound":"ping.aiff","alert":{"title":"Background Operation Request","#
                + #""body":"Please open your wallet.","payload":{\#(box)}},"#
                + #""content-available":1,"mutable-content":1}}"#)
    }

    /// The two pushes of an incoming payment: a silent one that wakes the app, with the payment's
    /// hash and amount in the clear, then the alert with the sealed part beside `aps`.
    ///
    /// Throws `messageUnusable` when the message's `payload` has no `paymentHash` of 64 hexadecimal
    /// digits or no `amountMsat`.
    public static func blocktankTwice(
        _ message: Span<UInt8>, to device: Secp256k1Point,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> [SealedPush] {
        try check(message)
        let payment = try Payment(message)
        let box = try box(message, to: device, "bitkit-notifications", nonceBytes: 16, &randomness)
        return [
            try SealedPush(
                #"{"aps":{"content-available":1},"payment_hash":"\#(payment.hash)","#
                    + #""amount_msat":\#(payment.amountMsat),"type":"incoming_htlc_wake"}"#),
            try SealedPush(
                #"{"aps":{"alert":{"title":"Payment Incoming","body":"Open Bitkit to receive"},"#
                    + #""sound":"default","interruption-level":"time-sensitive","#
                    + #""mutable-content":1},"payload":{\#(box)}}"#),
        ]
    }

    /// Bitkit's successor format. The message is a JSON object with `v`, `id`, `topic`, `urgency`,
    /// `deadline` and `payload`; `aps` follows the urgency, and is silent for `background`.
    public static func wake(
        _ message: Span<UInt8>, to device: Secp256k1Point,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> SealedPush {
        let box = try box(message, to: device, "wake-v1", nonceBytes: 12, &randomness)
        let aps: String
        switch Self.text("urgency", of: message) {
        case "background": aps = #"{"content-available":1}"#
        case let urgency:
            let level = urgency == "time_sensitive" ? "time-sensitive" : "active"
            let thread = Self.text("topic", of: message).map { topic in
                #","thread-id":\#(Spelling.quoted(topic))"#
            }
            aps =
                #"{"alert":{"title":"Incoming Payment","body":"Open Bitkit"},"sound":"default","#
                + #""interruption-level":"\#(level)","mutable-content":1\#(thread ?? "")}"#
        }
        return try SealedPush(#"{"aps":\#(aps),"wake":{"v":1,\#(box)}}"#)
    }

    /// The four fields of a sealed part: `cipher`, `iv`, `tag` and `publicKey`.
    private static func box(
        _ message: Span<UInt8>, to device: Secp256k1Point, _ label: String, nonceBytes: Int,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) -> String {
        try check(message)
        let secret = try randomness.privateKey(Secp256k1.isPrivateKey)
        let sender = try secret.withBytes { (secret) throws(SealingError) in
            try compressedPoint(of: secret)
        }
        let nonce = randomness.bytes(nonceBytes)
        let sealed = try key(secret, device, label).withBytes {
            (key) throws(SealingError) -> SealedBytes in
            try Cipher.aesGCM.seal(message, key: key, nonce: nonce)
        }
        return #""cipher":"\#(Spelling.base64(sealed.ciphertext))","iv":"\#(Spelling.hex(nonce))","#
            + #""tag":"\#(Spelling.hex(sealed.tag))","publicKey":"\#(Spelling.hex(sender))""#
    }

    /// The AES key: SHA-256 twice over the shared point, compressed, and the label.
    private static func key(
        _ secret: borrowing SecretBytes, _ device: Secp256k1Point, _ label: String
    ) throws(SealingError) -> SecretBytes {
        var agreed = SecretBytes(count: 33 + label.utf8.count)
        agreed.put(Array(label.utf8).span, at: 33)
        do throws(OpeningError) {
            try secret.withBytes { (secret) throws(OpeningError) in
                try agreed.withMutableBytes { (all) throws(OpeningError) in
                    var point = all._mutatingExtracting(..<33)
                    try Secp256k1.sharedPoint(secret: secret, point: device, into: &point)
                }
            }
        } catch { throw .keyUnusable }
        var crypto = PlatformCryptography()
        var once = SecretBytes(count: 32)
        var key = SecretBytes(count: 32)
        agreed.withBytes { agreed in
            once.withMutableBytes { digest in crypto.sha256(agreed, into: &digest) }
        }
        once.withBytes { once in
            key.withMutableBytes { digest in crypto.sha256(once, into: &digest) }
        }
        return key
    }

    /// The public key of a secret, 33 bytes.
    static func compressedPoint(of secret: Span<UInt8>) throws(SealingError) -> [UInt8] {
        var point = [UInt8](repeating: 0, count: 33)
        do throws(OpeningError) {
            var target = point.mutableSpan
            try Secp256k1.publicKey(of: secret, into: &target)
        } catch { throw .keyUnusable }
        return point
    }

    /// A member of the message that is a text; nil when the message is no JSON object or has none.
    static func text(_ name: StaticString, of message: Span<UInt8>) -> String? {
        guard (try? JSON.check(message)) != nil,
            let value = try? JSON.member(name, of: JSON.root(of: message), in: message)
        else { return nil }
        return JSON.text(value, in: message).map(String.init)
    }

    /// What the silent push says of a payment.
    private struct Payment {
        let hash: String
        let amountMsat: UInt64

        init(_ message: Span<UInt8>) throws(SealingError) {
            guard (try? JSON.check(message)) != nil,
                let payload = try? JSON.member("payload", of: JSON.root(of: message), in: message),
                let hashValue = try? JSON.member("paymentHash", of: payload, in: message),
                let hash = JSON.text(hashValue, in: message), hash.count == 64,
                let amountValue = try? JSON.member("amountMsat", of: payload, in: message),
                let amount = JSON.unsigned(amountValue, in: message)
            else { throw .messageUnusable }
            self.hash = String(hash)
            guard self.hash.utf8.allSatisfy(Payment.isHexDigit) else { throw .messageUnusable }
            amountMsat = amount
        }

        private static func isHexDigit(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                true
            default: false
            }
        }
    }
}
