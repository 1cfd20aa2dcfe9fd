internal import ProcessCoordination
internal import Threading

/// Messages of a server's queues, handed to notifications.
///
///     messages send QUEUE FROM TO              the server gets messages
///     messages notification                    one begins; answers a number
///     messages get N QUEUE [after NUMBER]      the number of a message and perhaps `again`, or `none`
///     messages body N                          whether the body of its last message is what was sent
///     messages ack N QUEUE NUMBER [next]       `none`, or as `get`
///     messages end N                           the notification ends
///     messages work QUEUE                      one notification after another, until there is none;
///                                              reports `handed NUMBER` and `finished NUMBER`
///     messages left QUEUE                      how many the server has
final class MessageCommands: ProcessCommands {
    static let word = "messages"

    /// A notification, and what it was handed last.
    private final class Notification: Sendable {
        let messages: NotificationMessages
        let last = Mutex<HandedMessage?>(nil)

        init(_ messages: consuming NotificationMessages) { self.messages = consume messages }
    }

    private struct State {
        var last = 0
        var notifications: [Int: Notification] = [:]
    }

    private let server: QueueServer
    private let queues: MessageQueues
    private let clock: ClockPage
    private let report: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(_ environment: ProcessEnvironment) {
        server = QueueServer(directory: environment.directory)
        let store = MessageStore(
            groupDirectory: environment.groupDirectory, clock: environment.clock)
        queues = MessageQueues(source: server, store: store, clock: environment.clock)
        clock = environment.clock
        report = environment.report
    }

    func run(_ words: [String]) throws(Refused) -> String {
        let numbers = words.compactMap { word in Int(word) }
        switch (words.first, numbers.count) {
        case ("send", 3):
            guard numbers[1] <= numbers[2] else { throw Refused("usage") }
            try server.send(numbers[1]...numbers[2], to: try queue(numbers[0]))
            return ""
        case ("left", 1): return "\(try server.left(in: try queue(numbers[0])))"
        case ("notification", 0):
            let notification = Notification(queues.notification())
            return state.withLock { state in
                state.last += 1
                state.notifications[state.last] = notification
                return "\(state.last)"
            }
        case ("end", 1):
            // It goes when this statement is over.
            let ended = state.withLock { state in
                state.notifications.removeValue(forKey: numbers[0])
            }
            guard ended != nil else { throw Refused("no-such-notification") }
            return ""
        case ("get", 2), ("get", 3): return try get(numbers)
        case ("body", 1): return try body(numbers[0])
        case ("ack", 3): return try acknowledge(numbers, thenNext: words.last == "next")
        case ("work", 1): return "\(try work(QueueServer.queue(try queue(numbers[0]))))"
        default: throw Refused("usage")
        }
    }

    private func queue(_ number: Int) throws(Refused) -> UInt8 {
        guard let queue = UInt8(exactly: number) else { throw Refused("usage") }
        return queue
    }

    private func notification(_ number: Int) throws(Refused) -> Notification {
        guard let found = state.withLock({ state in state.notifications[number] }) else {
            throw Refused("no-such-notification")
        }
        return found
    }

    private func get(_ numbers: [Int]) throws(Refused) -> String {
        let notification = try notification(numbers[0])
        let queue = QueueServer.queue(try queue(numbers[1]))
        let previous = numbers.count > 2 ? QueueServer.id(of: numbers[2]) : nil
        let message = try refusing { () throws(MessageError) in
            try notification.messages.get(queue, after: previous)
        }
        return answer(message, notification)
    }

    private func acknowledge(_ numbers: [Int], thenNext: Bool) throws(Refused) -> String {
        let notification = try notification(numbers[0])
        let queue = QueueServer.queue(try queue(numbers[1]))
        let next = try refusing { () throws(MessageError) in
            try notification.messages.acknowledge(
                QueueServer.id(of: numbers[2]), of: queue, thenNext: thenNext)
        }
        return answer(next, notification)
    }

    private func answer(_ message: HandedMessage?, _ notification: Notification) -> String {
        guard let message else { return "none" }
        notification.last.withLock { last in last = message }
        // The server's time of a message is its number.
        return "\(message.head.timestamp)\(message.isRepeated ? " again" : "")"
    }

    private func body(_ number: Int) throws(Refused) -> String {
        let notification = try notification(number)
        guard let message = notification.last.withLock({ last in last }) else {
            throw Refused("none")
        }
        guard try isWhole(message, notification.messages) else { throw Refused("other-body") }
        return ""
    }

    private func isWhole(
        _ message: HandedMessage, _ messages: borrowing NotificationMessages
    ) throws(Refused) -> Bool {
        do throws(BracketError<MessageError, Never>) {
            return try messages.withBody(of: message) { bytes in
                let expected = QueueServer.body(of: Int(message.head.timestamp))
                return bytes.count == expected.count
                    && bytes.indices.allSatisfy { index in bytes[index] == expected[index] }
            }
        } catch {
            switch error {
            case .refused(let error): throw Refused("\(error)")
            }
        }
    }

    private func work(_ queue: QueueID) throws(Refused) -> Int {
        var done = 0
        while true {
            let messages = queues.notification()
            let message = try refusing { () throws(MessageError) in try messages.get(queue) }
            guard let message else { return done }
            report("handed \(message.head.timestamp)")
            // As long as it takes to show one.
            clock.pause(for: .milliseconds(2))
            guard try isWhole(message, messages) else { throw Refused("other-body") }
            _ = try refusing { () throws(MessageError) in
                try messages.acknowledge(message.head.id, of: queue, thenNext: false)
            }
            report("finished \(message.head.timestamp)")
            done += 1
        }
    }
}
