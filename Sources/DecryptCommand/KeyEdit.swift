import CommandSupport
import NotificationPipeline
import Sealing
import SecretMemory

/// What the `keys` commands have in common: the chosen keystore, and errors with hints.
struct KeyEdit {
    private let keystore: KeystoreChoice
    private let advice: Advice

    init(_ options: KeystoreOptions) throws {
        keystore = try options.choose()
        advice = Advice(keystore: keystore, groupDirectory: nil)
    }

    /// Stores a key and prints its public half.
    func store(
        _ material: consuming SecretBytes, _ slot: SlotArgument, rotating: Bool
    ) throws {
        do {
            _ = try keystore.store(material, in: slot.slot, rotating: rotating)
        } catch { throw failure(error, slot) }
        if let key = try publicKey(slot, previous: false) { print(key) }
    }

    func requireKey(_ slot: SlotArgument) throws {
        do {
            try keystore.lend(slot.slot) { _ in true }
        } catch {
            guard error == .missing else { throw failure(error, slot) }
            throw missing(slot, hint: slot.makingHint)
        }
    }

    /// A new key, unless the sender has to hold it, too.
    static func generate(_ slot: SlotArgument) throws -> SecretBytes {
        guard let material = try KeyMaterial.random(for: slot.slot.format) else {
            throw Failure(
                "a key for \(slot.name) is made where its sender gets it, too",
                hint: slot.makingHint, status: .usage)
        }
        return material
    }

    /// The public half of the current generation or the one before; nil for a key that has none.
    func publicKey(_ slot: SlotArgument, previous: Bool) throws -> String? {
        var found: String??
        var isFirst = true
        do {
            try keystore.lend(slot.slot) { record in
                defer { isFirst = false }
                if isFirst == previous { return false }
                found = .some(PublicHalf.text(of: record, slot.slot.format))
                return true
            }
        } catch {
            guard error == .missing else { throw failure(error, slot) }
        }
        guard let found else {
            guard previous else {
                throw missing(slot, hint: slot.makingHint)
            }
            throw Failure(
                "there is no previous key in slot \(slot.name)", hint: "ntfdecrypt keys list")
        }
        return found
    }

    func list() throws -> [KeyEntry] {
        do { return try keystore.list() } catch {
            if error == .missing { return [] }
            throw failure(error, nil)
        }
    }

    func delete(_ slot: SlotArgument) throws {
        do { try keystore.delete(slot.slot) } catch {
            guard error == .missing else { throw failure(error, slot) }
            throw missing(slot, hint: "ntfdecrypt keys list")
        }
    }

    private func missing(_ slot: SlotArgument, hint: String) -> Failure {
        Failure("there is no key in slot \(slot.name)", hint: hint)
    }

    private func failure(_ error: KeyError, _ slot: SlotArgument?) -> Failure {
        if error == .occupied, let slot {
            return Failure(
                "slot \(slot.name) has a key already",
                hint: "ntfdecrypt keys rotate \(slot.name), or keys import --rotate \(slot.name)")
        }
        return Failure(Advice.meaning(of: error), hint: advice.hint(for: error))
    }
}

/// The public half of a key, for people and senders.
enum PublicHalf {
    /// As the format's senders want it; nil for a key that both sides hold.
    static func text(of record: borrowing KeyRecord, _ format: KeyFormat) -> String? {
        switch format {
        case .blocktank: make(33, record, Secp256k1.publicKey).map(Spelling.hex)
        // Without padding, as Web Push's `p256dh` is written (RFC 8291, 3).
        case .webpush:
            make(P256.pointBytes, record, P256.publicKey).map { key in Spelling.base64URL(key) }
        case .simplex:
            make(X25519.keyBytes, record, X25519.publicKey).map { key in Spelling.base64URL(key) }
        case .zulip, .threema, .session, .homeassistant, .reown, .alby, .bark, .bisq: nil
        }
    }

    private static func make(
        _ count: Int, _ record: borrowing KeyRecord,
        _ publicKey: (Span<UInt8>, inout MutableSpan<UInt8>) throws(OpeningError) -> Void
    ) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let made: Bool? = record.withField(.secret) { secret in
            var target = bytes.mutableSpan
            return (try? publicKey(secret, &target)) != nil
        }
        return made == true ? bytes : nil
    }
}
