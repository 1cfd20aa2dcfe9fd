import ArgumentParser
import CommandSupport
import NotificationPipeline
import SharedGroup

/// `inbox`: what the app finds in the group directory.
struct InboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "Look at the records waiting for the app, or take them.",
        discussion: """
            Prints one record a line, oldest first. A taken record is remembered for a week, so \
            that the same push delivered again makes no new one.

            EXAMPLES
              ntfdecrypt inbox list | jq .paymentHash
              ntfdecrypt inbox take
            """,
        subcommands: [ListInbox.self, TakeInbox.self])
}

struct ListInbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print the waiting records and leave them there.")

    @OptionGroup var group: GroupOptions

    func run() throws {
        try InboxWalk(group).walk { _, entry in print(entry.json) }
    }
}

struct TakeInbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "take", abstract: "Print the waiting records and take them out.")

    @OptionGroup var group: GroupOptions

    @Argument(help: ArgumentHelp("Take only these records.", valueName: "ID"))
    var ids: [String] = []

    func run() throws {
        var missing = Set(ids)
        try InboxWalk(group).walk { inbox, entry in
            guard ids.isEmpty || missing.remove(entry.identity) != nil else { return }
            // Printed first: a record shown twice does less harm than one that is lost.
            let line = entry.json + "\n"
            guard System.write(line.utf8.span, to: 1) else {
                throw Failure("standard output cannot be written", status: .outputUnwritable)
            }
            do throws(StoreError) { _ = try inbox.take(entry.identity) } catch {
                throw InboxWalk.failure(error)
            }
        }
        if let first = missing.sorted().first {
            throw Failure("there is no record \(first)", hint: "ntfdecrypt inbox list")
        }
    }
}

/// Opens the inbox and goes through it.
struct InboxWalk {
    private let path: String

    init(_ group: GroupOptions) throws {
        path = try group.path()
    }

    func walk(_ body: (borrowing InboxReader, InboxReader.Entry) throws -> Void) throws {
        let opened: InboxReader?
        do { opened = try InboxReader.open(groupDirectory: path) } catch {
            throw InboxWalk.failure(error)
        }
        guard let inbox = opened else { return }
        inbox.forgetTaken(now: System.now())
        let (entries, unreadable): ([InboxReader.Entry], Int)
        do { (entries, unreadable) = try inbox.list() } catch { throw InboxWalk.failure(error) }
        for entry in entries { try body(inbox, entry) }
        if unreadable > 0 {
            throw Failure(
                "\(unreadable) files in the inbox are no records of ours",
                hint: "look into \(path)/inbox/new")
        }
    }

    static func failure(_ error: StoreError) -> Failure {
        Failure(Advice.meaning(of: error), hint: "ntfdecrypt doctor")
    }
}
