public import ArgumentParser
public import CommandSupport
import FileKeystore
import Glibc
import NotificationPipeline
import SecretMemory
import SecretServiceKeystore
import SharedGroup

/// `--keystore` and what belongs to it.
struct KeystoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the keys are: file:DIR or secret-service. Also NTFDECRYPT_KEYSTORE.",
            discussion: "Without it: file:$XDG_DATA_HOME/ntfdecrypt/keystore.",
            valueName: "file:DIR|secret-service"))
    var keystore: String?

    @Option(
        help: ArgumentHelp(
            "Read the file keystore's passphrase from this open descriptor, up to its first newline.",
            valueName: "FD"))
    var passphraseFd: Int32?

    /// Opens nothing yet: a keystore is asked when the first key is needed.
    func choose() throws -> KeystoreChoice {
        let named = keystore ?? System.environment("NTFDECRYPT_KEYSTORE")
        guard let named else {
            return try file(try Paths.keystore())
        }
        if named == "secret-service" {
            guard passphraseFd == nil else {
                throw Failure(
                    "the Secret Service has no passphrase of ours",
                    hint: "leave out --passphrase-fd, or use --keystore file:DIR", status: .usage)
            }
            return .secretService(SecretServiceKeystore())
        }
        guard named.hasPrefix("file:"), named.count > 5 else {
            throw Failure(
                "the keystore is neither file:DIR nor secret-service",
                hint: "ntfdecrypt --keystore file:./keystore …", status: .usage)
        }
        return try file(String(named.dropFirst(5)))
    }

    private func file(_ directory: String) throws -> KeystoreChoice {
        guard let passphraseFd else {
            return .file(FileKeystore(directory: directory, passphrase: nil), directory: directory)
        }
        let passphrase = try SecretInput.line(from: passphraseFd)
        return .file(
            FileKeystore(directory: directory, passphrase: passphrase), directory: directory)
    }
}

/// `--group-dir`.
struct GroupOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The directory the app shares. Also NTFDECRYPT_GROUP_DIR.",
            discussion: "Without it: $XDG_STATE_HOME/ntfdecrypt/group.", valueName: "DIR"))
    var groupDir: String?

    func path() throws -> String {
        if let named = groupDir ?? System.environment("NTFDECRYPT_GROUP_DIR") { return named }
        return try Paths.group()
    }
}

extension ByteCount: ExpressibleByArgument {
    /// Reads a size as people write it on a command line.
    public init?(argument: String) {
        self.init(argument)
    }
}
