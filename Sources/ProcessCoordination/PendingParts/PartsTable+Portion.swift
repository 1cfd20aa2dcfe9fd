extension PartsTable {
    /// Some parts of a payment, copied.
    struct Portion {
        var parts = InlineArray<16, (PendingPart, PartState)?>(repeating: nil)
        var count = 0
        /// The slot to go on with.
        var next = 0
    }

    /// The parts in the slots from `slot` on, as many as are copied at once.
    func portion(of hash: PaymentHash, from slot: Int) -> Portion {
        var portion = Portion()
        // Completes what was left half marked, and forgets.
        _ = payment(hash)
        portion.next = slot
        while portion.next < PartsMemory.slotCount && portion.count < portion.parts.count {
            let slot = portion.next
            portion.next += 1
            guard let mark = memory.mark(of: slot), memory.hasHash(hash, slot),
                memory.isWhole(slot)
            else { continue }
            let state: PartState =
                switch mark.phase {
                case .waiting, .claimed, .orphaned: .held
                case .settled: .settled
                case .failed: .failed
                }
            portion.parts[portion.count] = (memory.part(of: slot), state)
            portion.count += 1
        }
        return portion
    }
}
