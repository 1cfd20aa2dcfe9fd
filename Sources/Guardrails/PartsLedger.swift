internal import ProcessCoordination

/// What the processes of a device said of payments, held against what the device still knows.
struct PartsLedger {
    /// A part that was acknowledged: its number, and when at the earliest, on the device's clock.
    private struct Entry {
        let number: UInt64
        let turn: Int64
        let milliseconds: Int64
    }

    /// How many parts were acknowledged.
    private(set) var acknowledged = 0
    /// How many payments were settled.
    private(set) var settled: Set<UInt64> = []
    private let clock: ClockPage
    private let parts: PendingParts
    private var entries: [Entry] = []

    init(_ device: Device) throws(Violation) {
        clock = device.clock
        do {
            parts = try PendingParts(groupDirectory: device.groupDirectory, clock: device.clock)
        } catch { throw Violation("pending parts can be opened: \(error)") }
    }

    /// The hash of a payment, by its number.
    static func hash(of payment: UInt64) -> PaymentHash {
        var bytes = [UInt8](repeating: 0xaa, count: PaymentHash.byteCount)
        for index in 0..<8 {
            bytes[index] = UInt8(truncatingIfNeeded: payment >> UInt64(8 * index))
        }
        guard let hash = PaymentHash(bytes.span) else { preconditionFailure("a hash has 32 bytes") }
        return hash
    }

    /// The number of the payment with that hash.
    static func payment(of hash: PaymentHash) -> UInt64 {
        let bytes = hash.bytes
        var payment: UInt64 = 0
        for index in 0..<8 { payment |= UInt64(bytes[index]) << UInt64(8 * index) }
        return payment
    }

    /// A moment, for a report: the clock's turn and its milliseconds.
    static func moment(of clock: ClockPage) -> String {
        // The turn first: when it changes in between, the moment is one of a turn that is over.
        let turn = clock.turn
        return "\(turn) \(Int64(clock.sinceBoot / .milliseconds(1)))"
    }

    /// Takes what a process reported: `part N MOMENT`, `settled K`; anything else is none of its
    /// business.
    mutating func note(_ event: String) throws(Violation) {
        let words = event.split(separator: " ")
        guard words.count >= 2, let number = UInt64(words[1]) else { return }
        switch words[0] {
        case "part":
            guard words.count == 4, let turn = Int64(words[2]), let time = Int64(words[3]) else {
                return
            }
            acknowledged += 1
            entries.append(Entry(number: number, turn: turn, milliseconds: time))
        case "settled":
            guard settled.insert(number).inserted else {
                throw Violation("payment \(number) completes once, but it did twice")
            }
        default: break
        }
    }

    /// Whether parts that were acknowledged, and whose time is not over, are still there, whatever
    /// became of them: the last `count`, or all.
    mutating func check(last count: Int = .max) throws(Violation) {
        let (turn, now) = (clock.turn, clock.sinceBoot)
        entries.removeAll { entry in
            entry.turn != turn
                || now - .milliseconds(entry.milliseconds) >= CoordinationLimits.partsTime
        }
        for entry in entries.suffix(count) {
            var isThere = false
            do throws(PartsError) {
                try parts.parts(of: PartsLedger.hash(of: entry.number / 2)) { part, _ in
                    if part.htlc == entry.number { isThere = true }
                }
            } catch {
                // A process that is stopped in the middle of a change: asked again after the next step.
                guard error == .busy else { throw Violation("parts can be listed: \(error)") }
                return
            }
            guard isThere else {
                throw Violation("acknowledged part \(entry.number) is there, but it is lost")
            }
        }
    }
}
