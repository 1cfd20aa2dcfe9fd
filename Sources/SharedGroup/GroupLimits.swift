/// Every maximum of the group directory, in one place.
public enum GroupLimits {
    /// Records waiting for the app; beyond it new ones are refused, so that a flood of pushes ends.
    public static let recordsMax = 200_000
    /// One record, in bytes.
    public static let recordBytesMax = 16 * 1024
    /// How old a temporary file in `inbox/tmp` is when nobody can be writing it any more, in seconds:
    /// 36 hours, as other maildirs have it.
    static let leftoverSeconds: UInt64 = 36 * 3600
    /// How long a record the app took is remembered, in seconds, so that the same push delivered
    /// again is told apart from a new one.
    public static let takenSecondsMax: UInt64 = 7 * 24 * 3600
    /// The slot of a completed payment, in bytes.
    public static let transactionBytesMax = 128
}
