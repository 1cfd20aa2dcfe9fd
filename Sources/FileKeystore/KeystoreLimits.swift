/// Every maximum of this target, in one place. Sizes are bytes unless the name says otherwise.
public enum KeystoreLimits {
    /// The whole `keys` file, header and tag included.
    public static let fileBytesMax = 64 * 1024
    /// The records in it: current and previous generations of all slots.
    public static let recordsMax = 512
    /// How long an edit waits for another process to finish its own.
    public static let editWait = Duration.seconds(5)
    /// Argon2id passes for new files: 70 ms where this was measured (docs/keystore.md).
    static let passesDefault: UInt32 = 768
    /// Argon2id passes that reading a file may cost.
    static let passesMax: UInt32 = 1024
    /// Argon2id memory for new files, in KiB: half of what the extension may use in all.
    static let memoryKibibytesDefault: UInt32 = 512
    /// Argon2id memory that reading a file may cost, in KiB.
    static let memoryKibibytesMax: UInt32 = 1024
    /// The least memory Argon2id works with, in KiB.
    static let memoryKibibytesMin: UInt32 = 8
}
