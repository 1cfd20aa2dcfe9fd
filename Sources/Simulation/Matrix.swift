/// The testing matrix, played in virtual time.
public struct Matrix: Sendable {
    /// Stories of one row and one set of measures.
    public static let trialsRange = 1_000...10_000_000
    /// Reactions the curves are drawn over, in seconds.
    public static let reactionSecondsMax = 20

    private let model: SimulationModel
    private let seed: UInt64
    private let trials: Int
    private let spoil: Spoil?

    /// The same seed and model leave the same to chance, whatever is played in which order.
    public init(
        model: SimulationModel = SimulationModel(), seed: UInt64, trials: Int, spoil: Spoil? = nil
    ) {
        self.model = model
        self.seed = seed
        self.trials = trials
        self.spoil = spoil
    }

    /// What came of a row.
    public struct Row: Sendable {
        /// Which one.
        public let scenario: Scenario
        /// With all three measures.
        public let tally: Tally
        /// What was expected, and whether it was so.
        public let expectations: [Expectation]
        /// Success for `Measures.combinations`, in their order.
        public let success: [Share]

        /// Whether everything was as expected.
        public var hasPassed: Bool { expectations.allSatisfy { expectation in expectation.isMet } }
    }

    /// Plays a row: `trials` stories with all measures, whose figures are told, and a fifth as many
    /// for each other combination.
    public func play(_ scenario: Scenario) -> Row {
        let all = tally(scenario, .all, stories: trials)
        var success: [Share] = []
        for measures in Measures.combinations {
            let other = measures == .all
            let tally = other ? all : tally(scenario, measures, stories: max(1, trials / 5))
            success.append(tally.success)
        }
        return Row(
            scenario: scenario, tally: all, expectations: scenario.expectations(all),
            success: success)
    }

    /// Stories of one kind, counted.
    ///
    /// - Parameter reaction: from the alert to the tap; nil leaves it to chance.
    public func tally(
        _ scenario: Scenario, _ measures: Measures, stories: Int, reaction: Duration? = nil
    ) -> Tally {
        var tally = Tally()
        var story = Story(scenario, measures, model: model, spoil: spoil, reaction: reaction)
        for trial in 0..<stories {
            tally.add(story.play(seed: seed, trial: trial), isHeld: story.isHeld)
        }
        return tally
    }

    /// Success for each second of reaction from 0 to `reactionSecondsMax`, each of a tenth of the
    /// stories of a row.
    public func curve(_ scenario: Scenario, _ measures: Measures) -> [Share] {
        (0...Matrix.reactionSecondsMax).map { seconds in
            tally(
                scenario, measures, stories: max(100, trials / 10),
                reaction: .seconds(seconds)
            ).success
        }
    }
}
