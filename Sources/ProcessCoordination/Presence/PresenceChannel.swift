/// What carries words from one side to the other. Every call answers at once.
protocol PresenceChannel: Sendable {
    /// Becomes readable when something came in. The channel's, and open as long as it.
    var descriptor: Int32 { get }

    /// Sends to the processes of the other side in `places`, a bit for each. Allocates nothing.
    func send(_ message: PresenceMessage, to places: PresencePlaces) -> PresenceReach

    /// The next of what came in. Allocates nothing.
    func receive() -> PresenceArrival
}

/// A set of places of one side, from 0 on.
struct PresencePlaces: OptionSet, Sendable {
    let rawValue: UInt8

    /// Every place there is.
    static let all = PresencePlaces(
        rawValue: UInt8(1 << CoordinationLimits.presencePlacesMax) - 1)

    /// One of them.
    static func place(_ place: Int) -> PresencePlaces {
        PresencePlaces(rawValue: 1 << UInt8(place))
    }
}

/// What became of a message that was sent.
struct PresenceReach: Sendable {
    /// Somebody is there, and has it or could not take it.
    var there: PresencePlaces = []
    /// Somebody is there whose queue is full.
    var full: PresencePlaces = []
}

/// What came in.
enum PresenceArrival: Sendable {
    /// A message, the place it was sent from, and by the kernel's word the process; 0 when its
    /// number means nothing here.
    case message(PresenceMessage, place: Int, pid: Int32)
    /// Something else: broken, of another version, with the words of this side, from no place of
    /// the other one, or another user's.
    case garbage
    /// Nothing more at the moment.
    case nothing
}
