import ArgumentParser
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
            return try file(
                try Paths.home("XDG_DATA_HOME", ".local/share") + "/ntfdecrypt/keystore")
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
        return try Paths.home("XDG_STATE_HOME", ".local/state") + "/ntfdecrypt/group"
    }
}

/// Where things are when nobody says otherwise (XDG Base Directory Specification).
enum Paths {
    static func home(_ variable: String, _ below: String) throws -> String {
        // The specification has relative paths ignored.
        if let named = System.environment(variable), named.hasPrefix("/") { return named }
        guard let home = System.environment("HOME") else {
            throw Failure(
                "neither \(variable) nor HOME is set, so there is no default directory",
                hint: "name --keystore file:DIR and --group-dir DIR", status: .usage)
        }
        return home + "/" + below
    }
}

/// A size in bytes, also written 16KiB or 1MiB.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    init(bytes: Int) {
        self.bytes = bytes
    }

    init?(argument: String) {
        let units = [("KiB", 1024), ("MiB", 1024 * 1024), ("", 1)]
        for (unit, factor) in units where argument.hasSuffix(unit) {
            guard let count = Int(argument.dropLast(unit.count)), count > 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            bytes = product
            return
        }
        return nil
    }

    var defaultValueDescription: String { "16KiB" }
}
