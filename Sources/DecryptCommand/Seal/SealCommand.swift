import ArgumentParser
import CommandSupport
import NotificationPipeline
import Sealing
import SecretMemory

/// `seal`: the sender's side, for every envelope that can be opened.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Make the push a server would send: seal a message to a device's key.",
        discussion: """
            Reads the message from standard input; one newline at its end is not part of it. Writes \
            the whole push, JSON on one line, to standard output. Blocktank and Web Push seal to a \
            public key; the other formats need the key both sides hold, so they take a slot of the \
            keystore, whose label also says push_key_id, topic or app.

            EXAMPLES
              Seal with the slot's public half, and open again:
                ntfdecrypt seal blocktank --slot blocktank < message.json | ntfdecrypt
              Seal to a public key, a silent push first, as Blocktank sends a payment:
                ntfdecrypt seal blocktank --to PUBLICKEY --two-push < message.json
              A subscription elsewhere, through Mastodon's relay:
                ntfdecrypt seal webpush --to P256DH --auth-fd 3 --shape mastodon \\
                  3< auth.hex < message.json
              A message in a SimpleX queue:
                ntfdecrypt seal simplex --slot simplex \\
                  --queue smp://KEYHASH@HOST/NOTIFIERID
            """)

    @Argument(help: SealFormat.help) var format: SealFormat
    @OptionGroup var recipient: RecipientOptions
    @OptionGroup var keystore: KeystoreOptions
    @OptionGroup var form: FormOptions
    @OptionGroup var simplex: SimpleXOptions

    @Flag(help: "blocktank: a silent push with payment hash and amount first, then the alert.")
    var twoPush = false

    @Option(
        help: ArgumentHelp(
            "reown: the JSON-RPC method's tag, as in 1108 for a request.", valueName: "N"))
    var tag: UInt32?

    @Option(
        help: ArgumentHelp(
            "FOR TEST VECTORS ONLY: the same SEED seals to the same bytes.",
            discussion: "It repeats the nonce, which breaks the encryption of real messages.",
            valueName: "SEED"))
    var deterministic: String?

    func validate() throws {
        try recipient.validate(format)
        try form.validate(format)
        try simplex.validate(format)
        guard !twoPush || format == .blocktank else {
            throw ValidationError("--two-push is for blocktank")
        }
        guard tag == nil || format == .reown else { throw ValidationError("--tag is for reown") }
    }

    func run() throws {
        if let deterministic {
            Report.note("sealed with a seed: a test vector, not for sending")
            var randomness = SeededRandomness(seed: Array(deterministic.utf8).span)
            try run(&randomness)
        } else {
            var randomness = SystemRandomness()
            try run(&randomness)
        }
    }

    private func run(_ randomness: inout some Randomness & ~Copyable) throws {
        let pushes: [SealedPush]
        do { pushes = try seal(&randomness) } catch let error as SealingError {
            throw failure(error)
        }
        for push in pushes {
            if push.isTooLarge {
                Report.note(
                    "the push has \(push.text.utf8.count) bytes, APNs takes "
                        + "\(SealingLimits.pushBytesMax); SimpleX sends such ones all the same")
            }
            guard System.write((push.text + "\n").utf8.span, to: 1) else {
                throw Failure("standard output cannot be written", status: .outputUnwritable)
            }
        }
    }

    private func seal(
        _ randomness: inout some Randomness & ~Copyable
    ) throws -> [SealedPush] {
        if let key = try recipient.publicKey(format) {
            let message = try MessageInput.read()
            return try message.withBytes { message in
                try seal(message, to: key, &randomness)
            }
        }
        let keys = try KeyLender(keystore, recipient.slot)
        let isMade = !simplex.queue.isEmpty
        let message =
            isMade
            ? try simplex.items(keys, isDeterministic: deterministic != nil, &randomness)
            : try MessageInput.read()
        return try message.withBytes { message in
            try keys.lend { record in try seal(message, record, keys, &randomness) }
        }
    }

    /// Seals to a key that was named as an argument.
    private func seal(
        _ message: Span<UInt8>, to key: borrowing RecipientKey,
        _ randomness: inout some Randomness & ~Copyable
    ) throws -> [SealedPush] {
        switch key {
        case .secp256k1(let point): try seal(message, to: point, &randomness)
        case .webPush(let recipient):
            [try Seal.webPush(message, to: recipient, form.form(label: nil), &randomness)]
        }
    }

    /// Seals with a key of the keystore.
    private func seal(
        _ message: Span<UInt8>, _ record: borrowing KeyRecord, _ keys: KeyLender,
        _ randomness: inout some Randomness & ~Copyable
    ) throws -> [SealedPush] {
        let label = keys.label ?? ""
        switch format {
        case .blocktank, .wake:
            return try seal(message, to: Secp256k1Point(publicHalfOf: record), &randomness)
        case .webpush:
            let form = form.form(label: keys.label)
            let recipient = try WebPushRecipient(record)
            return [try Seal.webPush(message, to: recipient, form, &randomness)]
        case .simplex:
            return simplex.verification
                ? [try Seal.simplexVerification(message, to: record, &randomness)]
                : [try Seal.simplex(message, to: record, &randomness)]
        case .zulip:
            let number = UInt32(label) ?? 0
            return [try Seal.zulip(message, to: record, keyID: number, &randomness)]
        case .threema: return [try Seal.threema(message, to: record, &randomness)]
        case .session: return [try Seal.session(message, to: record, &randomness)]
        case .homeassistant: return [try Seal.homeAssistant(message, to: record, &randomness)]
        case .reown:
            return [
                try Seal.reown(message, to: record, topic: label, tag: tag ?? 1108, &randomness)
            ]
        case .alby:
            return [try Seal.alby(message, to: record, appPublicKey: label, &randomness)]
        case .bark: return [try Seal.bark(message, to: record, &randomness)]
        case .bisq: return [try Seal.bisq(message, to: record, &randomness)]
        }
    }

    private func seal(
        _ message: Span<UInt8>, to point: Secp256k1Point,
        _ randomness: inout some Randomness & ~Copyable
    ) throws -> [SealedPush] {
        if format == .wake { return [try Seal.wake(message, to: point, &randomness)] }
        if twoPush { return try Seal.blocktankTwice(message, to: point, &randomness) }
        return [try Seal.blocktank(message, to: point, &randomness)]
    }
}
