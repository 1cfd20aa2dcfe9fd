import ArgumentParser
import CommandSupport
import NotificationPipeline
import Sealing
import SecretMemory

/// Whom to seal to.
struct RecipientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Seal to this public key: for blocktank and wake 66 hex digits, for webpush the "
                + "subscription's p256dh, base64url or hex.", valueName: "PUBLICKEY"))
    var to: String?

    @Option(help: ArgumentHelp("Seal with the key in this slot.", valueName: "SLOT"))
    var slot: SlotArgument?

    @Option(
        help: ArgumentHelp(
            "webpush --to: read the authentication secret, 32 hex digits, from this descriptor.",
            valueName: "FD"))
    var authFd: Int32?

    func validate(_ format: SealFormat) throws {
        guard (to == nil) != (slot == nil) else {
            throw ValidationError("name one recipient: --to PUBLICKEY or --slot SLOT")
        }
        guard to == nil || format.takesPublicKey else {
            throw ValidationError(
                "\(format.rawValue) has a key both sides hold: --slot \(format.slotForm)")
        }
        if let slot, slot.slot.format.rawValue != format.keyFormat {
            throw ValidationError(
                "\(format.rawValue) takes a key of \(format.keyFormat), not \(slot.name)")
        }
        guard (authFd != nil) == (format == .webpush && to != nil) else {
            throw ValidationError("--auth-fd goes with webpush --to, and is needed there")
        }
    }

    /// The key that was named; nil when a slot was.
    func publicKey(_ format: SealFormat) throws -> RecipientKey? {
        guard let to else { return nil }
        guard format == .webpush else {
            guard let bytes = PlainDigits.hex(to),
                let point = Secp256k1Point(compressed: bytes.span)
            else { throw notAKey("66 hex digits: ntfdecrypt keys public blocktank") }
            return .secp256k1(point)
        }
        let auth = try SecretHex.read(from: authFd ?? 0, count: 16)
        let point = PlainDigits.hex(to) ?? PlainDigits.base64URL(to) ?? []
        let recipient = try auth.withBytes { auth in
            do { return try WebPushRecipient(point: point.span, auth: auth) } catch {
                throw notAKey("65 bytes in base64url: ntfdecrypt keys public webpush")
            }
        }
        return .webPush(recipient)
    }

    private func notAKey(_ hint: String) -> Failure {
        Failure("--to is no public key of that format", hint: hint, status: .usage)
    }
}

/// A public key of one of the two kinds.
enum RecipientKey: ~Copyable {
    case secp256k1(Secp256k1Point)
    case webPush(WebPushRecipient)
}

/// Lends the current key of a slot to be sealed with.
struct KeyLender {
    private let slot: SlotArgument
    private let keystore: KeystoreChoice

    init(_ options: KeystoreOptions, _ slot: SlotArgument?) throws {
        guard let slot else { preconditionFailure("a recipient was named") }
        self.slot = slot
        keystore = try options.choose()
    }

    /// What stands behind the slot's colon.
    var label: String? {
        guard let colon = slot.name.firstIndex(of: ":") else { return nil }
        return String(slot.name[slot.name.index(after: colon)...])
    }

    func lend<Result>(_ body: (borrowing KeyRecord) throws -> Result) throws -> Result {
        guard let result = try lend(slot.slot, body) else {
            throw Failure(
                "there is no key in slot \(slot.name)",
                hint: "ntfdecrypt keys import \(slot.name) < secret.hex")
        }
        return result
    }

    /// The same for any slot; nil when it has no key.
    func lend<Result>(
        _ slot: KeySlot, _ body: (borrowing KeyRecord) throws -> Result
    ) throws -> Result? {
        var result: Swift.Result<Result, any Error>?
        do {
            try keystore.lend(slot) { record in
                do { result = .success(try body(record)) } catch { result = .failure(error) }
                return true
            }
        } catch {
            guard error == .missing else {
                let advice = Advice(keystore: keystore, groupDirectory: nil)
                throw Failure(Advice.meaning(of: error), hint: advice.hint(for: error))
            }
        }
        return try result?.get()
    }
}
