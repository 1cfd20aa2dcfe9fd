internal import NotificationPipeline

/// The notes on the screen, oldest first, as far as they are remembered.
struct ShownNotes {
    /// What makes two notes the same one, so that the later replaces the earlier.
    enum Key: Equatable {
        /// The same push, by its record.
        case record(BoundedText)
        /// The same words about a push of which nothing is known.
        case fallback(CatalogText)
        /// The note that counts the rest.
        case count
    }

    /// A note on the screen.
    struct Note {
        let id: UInt32
        let key: Key?
        /// What a click opens.
        let uri: String?
        /// What the desktop gave along with the click.
        var token: String?
    }

    private var notes: [Note] = []

    /// Whether a click on any of them opens something.
    var hasURI: Bool { notes.contains { note in note.uri != nil } }

    /// The note with an id; nil when none is remembered.
    func note(_ id: UInt32) -> Note? { notes.first { note in note.id == id } }

    /// The id of the note with that key.
    func id(of key: Key?) -> UInt32? {
        guard let key else { return nil }
        return notes.first { note in note.key == key }?.id
    }

    /// Remembers a note in place of any with its id or key. The id of the oldest, forgotten for it,
    /// when there are too many.
    mutating func put(_ note: Note) -> UInt32? {
        notes.removeAll { known in
            known.id == note.id || known.key != nil && known.key == note.key
        }
        notes.append(note)
        return notes.count > DesktopLimits.shownMax ? notes.removeFirst().id : nil
    }

    /// Forgets a note, and answers it.
    mutating func remove(_ id: UInt32) -> Note? {
        notes.firstIndex { note in note.id == id }.map { index in notes.remove(at: index) }
    }

    /// Keeps a token for the click that follows; only of printable ASCII, and of bounded length.
    mutating func keep(_ token: String, for id: UInt32) {
        let isPlain = token.utf8.allSatisfy { byte in byte > 0x20 && byte < 0x7f }
        guard isPlain, (1...DesktopLimits.tokenBytesMax).contains(token.utf8.count),
            let index = notes.firstIndex(where: { note in note.id == id })
        else { return }
        notes[index].token = token
    }
}

extension ShownNotes.Key {
    /// The key of a push; nil when nothing tells it from another one.
    init?(_ notification: Notification, _ identity: BoundedText?) {
        if notification.shownMessage == nil {
            self = .fallback(notification.text)
        } else if let identity {
            self = .record(identity)
        } else {
            return nil
        }
    }
}

extension Notification {
    /// Whether a key opened it and vouches for it.
    var isVouchedFor: Bool { outcome == .decrypted && isAuthenticated }

    /// What a placeholder of the app's URI stands for.
    func value(of field: AppURI.Field, _ identity: BoundedText?) -> String? {
        guard let message = shownMessage else { return nil }
        return switch field {
        case .type: message.type.rawValue
        case .id: identity.map { text in String(text) }
        case .paymentHash: message.paymentHash.map { text in String(text) }
        case .orderId: message.orderId.map { text in String(text) }
        }
    }
}
