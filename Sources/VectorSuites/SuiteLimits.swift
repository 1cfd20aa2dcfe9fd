/// Every maximum of the suites, in one place.
public enum SuiteLimits {
    /// One file, in bytes.
    public static let fileBytesMax = 64 * 1024 * 1024
    /// Files below the paths given.
    public static let filesMax = 100_000
    /// Folders inside one another.
    public static let folderDepthMax = 32
}
