#if canImport(Security)
internal import Foundation
internal import NotificationPipeline
internal import SecretMemory
internal import Security

/// The items of one access group and service: generic passwords that stay on this device and can be
/// read once it was unlocked after its start.
///
/// A slot's current key has the slot's name as its account, the one before `NAME previous`, which is
/// no slot's name. The generation is in `kSecAttrGeneric`, four bytes, the highest first.
struct KeychainItems: Sendable {
    let accessGroup: String
    let service: String

    /// A key as it lies there.
    struct Item: ~Copyable {
        let generation: UInt32
        let material: SecretBytes

        /// Hands the material over.
        consuming func take() -> SecretBytes { material }
    }

    /// Which of a slot's two keys.
    enum Place {
        case current, previous

        func account(_ slot: KeySlot) -> String {
            switch self {
            case .current: String(slot.name)
            case .previous: "\(String(slot.name)) previous"
            }
        }
    }

    /// Reads a key. Throws `missing` when there is none, `corrupt` for an item that is not as
    /// `write` makes them, a weaker accessibility included.
    ///
    /// The Keychain's answer is memory of its own, let go of here at once; it cannot be wiped.
    func read(_ slot: KeySlot, _ place: Place) throws(KeyError) -> Item {
        var query = name(place.account(slot))
        query[kSecMatchLimit] = kSecMatchLimitOne
        query[kSecReturnAttributes] = true
        query[kSecReturnData] = true
        var found: CFTypeRef?
        // SAFETY: `found` is ours; the function fills it with one object that is ours then.
        try check(unsafe SecItemCopyMatching(query as CFDictionary, &found))
        guard let item = found as? [String: Any],
            let generation = generation(item),
            item[kSecAttrAccessible as String] as? String
                == kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly as String,
            let data = item[kSecValueData as String] as? Data,
            data.count > 0, data.count <= Limits.keyMaterialBytesMax
        else { throw .corrupt }
        var material = SecretBytes(count: data.count)
        material.withMutableBytes { target in
            for index in target.indices { target[index] = data[data.startIndex + index] }
        }
        return Item(generation: generation, material: material)
    }

    /// Every account with its generation, previous ones too.
    func accounts() throws(KeyError) -> [(account: String, generation: UInt32)] {
        var query = names()
        query[kSecMatchLimit] = kSecMatchLimitAll
        query[kSecReturnAttributes] = true
        var found: CFTypeRef?
        do throws(KeyError) {
            // SAFETY: as above.
            try check(unsafe SecItemCopyMatching(query as CFDictionary, &found))
        } catch {
            if error == .missing { return [] }
            throw error
        }
        guard let items = found as? [[String: Any]] else { throw .corrupt }
        return items.compactMap { item in
            guard let account = item[kSecAttrAccount as String] as? String,
                let generation = generation(item)
            else { return nil }
            return (account, generation)
        }
    }

    /// Writes a key, over the one that may be in that place, in one step.
    func write(_ material: Span<UInt8>, generation: UInt32, _ slot: KeySlot, _ place: Place)
        throws(KeyError)
    {
        // Ours, so that it can be wiped. What the function makes of it on its way cannot.
        guard let data = NSMutableData(length: material.count) else { throw .unavailable }
        defer { data.resetBytes(in: NSRange(location: 0, length: data.length)) }
        unsafe material.withUnsafeBytes { source in
            // SAFETY: both have `material.count` bytes.
            unsafe data.mutableBytes.copyMemory(from: source.baseAddress!, byteCount: source.count)
        }
        let numbers = [24, 16, 8, 0].map { shift in UInt8(truncatingIfNeeded: generation >> shift) }
        var change: [CFString: Any] = [
            kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
            kSecAttrGeneric: Data(numbers),
            kSecValueData: data,
        ]
        let name = name(place.account(slot))
        let status = SecItemUpdate(name as CFDictionary, change as CFDictionary)
        guard status == errSecItemNotFound else { return try check(status) }
        change.merge(name) { one, _ in one }
        var none: CFTypeRef?
        // SAFETY: `none` is ours; nothing is asked for and nothing written to it.
        try check(unsafe SecItemAdd(change as CFDictionary, &none))
    }

    /// Removes a key; `missing` when there was none.
    func delete(_ slot: KeySlot, _ place: Place) throws(KeyError) {
        try check(SecItemDelete(name(place.account(slot)) as CFDictionary))
    }

    private func generation(_ item: [String: Any]) -> UInt32? {
        guard let bytes = item[kSecAttrGeneric as String] as? Data, bytes.count == 4 else {
            return nil
        }
        let number = bytes.reduce(UInt32(0)) { number, byte in number << 8 | UInt32(byte) }
        return number > 0 ? number : nil
    }

    /// What names an item, and what all items of ours have in common.
    private func name(_ account: String) -> [CFString: Any] {
        var query = names()
        query[kSecAttrAccount] = account
        return query
    }

    private func names() -> [CFString: Any] {
        [
            kSecClass: kSecClassGenericPassword,
            kSecAttrAccessGroup: accessGroup,
            kSecAttrService: service,
            // Never in iCloud.
            kSecAttrSynchronizable: false,
            // macOS has another keychain, without access groups; elsewhere this changes nothing.
            kSecUseDataProtectionKeychain: true,
        ]
    }

    /// What a status means for whoever wants a key.
    private func check(_ status: OSStatus) throws(KeyError) {
        switch status {
        case errSecSuccess: return
        case errSecItemNotFound: throw .missing
        // Not unlocked since it was started.
        case errSecInteractionNotAllowed: throw .locked
        case errSecDuplicateItem: throw .occupied
        case errSecDecode: throw .corrupt
        // errSecMissingEntitlement, an access group that is not ours, among them.
        default: throw .unavailable
        }
    }
}
#endif
