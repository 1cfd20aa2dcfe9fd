internal import CSecret
internal import NotificationPipeline

/// The questions we ask the Secret Service, in terms of slots and generations. Never prompts:
/// nothing is unlocked, and what is locked is not touched.
///
/// Attributes of an item: `application` = `ntfdecrypt`, `slot`, `generation`. Its secret is the
/// text that `keys import` takes. No schema name, so that `secret-tool store` makes the same.
@safe struct SecretService {
    private var api: ntf_secret
    private let service: OpaquePointer
    private let cancellable: OpaquePointer

    /// An item as it was found.
    struct Item {
        let slot: String
        let generation: UInt32
    }

    /// Runs `questions` within the time limit. Throws `unavailable` when nobody can be asked.
    static func ask<Answer>(
        _ questions: (inout SecretService) throws(KeyError) -> Answer
    ) throws(KeyError) -> Answer {
        guard Library.hasSessionBus, let library = Library.loaded else { throw .unavailable }
        return try unsafe Deadline.run(library) { (cancellable) throws(KeyError) in
            // SAFETY: the service is ours until it is unreferenced here.
            guard let service = unsafe library.api.secret_service_get_sync(0, cancellable, nil) else {
                throw .unavailable
            }
            defer { unsafe library.api.g_object_unref(UnsafeMutableRawPointer(service)) }
            var asked = unsafe SecretService(
                api: library.api, service: service, cancellable: cancellable)
            return try questions(&asked)
        }
    }

    /// Visits every item of ours, or of one slot, with its text where `loadsSecrets` (an empty one
    /// otherwise). `visit` answers true to have the item deleted. Throws `locked` when one is.
    mutating func forEachItem(
        of slot: KeySlot?, loadsSecrets: Bool,
        _ visit: (Item, _ text: Span<UInt8>) throws(KeyError) -> Bool
    ) throws(KeyError) {
        let found = try unsafe search(slot, loadsSecrets)
        defer { unsafe release(found) }
        var next = unsafe found
        for _ in 0..<SecretServiceLimits.itemsMax {
            guard let entry = unsafe next else { return }
            // SAFETY: a list's data are the items, which live until `release`.
            unsafe next = unsafe entry.pointee.next
            try unsafe visitItem(OpaquePointer(entry.pointee.data), loadsSecrets, visit)
        }
    }

    /// Stores a key's text in the default collection.
    ///
    /// Throws `locked` when that is locked, `unavailable` when there is none.
    mutating func store(_ text: Span<UInt8>, _ item: Item) throws(KeyError) {
        // SAFETY: every object is unreferenced once; texts are C strings for the length of a call.
        guard let collection = unsafe api.secret_collection_for_alias_sync(
            service, "default", 0, cancellable, nil)
        else { throw .unavailable }
        defer { unsafe api.g_object_unref(UnsafeMutableRawPointer(collection)) }
        guard unsafe api.secret_collection_get_locked(collection) == 0 else { throw .locked }
        // SAFETY: `text.count` readable bytes, which the value copies into locked memory.
        let value = unsafe text.withUnsafeBytes { raw in
            unsafe api.secret_value_new(
                raw.baseAddress!.assumingMemoryBound(to: CChar.self), raw.count, "text/plain")
        }
        defer { unsafe api.secret_value_unref(UnsafeMutableRawPointer(value)) }
        let label = "ntfdecrypt \(item.slot), generation \(item.generation)"
        let made = unsafe item.slot.withCString { slot in
            unsafe String(item.generation).withCString { generation in
                let attributes = unsafe ntf_secret_attributes(&api, slot, generation)
                defer { unsafe api.g_hash_table_unref(attributes) }
                return unsafe api.secret_item_create_sync(
                    collection, nil, attributes, label, value, 0, cancellable, nil)
            }
        }
        guard let made = unsafe made else { throw .unavailable }
        unsafe api.g_object_unref(UnsafeMutableRawPointer(made))
    }

    /// The items as a list the caller releases; nil when there are none.
    private mutating func search(
        _ slot: KeySlot?, _ loadsSecrets: Bool
    ) throws(KeyError) -> UnsafeMutablePointer<GList>? {
        let flags = UInt32(
            NTF_SECRET_SEARCH_ALL | (loadsSecrets ? NTF_SECRET_SEARCH_LOAD_SECRETS : 0))
        var failure: OpaquePointer?
        let name = slot.map { slot in String(slot.name) }
        func ask(_ text: UnsafePointer<CChar>?) -> UnsafeMutablePointer<GList>? {
            // SAFETY: the table is unreferenced here, before its texts go.
            let attributes = unsafe ntf_secret_attributes(&api, text, nil)
            defer { unsafe api.g_hash_table_unref(attributes) }
            return unsafe api.secret_service_search_sync(
                service, nil, attributes, flags, cancellable, &failure)
        }
        let found = if let name { unsafe name.withCString(ask) } else { unsafe ask(nil) }
        guard let failure = unsafe failure else { return unsafe found }
        unsafe api.g_error_free(failure)
        throw .unavailable
    }

    private func release(_ list: UnsafeMutablePointer<GList>?) {
        var next = unsafe list
        while let entry = unsafe next {
            // SAFETY: each item and the list itself are ours, and given back once.
            unsafe api.g_object_unref(entry.pointee.data)
            unsafe next = unsafe entry.pointee.next
        }
        if unsafe list != nil { unsafe api.g_list_free(list) }
    }

    private func visitItem(
        _ item: OpaquePointer, _ loadsSecrets: Bool,
        _ visit: (Item, Span<UInt8>) throws(KeyError) -> Bool
    ) throws(KeyError) {
        // SAFETY: the item is lent by the list; what it gives us is unreferenced once.
        guard unsafe api.secret_item_get_locked(item) == 0 else { throw .locked }
        guard let known = unsafe attributes(of: item) else { return }
        guard loadsSecrets else { return try unsafe deleteIf(try visit(known, Span()), item) }
        guard let value = unsafe api.secret_item_get_secret(item) else { throw .unavailable }
        defer { unsafe api.secret_value_unref(UnsafeMutableRawPointer(value)) }
        var length = 0
        guard let text = unsafe api.secret_value_get(value, &length) else { throw .corrupt }
        // SAFETY: `length` bytes that live as long as the value.
        let raw = unsafe UnsafeRawBufferPointer(start: text, count: length)
        try unsafe deleteIf(try visit(known, Span(_unsafeElements: raw.bindMemory(to: UInt8.self))), item)
    }

    /// Slot and generation; nil for an item that has no such attributes.
    private func attributes(of item: OpaquePointer) -> Item? {
        // SAFETY: the table is ours; its texts live as long as it does.
        guard let table = unsafe api.secret_item_get_attributes(item) else { return nil }
        defer { unsafe api.g_hash_table_unref(table) }
        func text(_ name: String) -> String? {
            guard let value = unsafe api.g_hash_table_lookup(table, name) else { return nil }
            return unsafe String(cString: value.assumingMemoryBound(to: CChar.self))
        }
        guard let slot = text("slot"), let generation = text("generation").flatMap({ UInt32($0) })
        else { return nil }
        return Item(slot: slot, generation: generation)
    }

    private func deleteIf(_ isUnwanted: Bool, _ item: OpaquePointer) throws(KeyError) {
        guard isUnwanted else { return }
        // SAFETY: the item is lent by the list.
        guard unsafe api.secret_item_delete_sync(item, cancellable, nil) != 0 else {
            throw .unavailable
        }
    }
}
