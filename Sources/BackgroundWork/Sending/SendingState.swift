public import SecureFiles

/// What has to be known from one run to the next, also when the process was killed in between.
/// Times are Unix seconds: no other clock goes on while a device is off.
public struct SendingState: Equatable, Sendable {
    /// Whether work was scheduled that no run has done since.
    public var isPending = false
    /// When a run last succeeded; nil for never.
    public var lastSuccess: UInt64?
    /// When a run was last tried, permitted or not; nil for never.
    public var lastTrigger: UInt64?
    /// Runs in a row that failed.
    public var failures: UInt8 = 0
    /// Messages the failed run left unsent: what its retry may send.
    public var owed: UInt8 = 0
    /// When the retry is permitted; nil when there is none to do.
    public var retryAt: UInt64?

    /// As if nothing had ever run.
    public init() {}
}

extension SendingState {
    /// The file in the app's directory.
    public static let fileName: FileName = "sending"

    /// What the file says; as if nothing had ever run when it is missing, damaged or of another
    /// version.
    public static func read(in directory: borrowing SecureDirectory) -> SendingState {
        var state = SendingState()
        guard let record = StateRecord<4>.read(fileName, .sending, in: directory) else {
            return state
        }
        let numbers = record.numbers
        state.isPending = numbers[0] & 1 == 1
        state.failures = UInt8(truncatingIfNeeded: numbers[0] >> 8)
        state.owed = UInt8(truncatingIfNeeded: numbers[0] >> 16)
        state.lastSuccess = optional(numbers[1])
        state.lastTrigger = optional(numbers[2])
        state.retryAt = optional(numbers[3])
        return state
    }

    /// Makes it the content of the file: whole and on disk when this returns.
    public func write(in directory: borrowing SecureDirectory) throws(FileError) {
        let flags = (isPending ? 1 : 0) | UInt64(failures) << 8 | UInt64(owed) << 16
        try StateRecord<4>(
            numbers: [flags, lastSuccess ?? .max, lastTrigger ?? .max, retryAt ?? .max]
        ).write(Self.fileName, .sending, in: directory)
    }
}
