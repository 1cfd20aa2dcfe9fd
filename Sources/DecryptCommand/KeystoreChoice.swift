import FileKeystore
import NotificationPipeline
import SecretMemory
import SecretServiceKeystore

/// The keystore the options named. One door for both kinds, so that the pipeline stays concrete.
enum KeystoreChoice: EditableKeystore {
    case file(FileKeystore, directory: String)
    case secretService(SecretServiceKeystore)

    /// Where the file keystore is; nil for the Secret Service.
    var directory: String? {
        if case .file(_, let directory) = self { return directory }
        return nil
    }

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        switch self {
        case .file(let keystore, _): try keystore.lend(slot, to: body)
        case .secretService(let keystore): try keystore.lend(slot, to: body)
        }
    }

    func list() throws(KeyError) -> [KeyEntry] {
        switch self {
        case .file(let keystore, _): try keystore.list()
        case .secretService(let keystore): try keystore.list()
        }
    }

    func store(
        _ material: consuming SecretBytes, in slot: KeySlot, rotating: Bool
    ) throws(KeyError) -> UInt32 {
        switch self {
        case .file(let keystore, _):
            try keystore.store(material, in: slot, rotating: rotating)
        case .secretService(let keystore):
            try keystore.store(material, in: slot, rotating: rotating)
        }
    }

    func delete(_ slot: KeySlot) throws(KeyError) {
        switch self {
        case .file(let keystore, _): try keystore.delete(slot)
        case .secretService(let keystore): try keystore.delete(slot)
        }
    }
}
