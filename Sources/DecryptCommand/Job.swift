import CommandSupport
import DesktopNotifications
import Glibc
import NotificationPipeline
import SharedGroup
import Threading

/// One run of the filter, shared by its threads. Each thread takes the next payload, works on it
/// alone, and waits for its turn before it touches the group directory or the output: so the order
/// of the lines, and which of two equal pushes is the duplicate, never depend on the threads.
final class Job: Sendable {
    /// What measures the stages; nil when nobody asked.
    private let audit: FilterAudit?
    private let keys: KeystoreChoice
    private let inbox: Inbox?
    private let catalog: Catalog
    private let payloadBytesMax: Int
    private let showsMessage: Bool
    private let drawsCards: Bool
    /// Who shows them on the desktop; nil for nobody.
    private let desktop: DesktopNotifier?
    private let advice: Advice
    private let input: PushInput
    private let output: LineOutput
    private let turnstile = Turnstile()

    init(
        audit: FilterAudit?, keys: KeystoreChoice, inbox: Inbox?, catalog: Catalog,
        payloadBytesMax: Int, showsMessage: Bool, drawsCards: Bool, desktop: DesktopNotifier?,
        advice: Advice,
        input: PushInput, output: LineOutput
    ) {
        self.audit = audit
        self.keys = keys
        self.inbox = inbox
        self.catalog = catalog
        self.payloadBytesMax = payloadBytesMax
        self.showsMessage = showsMessage
        self.drawsCards = drawsCards
        self.desktop = desktop
        self.advice = advice
        self.input = input
        self.output = output
    }

    /// One thread's share: payload after payload until there are none.
    func work() {
        let turn = Turn(turnstile: turnstile, inbox: inbox)
        var pipeline = Pipeline(
            keys: keys, crypto: PlatformCryptography(),
            store: inbox == nil ? nil : OrderedStore(turn: turn), payloadBytesMax: payloadBytesMax,
            keepsMessage: showsMessage)
        var payload = ByteBuffer(capacity: payloadBytesMax)
        let messageBytes = showsMessage ? payloadBytesMax : 0
        var line = ByteBuffer(
            capacity: NotificationWriter.lineBytesMax(messageBytes: messageBytes))
        var stages = audit.map { audit in StageMeter(audit.meter) }
        while let (ticket, refusal) = input.next(into: &payload, idleness: { output.setIdle($0) }) {
            turn.begin(ticket)
            let notification =
                if let refusal { Notification(fallback: .payload(refusal)) } else {
                    payload.withBytes { bytes in
                        // A closure would cost what is measured.
                        if stages == nil {
                            return pipeline.process(bytes, now: System.now(), isChecked: true)
                        }
                        return pipeline.process(
                            bytes, now: System.now(), isChecked: true, observer: &stages!)
                    }
                }
            stages?.enter(.content)
            line.removeAll()
            pipeline.withMessage { message in
                NotificationWriter.write(
                    notification, catalog, message: message.isEmpty ? nil : message, to: &line)
            }
            stages?.end()
            turnstile.wait(for: ticket)
            let isRead = output.write(line)
            if drawsCards { Card.draw(notification, catalog) }
            desktop?.show(notification, identity: turn.identity)
            advice.note(notification)
            turnstile.advance()
            // Without a reader the rest of the input is nobody's.
            if !isRead { input.stop() }
        }
        if let stages { audit?.add(stages) }
    }

    /// Says how the run ended, by throwing unless all was well.
    func finish() throws {
        if let code = output.finish() {
            throw Failure(
                "standard output cannot be written: \(System.message(code))",
                hint: "check the disk, or the program behind the pipe", status: .outputUnwritable)
        }
        if let failure = input.failure { throw failure }
        try advice.finish()
    }
}

/// A thread's place in the order, and the way to the inbox that keeps it.
final class Turn {
    private(set) var ticket: UInt64 = 0
    /// What is the same for the same push; nil until a record of it was made.
    var identity: BoundedText?
    let turnstile: Turnstile
    let inbox: Inbox?

    init(turnstile: Turnstile, inbox: Inbox?) {
        self.turnstile = turnstile
        self.inbox = inbox
    }

    /// The next payload's turn.
    func begin(_ ticket: UInt64) {
        self.ticket = ticket
        identity = nil
    }
}

/// Stores in the order of the payloads, whichever thread is done first.
struct OrderedStore: NotificationStore {
    let turn: Turn

    mutating func store(_ record: Record) throws(StoreError) -> Bool {
        turn.identity = record.identity
        turn.turnstile.wait(for: turn.ticket)
        guard let inbox = turn.inbox else { preconditionFailure("a store has an inbox") }
        return try inbox.store(record)
    }
}
