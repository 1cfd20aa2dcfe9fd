/// A push goes in, a notification comes out.
///
/// One pipeline serves one thread and any number of payloads, one after another. It takes all its
/// memory when it is made; after the first payload it allocates nothing.
public struct Pipeline<
    Keys: Keystore, Crypto: Cryptography & ~Copyable, Store: NotificationStore
>: ~Copyable {
    private let keys: Keys
    private var opener: Opener<Crypto>
    private var push = Push()
    private var scratch: Scratch
    /// Where records go; nil leaves the group directory alone.
    private var store: Store?
    private let payloadBytesMax: Int

    /// - Parameters:
    ///   - keys: where keys come from.
    ///   - crypto: the platform's cryptography; the pipeline owns it from here on.
    ///   - store: where records go, or nil for none.
    ///   - payloadBytesMax: the longest payload taken, 1 to `Limits.payloadBytesMax` bytes.
    public init(
        keys: Keys, crypto: consuming Crypto, store: Store?,
        payloadBytesMax: Int = Limits.payloadBytesDefault
    ) {
        precondition(
            payloadBytesMax >= 1 && payloadBytesMax <= Limits.payloadBytesMax,
            "the payload limit is at least 1 and at most Limits.payloadBytesMax")
        self.keys = keys
        self.store = store
        self.payloadBytesMax = payloadBytesMax
        opener = Opener(crypto: crypto, payloadBytesMax: payloadBytesMax)
        scratch = Scratch(payloadBytesMax: payloadBytesMax)
    }

    /// Runs a payload through every stage. Whatever the bytes, something fit to be shown comes out.
    ///
    /// - Parameters:
    ///   - payload: the push as it arrived, lent for the length of the call.
    ///   - now: Unix seconds, by the caller's clock.
    ///   - isChecked: whether a `Framer` found the payload to be one JSON text already.
    public mutating func process(
        _ payload: Span<UInt8>, now: UInt64, isChecked: Bool = false
    ) -> Notification {
        var nobody = NoObserver()
        return process(payload, now: now, isChecked: isChecked, observer: &nobody)
    }

    /// The same, watched: `observer` is told of each stage as it begins, and may stop there.
    public mutating func process(
        _ payload: Span<UInt8>, now: UInt64, isChecked: Bool = false,
        observer: inout some StageObserver
    ) -> Notification {
        var best = Notification()
        scratch.removeAll()
        do throws(Refusal) {
            try observer.enter(.payload, best)
            try check(payload, isChecked)
            try observer.enter(.envelope, best)
            let envelope = try read(payload, &best)
            let message = try open(envelope, best, &observer)  // Keys, Opening, Message
            best.improve(with: message, from: envelope, now: now)
            // What is understood is kept, also by an observer that wants no record of it any more.
            guard (try? observer.enter(.store, best)) != nil else { return best }
            best.storage = keep(message, from: envelope, now: now)  // SharedGroup
        } catch {
            best.refuse(error)
        }
        return best
    }
}

extension Pipeline where Crypto: ~Copyable {
    private func check(_ payload: Span<UInt8>, _ isChecked: Bool) throws(Refusal) {
        guard payload.count <= payloadBytesMax else { throw .payload(.tooLarge) }
        guard !isChecked else { return }
        do { try JSON.check(payload) } catch { throw .payload(error) }
    }

    private mutating func read(
        _ payload: Span<UInt8>, _ best: inout Notification
    ) throws(Refusal) -> Envelope {
        do {
            let envelope = try Envelope.read(payload, &push, into: &scratch)
            best.envelope = envelope.format
            return envelope
        } catch { throw .envelope(error) }
    }

    /// The message inside: there already, or behind a key. The plaintext is wiped on every way out.
    private mutating func open(
        _ envelope: Envelope, _ best: Notification, _ observer: inout some StageObserver
    ) throws(Refusal) -> Message {
        switch envelope.contents {
        case .plain(let message): return message
        case .blocktank(let box):
            try unlock(KeySlot(.blocktank), best, &observer) {
                (opener, scratch, record) throws(OpeningError) in
                try opener.open(box, with: record, decoded: scratch.decoded)
            }
        }
        defer { opener.wipePlaintext() }
        try observer.enter(.message, best)
        do {
            return try opener.withPlaintext { (text) throws(MessageError) in
                envelope.format == .wakeV1
                    ? try WakeMessage.read(text) : try BlocktankMessage.read(text)
            }
        } catch { throw .message(error) }
    }

    /// Tries the generations of a slot, newest first, until `attempt` returns without an error.
    private mutating func unlock(
        _ slot: KeySlot, _ best: Notification, _ observer: inout some StageObserver,
        _ attempt: (
            inout Opener<Crypto>, borrowing Scratch, borrowing KeyRecord
        ) throws(OpeningError) -> Void
    ) throws(Refusal) {
        try observer.enter(.keys, best)
        var failure: Refusal? = .opening(.authenticationFailed)
        do {
            try keys.lend(slot) { record in
                do throws(Refusal) {
                    try observer.enter(.opening, best)
                } catch {
                    failure = error
                    return true
                }
                do throws(OpeningError) {
                    try attempt(&opener, scratch, record)
                    failure = nil
                } catch { failure = .opening(error) }
                return failure == nil
            }
        } catch {
            opener.forgetAgreements()
            throw .keys(error)
        }
        if let failure { throw failure }
    }

    /// Leaves a record for the app, if there is a place for it.
    private mutating func keep(
        _ message: Message, from envelope: Envelope, now: UInt64
    ) -> Notification.Storage {
        guard store != nil else { return .none }
        let record = Record(
            identity: identity(of: message, from: envelope), message: message, receivedAt: now)
        do {
            return try store!.store(record) ? .duplicate : .recorded
        } catch { return .failed(error) }
    }

    /// The same for the same push, however it was spelled: a digest of what names its event, else
    /// of the decoded ciphertext. 16 bytes of SHA-256 in hex.
    private mutating func identity(of message: Message, from envelope: Envelope) -> BoundedText {
        scratch.nested.removeAll()
        if !Record.appendName(of: message, to: &scratch.nested),
            case .blocktank(let box) = envelope.contents
        {
            scratch.decoded.withBytes(in: box.ciphertext) { bytes in
                _ = scratch.nested.append(bytes)
            }
        }
        return scratch.nested.withBytes { name in opener.identity(of: name) }
    }
}
