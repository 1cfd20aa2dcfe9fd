import NotificationExtension
import NotificationPipeline
import Threading

/// Holds whoever comes to it until it is opened, and lets others wait until somebody has come.
final class Gate: Sendable {
    private let state: Monitor<(isOpen: Bool, arrived: Int)>

    init(isOpen: Bool = true) { state = Monitor((isOpen, 0)) }

    func pass() {
        state.withLock { $0.arrived += 1 }
        _ = state.waiting(atMost: .seconds(60)) { $0.isOpen ? true : nil }
    }

    func close() { state.withLock { $0.isOpen = false } }
    func open() { state.withLock { $0.isOpen = true } }

    /// False when nobody came in time.
    func waitUntilReached(by count: Int = 1) -> Bool {
        state.waiting(atMost: .seconds(60)) { $0.arrived >= count ? true : nil } ?? false
    }
}

/// The published key, behind a gate.
struct GatedKeys: Keystore {
    let gate: Gate
    var failure: KeyError?

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        gate.pass()
        if let failure { throw failure }
        let secret = [UInt8](repeating: 0x22, count: 32)
        _ = body(try KeyRecord(generation: 1, material: KeyMaterial.single(secret.span)))
    }
}

/// Remembers what was stored, behind a gate.
final class GatedStore: NotificationStore, Sendable {
    let gate: Gate
    let stored = Mutex<[Record]>([])

    init(gate: Gate) { self.gate = gate }

    func store(_ record: Record) throws(StoreError) -> Bool {
        gate.pass()
        return stored.withLock { stored in
            let isKnown = stored.contains { $0.identity == record.identity }
            if !isKnown { stored.append(record) }
            return isKnown
        }
    }
}

/// Time stands still until somebody moves it.
final class StillClock: ExtensionClock {
    private struct State {
        var uptime = Duration.seconds(1000)
        var alarm: (time: Duration, body: @Sendable () -> Void)?
        var alarms = 0
    }
    private let state = Mutex(State())

    var unixSeconds: UInt64 { 1_700_000_000 }
    var uptime: Duration { state.withLock { $0.uptime } }
    /// How often an alarm was set.
    var alarms: Int { state.withLock { $0.alarms } }

    func setAlarm(at time: Duration, _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.alarm = (time, body); $0.alarms += 1 }
    }

    /// Moves on, and rings what has become due.
    func advance(by time: Duration) {
        let due = state.withLock { state -> (@Sendable () -> Void)? in
            state.uptime += time
            guard let alarm = state.alarm, alarm.time <= state.uptime else { return nil }
            state.alarm = nil
            return alarm.body
        }
        due?()
    }
}

/// An app that may be active, and that notes what it is told.
final class App: Coordination {
    private let active = Mutex(false)
    let told = Mutex<[ExtensionState]>([])
    var isAppActive: Bool { active.withLock { $0 } }
    func becomeActive() { active.withLock { $0 = true } }
    func extensionChanged(to state: ExtensionState) { told.withLock { $0.append(state) } }
}

/// What the platform's handler got.
final class Screen: Sendable {
    private let contents = Monitor<[UInt64: [Content]]>([:])

    func delivery(_ number: UInt64 = 0) -> Delivery {
        Delivery { content in self.contents.withLock { $0[number, default: []].append(content) } }
    }

    func shown(_ number: UInt64 = 0) -> [Notification] {
        contents.withLock { $0[number, default: []].map(\.notification) }
    }

    func waitForContent(_ number: UInt64 = 0) -> Bool {
        contents.waiting(atMost: .seconds(60)) { $0[number] == nil ? nil : true } ?? false
    }

    /// How often each request was answered.
    var counts: [UInt64: Int] { contents.withLock { $0.mapValues(\.count) } }
    func text(_ number: UInt64 = 0) -> String? {
        contents.withLock { $0[number]?.first }?.withTexts { title, _, body in
            String(utf8: title) + " / " + String(utf8: body)
        }
    }
}

typealias TestExtension = NotificationExtension<GatedKeys, PlatformCryptography, GatedStore>

/// An extension with everything around it, for one test.
final class Phone: Sendable {
    let keys = Gate()
    let store = GatedStore(gate: Gate())
    let clock = StillClock()
    let app = App()
    let screen = Screen()
    let setups = Mutex<[Refusal?]>([])
    /// What the next setups throw, first one first.
    let setupFailures = Mutex<[Refusal]>([])
    let keyFailure: KeyError?

    init(keyFailure: KeyError? = nil) { self.keyFailure = keyFailure }

    func makeExtension(
        coordination: (any Coordination)? = nil, onStage: (@Sendable (UInt64, Stage) -> Void)? = nil,
        beforeSetup: @escaping @Sendable () -> Void = {}
    ) -> TestExtension {
        TestExtension(clock: clock, coordination: coordination ?? app, onStage: onStage) {
            [self] () throws(Refusal) in
            beforeSetup()
            let failure = setupFailures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            setups.withLock { $0.append(failure) }
            if let failure { throw failure }
            return ExtensionSetup(
                keys: GatedKeys(gate: keys, failure: keyFailure), store: store,
                catalog: Catalog(), crypto: { PlatformCryptography() })
        }
    }

    /// One request with the published push; returns when the extension does.
    func push(to it: TestExtension, _ number: UInt64 = 0) {
        let push = Phone.push
        it.didReceive(push.span, number: number, deliver: screen.delivery(number))
    }

    /// bitkit-core's published push (v0, the key is 32 times 0x22).
    static let push = Array(
        """
        {"cipher":"mvdDR3nQxKFTs/N1fQ5z38Zw079ynGfhKTULDq9Mzm96yPl4T4HRyvGLxpqEz9Kq/zeJnUbNzNNPFA2K\
        h5bPISCuuna+L375NLJgKEN65Aqu6q8KLXECOLhlgdXTEt38xl946MINUfY45uWdtO9h",\
        "iv":"000102030405060708090a0b0c0d0e0f","tag":"2bacdc4bd3ba62cdc3376e302dd70a5f",\
        "publicKey":"034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa"}
        """.utf8)
}

/// A request on a thread of its own.
func inBackground(_ body: @escaping @Sendable () -> Void) -> Thread {
    guard let thread = Thread(body) else { fatalError("no thread") }
    return thread
}
