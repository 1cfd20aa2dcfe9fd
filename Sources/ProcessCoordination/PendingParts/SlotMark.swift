/// The word of a slot that changes: what became of its part, and when. Zero for a free slot.
///
/// One store changes it, so that a process which is killed has changed it or has not. From the highest
/// byte on: the phase, the generation, a tag of the boot, and 5 bytes of milliseconds since boot.
struct SlotMark: Equatable {
    /// Values that no bit fewer or more turns into each other.
    enum Phase: UInt8 {
        case waiting = 0x17
        case claimed = 0x2b
        case orphaned = 0x4d
        case settled = 0x71
        case failed = 0x8e

        /// Whether the payment's fate is known: the slot only answers for it.
        var isDecided: Bool { self == .settled || self == .failed }
    }

    let phase: Phase
    /// Tells the payment from earlier ones of the same hash, which have failed.
    let generation: UInt8
    let bootTag: UInt8
    /// When the phase began, in milliseconds since that boot.
    let milliseconds: UInt64

    /// 34 years since boot.
    static let millisecondsMax: UInt64 = 1 << 40 - 1

    init(phase: Phase, generation: UInt8, moment: PartsMoment) {
        self.phase = phase
        self.generation = generation
        bootTag = moment.bootTag
        milliseconds = moment.milliseconds
    }

    /// nil for what is no mark, zero included.
    init?(_ word: UInt64) {
        guard let phase = Phase(rawValue: UInt8(truncatingIfNeeded: word >> 56)) else { return nil }
        self.phase = phase
        generation = UInt8(truncatingIfNeeded: word >> 48)
        bootTag = UInt8(truncatingIfNeeded: word >> 40)
        milliseconds = word & Self.millisecondsMax
    }

    var word: UInt64 {
        UInt64(phase.rawValue) << 56 | UInt64(generation) << 48 | UInt64(bootTag) << 40
            | milliseconds
    }

    /// Whether it was made less than `time` before `now`, in the same boot and not in the future.
    func isYounger(than time: Duration, at now: PartsMoment) -> Bool {
        now.bootID.isKnown && bootTag == now.bootTag
            && PartsMoment.isYounger(milliseconds, than: time, at: now.milliseconds)
    }
}

/// A moment of one boot, in milliseconds.
struct PartsMoment {
    let milliseconds: UInt64
    let bootID: BootID

    init(_ clock: any CoordinationClock) {
        self.init(sinceBoot: clock.sinceBoot, bootID: clock.bootID)
    }

    init(sinceBoot: Duration, bootID: BootID) {
        milliseconds = min(Self.milliseconds(sinceBoot), SlotMark.millisecondsMax)
        self.bootID = bootID
    }

    /// 8 of the 128 bits: enough where a mistake only makes a memory last longer.
    var bootTag: UInt8 {
        let folded = bootID.high ^ bootID.low
        return UInt8(truncatingIfNeeded: (folded &* 0x9e37_79b9_7f4a_7c15) >> 56)
    }

    /// Whether `then` lies less than `time` before `now` and not behind it.
    static func isYounger(_ then: UInt64, than time: Duration, at now: UInt64) -> Bool {
        then <= now && now - then < milliseconds(time)
    }

    private static func milliseconds(_ time: Duration) -> UInt64 {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000)
    }
}
