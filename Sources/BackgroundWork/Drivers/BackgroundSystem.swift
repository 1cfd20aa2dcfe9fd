#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What the app asks the system for, in place of what it asked for the same purpose before.
public struct TaskRequest: Equatable, Sendable {
    /// What the time is for.
    public enum Purpose: Hashable, Sendable {
        /// Waiting messages.
        case messages
        /// The node.
        case node(BackgroundKind)
    }

    /// What for.
    public var purpose: Purpose
    /// Not before then, Unix seconds. The system may come much later, or never.
    public var earliest: UInt64
    /// Only with a network.
    public var needsNetwork: Bool
    /// Only at a charger.
    public var needsPower: Bool
}

/// The system: gives time, and takes it back.
public protocol BackgroundSystem: Sendable {
    /// Remembers the request, in place of an earlier one of its purpose. One it does not permit is
    /// forgotten; the app then works while it is open.
    func schedule(_ request: TaskRequest)
    /// Ends the task; called once for each.
    func complete(_ task: TaskID, isSuccess: Bool)
}

/// The times a driver needs.
public protocol BackgroundClock: Sendable {
    /// Since any fixed beginning; never goes back.
    var now: Duration { get }
    /// Seconds since 1970 by the wall clock.
    var unixSeconds: UInt64 { get }
    /// Returns at `time` of `now`, or throws when the task is cancelled before.
    func sleep(until time: Duration) async throws
}

/// The system's clocks.
public struct SystemBackgroundClock: BackgroundClock {
    private let beginning = ContinuousClock().now

    /// Begins now.
    public init() {}

    /// Since the clock was made, the time the device slept included.
    public var now: Duration { ContinuousClock().now - beginning }

    /// 0 before 1970.
    public var unixSeconds: UInt64 { UInt64(max(time(nil), 0)) }

    /// By the same clock as `now`.
    public func sleep(until time: Duration) async throws {
        try await Task.sleep(until: beginning + time, clock: ContinuousClock())
    }
}

/// Says a machine's deadline; at most one is waited for.
struct Alarm: Sendable {
    private var time: Duration?
    private var task: Task<Void, Never>?

    /// Waits for `deadline` in place of what it waited for.
    mutating func set(
        _ deadline: Duration?, by clock: some BackgroundClock,
        _ body: @escaping @Sendable () async -> Void
    ) {
        guard deadline != time else { return }
        task?.cancel()
        time = deadline
        task = deadline.map { deadline in
            Task {
                guard (try? await clock.sleep(until: deadline)) != nil else { return }
                await body()
            }
        }
    }
}
