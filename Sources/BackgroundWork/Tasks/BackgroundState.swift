public import SecureFiles

/// Figures of the last runs.
public struct BackgroundMetrics: Equatable, Sendable {
    /// When the chain was last synchronized, Unix seconds; nil for never.
    public var lastSync: UInt64?
    /// What the last run took, in milliseconds, all its steps.
    public var syncMilliseconds: UInt64 = 0
    /// Blocks in the last round.
    public var blocksSynced: UInt64 = 0
    /// Channels in the last round.
    public var channelsUpdated: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// One line of JSON, without a line feed: `last_sync` in Unix seconds or null, `sync_duration`
    /// in milliseconds, `blocks_synced`, `channels_updated`.
    public var json: String {
        let last = lastSync.map { seconds in "\(seconds)" } ?? "null"
        return "{\"last_sync\":\(last),\"sync_duration\":\(syncMilliseconds),"
            + "\"blocks_synced\":\(blocksSynced),\"channels_updated\":\(channelsUpdated)}"
    }
}

/// Where the next run goes on, also when the process was killed.
public struct BackgroundState: Equatable, Sendable {
    /// The step that is not done.
    public var next = BackgroundStep.sync
    /// How far the chain is.
    public var height: UInt64 = 0
    /// How far the step is that is not done, where it is not the chain's.
    public var position: UInt64 = 0
    /// Failures of this step in a row.
    public var failures: UInt8 = 0
    /// Runs in a row that had no network.
    public var delays: UInt8 = 0
    /// The figures.
    public var metrics = BackgroundMetrics()

    /// As if nothing had ever run.
    public init() {}

    /// Where `step` is to go on.
    func position(of step: BackgroundStep) -> UInt64 { step == .sync ? height : position }

    mutating func setPosition(_ position: UInt64, of step: BackgroundStep) {
        if step == .sync { height = position } else { self.position = position }
    }
}

extension BackgroundState {
    /// The file in the app's directory.
    public static let fileName: FileName = "background"

    /// What the file says; as if nothing had ever run when it is missing, damaged or of another
    /// version.
    public static func read(in directory: borrowing SecureDirectory) -> BackgroundState {
        var state = BackgroundState()
        guard let record = StateRecord<7>.read(fileName, .tasks, in: directory),
            let next = BackgroundStep(rawValue: UInt8(truncatingIfNeeded: record.numbers[0]))
        else { return state }
        let numbers = record.numbers
        state.next = next
        state.failures = UInt8(truncatingIfNeeded: numbers[0] >> 8)
        state.delays = UInt8(truncatingIfNeeded: numbers[0] >> 16)
        state.height = numbers[1]
        state.position = numbers[2]
        state.metrics.lastSync = optional(numbers[3])
        state.metrics.syncMilliseconds = numbers[4]
        state.metrics.blocksSynced = numbers[5]
        state.metrics.channelsUpdated = numbers[6]
        return state
    }

    /// Makes it the content of the file: whole and on disk when this returns.
    public func write(in directory: borrowing SecureDirectory) throws(FileError) {
        let first = UInt64(next.rawValue) | UInt64(failures) << 8 | UInt64(delays) << 16
        try StateRecord<7>(
            numbers: [
                first, height, position, metrics.lastSync ?? .max, metrics.syncMilliseconds,
                metrics.blocksSynced, metrics.channelsUpdated,
            ]
        ).write(Self.fileName, .tasks, in: directory)
    }
}
