import FileKeystore
import Foundation
import NotificationPipeline
import SecretMemory
import Testing

/// A new directory that goes with its owner, and a keystore in it.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/ntfdecrypt-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no scratch directory") }
        let bytes = template.dropLast().map { byte in UInt8(bitPattern: byte) }
        path = String(decoding: bytes, as: UTF8.self) + "/keystore"
    }

    deinit {
        try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
    }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// A keystore object of its own: what another process would have.
    func keystore(_ passphrase: String? = nil) -> FileKeystore {
        let secret: SecretBytes? =
            if let passphrase { SecretBytes(copying: Array(passphrase.utf8).span) } else { nil }
        return FileKeystore(directory: path, passphrase: secret)
    }

    func bytes(_ name: String) -> Data {
        FileManager.default.contents(atPath: self(name)) ?? Data()
    }

    func write(_ bytes: Data, to name: String) {
        _ = FileManager.default.createFile(
            atPath: self(name), contents: bytes, attributes: [.posixPermissions: 0o600])
    }

    func mode(_ name: String) -> mode_t {
        var status = stat()
        lstat(self(name), &status)
        return status.st_mode & 0o7777
    }

    func names() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}

/// The material of a key that is `byte` 32 times.
func material(_ byte: UInt8) -> SecretBytes {
    SecretBytes(copying: ([1, 0, 32] + [UInt8](repeating: byte, count: 32)).span)
}

/// A generation that was lent: its number and the first byte of its secret, which tests know.
struct Lent: Equatable {
    var generation: UInt32
    var byte: UInt8
}

extension Keystore {
    /// Every generation a keystore lends, or why none.
    func lent(_ name: String) -> Result<[Lent], KeyError> {
        guard let slot = KeySlot(name) else { return .failure(.corrupt) }
        do throws(KeyError) {
            var lent: [Lent] = []
            try lend(slot) { record in
                let byte = record.withField(.secret) { secret in secret[0] }
                lent.append(Lent(generation: record.generation, byte: byte ?? 0))
                return false
            }
            return .success(lent)
        } catch {
            return .failure(error)
        }
    }

    /// Why it lends nothing; nil when it does.
    func refusal(_ name: String = "blocktank") -> KeyError? {
        guard case .failure(let error) = lent(name) else { return nil }
        return error
    }
}

extension EditableKeystore {
    func put(_ byte: UInt8, _ name: String = "blocktank", rotating: Bool = false) throws -> UInt32 {
        try store(material(byte), in: #require(KeySlot(name)), rotating: rotating)
    }

    /// Why a key could not be stored; nil when it was.
    func putRefusal(_ byte: UInt8, rotating: Bool = true) -> KeyError? {
        do {
            _ = try put(byte, rotating: rotating)
            return nil
        } catch {
            return error as? KeyError
        }
    }
}

/// The executable that does one operation in a process of its own, beside the test bundle.
enum Keyprobe {
    static func start(
        _ arguments: [String], environment: [String: String] = [:], shell: String? = nil
    ) throws -> (process: Process, output: Pipe) {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = ((own as NSString).deletingLastPathComponent as NSString)
            .appendingPathComponent("keyprobe")
        let process = Process()
        let output = Pipe()
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", shell, "sh", path] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
        }
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        return (process, output)
    }

    static func lines(_ output: Pipe) -> [String] {
        let data = output.fileHandleForReading.readDataToEndOfFile()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
