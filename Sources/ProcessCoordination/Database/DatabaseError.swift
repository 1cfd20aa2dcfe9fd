public import SecureFiles

/// Why the database was not entered. Nothing ran.
public enum DatabaseError: Error, Equatable, Sendable {
    /// The gate was closed until the time was up: the process is being suspended.
    case suspended
    /// Another process or thread held the database until the time was up.
    case held
    /// `CoordinationLimits.operationsMax` want it already.
    case tooMany
    /// The lock's file or its directory cannot be used.
    case file(FileError)
}
