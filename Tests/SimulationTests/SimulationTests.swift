import Testing

@testable import Simulation

/// The matrix itself: what it says of the world as it is, and of one that is wrong.
@Suite struct MatrixTests {
    @Test(arguments: Scenario.allCases)
    func everyRowIsAsExpected(_ scenario: Scenario) {
        for seed: UInt64 in [1, 7] {
            let row = Matrix(seed: seed, trials: 2_000).play(scenario)
            let missed = row.expectations.filter { !$0.isMet }
            #expect(missed.isEmpty, "\(scenario.name) \(seed): \(missed)")
            #expect(row.tally.stories == 2_000)
        }
    }

    @Test func theSameSeedIsTheSameStory() {
        for scenario in Scenario.allCases {
            let one = Figures(Matrix(seed: 7, trials: 1_000).play(scenario))
            #expect(one == Figures(Matrix(seed: 7, trials: 1_000).play(scenario)))
        }
        let figures = [7, 8].map { seed in
            Figures(Matrix(seed: seed, trials: 1_000).play(.background))
        }
        #expect(figures[0] != figures[1])
    }

    @Test func aStoryIsTheSameWhateverWasPlayedBefore() {
        var fresh = Story(.background, .all, model: SimulationModel())
        var used = fresh
        for trial in 0..<500 { _ = used.play(seed: 3, trial: trial) }
        for trial in [7, 499, 0, 250] {
            let (one, other) = (
                fresh.play(seed: 3, trial: trial), used.play(seed: 3, trial: trial)
            )
            #expect("\(one)" == "\(other)")
        }
    }

    /// What a fault has to be found by, and in which row.
    static let faults: [(Spoil, Scenario, String)] = [
        (.completesTwice, .background, "nothing-broken"),
        (.neverCompletes, .background, "nothing-broken"),
        (.keepsLease, .killed, "nothing-broken"),
        (.writesTwice, .foreground, "nothing-broken"),
        (.attemptsTwice, .refreshDisabled, "nothing-broken"),
        (.neverFinishes, .lowPower, "nothing-broken"),
        (.missesConnection, .foreground, "completes-without-a-tap"),
        (.missesConnection, .background, "silent-push-completes"),
        (.missesConnection, .killed, "prompt-tap-completes"),
        (.missesConnection, .notificationsDisabled, "opening-completes"),
        (.failsForwarded, .background, "nothing-broken"),
        (.ignoresLock, .beforeFirstUnlock, "nothing-received-while-locked"),
        (.losesAlerts, .killed, "alert-shows-where-needed"),
        (.losesAlerts, .foreground, "is-shown"),
        (.wakesAnyway, .killed, "never-woken"),
        (.wakesAnyway, .refreshDisabled, "never-woken"),
        (.wakesAnyway, .lowPower, "is-throttled"),
        (.notifiesAnyway, .notificationsDisabled, "no-notification"),
    ]

    @Test(arguments: faults)
    func aFaultMakesItsRowFail(_ fault: Spoil, _ scenario: Scenario, _ name: String) {
        let row = Matrix(seed: 1, trials: 1_000, spoil: fault).play(scenario)
        #expect(!row.hasPassed)
        let missed = row.expectations.filter { !$0.isMet }.map { $0.name.description }
        #expect(missed.contains(name), "\(missed)")
    }

    @Test func everyFaultIsTried() {
        #expect(Set(Self.faults.map { $0.0 }) == Set(Spoil.allCases))
    }

    @Test func aWorldWithoutAlertsMakesRowsFail() {
        var model = SimulationModel()
        model.alertsLost = 1_000
        for scenario: Scenario in [.background, .killed, .lowPower, .refreshDisabled] {
            #expect(!Matrix(model: model, seed: 1, trials: 1_000).play(scenario).hasPassed)
        }
    }

    @Test func aWorldWithoutSilentPushesMakesTheirRowFail() {
        var model = SimulationModel()
        model.silentLost = 1_000
        #expect(!Matrix(model: model, seed: 1, trials: 1_000).play(.background).hasPassed)
        #expect(Matrix(model: model, seed: 1, trials: 1_000).play(.killed).hasPassed)
    }

    @Test func everyMeasureBuysSomethingBesideTheOthers() {
        let matrix = Matrix(seed: 5, trials: 1_000)
        let success = { (measures: Measures) in
            matrix.tally(.background, measures, stories: 4_000).successes
        }
        for measures in Measures.combinations where measures != .all {
            #expect(success(measures) < success(.all), "\(measures.name)")
        }
    }

    @Test func successFallsAsTheUserIsSlower() {
        let curve = Matrix(seed: 5, trials: 10_000).curve(
            .killed, Measures(retry: false, hold: true, silentPush: false))
        let first = curve.first?.tenThousandths ?? 0
        #expect(first > 8_000)
        #expect(curve.last?.part == 0)
        // The same dice for each reaction, so that chance cannot make it rise by much.
        for (one, next) in zip(curve, curve.dropFirst()) { #expect(next.part <= one.part + 10) }
    }
}

/// Everything that is told of a row.
private struct Figures: Equatable {
    let numbers: [Int?]
    let shares: [Share]
    let expectations: [Bool]

    init(_ row: Matrix.Row) {
        let tally = row.tally
        numbers =
            [
                tally.stories, tally.successes, tally.received, tally.receivedUnattended,
                tally.receivedLocked, tally.seenBySender, tally.pushed, tally.alerted,
                tally.silentHanded, tally.wakes, tally.silentCompleted, tally.silentReceived,
                tally.connected.count, tally.connected.percentile(50),
                tally.connected.percentile(90),
            ] + Breach.allCases.map { breach in tally.count(of: breach) }
        shares = row.success + [tally.alertShown, tally.promptlyOpened]
        expectations = row.expectations.map { $0.isMet }
    }
}
