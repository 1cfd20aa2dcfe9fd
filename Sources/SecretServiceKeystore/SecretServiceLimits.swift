/// Every maximum of this target, in one place.
enum SecretServiceLimits {
    /// How long the service may take for one question, in seconds.
    static let answerSecondsMax = 5
    /// Items looked at for one slot; we leave two there.
    static let itemsMax = 64
    /// After how many seconds keys that no longer fit are asked for anew.
    static let snapshotSecondsMax = 10
}
