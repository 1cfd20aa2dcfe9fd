import ArgumentParser
import CommandSupport
import NotificationPipeline
import Sealing
import SecretMemory

/// `keys register`: the request that tells Blocktank the device's key; printed, never sent.
struct RegisterDevice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Print the signed registration of this device's key with Blocktank.",
        discussion: """
            The body of the request, JSON on one line; nothing is contacted. The Lightning node's \
            key signs, which is read as hex from a descriptor and not kept.

            EXAMPLE
              ntfdecrypt keys register --device-token HEX --node-id HEX --node-key-fd 3 3< node.hex
            """)

    @Option(help: ArgumentHelp("What APNs calls the device.", valueName: "HEX"))
    var deviceToken: String

    @Option(help: ArgumentHelp("The Lightning node's public key.", valueName: "HEX"))
    var nodeId: String

    @Option(help: ArgumentHelp("Read the node's secret key from this descriptor.", valueName: "FD"))
    var nodeKeyFd: Int32

    @Option(
        help: ArgumentHelp(
            "When it is signed, as in 2024-01-01T00:00:00.000Z; without it now.",
            valueName: "ISO"))
    var timestamp: Timestamp?

    @Flag(help: "The token is one of APNs' production service.")
    var production = false

    @Flag(help: "Spell the signature as hex instead of z-base-32.")
    var hex = false

    @OptionGroup var keystore: KeystoreOptions

    func validate() throws {
        let token = PlainDigits.hex(deviceToken)?.count ?? 0
        guard (32...100).contains(token), deviceToken == deviceToken.lowercased() else {
            throw ValidationError("--device-token takes 64 to 200 lower-case hex digits")
        }
        guard let node = PlainDigits.hex(nodeId), Secp256k1Point(compressed: node.span) != nil
        else {
            throw ValidationError("--node-id takes a node's public key, 66 hex digits")
        }
    }

    func run() throws {
        let slot = SlotArgument(argument: KeyFormat.blocktank.rawValue)
        guard let slot else { preconditionFailure("the format's own slot has a name") }
        guard let publicKey = try KeyEdit(keystore).publicKey(slot, previous: false) else {
            preconditionFailure("a key of this format has a public half")
        }
        let registration = BlocktankRegistration(
            deviceToken: deviceToken, nodeID: nodeId.lowercased(), publicKey: publicKey,
            timestamp: (timestamp ?? Timestamp(seconds: System.now())).text,
            isProduction: production)
        let signature = try sign(registration)
        print(registration.body(signature: hex ? signature.hex : signature.zbase32))
    }

    private func sign(_ registration: BlocktankRegistration) throws -> LightningSignature {
        do {
            let secret = try SecretHex.read(from: nodeKeyFd, count: 32)
            let record = try KeyRecord(
                generation: 1, material: secret.withBytes(KeyMaterial.single))
            guard PublicHalf.text(of: record, .blocktank) == registration.nodeID else {
                throw Failure(
                    "the key on descriptor \(nodeKeyFd) is not that of the node",
                    hint: "the server refuses what another key signed", status: .usage)
            }
            return try registration.signature(by: record)
        } catch is SealingError {
            throw Failure("the key on descriptor \(nodeKeyFd) is no node's key", status: .usage)
        }
    }
}

/// A time as Blocktank's registration has it: UTC, to the millisecond.
struct Timestamp: ExpressibleByArgument {
    let text: String

    init?(argument: String) {
        let form = Array("dddd-dd-ddTdd:dd:dd.dddZ".utf8)
        let written = Array(argument.utf8)
        guard written.count == form.count else { return nil }
        for (byte, expected) in zip(written, form) {
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            guard expected == UInt8(ascii: "d") ? isDigit : byte == expected else { return nil }
        }
        text = argument
    }

    /// A time in Unix seconds, in the proleptic Gregorian calendar.
    init(seconds: UInt64) {
        // Days since 1 March of the year 0, in cycles of 400 years.
        let days = seconds / 86400 + 719_468
        let (cycle, day) = days.quotientAndRemainder(dividingBy: 146_097)
        let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
        let isNextYear = month >= 10
        func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date =
            "\(cycle * 400 + year + (isNextYear ? 1 : 0))-\(two(isNextYear ? month - 9 : month + 3))"
            + "-\(two(dayOfMonth))"
        let clock = seconds % 86400
        text = "\(date)T\(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60)).000Z"
    }
}
