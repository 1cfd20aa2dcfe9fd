/// Why a payload is no envelope we know, or a broken one.
public enum EnvelopeError: Error, Equatable, Sendable {
    /// Valid JSON, but none of the formats' places is there.
    case unknown
    /// It stands in a format's place and breaks that format's rules.
    case malformed
    /// It is for us and whole, but about a topic this version has no text for.
    case unknownType
}

/// A payload after its format was recognised and its fields were decoded.
public struct Envelope: Sendable {
    /// What is inside, by what has to be done with it.
    public enum Contents: Sendable {
        /// Nothing was encrypted: the message is here already.
        case plain(Message)
        /// Sealed to a key of this device.
        case sealed(SealedBox)
    }

    /// Which format it is.
    public let format: EnvelopeFormat
    /// What has to be done with it.
    public let contents: Contents
    /// Where its key is; nil when nothing is sealed.
    let slot: KeySlot?
    /// What it is about, where that stands outside of what is sealed.
    var type: NotificationType?
    /// Whom or what on this device it is for, where that stands outside of what is sealed.
    var account: BoundedText?

    init(_ format: EnvelopeFormat, _ message: Message) {
        self.format = format
        contents = .plain(message)
        slot = nil
    }

    init(_ format: EnvelopeFormat, _ box: SealedBox, _ slot: KeySlot) {
        self.format = format
        contents = .sealed(box)
        self.slot = slot
    }

    /// Recognises `text`, which was checked to be JSON, and decodes its fields into `scratch`.
    ///
    /// - Parameter excluded: the key formats that were tried already, with no key or no luck: what
    ///   is left is what else the same payload may be.
    static func read(
        _ text: Span<UInt8>, without excluded: KeyFormats = KeyFormats(), _ push: inout Push,
        into scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope {
        push.select(JSON.root(of: text), in: text)
        if let found = try read(push, excluded, text, &scratch) { return found }
        // The body of an FCM send request; in a flat data map `message` is a text.
        guard let message = try push.object("message", in: text) else { throw .unknown }
        if let android = try Push.object("android", of: message, in: text),
            let data = try Push.object("data", of: android, in: text)
        {
            push.select(data, in: text)
            if let found = try read(push, excluded, text, &scratch) { return found }
        }
        if let data = try Push.object("data", of: message, in: text) {
            push.select(data, in: text)
            if let found = try read(push, excluded, text, &scratch) { return found }
        }
        throw .unknown
    }

    /// The order of the families is the precedence. A format answers nil when its place is empty;
    /// once a place is taken, breaking its rules is final.
    private static func read(
        _ push: borrowing Push, _ excluded: KeyFormats, _ text: Span<UInt8>,
        _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        for family in KeyFormat.every where !excluded.contains(family) {
            guard let found = try read(family, push, text, &scratch) else { continue }
            // What is in the clear is no way out when something sealed did not open.
            if excluded.isEmpty || found.slot != nil { return found }
        }
        guard excluded.isEmpty else { return nil }
        if let found = try Phoenix.read(push, text) { return found }
        return try Breez.read(push, text, &scratch)
    }

    /// To add a format: its file, and its line here.
    private static func read(
        _ family: KeyFormat, _ push: borrowing Push, _ text: Span<UInt8>,
        _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        switch family {
        case .blocktank:
            if let found = try WakeFallback.read(push, text, &scratch) { return found }
            if let found = try WakeV1.read(push, text, &scratch) { return found }
            if let found = try BlocktankV0.read(push, text, &scratch) { return found }
            return try IncomingHtlcWake.read(push, text)
        case .webpush: return try WebPush.read(push, text, &scratch)
        case .simplex: return try SimpleX.read(push, text, &scratch)
        case .zulip: return try Zulip.read(push, text, &scratch)
        case .homeassistant: return try HomeAssistant.read(push, text, &scratch)
        case .threema: return try Threema.read(push, text, &scratch)
        case .session: return try Session.read(push, text, &scratch)
        case .alby: return try Alby.read(push, text, &scratch)
        case .reown: return try Reown.read(push, text, &scratch)
        case .bark: return try Bark.read(push, text, &scratch)
        case .bisq: return try Bisq.read(push, text, &scratch)
        }
    }
}

/// Key formats as a set, without heap.
struct KeyFormats {
    private var bits: UInt32 = 0

    var isEmpty: Bool { bits == 0 }

    func contains(_ format: KeyFormat) -> Bool { bits & 1 << format.bit != 0 }

    mutating func insert(_ format: KeyFormat) { bits |= 1 << format.bit }
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

    /// A member that is a string; nil when it is missing or something else.
    func string(
        _ name: StaticString, in text: Span<UInt8>
    ) throws(EnvelopeError) -> JSONValue? {
        let value = try member(name, in: text)
        return value?.kind == .string ? value : nil
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
        // A record's name and the push behind it are put together in here, too.
        nested = ByteBuffer(capacity: payloadBytesMax + Limits.recordNameBytesMax)
        decoded = ByteBuffer(capacity: payloadBytesMax)
    }

    mutating func removeAll() {
        nested.removeAll()
        decoded.removeAll()
    }
}
