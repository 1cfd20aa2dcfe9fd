/// The rules of pending parts over the shared words, for one moment and one process that has them to
/// itself. No step loses a part when it is the last one its process does.
///
/// A payment is what has one hash and one generation. Its fate is decided by one store: the first slot
/// whose mark is decided speaks for all, and whoever comes next completes what was left half marked.
struct PartsTable {
    let memory: PartsMemory
    let now: PartsMoment
    let identity: ProcessIdentity
    /// In place of the kernel's word, for a test.
    let liveness: (@Sendable (ProcessIdentity) -> ProcessIdentity.Liveness)?

    /// All that the slots tell about one hash.
    struct Payment {
        /// The slot that speaks for the parts that are held; nil when none is.
        var lead: Int?
        var generation: UInt8 = 0
        var receivedMsat: UInt64 = 0
        var totalMsat: UInt64 = 0
        /// Whether the time of the first part is up.
        var isOver = false
        var wasSettled = false
        var hasFailed = false
        /// Generations that are taken, a bit each.
        var generations = InlineArray<4, UInt64>(repeating: 0)

        var isComplete: Bool { receivedMsat >= totalMsat }

        var freeGeneration: UInt8? {
            for index in generations.indices where generations[index] != .max {
                return UInt8(index * 64 + (~generations[index]).trailingZeroBitCount)
            }
            return nil
        }
    }

    /// Whether the slot holds a whole part of the payment, decided or not.
    private func mark(of slot: Int, _ hash: PaymentHash) -> SlotMark? {
        guard let mark = memory.mark(of: slot), memory.hasHash(hash, slot), memory.isWhole(slot)
        else { return nil }
        return mark
    }

    /// Reads what is there of `hash`, after completing and forgetting what is due.
    func payment(_ hash: PaymentHash) -> Payment {
        var payment = Payment()
        var lastGeneration: UInt8?
        for slot in 0..<PartsMemory.slotCount {
            guard let first = mark(of: slot, hash) else { continue }
            if first.generation != lastGeneration {
                completeDecision(of: hash, generation: first.generation)
                lastGeneration = first.generation
            }
            guard let mark = memory.mark(of: slot) else { continue }
            if mark.phase.isDecided
                && !mark.isYounger(than: CoordinationLimits.partsRemembered, at: now)
            {
                memory.free(slot)
                continue
            }
            payment.generations[Int(mark.generation / 64)] |= 1 << UInt64(mark.generation % 64)
            switch mark.phase {
            case .settled: payment.wasSettled = true
            case .failed: payment.hasFailed = true
            case .waiting, .claimed, .orphaned: add(slot, mark, to: &payment)
            }
        }
        return payment
    }

    private func add(_ slot: Int, _ mark: SlotMark, to payment: inout Payment) {
        let part = memory.part(of: slot)
        // What was appended never adds up to more than twice the total; garbage may.
        let (sum, isOverflow) = payment.receivedMsat.addingReportingOverflow(part.amountMsat)
        payment.receivedMsat = isOverflow ? .max : sum
        if payment.lead == nil || mark.phase != .waiting {
            payment.lead = slot
            payment.generation = mark.generation
            payment.totalMsat = part.totalMsat
        }
        let isOfThisBoot = now.bootID.isKnown && memory.bootID(of: slot) == now.bootID
        let isYoung = PartsMoment.isYounger(
            memory.receivedAt(of: slot), than: CoordinationLimits.partsTime, at: now.milliseconds)
        if !isOfThisBoot || !isYoung { payment.isOver = true }
    }

    /// Gives the mark that was decided first to the payment's other slots.
    private func completeDecision(of hash: PaymentHash, generation: UInt8) {
        var decided: SlotMark?
        var isMixed = false
        for slot in 0..<PartsMemory.slotCount {
            guard let mark = mark(of: slot, hash), mark.generation == generation else { continue }
            if mark.phase.isDecided { decided = decided ?? mark } else { isMixed = true }
        }
        guard let decided, isMixed else { return }
        for slot in 0..<PartsMemory.slotCount {
            guard let mark = mark(of: slot, hash), mark.generation == generation,
                !mark.phase.isDecided
            else { continue }
            memory.setMark(decided, of: slot)
        }
    }

    /// Settles or fails all parts of a payment: the lead's store decides.
    func decide(_ phase: SlotMark.Phase, _ payment: Payment, _ hash: PaymentHash) {
        guard let lead = payment.lead else { return }
        let mark = SlotMark(phase: phase, generation: payment.generation, moment: now)
        memory.setMark(mark, of: lead)
        completeDecision(of: hash, generation: payment.generation)
    }

    /// The slot that holds this very HTLC.
    func find(_ part: PendingPart) -> Int? {
        for slot in 0..<PartsMemory.slotCount {
            guard mark(of: slot, part.paymentHash) != nil else { continue }
            let held = memory.part(of: slot)
            if held.channel == part.channel && held.htlc == part.htlc { return slot }
        }
        return nil
    }

    /// A slot for a new part, after forgetting what need not be remembered.
    func freeSlot() -> Int? {
        if let slot = firstFree() { return slot }
        sweep()
        return firstFree()
    }

    private func firstFree() -> Int? {
        for slot in 0..<PartsMemory.slotCount where memory.isFree(slot) { return slot }
        return nil
    }

    /// Frees damaged slots, and those of payments that need not be remembered any more.
    func sweep() {
        for slot in 0..<PartsMemory.slotCount where !memory.isFree(slot) {
            guard let mark = memory.mark(of: slot), memory.isWhole(slot) else {
                memory.free(slot)
                continue
            }
            guard mark.phase.isDecided,
                !mark.isYounger(than: CoordinationLimits.partsRemembered, at: now)
            else { continue }
            // Not this slot alone: what was left undecided goes with what decided it.
            _ = payment(memory.hash(of: slot))
        }
    }

    /// Whether whoever claimed the payment may still be settling it.
    func isClaimHeld(_ lead: Int) -> Bool {
        guard let mark = memory.mark(of: lead), mark.phase == .claimed else { return false }
        guard mark.bootTag == now.bootTag else { return false }
        let claimer = memory.claimer(of: lead, bootID: now.bootID)
        switch liveness?(claimer) ?? claimer.liveness(bootID: now.bootID) {
        case .alive: return true
        case .dead: return false
        case .unknown: return mark.isYounger(than: CoordinationLimits.partsTime, at: now)
        }
    }

    /// Whether this very process claimed it.
    func isClaimOurs(_ lead: Int) -> Bool {
        guard let mark = memory.mark(of: lead), mark.phase == .claimed else { return false }
        return mark.bootTag == now.bootTag
            && memory.claimer(of: lead, bootID: identity.bootID) == identity
    }

    /// Marks a claim whose claimer is gone; from then on nobody's, until it is claimed again.
    func orphan(_ lead: Int) {
        guard let mark = memory.mark(of: lead), mark.phase == .claimed else { return }
        memory.setMark(
            SlotMark(phase: .orphaned, generation: mark.generation, moment: now), of: lead)
    }

    /// Gives the payment to this process.
    func take(_ lead: Int, generation: UInt8) {
        // The former claimer is taken off first: half of each would be a third one.
        orphan(lead)
        memory.setClaimer(identity, of: lead)
        memory.setMark(
            SlotMark(phase: .claimed, generation: generation, moment: now), of: lead)
    }
}
