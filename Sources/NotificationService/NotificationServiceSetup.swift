#if canImport(UserNotifications)
internal import NotificationExtension
public import NotificationPipeline
internal import SharedGroup

/// What a notification service works with: all that an app has to say of itself.
public struct NotificationServiceSetup: Sendable {
    /// Where keys come from.
    public let keystore: any Keystore
    /// The directory of the app group, where records wait for the app; nil for no records.
    public let groupDirectory: String?
    /// The texts.
    public let catalog: Catalog
    /// The longest payload taken, in bytes.
    public let payloadBytesMax: Int

    /// Keeps its arguments; nothing is opened.
    public init(
        keystore: any Keystore, groupDirectory: String?, catalog: Catalog,
        payloadBytesMax: Int = Limits.payloadBytesDefault
    ) {
        self.keystore = keystore
        self.groupDirectory = groupDirectory
        self.catalog = catalog
        self.payloadBytesMax = payloadBytesMax
    }

    /// The same for the engine.
    var forExtension: NotificationEngine.Setup {
        ExtensionSetup(
            keys: AnyKeystore(base: keystore), store: groupDirectory.map(Inbox.init),
            catalog: catalog, payloadBytesMax: payloadBytesMax,
            crypto: { PlatformCryptography() })
    }
}

/// The life cycle of this platform: a class that the system is to find by its name cannot be generic.
typealias NotificationEngine = NotificationExtension<AnyKeystore, PlatformCryptography, Inbox>

/// Some keystore.
struct AnyKeystore: Keystore {
    let base: any Keystore

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        try base.lend(slot, to: body)
    }
}
#endif
