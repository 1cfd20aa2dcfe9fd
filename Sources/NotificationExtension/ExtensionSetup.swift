public import NotificationPipeline

/// What the extension works with, made when the first request comes.
public struct ExtensionSetup<
    Keys: Keystore, Crypto: Cryptography & ~Copyable, Store: NotificationStore & Sendable
>: Sendable {
    /// Where keys come from.
    public let keys: Keys
    /// Where records go; nil for nowhere.
    public let store: Store?
    /// The texts.
    public let catalog: Catalog
    /// The longest payload taken, in bytes.
    public let payloadBytesMax: Int
    /// Makes the platform's cryptography, once for each pipeline.
    public let crypto: @Sendable () -> Crypto

    /// Puts together what was made; the arguments are those of `Pipeline`.
    public init(
        keys: Keys, store: Store?, catalog: Catalog,
        payloadBytesMax: Int = Limits.payloadBytesDefault,
        crypto: @escaping @Sendable () -> Crypto
    ) {
        self.keys = keys
        self.store = store
        self.catalog = catalog
        self.payloadBytesMax = payloadBytesMax
        self.crypto = crypto
    }
}
