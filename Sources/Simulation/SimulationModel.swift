/// Everything the simulation takes for granted about the world: times in milliseconds, chances in a
/// thousand. No figure is a measurement of somebody's phone; each says what it was chosen for.
public struct SimulationModel: Equatable, Sendable {
    // What the system does with pushes.

    /// From the server to the screen: Apple's service delivers alerts of high priority at once, in about
    /// half a second, and a phone on a bad network later.
    public var alertDelay = Distribution(
        least: 150, tenth: 300, half: 600, nineTenths: 1_500, ninetyNine: 6_000, most: 30_000)
    /// Alerts that never come: the phone is off or without a network for longer than a payment waits.
    public var alertsLost: Int64 = 10
    /// A silent push is sent with low priority, and the system picks a moment that suits it.
    public var silentDelay = Distribution(
        least: 200, tenth: 500, half: 1_500, nineTenths: 9_000, ninetyNine: 25_000, most: 60_000)
    /// Silent pushes that are never handed on: best effort is the documented promise, and apps that
    /// are woken often are woken less.
    public var silentLost: Int64 = 300
    /// The same while the device saves power, when the system puts background work off.
    public var silentLostInLowPower: Int64 = 850
    /// The service delivers at least once, so now and then it is twice.
    public var silentTwice: Int64 = 10
    /// How long a woken app may run: 30 seconds as a rule, less when the system needs the memory.
    public var backgroundTime = Distribution(
        least: 5_000, tenth: 29_000, half: 30_000, nineTenths: 30_000, ninetyNine: 30_000,
        most: 30_000)
    /// Woken apps that the system takes away before they are done, for memory.
    public var killedInBackground: Int64 = 15
    /// When that happens, from the wake on.
    public var killedAfter = Distribution(
        least: 50, tenth: 500, half: 3_000, nineTenths: 9_000, ninetyNine: 20_000, most: 25_000)

    // The app.

    /// Apps in the background that are still in memory; the rest has to be launched again.
    public var stillInMemory: Int64 = 600
    /// From the tap or the wake to the app's own code, launched anew.
    public var launch = Distribution(
        least: 200, tenth: 300, half: 500, nineTenths: 900, ninetyNine: 2_000, most: 5_000)
    /// The same where the process is still in memory.
    public var resume = Distribution(
        least: 20, tenth: 30, half: 60, nineTenths: 150, ninetyNine: 500, most: 1_500)
    /// How long ago an app was opened that is in the foreground: some payments meet a node on its way up.
    public var openSince = Distribution(
        least: 0, tenth: 1_500, half: 8_000, nineTenths: 20_000, ninetyNine: 28_000, most: 30_000)

    // The node.

    /// Taking the lease is a file lock.
    public var lease = Distribution(
        least: 0, tenth: 1, half: 2, nineTenths: 5, ninetyNine: 20, most: 200)
    /// Another process has the lease: a background task of the same app that is just under way.
    public var leaseTaken: Int64 = 5
    /// For that long.
    public var leaseTakenFor = Distribution(
        least: 100, tenth: 500, half: 3_000, nineTenths: 10_000, ninetyNine: 20_000, most: 25_000)
    /// Reading the node's state: a few megabytes from flash.
    public var setUp = Distribution(
        least: 50, tenth: 120, half: 250, nineTenths: 600, ninetyNine: 2_000, most: 9_000)
    /// Starting it: keys derived, monitors loaded, threads begun.
    public var start = Distribution(
        least: 100, tenth: 200, half: 400, nineTenths: 900, ninetyNine: 3_000, most: 11_000)
    /// Nodes that do not start, for a store or a fee source that is not there.
    public var startFails: Int64 = 3
    /// Connecting: name, TCP and a handshake of three messages on a mobile network; the last hundredth
    /// waits longer than the machine lets it.
    public var connect = Distribution(
        least: 80, tenth: 200, half: 450, nineTenths: 1_400, ninetyNine: 5_000, most: 12_000)
    /// Connections that are refused: no network just then.
    public var connectFails: Int64 = 15
    /// Synchronising: chain tip and channels, by HTTP.
    public var sync = Distribution(
        least: 200, tenth: 500, half: 1_200, nineTenths: 3_500, ninetyNine: 9_000, most: 18_000)
    /// Synchronising that fails: the source does not answer.
    public var syncFails: Int64 = 10
    /// Stopping, and giving the lease back.
    public var stop = Distribution(
        least: 20, tenth: 50, half: 150, nineTenths: 500, ninetyNine: 2_000, most: 6_000)
    /// How soon a step that was cancelled returns.
    public var cancelled = Distribution(milliseconds: 20)
    /// Payments the node tells of twice: once as claimable, once as claimed.
    public var toldTwice: Int64 = 20

    // The network of the payment.

    /// From the sender to the recipient's server, and the answer back: two or three hops.
    public var route = Distribution(
        least: 150, tenth: 300, half: 600, nineTenths: 1_800, ninetyNine: 5_000, most: 9_000)
    /// Attempts that fail on the way, at a channel that cannot carry them.
    public var routeFails: Int64 = 40
    /// The last hop, from the server to the phone: one round trip and two commitments.
    public var lastHop = Distribution(
        least: 60, tenth: 120, half: 250, nineTenths: 700, ninetyNine: 2_000, most: 5_000)
    /// The forwarding hint over HTTP; the last hundredth is too late for the sender.
    public var hint = Distribution(
        least: 40, tenth: 80, half: 150, nineTenths: 400, ninetyNine: 2_000, most: 4_000)
    /// Hints that do not come at all.
    public var hintLost: Int64 = 20

    // The person.

    /// From the alert to the tap: half look within six seconds, the phone in the hand or not.
    public var reaction = Distribution(
        least: 800, tenth: 2_000, half: 6_000, nineTenths: 30_000, ninetyNine: 50_000, most: 60_000)
    /// People who do not look at all while a payment waits.
    public var neverLooks: Int64 = 150
    /// Opening the app without a notification: by chance, or because the sender says so.
    public var opensUnasked = Distribution(
        least: 1_000, tenth: 8_000, half: 30_000, nineTenths: 55_000, ninetyNine: 60_000,
        most: 60_000)
    /// The code that unlocks a phone after a restart, typed.
    public var unlock = Distribution(
        least: 1_000, tenth: 1_800, half: 3_000, nineTenths: 6_000, ninetyNine: 12_000,
        most: 20_000)
    /// People who tap twice.
    public var tapsTwice: Int64 = 50
    /// People who press "Retry Now" on the screen of an expired payment.
    public var pressesRetry: Int64 = 400
    /// When they do.
    public var retriesAfter = Distribution(
        least: 500, tenth: 1_000, half: 2_000, nineTenths: 5_000, ninetyNine: 10_000, most: 15_000)

    /// The world as described.
    public init() {}
}
