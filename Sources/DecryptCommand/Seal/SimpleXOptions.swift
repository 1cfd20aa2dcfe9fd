import ArgumentParser
import CommandSupport
import NotificationPipeline
import Sealing
import SecretMemory

/// What only SimpleX has: a message that is a list of queues.
struct SimpleXOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "simplex: make the message of this queue; once for each, the newest last.",
            discussion: "Its slot, simplex:ID, seals the details; without a key they are noise.",
            valueName: "ADDRESS"))
    var queue: [String] = []

    @Option(
        help: ArgumentHelp(
            "simplex --queue: when the message came, in Unix seconds; without it now.",
            valueName: "SECONDS"))
    var time: UInt64?

    @Flag(help: "simplex: seal a verification code, which goes in a silent push.")
    var verification = false

    /// The time of a test vector that names none.
    private static let vectorSeconds: UInt64 = 1_700_000_000

    func validate(_ format: SealFormat) throws {
        guard format == .simplex || queue.isEmpty && time == nil && !verification else {
            throw ValidationError("--queue, --time and --verification are for simplex")
        }
        guard queue.count <= SealingLimits.simplexItemsMax else {
            throw ValidationError(
                "a push has at most \(SealingLimits.simplexItemsMax) items: --queue")
        }
        guard queue.isEmpty || !verification else {
            throw ValidationError("--verification reads its code from standard input")
        }
        guard time == nil || !queue.isEmpty else { throw ValidationError("--time needs --queue") }
    }

    /// The list of items for the queues.
    func items(
        _ keys: KeyLender, isDeterministic: Bool, _ randomness: inout some Randomness & ~Copyable
    ) throws -> SecretBytes {
        let seconds = time ?? (isDeterministic ? Self.vectorSeconds : System.now())
        var items: [String] = []
        for address in queue {
            let id = address.split(separator: "/").last.map(String.init) ?? ""
            let known = try KeySlot("simplex:\(id)").flatMap { slot in
                try keys.lend(slot) { record in
                    try Seal.simplexItem(
                        queue: address, seconds: seconds, to: record, &randomness)
                }
            }
            let item =
                try known
                ?? Seal.simplexItem(ofUnknownQueue: address, seconds: seconds, &randomness)
            items.append(item)
        }
        return SecretBytes(copying: Array(items.joined(separator: ";").utf8).span)
    }
}
