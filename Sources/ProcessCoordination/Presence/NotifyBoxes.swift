#if canImport(Darwin)
internal import Darwin

/// The states that carry messages: this process' own, and those of the other side's processes.
struct NotifyBoxes: ~Copyable {
    /// A place's two boxes: neither a question nor an answer hides the other.
    struct Pair {
        var question: NotifyBox
        var answer: NotifyBox

        /// Registers for both; nil when the system refuses.
        init?(_ place: PlaceName) {
            guard let question = NotifyBox(place, kind: UInt8(ascii: "q")) else { return nil }
            guard let answer = NotifyBox(place, kind: UInt8(ascii: "a")) else {
                question.end()
                return nil
            }
            (self.question, self.answer) = (question, answer)
        }

        func end() {
            question.end()
            answer.end()
        }
    }

    private let own: Pair
    /// Of places where somebody is, or was a moment ago.
    private var others = InlineArray<4, Pair?>(repeating: nil)

    /// Takes over the boxes of this process.
    init(own: Pair) {
        precondition(others.count == CoordinationLimits.presencePlacesMax, "a pair for each")
        self.own = own
    }

    /// Puts a message into this process' box; false when the system refuses.
    func write(_ message: PresenceMessage) -> Bool {
        message.word == .ping ? own.question.write(message) : own.answer.write(message)
    }

    /// The earliest message of `side` that was not read yet.
    mutating func next(from side: Side, on channel: PresenceChannelID) -> PresenceArrival {
        var earliest: (message: PresenceMessage, place: Int)?
        for place in others.indices {
            let name = PlaceName(channel, side, place)
            let isThere = NotifyName.stateNow(of: name) != 0
            // What somebody said when he left is still to be read.
            guard var pair = others[place] ?? (isThere ? Pair(name) : nil) else { continue }
            let question = pair.question.look(from: side, forQuestions: true)
            let answer = pair.answer.look(from: side, forQuestions: false)
            others[place] = pair
            if question == .garbage || answer == .garbage { return .garbage }
            if !isThere && question == .nothing && answer == .nothing {
                pair.end()
                others[place] = nil
            }
            let readings: InlineArray<2, NotifyBox.Reading> = [question, answer]
            for index in readings.indices {
                guard case .message(let message) = readings[index],
                    message.sentAt < earliest?.message.sentAt ?? .max
                else { continue }
                earliest = (message, place)
            }
        }
        guard let (message, place) = earliest else { return .nothing }
        if message.word == .ping {
            others[place]?.question.take()
        } else {
            others[place]?.answer.take()
        }
        return .message(message, place: place, pid: 0)
    }

    /// Gives every registration back.
    mutating func end() {
        own.end()
        for place in others.indices {
            others[place]?.end()
            others[place] = nil
        }
    }
}

/// Three states that are a message together: its sequence, when it was sent, and a seal, which has
/// the word and the flags in its lower 16 bits and the upper 48 of the message's checksum above.
struct NotifyBox {
    enum Reading: Equatable {
        /// Nothing that was not there before.
        case nothing
        case garbage
        case message(PresenceMessage)
    }

    private static let seal = 2
    private var tokens = InlineArray<3, Int32>(repeating: -1)
    /// The seals that were looked at and taken last.
    private var seen: UInt64 = 0
    private var taken: UInt64 = 0

    /// Registers for a box of a place's; nil when the system refuses.
    init?(_ place: PlaceName, kind: UInt8) {
        for index in tokens.indices {
            var name = place
            name.append(kind)
            name.append(UInt8(ascii: "0") + UInt8(index))
            guard let token = NotifyName.register(name) else {
                end()
                return nil
            }
            tokens[index] = token
        }
    }

    /// The seal last: whoever reads before it is written reads again.
    func write(_ message: PresenceMessage) -> Bool {
        let ok = UInt32(NOTIFY_STATUS_OK)
        return notify_set_state(tokens[0], message.sequence) == ok
            && notify_set_state(tokens[1], message.sentAt) == ok
            && notify_set_state(tokens[Self.seal], message.seal) == ok
    }

    /// What is in it and was not taken before. Garbage, what belongs into the other box too, is told
    /// of once.
    mutating func look(from side: Side, forQuestions: Bool) -> Reading {
        for _ in 0..<CoordinationLimits.recordReadsMax {
            let seal = NotifyName.state(tokens[Self.seal])
            if seal == taken || seal == 0 { return .nothing }
            let (sequence, sentAt) = (NotifyName.state(tokens[0]), NotifyName.state(tokens[1]))
            seen = seal
            if let message = PresenceMessage(
                seal: seal, sequence: sequence, sentAt: sentAt, from: side),
                (message.word == .ping) == forQuestions
            {
                return .message(message)
            }
        }
        take()
        return .garbage
    }

    /// What was looked at last is known from now on.
    mutating func take() { taken = seen }

    /// Gives the registrations back.
    func end() {
        for index in tokens.indices where tokens[index] >= 0 { _ = notify_cancel(tokens[index]) }
    }
}
#endif
