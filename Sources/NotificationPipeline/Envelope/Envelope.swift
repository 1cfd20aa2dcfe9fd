/// Why a payload is no envelope we know, or a broken one.
public enum EnvelopeError: Error, Equatable, Sendable {
    /// Valid JSON, but none of the formats' places is there.
    case unknown
    /// It stands in a format's place and breaks that format's rules.
    case malformed
    /// It is for us and whole, but about a topic this version has no text for.
    case unknownType
}

/// The names of the formats, as the output shows them.
public enum EnvelopeFormat: Sendable {
    case blocktankV0, wakeV1, wakeFallback, incomingHtlcWake

    /// The name in the output: a promise, never changed.
    public var name: StaticString {
        switch self {
        case .blocktankV0: "blocktank-v0"
        case .wakeV1: "wake-v1"
        case .wakeFallback: "wake-fallback"
        case .incomingHtlcWake: "incoming-htlc-wake"
        }
    }
}

/// A payload after its format was recognised and its fields were decoded.
public struct Envelope: Sendable {
    /// What is inside, by what has to be done with it.
    public enum Contents: Sendable {
        /// Nothing was encrypted: the message is here already.
        case plain(Message)
        /// Sealed to this device's secp256k1 key.
        case blocktank(BlocktankBox)
    }

    /// Which format it is.
    public let format: EnvelopeFormat
    /// What has to be done with it.
    public let contents: Contents

    /// Recognises `text`, which was checked to be JSON, and decodes its fields into `scratch`.
    static func read(
        _ text: Span<UInt8>, _ push: inout Push, into scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope {
        push.select(JSON.root(of: text), in: text)
        if let found = try read(push, text, &scratch) { return found }
        // The body of an FCM send request; in a flat data map `message` is a text.
        guard let message = try push.object("message", in: text) else { throw .unknown }
        if let android = try Push.object("android", of: message, in: text),
            let data = try Push.object("data", of: android, in: text)
        {
            push.select(data, in: text)
            if let found = try read(push, text, &scratch) { return found }
        }
        if let data = try Push.object("data", of: message, in: text) {
            push.select(data, in: text)
            if let found = try read(push, text, &scratch) { return found }
        }
        throw .unknown
    }

    /// The order is the precedence. A format answers nil when its place is empty; once a place is
    /// taken, breaking its rules is final. To add a format: its file, and its line here.
    private static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        if let found = try WakeFallback.read(push, text, &scratch) { return found }
        if let found = try WakeV1.read(push, text, &scratch) { return found }
        if let found = try BlocktankV0.read(push, text, &scratch) { return found }
        if let found = try IncomingHtlcWake.read(push, text) { return found }
        return nil
    }
}

/// The object a sender's own keys lie in: the top level for APNs and a flat FCM data map, deeper
/// in the body of an FCM send request.
struct Push: ~Copyable {
    private var table = JSONTable()

    /// The object as a whole.
    var data: JSONValue { table.value }

    /// Takes up another object.
    mutating func select(_ data: JSONValue, in text: Span<UInt8>) {
        table.select(data, in: text)
    }

    /// A member, whatever it is. A name that stands twice is malformed: who could say which counts?
    func member(
        _ name: StaticString, in text: Span<UInt8>
    ) throws(EnvelopeError) -> JSONValue? {
        do { return try table.member(name, in: text) } catch { throw .malformed }
    }

    /// A member that is an object; nil when it is missing or something else.
    func object(
        _ name: StaticString, in text: Span<UInt8>
    ) throws(EnvelopeError) -> JSONValue? {
        let value = try member(name, in: text)
        return value?.kind == .object ? value : nil
    }

    /// The same for an object further in.
    static func object(
        _ name: StaticString, of parent: JSONValue, in text: Span<UInt8>
    ) throws(EnvelopeError) -> JSONValue? {
        let value = try member(name, of: parent, in: text)
        return value?.kind == .object ? value : nil
    }

    /// The same for an object further in.
    static func member(
        _ name: StaticString, of parent: JSONValue, in text: Span<UInt8>
    ) throws(EnvelopeError) -> JSONValue? {
        do { return try JSON.member(name, of: parent, in: text) } catch { throw .malformed }
    }
}

/// The memory decoding works in, taken once: JSON that was inside a string, decoded bytes, the
/// members of the object that holds an envelope's fields, and senders that were seen before.
struct Scratch: ~Copyable {
    var nested: ByteBuffer
    var decoded: ByteBuffer
    var container = JSONTable()
    var points = PointCache()

    init(payloadBytesMax: Int) {
        nested = ByteBuffer(capacity: payloadBytesMax)
        decoded = ByteBuffer(capacity: payloadBytesMax)
    }

    mutating func removeAll() {
        nested.removeAll()
        decoded.removeAll()
    }
}
