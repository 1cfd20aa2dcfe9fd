/// Every maximum of this target, in one place.
public enum SupportLimits {
    /// Lines collected before they are written out while more input is waiting, in bytes.
    public static let outputBytes = 32 * 1024
}
