public import SecureFiles

/// Why one side cannot be heard by the other one.
public enum PresenceError: Error, Equatable, Sendable {
    /// The directory or the file with the channel's name cannot be used.
    case file(FileError)
    /// The file with the channel's name is there and names no channel. Never replaced: two sides
    /// with two names would not hear each other.
    case channelUnreadable
    /// Every place of this side is taken.
    case noPlace
    /// The system gave no thread.
    case noThread
    /// The system said something else; `errno` is its number.
    case system(errno: Int32)
}
