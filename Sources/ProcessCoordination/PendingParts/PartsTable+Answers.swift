/// What each call on the door does with the table.
extension PartsTable {
    func append(_ part: PendingPart) -> PartAnswer {
        guard part.amountMsat > 0 else { return .refused(.amountZero) }
        guard part.totalMsat > 0, part.totalMsat <= CoordinationLimits.partsTotalMsatMax else {
            return .refused(.totalInvalid)
        }
        let payment = payment(part.paymentHash)
        if let slot = find(part) { return repeated(part, in: slot, payment) }
        if payment.wasSettled { return .settled }
        guard let lead = payment.lead else {
            return add(part, generation: payment.freeGeneration, to: 0)
        }
        guard memory.mark(of: lead)?.phase == .waiting else { return .refused(.claimed) }
        guard !payment.isOver, part.totalMsat == payment.totalMsat else {
            decide(.failed, payment, part.paymentHash)
            return .failed
        }
        return add(part, generation: payment.generation, to: payment.receivedMsat)
    }

    private func add(
        _ part: PendingPart, generation: UInt8?, to receivedMsat: UInt64
    ) -> PartAnswer {
        let (sum, isOverflow) = receivedMsat.addingReportingOverflow(part.amountMsat)
        guard !isOverflow, sum <= 2 * part.totalMsat else { return .refused(.amountTooLarge) }
        guard let generation, let slot = freeSlot() else { return .refused(.full) }
        memory.write(part, at: now, generation: generation, to: slot)
        return sum >= part.totalMsat
            ? .complete(receivedMsat: sum, totalMsat: part.totalMsat)
            : .waiting(receivedMsat: sum, totalMsat: part.totalMsat)
    }

    /// The answer to an HTLC that was appended before: the peer repeats them after each reconnection.
    private func repeated(
        _ part: PendingPart, in slot: Int, _ payment: Payment
    ) -> PartAnswer {
        guard memory.part(of: slot) == part else { return .refused(.contradiction) }
        switch memory.mark(of: slot)?.phase {
        case .settled: return .settled
        case .failed: return .failed
        case .waiting, .claimed, .orphaned, nil: break
        }
        if let lead = payment.lead, payment.isOver, memory.mark(of: lead)?.phase == .waiting {
            decide(.failed, payment, part.paymentHash)
            return .failed
        }
        return .duplicate(receivedMsat: payment.receivedMsat, totalMsat: payment.totalMsat)
    }

    func claim(_ hash: PaymentHash) -> ClaimAnswer {
        let payment = payment(hash)
        guard let lead = payment.lead, let mark = memory.mark(of: lead) else {
            if payment.wasSettled { return .settled }
            return payment.hasFailed ? .failed : .unknown
        }
        if isClaimHeld(lead) { return .taken }
        if payment.isOver && mark.phase == .waiting {
            decide(.failed, payment, hash)
            return .failed
        }
        guard payment.isComplete else {
            return .incomplete(
                receivedMsat: payment.receivedMsat, totalMsat: payment.totalMsat)
        }
        take(lead, generation: payment.generation)
        return .claimed(receivedMsat: payment.receivedMsat, totalMsat: payment.totalMsat)
    }

    /// Settles or fails; settling needs the claim, failing needs that nobody else has it.
    func end(_ hash: PaymentHash, as phase: SlotMark.Phase) -> PartsVerdict {
        let payment = payment(hash)
        guard let lead = payment.lead else {
            if payment.wasSettled { return .settled }
            return payment.hasFailed ? .failed : .unknown
        }
        if !isClaimOurs(lead) {
            if isClaimHeld(lead) { return .notYours }
            guard phase == .failed, memory.mark(of: lead)?.phase == .waiting else {
                return .notClaimed
            }
        }
        decide(phase, payment, hash)
        return .done
    }

    /// The next payment, its lead in `slot` or later, of which `expire` has something to tell.
    func expireNext(from slot: Int) -> (next: Int, hash: PaymentHash, event: PartsEvent)? {
        for slot in slot..<PartsMemory.slotCount {
            guard let mark = memory.mark(of: slot), !mark.phase.isDecided, memory.isWhole(slot)
            else { continue }
            let hash = memory.hash(of: slot)
            let payment = payment(hash)
            // The lead may lie behind: then it is met later, and once for each payment.
            guard payment.lead == slot, !isClaimHeld(slot) else { continue }
            if mark.phase != .waiting {
                orphan(slot)
                return (slot + 1, hash, .orphaned)
            }
            if payment.isOver {
                decide(.failed, payment, hash)
                return (slot + 1, hash, .failed)
            }
        }
        return nil
    }
}
