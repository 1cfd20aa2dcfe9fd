import Foundation
import NotificationPipeline
import NotificationService
import Threading
import UserNotifications

/// A service for one test, which is named by a type of its own: what is set up lasts for the process.
final class Service<Test>: NotificationService {
    override class func setUp() throws(Refusal) -> NotificationServiceSetup {
        try Bench.setUp(for: ObjectIdentifier(Test.self))
    }
}

/// What the services of the tests are set up with.
enum Bench {
    typealias SetUp = @Sendable () throws(Refusal) -> NotificationServiceSetup
    private static let setUps = Mutex<[ObjectIdentifier: SetUp]>([:])

    static func prepare(_ test: Any.Type, _ setUp: @escaping SetUp) {
        setUps.withLock { setUps in setUps[ObjectIdentifier(test)] = setUp }
    }

    /// With the published key behind a gate, and records in `group`.
    static func prepare(_ test: Any.Type, gate: Gate = Gate(), group: String? = nil) {
        prepare(test) { () throws(Refusal) in
            NotificationServiceSetup(
                keystore: GatedKeys(gate: gate), groupDirectory: group,
                catalog: Catalog(appName: "Bitkit", locale: "en"))
        }
    }

    static func setUp(for test: ObjectIdentifier) throws(Refusal) -> NotificationServiceSetup {
        guard let setUp = setUps.withLock({ setUps in setUps[test] }) else {
            fatalError("a test prepares its bench")
        }
        return try setUp()
    }
}

/// Holds whoever comes to it until it is opened, and lets others wait until somebody has come.
final class Gate: Sendable {
    private let state: Monitor<(isOpen: Bool, arrived: Int)>

    init(isOpen: Bool = true) { state = Monitor((isOpen, 0)) }

    func pass() {
        state.withLock { $0.arrived += 1 }
        _ = state.waiting(atMost: .seconds(60)) { $0.isOpen ? true : nil }
    }

    func open() { state.withLock { $0.isOpen = true } }

    /// False when nobody came in time.
    func waitUntilReached(by count: Int = 1) -> Bool {
        state.waiting(atMost: .seconds(60)) { $0.arrived >= count ? true : nil } ?? false
    }
}

/// The published key, behind a gate.
struct GatedKeys: Keystore {
    let gate: Gate

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        gate.pass()
        let secret = Pushes.secret
        _ = body(try KeyRecord(generation: 1, material: KeyMaterial.single(secret.span)))
    }
}
