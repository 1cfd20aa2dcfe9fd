/// Something that has to be so in a row of the matrix.
public struct Expectation: Equatable, Sendable {
    /// What it is called for programs.
    public let name: StaticString
    /// Whether it was so.
    public let isMet: Bool

    /// Whether both are the same, and came out the same.
    public static func == (left: Expectation, right: Expectation) -> Bool {
        left.isMet == right.isMet && left.name.description == right.name.description
    }
}

extension Scenario {
    /// What the row promises, held against what happened in it with all three measures.
    ///
    /// Bounds in percent leave room for what the model leaves to chance, and for nothing else: a
    /// system that never shows an alert, or a machine that gives up, is far outside.
    func expectations(_ tally: Tally) -> [Expectation] {
        func share(_ part: Int) -> Share { Share(part: part, whole: tally.stories) }
        let nothingBroken = Expectation(name: "nothing-broken", isMet: !tally.hasBreaches)
        let alertIsFallback = Expectation(
            name: "alert-shows-where-needed", isMet: tally.alertShown.isAtLeast(percent: 95))
        let tapCompletes = Expectation(
            name: "prompt-tap-completes", isMet: tally.promptlyOpened.isAtLeast(percent: 85))
        let isNeverWoken = Expectation(name: "never-woken", isMet: tally.wakes == 0)
        let own: [Expectation] =
            switch self {
            case .foreground:
                [
                    Expectation(
                        name: "completes-without-a-tap",
                        isMet: share(tally.receivedUnattended).isAtLeast(percent: 90)),
                    Expectation(
                        name: "is-shown",
                        isMet: tally.count(of: .notWritten) == 0
                            && Share(part: tally.alerted, whole: tally.pushed)
                                .isAtLeast(percent: 90)
                    ),
                ]
            case .background:
                [
                    Expectation(
                        name: "silent-push-attempts",
                        isMet: share(tally.wakes).isAtLeast(percent: 40)),
                    Expectation(
                        name: "silent-push-completes",
                        isMet: Share(part: tally.silentReceived, whole: tally.silentHanded)
                            .isAtLeast(percent: 50)),
                    alertIsFallback, tapCompletes,
                ]
            case .killed: [isNeverWoken, alertIsFallback, tapCompletes]
            case .lowPower:
                [
                    Expectation(
                        name: "is-throttled",
                        isMet: !share(tally.wakes).isAtLeast(percent: 40)),
                    alertIsFallback, tapCompletes,
                ]
            case .beforeFirstUnlock:
                [
                    Expectation(
                        name: "nothing-received-while-locked",
                        isMet: tally.receivedLocked == 0 && tally.silentReceivedLocked == 0),
                    alertIsFallback, tapCompletes,
                ]
            case .refreshDisabled: [isNeverWoken, alertIsFallback, tapCompletes]
            case .notificationsDisabled:
                [
                    Expectation(name: "no-notification", isMet: tally.alerted == 0), isNeverWoken,
                    Expectation(
                        name: "nothing-received-unopened", isMet: tally.receivedUnattended == 0),
                    Expectation(
                        name: "opening-completes",
                        isMet: tally.promptlyOpened.isAtLeast(percent: 60)),
                ]
            }
        return [nothingBroken] + own
    }
}
