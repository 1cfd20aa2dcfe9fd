import Meter
import NotificationPipeline
import Sealing
import SharedGroup

/// A pipeline that holds the published key, and what is promised of whatever goes through it.
///
/// One serves all inputs of a run, as in a process that stays: what one payload leaves behind must
/// not reach the next.
public struct PushCheck: ~Copyable {
    /// The published secret, 32 bytes of 0x22 (TestVectors/demo).
    public static let secret = [UInt8](repeating: 0x22, count: 32)

    private var pipeline: Pipeline<PublishedKey, PlatformCryptography, RecordCheck>
    private let blocksMax: Int64
    private var line = ByteBuffer(capacity: Limits.lineBytesMax)
    private let catalog = Catalog()

    /// - Parameters:
    ///   - payloadBytesMax: small enough for the fuzzer to reach it.
    ///   - keys: what the keystore holds; without them the published key is in every slot.
    ///   - blocksMax: of heap, each given back before the payload is through; none but for P-256,
    ///     which allocates its numbers.
    public init(payloadBytesMax: Int = 4096, keys: FixedKeys? = nil, blocksMax: Int64 = 0) {
        self.blocksMax = blocksMax
        pipeline = Pipeline(
            keys: PublishedKey(others: keys), crypto: PlatformCryptography(), store: RecordCheck(),
            payloadBytesMax: payloadBytesMax)
        // Both kinds of push once, so that what is made at the first use is made.
        _ = read(#"{"type":"incoming_htlc_wake","payment_hash":"00","amount_msat":1}"#)
        let hash = String(repeating: "0", count: 64)
        _ = read(#"{"type":"incoming_htlc_wake","payment_hash":"\#(hash)","amount_msat":1}"#)
        _ = read(#"{"wake_fallback":{"v":1,"id":"","topic":""}}"#)
    }

    private mutating func read(_ text: String) -> Notification {
        let notification = pipeline.process(Array(text.utf8).span, now: 1_700_000_000)
        line.removeAll()
        NotificationWriter.write(notification, catalog, to: &line)
        return notification
    }

    /// Puts a payload through and looks at what comes out.
    @discardableResult
    public mutating func process(_ payload: [UInt8]) -> Notification {
        var (notification, usage) = measure(payload)
        // What a format needs is made when the first of its pushes comes.
        if usage.blocks > 0 { (notification, usage) = measure(payload) }
        promise(usage.blocks <= blocksMax, "a payload took \(usage.blocks) blocks of heap")
        promise(usage.bytes_kept == 0, "a payload keeps \(usage.bytes_kept) bytes of heap")
        checkLine(isFallback: notification.message == nil)
        return notification
    }

    /// Puts through what was sealed to a key that is there: it opens, and only its message can be
    /// refused.
    public mutating func process(sealed push: SealedPush) {
        let notification = process(Array(push.text.utf8))
        switch notification.outcome {
        case .decrypted, .fallback(.message): break
        default: promise(false, "what was sealed opens, and only its message can be refused")
        }
    }

    private mutating func measure(_ payload: [UInt8]) -> (Notification, meter_usage) {
        line.removeAll()
        meter_begin()
        let notification = pipeline.process(payload.span, now: 1_700_000_000)
        NotificationWriter.write(notification, catalog, to: &line)
        return (notification, meter_end())
    }

    private func checkLine(isFallback: Bool) {
        line.withBytes { bytes in
            promise(bytes.count <= Limits.lineBytesMax, "a line has its limit")
            promise(bytes[bytes.count - 1] == UInt8(ascii: "\n"), "a line ends")
            let json = bytes.extracting(..<(bytes.count - 1))
            promise(
                json.indices.allSatisfy { index in json[index] != UInt8(ascii: "\n") },
                "a line is one line")
            promise((try? JSON.check(json)) != nil, "a line is JSON")
            for name in ["title", "body"] as [StaticString] {
                let text = member(["aps", "alert", name], of: json)
                promise(text?.kind == .string, "there is a \(name)")
                promise(text.map { text in text.end - text.start > 2 } == true, "\(name) has text")
            }
            let outcome = member(["ntf", "outcome"], of: json)
            promise(
                outcome.map { JSON.equals($0, "fallback", in: json) } == isFallback,
                "it fell back or has a message")
        }
    }

    private func member(_ path: [StaticString], of json: Span<UInt8>) -> JSONValue? {
        var value: JSONValue? = JSON.root(of: json)
        for name in path {
            guard let parent = value else { return nil }
            value = try? JSON.member(name, of: parent, in: json)
        }
        return value
    }
}

/// The keystore: one generation of the published key, in every slot, or the keys it was given.
private struct PublishedKey: Keystore {
    private let key: SharedKey
    private let others: FixedKeys?

    init(others: FixedKeys?) {
        self.others = others
        let material = KeyMaterial.single(PushCheck.secret.span)
        guard let record = try? KeyRecord(generation: 1, material: material) else {
            fatalError("the published key is a key")
        }
        key = SharedKey(record, older: nil)
    }

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        guard let others else {
            _ = key.lend(to: body)
            return
        }
        guard let found = others.key(in: slot) else { throw .missing }
        _ = found.lend(to: body)
    }
}

/// The store: writes each record into memory and looks at it.
private final class RecordCheck: NotificationStore {
    private var buffer = ByteBuffer(capacity: GroupLimits.recordBytesMax)

    func store(_ record: Record) throws(StoreError) -> Bool {
        buffer.removeAll()
        record.write(to: &buffer)
        buffer.withBytes { bytes in
            promise((try? JSON.check(bytes)) != nil, "a record is JSON")
        }
        let isHex = record.identity.withBytes { bytes in
            bytes.count == 32 && bytes.indices.allSatisfy { index in isHexDigit(bytes[index]) }
        }
        promise(isHex, "an identity is 32 digits")
        return false
    }

    private func isHexDigit(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"))
    }
}
