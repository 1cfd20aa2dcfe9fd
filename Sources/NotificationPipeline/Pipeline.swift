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
    /// The plaintext of the payload processed last, where somebody wants to see it whole.
    private var shown: ByteBuffer

    /// - Parameters:
    ///   - keys: where keys come from.
    ///   - crypto: the platform's cryptography; the pipeline owns it from here on.
    ///   - store: where records go, or nil for none.
    ///   - payloadBytesMax: the longest payload taken, 1 to `Limits.payloadBytesMax` bytes.
    ///   - keepsMessage: whether the plaintext outlives a payload, for `withMessage`: outside of the
    ///     memory that is wiped, and so for looking for faults only.
    public init(
        keys: Keys, crypto: consuming Crypto, store: Store?,
        payloadBytesMax: Int = Limits.payloadBytesDefault, keepsMessage: Bool = false
    ) {
        precondition(
            payloadBytesMax >= 1 && payloadBytesMax <= Limits.payloadBytesMax,
            "the payload limit is at least 1 and at most Limits.payloadBytesMax")
        self.keys = keys
        self.store = store
        self.payloadBytesMax = payloadBytesMax
        opener = Opener(crypto: crypto, payloadBytesMax: payloadBytesMax)
        scratch = Scratch(payloadBytesMax: payloadBytesMax)
        shown = ByteBuffer(capacity: keepsMessage ? payloadBytesMax : 0)
    }

    /// Lends the plaintext of the payload processed last while `body` runs; an empty one when it
    /// was not opened or is not kept.
    public borrowing func withMessage<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        shown.withBytes(body)
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
        shown.removeAll()
        do throws(Refusal) {
            try observer.enter(.payload, best)
            try check(payload, isChecked)
            try observer.enter(.envelope, best)
            var envelope = try read(payload, &best)
            // Keys, Opening, Message
            let message = try open(&envelope, of: payload, &best, &observer)
            best.improve(with: message, from: envelope, now: now)
            // What is understood is kept, also by an observer that wants no record of it any more.
            guard (try? observer.enter(.store, best)) != nil else { return best }
            best.storage = keep(message, from: envelope, of: payload, now: now)  // SharedGroup
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

    /// Opens the envelope. When its key is missing or does not fit, and the payload could be another
    /// family's as well, that one's turn comes; a key is only ever tried on its own family's box.
    private mutating func open(
        _ envelope: inout Envelope, of payload: Span<UInt8>, _ best: inout Notification,
        _ observer: inout some StageObserver
    ) throws(Refusal) -> Message {
        var tried = KeyFormats()
        var refused = envelope.format
        var refusal: Refusal?
        while true {
            do throws(Refusal) {
                return try open(envelope, &best, &observer)
            } catch {
                guard error.isAboutTheKey, let slot = envelope.slot else { throw error }
                // The first one counts, but a key that was there says more than one that was not.
                if refusal == nil || refusal == .keys(.missing) && error != .keys(.missing) {
                    refused = envelope.format
                    refusal = error
                }
                tried.insert(slot.format)
            }
            scratch.removeAll()
            do throws(EnvelopeError) {
                envelope = try Envelope.read(payload, without: tried, &push, into: &scratch)
            } catch {
                best.envelope = refused
                throw refusal ?? .keys(.missing)
            }
            best.envelope = envelope.format
        }
    }

    /// The message inside: there already, or behind a key. The plaintext is wiped on every way out.
    private mutating func open(
        _ envelope: Envelope, _ best: inout Notification, _ observer: inout some StageObserver
    ) throws(Refusal) -> Message {
        switch envelope.contents {
        case .plain(let message): return message
        case .sealed(let box):
            guard let slot = envelope.slot else { preconditionFailure("a box has its key's slot") }
            best.isAuthenticated = try unlock(slot, box, best, &observer)
        }
        defer { opener.wipePlaintext() }
        opener.withPlaintext(&shown) { (text, shown) in _ = shown.append(text) }
        try observer.enter(.message, best)
        var inner: Envelope?
        var message: Message
        do {
            message = try opener.withPlaintext(&scratch) { (text, scratch) throws(MessageError) in
                try Message.read(text, of: envelope, &scratch, inner: &inner)
            }
        } catch { throw .message(error) }
        if let inner { addDetails(from: inner, to: &message, best, &observer) }
        return message
    }

    /// What an envelope inside the message tells besides. It need not open.
    private mutating func addDetails(
        from inner: Envelope, to message: inout Message, _ best: Notification,
        _ observer: inout some StageObserver
    ) {
        opener.wipePlaintext()
        guard case .sealed(let box) = inner.contents, let slot = inner.slot,
            (try? unlock(slot, box, best, &observer)) != nil
        else { return }
        try? opener.withPlaintext(&message) { (text, message) throws(MessageError) in
            try SimpleXMessage.readDetails(text, into: &message)
        }
    }

    /// Tries the generations of a slot, newest first, until one opens the box. Says whether anything
    /// vouches for what was inside.
    private mutating func unlock(
        _ slot: KeySlot, _ box: SealedBox, _ best: Notification,
        _ observer: inout some StageObserver
    ) throws(Refusal) -> Bool {
        try observer.enter(.keys, best)
        var failure: Refusal? = .opening(.authenticationFailed)
        var isAuthenticated = false
        do {
            try lend(slot) { (opener, scratch, record) in
                do throws(Refusal) {
                    try observer.enter(.opening, best)
                } catch {
                    failure = error
                    return true
                }
                do throws(OpeningError) {
                    isAuthenticated = try opener.open(box, with: record, decoded: scratch.decoded)
                    failure = nil
                } catch { failure = .opening(error) }
                return failure == nil
            }
        } catch {
            opener.forgetAgreements()
            throw .keys(error)
        }
        if let failure { throw failure }
        return isAuthenticated
    }

    /// The keystore's answer for a slot, or, where a label only tells accounts apart and has no key
    /// of its own, for the one without label.
    private mutating func lend(
        _ slot: KeySlot,
        to body: (inout Opener<Crypto>, borrowing Scratch, borrowing KeyRecord) -> Bool
    ) throws(KeyError) {
        do {
            try keys.lend(slot) { record in body(&opener, scratch, record) }
        } catch {
            guard error == .missing, let general = slot.general else { throw error }
            try keys.lend(general) { record in body(&opener, scratch, record) }
        }
    }

    /// Leaves a record for the app, if there is a place for it and something to record.
    private mutating func keep(
        _ message: Message, from envelope: Envelope, of payload: Span<UInt8>, now: UInt64
    ) -> Notification.Storage {
        guard store != nil, message.type.isRecorded else { return .none }
        let record = Record(
            identity: identity(of: message, from: envelope, payload), message: message,
            receivedAt: now)
        do {
            return try store!.store(record) ? .duplicate : .recorded
        } catch { return .failed(error) }
    }

    /// The same for the same push, however it was spelled: a digest of what names its event, else
    /// of the decoded ciphertext, else of the push. 16 bytes of SHA-256 in hex.
    private mutating func identity(
        of message: Message, from envelope: Envelope, _ payload: Span<UInt8>
    ) -> BoundedText {
        scratch.nested.removeAll()
        if !Record.appendName(of: message, from: envelope.format, to: &scratch.nested) {
            let fits =
                switch envelope.contents {
                case .sealed(let box):
                    scratch.decoded.withBytes(in: box.ciphertext) { bytes in
                        scratch.nested.append(bytes)
                    }
                case .plain: scratch.nested.append(payload)
                }
            precondition(fits, "behind a name is room for a payload")
        }
        return scratch.nested.withBytes { name in opener.identity(of: name) }
    }
}
