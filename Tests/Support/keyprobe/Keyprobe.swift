import FileKeystore
import Glibc
import NotificationPipeline
import SecretMemory
import SecretServiceKeystore
import Synchronization

/// One operation on a keystore in a process of its own, for tests that need one.
///
///     keyprobe file:DIR|secret-service OPERATION SLOT [COUNT]
///
/// Operations: `lend`, `list`, `store`, `rotate`, `delete`, `rotate-random` (COUNT times), `ask`
/// (`lend` COUNT times, whatever it throws) and `watch` (`lend`, then once more an hour later by
/// the keystore's clock when standard input gives a line, then with a keystore just made).
/// `store` and `rotate` take a key's text on standard input, `KEYPROBE_PASSPHRASE` holds the
/// passphrase of a file keystore. Prints a line for each generation (number and public key), slot
/// or stored key, or `error` and the error's name. Never prints a secret.
@main struct Keyprobe {
    private static let hours = Atomic<Int>(0)

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let slot = KeySlot(arguments[3]),
            let keystore = open(arguments[1])
        else {
            print("usage: keyprobe file:DIR|secret-service OPERATION SLOT [COUNT]")
            exit(64)
        }
        do throws(KeyError) {
            let count = arguments.count > 4 ? Int(arguments[4]) ?? 1 : 1
            if arguments[2] == "watch" {
                try watch(slot, on: keystore, name: arguments[1])
            } else {
                try run(arguments[2], slot, on: keystore, count: count)
            }
        } catch {
            print("error \(error)")
        }
    }

    private static func open(_ name: String) -> (any EditableKeystore)? {
        if name == "secret-service" {
            return SecretServiceKeystore(now: {
                SecretServiceKeystore.timeSinceBoot()
                    + .seconds(3600 * hours.load(ordering: .relaxed))
            })
        }
        guard name.hasPrefix("file:") else { return nil }
        let passphrase: SecretBytes? =
            if let text = getenv("KEYPROBE_PASSPHRASE"), text[0] != 0 {
                SecretBytes(copying: Array(String(cString: text).utf8).span)
            } else { nil }
        return FileKeystore(directory: String(name.dropFirst(5)), passphrase: passphrase)
    }

    private static func run(
        _ operation: String, _ slot: KeySlot, on keystore: any EditableKeystore, count: Int
    ) throws(KeyError) {
        switch operation {
        case "lend":
            for _ in 1..<max(count, 1) { try keystore.lend(slot) { _ in true } }
            try printAll(slot, of: keystore)
        case "ask":
            for _ in 0..<count {
                do throws(KeyError) {
                    try printAll(slot, of: keystore)
                } catch {
                    print("error \(error)")
                }
            }
        case "list":
            for entry in try keystore.list() {
                print(String(entry.slot.name), entry.generation, entry.keepsPrevious)
            }
        case "store", "rotate":
            guard let material = readKey() else { return print("error text") }
            let rotating = operation == "rotate"
            print(try keystore.store(material, in: slot, rotating: rotating))
        case "rotate-random":
            for _ in 0..<count {
                print(try keystore.store(randomKey(), in: slot, rotating: true))
            }
        case "delete":
            try keystore.delete(slot)
            print("deleted")
        default:
            print("usage: unknown operation")
        }
    }

    private static func printAll(
        _ slot: KeySlot, of keystore: any EditableKeystore
    ) throws(KeyError) {
        try keystore.lend(slot) { record in
            print(record.generation, publicKey(record))
            return false
        }
    }

    private static func watch(
        _ slot: KeySlot, on keystore: any EditableKeystore, name: String
    ) throws(KeyError) {
        try printAll(slot, of: keystore)
        print("ready")
        fflush(nil)
        _ = readLine()
        hours.add(1, ordering: .relaxed)
        try printAll(slot, of: keystore)
        print("anew")
        if let another = open(name) { try printAll(slot, of: another) }
    }

    private static func publicKey(_ record: borrowing KeyRecord) -> String {
        var compressed = [UInt8](repeating: 0, count: 33)
        let made = record.withField(.secret) { secret in
            var span = compressed.mutableSpan
            return (try? Secp256k1.publicKey(of: secret, into: &span)) != nil
        }
        guard made == true else { return "unusable" }
        return compressed.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static func readKey() -> SecretBytes? {
        var text = [UInt8](repeating: 0, count: Limits.keyTextBytesMax)
        var length = 0
        while length < text.count {
            let portion = text.withUnsafeMutableBytes { memory in
                read(0, memory.baseAddress! + length, memory.count - length)
            }
            guard portion > 0 else { break }
            length += portion
        }
        return try? KeyText.read(text.span.extracting(first: length), for: .blocktank)
    }

    /// A random number of 32 bytes is a key but for one in 2^128.
    private static func randomKey() -> SecretBytes {
        var material = SecretBytes(count: 35)
        material.withMutableBytes { target in
            fillWithRandom(&target)
            target[0] = KeyField.secret.rawValue
            target[1] = 0
            target[2] = 32
        }
        return material
    }
}
