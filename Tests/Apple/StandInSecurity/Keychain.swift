import Foundation

/// The keychain behind the four functions, in memory, and what a test does to it.
public final class StandInKeychain: @unchecked Sendable {
    /// The one there is.
    public static let shared = StandInKeychain()

    /// What the next calls do instead of their work.
    public enum Fault: Sendable {
        /// Answer so.
        case status(OSStatus)
        /// Answer when `release` is called.
        case hang
    }

    private let condition = NSCondition()
    private var items: [[String: Any]] = []
    private var groups: [String] = []
    private var isUnlocked = true
    private var fault: Fault?
    private var hanging = 0
    private var counted = 0
    private var handedOver: NSData?

    /// Begins anew: an unlocked device, and a program with these access groups.
    public func reset(entitledTo groups: [String]) {
        condition.withLock {
            (items, isUnlocked, fault, counted) = ([], true, nil, 0)
            self.groups = groups
            condition.broadcast()
        }
    }

    /// From now on the calls come from a program with these access groups.
    public func entitle(to groups: [String]) { condition.withLock { self.groups = groups } }
    /// Whether the device was unlocked since it was started.
    public func unlock(_ isUnlocked: Bool) { condition.withLock { self.isUnlocked = isUnlocked } }
    /// What goes wrong from now on.
    public func fail(_ fault: Fault?) {
        condition.withLock {
            self.fault = fault
            condition.broadcast()
        }
    }
    /// The calls that hang at the moment.
    public var hangingCalls: Int { condition.withLock { hanging } }
    /// The calls there were.
    public var calls: Int { condition.withLock { counted } }
    /// What was handed over last to be stored: the caller's own object, as it is now.
    public var lastHandedOver: Data? {
        condition.withLock { handedOver.map { data in Data(bytes: data.bytes, count: data.length) } }
    }
    /// A copy of everything in it.
    public var contents: [[String: Any]] { condition.withLock { items } }
    /// Changes what lies in it, past all checks.
    public func edit(_ change: (inout [[String: Any]]) -> Void) {
        condition.withLock { change(&items) }
    }

    /// Runs one of the functions: faults first, then entitlements, then the work.
    fileprivate func perform(
        _ query: CFDictionary, storing value: Any? = nil,
        _ work: (inout [[String: Any]], Access) -> OSStatus
    ) -> OSStatus {
        condition.withLock {
            counted += 1
            switch fault {
            case .status(let status): return status
            case .hang:
                hanging += 1
                defer { hanging -= 1 }
                while case .hang = fault { condition.wait() }
            case nil: break
            }
            handedOver = value as? NSData ?? handedOver
            guard let first = groups.first else { return errSecMissingEntitlement }
            let named = query[kSecAttrAccessGroup] as? String
            if let named, !groups.contains(named) { return errSecMissingEntitlement }
            return work(&items, Access(group: named, first: first, all: groups, isUnlocked: isUnlocked))
        }
    }

    fileprivate struct Access {
        let group: String?
        let first: String
        let all: [String]
        let isUnlocked: Bool

        /// Whether a query finds an item: every attribute it names is the item's.
        func finds(_ item: [String: Any], _ query: CFDictionary) -> Bool {
            let isShared = query[kSecAttrSynchronizable] as? Bool ?? false
            guard item[kSecClass] as? String == query[kSecClass] as? String,
                item[kSecAttrSynchronizable] as? Bool ?? false == isShared,
                all.contains(item[kSecAttrAccessGroup] as? String ?? "")
            else { return false }
            let texts = [kSecAttrAccessGroup, kSecAttrService, kSecAttrAccount, kSecAttrAccessible]
            return texts.allSatisfy { name in
                guard let wanted = query[name] as? String else { return true }
                return item[name] as? String == wanted
            }
        }
    }
}

private func bytes(_ value: Any?) -> Data? {
    if let data = value as? Data { return data }
    return (value as? NSData).map { data in Data(bytes: data.bytes, count: data.length) }
}

public func SecItemAdd(
    _ attributes: CFDictionary, _ result: UnsafeMutablePointer<CFTypeRef?>?
) -> OSStatus {
    StandInKeychain.shared.perform(attributes, storing: attributes[kSecValueData]) { items, access in
        guard attributes[kSecClass] as? String == kSecClassGenericPassword else { return errSecParam }
        guard access.isUnlocked else { return errSecInteractionNotAllowed }
        var item = attributes.filter { name, _ in name != kSecUseDataProtectionKeychain }
        item[kSecAttrAccessGroup] = access.group ?? access.first
        item[kSecValueData] = bytes(attributes[kSecValueData])
        // Accessibility is no part of an item's name.
        var name = item
        name[kSecAttrAccessible] = nil
        guard !items.contains(where: { other in access.finds(other, name) }) else {
            return errSecDuplicateItem
        }
        items.append(item)
        return errSecSuccess
    }
}

public func SecItemCopyMatching(
    _ query: CFDictionary, _ result: UnsafeMutablePointer<CFTypeRef?>?
) -> OSStatus {
    StandInKeychain.shared.perform(query) { items, access in
        let found = items.filter { item in access.finds(item, query) }
        guard !found.isEmpty else { return errSecItemNotFound }
        guard access.isUnlocked else { return errSecInteractionNotAllowed }
        let wantsData = query[kSecReturnData] as? Bool ?? false
        let wantsAttributes = query[kSecReturnAttributes] as? Bool ?? false
        let answers = found.map { item -> Any in
            guard wantsAttributes else { return item[kSecValueData] as Any }
            return item.filter { name, _ in wantsData || name != kSecValueData }
        }
        let isAll = query[kSecMatchLimit] as? String == kSecMatchLimitAll
        if wantsData || wantsAttributes { result?.pointee = isAll ? answers : answers[0] }
        return errSecSuccess
    }
}

public func SecItemUpdate(_ query: CFDictionary, _ changes: CFDictionary) -> OSStatus {
    StandInKeychain.shared.perform(query, storing: changes[kSecValueData]) { items, access in
        let places = items.indices.filter { index in access.finds(items[index], query) }
        guard !places.isEmpty else { return errSecItemNotFound }
        guard access.isUnlocked else { return errSecInteractionNotAllowed }
        for place in places {
            for (name, value) in changes {
                items[place][name] = name == kSecValueData ? bytes(value) as Any : value
            }
        }
        return errSecSuccess
    }
}

public func SecItemDelete(_ query: CFDictionary) -> OSStatus {
    StandInKeychain.shared.perform(query) { items, access in
        let count = items.count
        items.removeAll { item in access.finds(item, query) }
        return items.count < count ? errSecSuccess : errSecItemNotFound
    }
}
