internal import SecureFiles

/// The shared words, cut into slots of 16: slot 0 is the header, the others hold a part each.
///
/// A part's words are written first and its mark last, so that a slot with a mark is whole, whoever was
/// killed where; the checksum tells what came there by other ways.
struct PartsMemory {
    static let slotWords = 16
    static let slotCount = CoordinationLimits.partsMax
    static let byteCount = (slotCount + 1) * slotWords * 8

    /// The words of one slot.
    private enum Word {
        static let mark = 0
        /// The claimer's number below, the height of the HTLC's end above.
        static let claimerAndHeight = 1
        static let claimerStartedAt = 2
        static let claimerNamespace = 3
        static let hash = 4
        static let channel = 8
        static let htlc = 9
        static let amount = 10
        static let total = 11
        static let receivedAt = 12
        static let bootHigh = 13
        static let bootLow = 14
        static let checksum = 15
    }

    let mapping: SharedMapping
    /// Called after each store: where a test kills a process.
    let onStore: (@Sendable () -> Void)?

    private func load(_ word: Int, of slot: Int) -> UInt64 {
        mapping.load((slot + 1) * Self.slotWords + word)
    }

    private func store(_ value: UInt64, at word: Int, of slot: Int) {
        mapping.store(value, at: (slot + 1) * Self.slotWords + word)
        onStore?()
    }

    /// The mark of a slot; nil when it is free, or damaged.
    func mark(of slot: Int) -> SlotMark? { SlotMark(load(Word.mark, of: slot)) }

    /// Whether nothing was ever in the slot, or was taken out of it.
    func isFree(_ slot: Int) -> Bool { load(Word.mark, of: slot) == 0 }

    func setMark(_ mark: SlotMark, of slot: Int) { store(mark.word, at: Word.mark, of: slot) }

    func free(_ slot: Int) { store(0, at: Word.mark, of: slot) }

    /// Whether the part in the slot has this hash, whole or not.
    func hasHash(_ hash: PaymentHash, _ slot: Int) -> Bool {
        for index in 0..<4 where load(Word.hash + index, of: slot) != hash.words[index] {
            return false
        }
        return true
    }

    func hash(of slot: Int) -> PaymentHash {
        PaymentHash(words: InlineArray { index in load(Word.hash + index, of: slot) })
    }

    func part(of slot: Int) -> PendingPart {
        PendingPart(
            paymentHash: hash(of: slot), channel: load(Word.channel, of: slot),
            htlc: load(Word.htlc, of: slot), amountMsat: load(Word.amount, of: slot),
            totalMsat: load(Word.total, of: slot),
            cltvExpiry: UInt32(truncatingIfNeeded: load(Word.claimerAndHeight, of: slot) >> 32))
    }

    /// Milliseconds since the boot `bootID(of:)`.
    func receivedAt(of slot: Int) -> UInt64 { load(Word.receivedAt, of: slot) }

    func bootID(of slot: Int) -> BootID {
        BootID(high: load(Word.bootHigh, of: slot), low: load(Word.bootLow, of: slot))
    }

    /// Who claimed, if anybody did. Lived in the boot `bootID`, which the mark's tag tells.
    func claimer(of slot: Int, bootID: BootID) -> ProcessIdentity {
        ProcessIdentity(
            pid: Int32(truncatingIfNeeded: load(Word.claimerAndHeight, of: slot)),
            startedAt: load(Word.claimerStartedAt, of: slot),
            namespace: load(Word.claimerNamespace, of: slot), bootID: bootID)
    }

    /// Writes the claimer beside the part; it counts only once the mark says `claimed`.
    func setClaimer(_ claimer: ProcessIdentity, of slot: Int) {
        let height = load(Word.claimerAndHeight, of: slot) & ~UInt64(UInt32.max)
        store(height | UInt64(UInt32(bitPattern: claimer.pid)), at: Word.claimerAndHeight, of: slot)
        store(claimer.startedAt, at: Word.claimerStartedAt, of: slot)
        store(claimer.namespace, at: Word.claimerNamespace, of: slot)
    }

    /// Fills a free slot; the part is there with the last store and not before.
    func write(_ part: PendingPart, at moment: PartsMoment, generation: UInt8, to slot: Int) {
        if !isFree(slot) { free(slot) }
        store(UInt64(part.cltvExpiry) << 32, at: Word.claimerAndHeight, of: slot)
        for index in 0..<4 {
            store(part.paymentHash.words[index], at: Word.hash + index, of: slot)
        }
        store(part.channel, at: Word.channel, of: slot)
        store(part.htlc, at: Word.htlc, of: slot)
        store(part.amountMsat, at: Word.amount, of: slot)
        store(part.totalMsat, at: Word.total, of: slot)
        store(moment.milliseconds, at: Word.receivedAt, of: slot)
        store(moment.bootID.high, at: Word.bootHigh, of: slot)
        store(moment.bootID.low, at: Word.bootLow, of: slot)
        store(checksum(of: slot), at: Word.checksum, of: slot)
        setMark(SlotMark(phase: .waiting, generation: generation, moment: moment), of: slot)
    }

    /// Whether the part in the slot is what was written there.
    func isWhole(_ slot: Int) -> Bool { load(Word.checksum, of: slot) == checksum(of: slot) }

    /// Over all that never changes.
    private func checksum(of slot: Int) -> UInt64 {
        let first = load(Word.claimerAndHeight, of: slot) >> 32
        let bytes = InlineArray<96, UInt8> { index in
            let word = index < 8 ? first : load(Word.hash + index / 8 - 1, of: slot)
            return UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8))
        }
        return Checksum.of(bytes.span, kind: 0x50)
    }
}
