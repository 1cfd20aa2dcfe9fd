import CommandSupport
import NotificationPipeline
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
        print(try publicKey(slot, previous: false))
    }

    func requireKey(_ slot: SlotArgument) throws {
        do {
            try keystore.lend(slot.slot) { _ in true }
        } catch {
            guard error == .missing else { throw failure(error, slot) }
            throw missing(slot, hint: "ntfdecrypt keys generate \(slot.name)")
        }
    }

    /// The public half in hex, of the current generation or the one before.
    func publicKey(_ slot: SlotArgument, previous: Bool) throws -> String {
        var found: String?
        var isFirst = true
        do {
            try keystore.lend(slot.slot) { record in
                defer { isFirst = false }
                if isFirst == previous { return false }
                found = PublicHalf.hex(of: record, slot.slot.format)
                return true
            }
        } catch {
            guard error == .missing else { throw failure(error, slot) }
        }
        guard let found else {
            guard previous else {
                throw missing(slot, hint: "ntfdecrypt keys generate \(slot.name)")
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
    static func hex(of record: borrowing KeyRecord, _ format: KeyFormat) -> String? {
        switch format {
        case .blocktank:
            var compressed = [UInt8](repeating: 0, count: 33)
            let made: Bool? = record.withField(.secret) { secret in
                var target = compressed.mutableSpan
                return (try? Secp256k1.publicKey(of: secret, into: &target)) != nil
            }
            guard made == true else { return nil }
            return compressed.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
        }
    }
}
