internal import NotificationPipeline
internal import SecretMemory
internal import SecureFiles
internal import Threading

/// Finds the key of the file: the device key, or what Argon2id makes of the passphrase.
final class KeyUnlocker: Sendable {
    private static let deviceKeyName: FileName = "device.key"

    private let passphrase: SharedSecret?
    /// The last derived key with its cost and salt: a reload or an edit does not pay again.
    private let derived = Mutex<(derivation: [UInt8], key: SharedSecret)?>(nil)

    init(passphrase: consuming SecretBytes?) {
        self.passphrase = if let passphrase { SharedSecret(passphrase) } else { nil }
    }

    /// The key that opens a file with this header.
    ///
    /// Throws `locked` when a passphrase is needed and none was given, or the device key is gone;
    /// `corrupt` when what is in its place is no device key.
    func key(
        for header: KeyFileHeader, in directory: borrowing SecureDirectory
    ) throws(KeyError) -> SharedSecret {
        switch header.protection {
        case .device:
            return try deviceKey(in: directory)
        case .passphrase(let passes, let memory):
            guard let passphrase else { throw .locked }
            return try derived.withLock { (derived) throws(KeyError) in
                if let derived, derived.derivation.elementsEqual(header.derivation) {
                    return derived.key
                }
                guard
                    let bytes = KeyFile.derive(
                        passphrase.bytes, header: header, passes: passes, memoryKibibytes: memory)
                else { throw .unavailable }
                let key = SharedSecret(bytes)
                derived = (Array(header.derivation), key)
                return key
            }
        }
    }

    /// The header for the next writing: with a passphrase always under it, at today's cost.
    func header(after current: KeyFileHeader?) -> KeyFileHeader {
        let protection: KeyFileHeader.Protection =
            if passphrase == nil {
                .device
            } else {
                .passphrase(
                    passes: KeystoreLimits.passesDefault,
                    memoryKibibytes: KeystoreLimits.memoryKibibytesDefault)
            }
        // The same salt as before where the protection is the same: the derived key is known.
        guard let current, current.protection == protection else {
            return KeyFileHeader(protection)
        }
        return current
    }

    /// Makes the device key if there is none; of two processes that do, both get the same.
    func prepareDeviceKey(in directory: borrowing SecureDirectory) throws(KeyError) {
        let fresh = SecretBytes.random(count: KeyFile.keyCount)
        do throws(FileError) {
            _ = try fresh.withBytes { (bytes) throws(FileError) in
                try directory.writeNew(bytes, name: Self.deviceKeyName, through: directory)
            }
        } catch {
            throw KeyError(error)
        }
    }

    private func deviceKey(
        in directory: borrowing SecureDirectory
    ) throws(KeyError) -> SharedSecret {
        let contents: FileContents
        do throws(FileError) {
            contents = try directory.readSecret(Self.deviceKeyName, bytesMax: KeyFile.keyCount)
        } catch {
            throw error == .notFound ? .locked : KeyError(error)
        }
        guard contents.identity.size == KeyFile.keyCount, let bytes = contents.bytes else {
            throw .corrupt
        }
        return SharedSecret(bytes)
    }
}

extension KeyError {
    /// What a file's error means for a keystore.
    init(_ error: FileError) {
        self =
            switch error {
            case .notFound: .missing
            case .tooLarge: .corrupt
            case .notOurs, .symbolicLink, .wrongKind, .notPermitted, .noSpace, .io: .unavailable
            }
    }
}
