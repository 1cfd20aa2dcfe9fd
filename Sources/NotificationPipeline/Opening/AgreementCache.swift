internal import SecretMemory

/// The keys that were agreed upon with recent senders, so that a sender who comes again costs no
/// key agreement: a bounded number, in memory that is wiped.
///
/// An entry belongs to one key of the keystore, as it was read then. When the keystore is read anew,
/// or lends nothing, all entries are wiped: nothing is opened with a key that is no longer there.
struct AgreementCache: ~Copyable {
    /// What a key was agreed upon for; nothing secret.
    private struct Entry {
        var record: UInt64 = 0
        var label = BlocktankBox.Label.v0
        var sender = BoundedText()
    }

    private static let keyBytes = 32
    private var entries: [Entry]
    /// The keys of the entries, one behind another.
    private var keys = SecretBytes(count: keyBytes * Limits.agreementsMax)
    /// How many entries are in use, and the one that the next new one replaces.
    private var count = 0
    private var next = 0
    /// The youngest record seen; with a younger one every entry is out of date.
    private var youngest: UInt64 = 0

    init() {
        entries = Array(repeating: Entry(), count: Limits.agreementsMax)
    }

    /// Wipes every entry.
    mutating func removeAll() {
        guard count > 0 else { return }
        keys.wipe()
        (count, next) = (0, 0)
    }

    /// Copies the key agreed upon with `sender` into `key`; false when there is none.
    mutating func find(
        _ sender: Span<UInt8>, _ label: BlocktankBox.Label, record: UInt64,
        into key: inout SecretBytes
    ) -> Bool {
        if record > youngest {
            removeAll()
            youngest = record
        }
        for index in 0..<count {
            guard entries[index].record == record, entries[index].label == label,
                entries[index].sender.equals(sender)
            else { continue }
            keys.withBytes { all in
                let found = all.extracting(AgreementCache.place(index))
                key.withMutableBytes { target in
                    for index in found.indices { target[index] = found[index] }
                }
            }
            return true
        }
        return false
    }

    /// Keeps a key that has opened a message; the oldest entry goes when there is no room.
    mutating func keep(
        _ key: borrowing SecretBytes, for sender: Span<UInt8>, _ label: BlocktankBox.Label,
        record: UInt64
    ) {
        guard let sender = BoundedText(sender) else { return }
        let index = next
        entries[index] = Entry(record: record, label: label, sender: sender)
        keys.withMutableBytes { all in
            key.withBytes { key in
                let start = AgreementCache.place(index).lowerBound
                for offset in key.indices { all[start + offset] = key[offset] }
            }
        }
        next = (next + 1) % Limits.agreementsMax
        count = max(count, index + 1)
    }

    private static func place(_ index: Int) -> Range<Int> {
        keyBytes * index..<keyBytes * (index + 1)
    }
}

/// Points that were read recently, so that a sender who comes again is not checked again.
struct PointCache: ~Copyable {
    private var points: [(compressed: BoundedText, point: Secp256k1Point)] = []
    private var next = 0

    init() {
        points.reserveCapacity(Limits.agreementsMax)
    }

    /// The point of 33 bytes; nil when they are none. See `Secp256k1Point.init(compressed:)`.
    mutating func point(compressed bytes: Span<UInt8>) -> Secp256k1Point? {
        for index in points.indices where points[index].compressed.equals(bytes) {
            return points[index].point
        }
        guard let point = Secp256k1Point(compressed: bytes), let key = BoundedText(bytes) else {
            return nil
        }
        if points.count < Limits.agreementsMax {
            points.append((key, point))
        } else {
            points[next] = (key, point)
            next = (next + 1) % Limits.agreementsMax
        }
        return point
    }
}
