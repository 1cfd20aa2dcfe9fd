import Threading

@testable import ProcessCoordination

/// A clock that stands still until it is moved; a pause moves it, so that waiting takes no time.
final class ManualClock: CoordinationClock {
    private struct State {
        var unixMilliseconds: Int64 = 1_790_000_000_000
        var sinceBoot = Duration.seconds(1_000)
        var bootID = BootID(high: 0x1234, low: 0x5678)
        var pauses = 0
    }

    private let state = Mutex(State())

    var unixMilliseconds: Int64 { state.withLock { state in state.unixMilliseconds } }
    var sinceBoot: Duration { state.withLock { state in state.sinceBoot } }
    var bootID: BootID { state.withLock { state in state.bootID } }
    /// How often somebody rested.
    var pauses: Int { state.withLock { state in state.pauses } }

    func pause(for time: Duration) {
        advance(by: time)
        state.withLock { state in state.pauses += 1 }
    }

    /// Both clocks go on, as they do by themselves.
    func advance(by time: Duration) {
        let milliseconds = Int64(time / .milliseconds(1))
        state.withLock { state in
            state.sinceBoot += time
            state.unixMilliseconds += milliseconds
        }
    }

    /// Somebody sets the wall clock.
    func jumpWall(by milliseconds: Int64) {
        state.withLock { state in state.unixMilliseconds += milliseconds }
    }

    /// The clock since boot jumps, which no kernel does.
    func jumpBoot(by time: Duration) {
        state.withLock { state in state.sinceBoot += time }
    }

    /// The system tells another boot, or none.
    func setBoot(_ bootID: BootID) {
        state.withLock { state in state.bootID = bootID }
    }

    /// The device starts again: another boot, a second old.
    func reboot() {
        state.withLock { state in
            state.bootID = BootID(high: state.bootID.high + 1, low: state.bootID.low)
            state.sinceBoot = .seconds(1)
        }
    }
}
