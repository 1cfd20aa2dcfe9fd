/// What is released.
public enum Release {
    /// The version of the commands, the packages and the manual pages: here alone.
    public static let version = "0.1.0"
}
