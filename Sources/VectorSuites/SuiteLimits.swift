/// Every maximum of the suites, in one place.
public enum SuiteLimits {
    /// One file, in bytes.
    public static let fileBytesMax = 64 * 1024 * 1024
    /// The elements of one JSON array, tests of a group say.
    public static let elementsMax = 1_000_000
    /// What is quoted from a file in a reason, in bytes.
    public static let wordBytesMax = 64
    /// Files below the paths given.
    public static let filesMax = 100_000
    /// Folders inside one another.
    public static let folderDepthMax = 32
    /// Keys in one scenario.
    static let scenarioKeysMax = 8
}
