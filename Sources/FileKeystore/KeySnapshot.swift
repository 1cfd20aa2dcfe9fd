internal import NotificationPipeline
internal import SecretMemory
internal import SecureFiles

/// One state of the keystore as it was read: never changed, shared by every thread that lends.
final class KeySnapshot: Sendable {
    /// The state of the file it was read from.
    let identity: FileIdentity
    /// The header, for the next writing.
    let header: KeyFileHeader
    /// The opened records.
    let list: SecretBytes
    /// Where in the list each key is.
    let places: [KeyPlace]

    init(
        identity: FileIdentity, header: KeyFileHeader, list: consuming SecretBytes
    ) throws(KeyError) {
        places = try list.withBytes(KeyList.read)
        self.identity = identity
        self.header = header
        self.list = list
    }

    /// The generations of `slot`, newest first; nil when it has none.
    func generations(of slot: KeySlot) throws(KeyError) -> SharedKey? {
        var newest: SharedKey?
        for place in places.reversed() where place.slot == slot {
            let material = list.withBytes { bytes in
                SecretBytes(copying: bytes.extracting(place.material))
            }
            newest = SharedKey(
                try KeyRecord(generation: place.generation, material: material), older: newest)
        }
        return newest
    }
}

/// A secret that several threads read: a passphrase, the key of the file.
final class SharedSecret: Sendable {
    let bytes: SecretBytes

    init(_ bytes: consuming SecretBytes) {
        self.bytes = bytes
    }
}
