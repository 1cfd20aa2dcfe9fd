/// Every maximum of this target, in one place.
public enum SupportLimits {
    /// Lines collected before they are written out while more input is waiting, in bytes.
    public static let outputBytes = 32 * 1024
    /// What is read of a process' `status` file, in bytes; they have about 1500.
    static let statusBytesMax = 8 * 1024
}
