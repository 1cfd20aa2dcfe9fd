public import SecureFiles

/// What only one process of the device may use at a time. The names are those of the shipped lock.
public enum LeasedResource: String, CaseIterable, Sendable {
    /// The lightning node and its channels.
    case lightning
    /// The wallet of the chain.
    case onchain

    /// The lock file in the group directory.
    var file: FileName {
        switch self {
        case .lightning: "lightning.lock"
        case .onchain: "onchain.lock"
        }
    }

    var index: Int { self == .lightning ? 0 : 1 }
}

/// Who asks for a lease, in the words that stand in the lock file.
public enum ExecutionContext: String, CaseIterable, Sendable {
    /// The app.
    case foregroundApp
    /// The notification service extension.
    case pushNotificationExtension

    /// How long a lease lasts when it is not renewed.
    public var leaseTime: Duration {
        switch self {
        case .foregroundApp: CoordinationLimits.leaseOfApp
        case .pushNotificationExtension: CoordinationLimits.leaseOfExtension
        }
    }

    var word: StaticString {
        switch self {
        case .foregroundApp: "foregroundApp"
        case .pushNotificationExtension: "pushNotificationExtension"
        }
    }
}

/// Why a lease was not to be had, or is no more.
public enum LeaseError: Error, Equatable, Sendable {
    /// Somebody else holds it, or may hold it.
    case alreadyLocked(LeasedResource)
    /// It is held, but by the other kind of process, and so not ours to renew or to release.
    case differentEnvironmentLocked
    /// It was held once and is no more: it expired, or somebody took it over.
    case staleLock
    /// Another process stands in the middle of a change, stopped perhaps.
    case busy
    /// The lock file, or the directory, cannot be used.
    case file(FileError)
}

/// Who holds a lease.
public struct LeaseHolder: Equatable, Sendable {
    /// The kind of process; nil when the lock file cannot be read.
    public let context: ExecutionContext?
    /// The process; nil when the lock file does not say, as one of the shipped lock's does not.
    public let process: ProcessIdentity?
    /// Whether it is this process.
    public let isThisProcess: Bool
}
