/// Runs rules, each on a device of its own.
public struct Guardrails: Sendable {
    /// What became of a rule.
    public struct Outcome: Sendable {
        /// The rule.
        public let rule: Rule
        /// What did not hold; nil when all did.
        public let violation: Violation?
        /// How long it took, by the system's clock.
        public let time: Duration
    }

    /// Every rule there is, in the order they are run.
    public static var rules: [Rule] { Rules.all }

    private let program: DeviceProgram
    private let seed: UInt64

    /// - Parameters:
    ///   - program: what the processes of the devices are started from.
    ///   - seed: for all that is left to chance.
    public init(_ program: DeviceProgram, seed: UInt64) {
        self.program = program
        self.seed = seed
    }

    /// Shows one rule.
    public func show(_ rule: Rule) -> Outcome {
        let began = ContinuousClock.now
        var violation: Violation?
        do throws(Violation) {
            let random = Random(seed: seed, for: "\(rule.room) \(rule.name)")
            try rule.show(Device(program, random: random))
        } catch { violation = error }
        return Outcome(rule: rule, violation: violation, time: ContinuousClock.now - began)
    }
}
