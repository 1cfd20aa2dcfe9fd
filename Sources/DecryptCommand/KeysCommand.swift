import ArgumentParser
import CommandSupport
import NotificationPipeline
import SecretMemory

/// `keys`: the device's keys, one slot a format or account.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, bring, show and rotate this device's keys.",
        discussion: """
            A slot is FORMAT or FORMAT:LABEL, as in blocktank. It keeps two generations: a push \
            sealed before the last rotation still opens. Secrets come in on standard input or a \
            descriptor and are never printed.

            EXAMPLES
              ntfdecrypt keys generate blocktank
              ntfdecrypt keys import blocktank < secret.hex
              ntfdecrypt keys list --keystore secret-service
            """,
        subcommands: [
            GenerateKey.self, ImportKey.self, PublicKey.self, ListKeys.self, RotateKey.self,
            DeleteKey.self, RegisterDevice.self,
        ])
}

/// The slot argument.
struct SlotArgument: ExpressibleByArgument {
    let slot: KeySlot

    init?(argument: String) {
        guard let slot = KeySlot(argument) else { return nil }
        self.slot = slot
    }

    var name: String { String(slot.name) }

    static var help: ArgumentHelp {
        let formats = KeyFormat.allCases.map(\.rawValue).joined(separator: ", ")
        return ArgumentHelp(
            "The key's slot: FORMAT or FORMAT:LABEL. Formats: \(formats).",
            discussion: """
                zulip, reown and alby always have a label: zulip:PUSH_KEY_ID, reown:TOPIC, \
                alby:APP_PUBLIC_KEY.
                """, valueName: "SLOT")
    }

    /// The command that brings a key into this slot.
    var makingHint: String {
        switch slot.format {
        case .blocktank: "ntfdecrypt keys generate \(name)"
        default: "ntfdecrypt keys import \(name) \(exampleInput)"
        }
    }

    /// What `keys import` reads for this slot, as a shell gives it.
    var exampleInput: String { slot.format.exampleInput }
}

struct GenerateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make a new key and print its public half.")

    @Argument(help: SlotArgument.help) var slot: SlotArgument
    @OptionGroup var keystore: KeystoreOptions

    func run() throws {
        try KeyEdit(keystore).store(try KeyEdit.generate(slot), slot, rotating: false)
    }
}

struct RotateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a new key, keep the one before it, and print the new public half.")

    @Argument(help: SlotArgument.help) var slot: SlotArgument
    @OptionGroup var keystore: KeystoreOptions

    func run() throws {
        let edit = try KeyEdit(keystore)
        try edit.requireKey(slot)
        try edit.store(try KeyEdit.generate(slot), slot, rotating: true)
    }
}

struct ImportKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Store a key given on standard input, and print its public half.",
        discussion: """
            A key of one part is hex, one of several a JSON object of hex texts:
              webpush        {"secret":"…","auth":"…"}
              simplex        {"secret":"…","peer":"…"} or {"shared":"…"}
              alby:KEY       {"secret":"…","version":"1.0"} for NIP-44, "0.0" for NIP-04
              bark           {"secret":"…","mode":"gcm"}, also cbc and ecb, perhaps "iv":"…"

            EXAMPLES
              ntfdecrypt keys import blocktank < secret.hex
              printf %s "$BARK_KEY" | xxd -p -c 64 | jq -R '{secret: ., mode: "gcm"}' |
                ntfdecrypt keys import bark
            """)

    @Argument(help: SlotArgument.help) var slot: SlotArgument
    @OptionGroup var keystore: KeystoreOptions

    @Flag(help: "Keep the slot's present key as the previous generation.")
    var rotate = false

    @Option(help: ArgumentHelp("Read the secret from this open descriptor.", valueName: "FD"))
    var fd: Int32 = 0

    func run() throws {
        let edit = try KeyEdit(keystore)
        guard let text = try SecretInput.all(from: fd) else {
            throw Failure(
                "there is no secret on descriptor \(fd)",
                hint: "ntfdecrypt keys import \(slot.name) \(slot.exampleInput)", status: .usage)
        }
        let material: SecretBytes
        do {
            material = try text.withBytes { (bytes) throws(KeyTextError) in
                try KeyText.read(bytes, for: slot.slot.format)
            }
        } catch {
            throw Failure(
                "that is no key for \(slot.name): \(Self.meaning(of: error))",
                hint: "ntfdecrypt keys import \(slot.name) \(slot.exampleInput)",
                status: .usage)
        }
        try edit.store(material, slot, rotating: rotate)
    }

    private static func meaning(of error: KeyTextError) -> String {
        switch error {
        case .notHex: "it is not hex"
        case .notAnObject: "it is not a JSON object of texts"
        case .wrongFields: "it has not the parts that a key of this format has"
        case .unknownWord: "its version or mode is none there is"
        case .wrongLength: "it has not the right length"
        case .notAKey: "the number is zero or too large to be a private key"
        }
    }
}

struct PublicKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "public", abstract: "Print the public half of a key, which the sender needs.")

    @Argument(help: SlotArgument.help) var slot: SlotArgument
    @OptionGroup var keystore: KeystoreOptions

    @Flag(help: "The key before the last rotation.")
    var previous = false

    func run() throws {
        guard let key = try KeyEdit(keystore).publicKey(slot, previous: previous) else {
            throw Failure(
                "the key in slot \(slot.name) has no public half: its sender holds the same one",
                hint: "ntfdecrypt keys list")
        }
        print(key)
    }
}

struct ListKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show every slot with its generation and public key.")

    @OptionGroup var keystore: KeystoreOptions

    func run() throws {
        let edit = try KeyEdit(keystore)
        for entry in try edit.list() {
            let name = String(entry.slot.name)
            guard let slot = SlotArgument(argument: name) else { continue }
            let kept = entry.keepsPrevious ? ", generation \(entry.generation - 1) kept" : ""
            let key = try edit.publicKey(slot, previous: false) ?? "-"
            print("\(name)\tgeneration \(entry.generation)\(kept)\t\(key)")
        }
    }
}

struct DeleteKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a slot's keys for good; what is sealed to them never opens again.")

    @Argument(help: SlotArgument.help) var slot: SlotArgument
    @OptionGroup var keystore: KeystoreOptions

    func run() throws {
        try KeyEdit(keystore).delete(slot)
    }
}
