internal import CSecret
internal import Glibc
internal import NotificationPipeline
internal import SecretMemory

/// A connection to the Secret Service for the length of one question, on the thread that asks.
///
/// Nothing here unlocks or prompts: what is locked is refused before a call that could prompt.
/// Every GLib object is released by whoever got it; libsecret keeps secrets in locked memory of
/// its own and wipes it, we keep ours in `SecretBytes`.
@safe struct ServiceSession: ~Copyable {
    private static let application: StaticString = "ntfdecrypt"

    private let library: SecretLibrary
    private let cancellable: OpaquePointer
    private let service: OpaquePointer

    /// Connects. Throws `unavailable` when there is no bus, or nobody who offers the service.
    init(_ library: SecretLibrary, cancellable: OpaquePointer) throws(KeyError) {
        var failure: UnsafeMutablePointer<GError>?
        let functions = library.functions
        // SAFETY: `cancellable` lives as long as the call that owns this session.
        guard
            let bus = unsafe functions.g_bus_get_sync(
                GBusType(rawValue: GBusType.RawValue(ntf_bus_session)), cancellable, &failure)
        else { throw unsafe Self.refusal(failure, functions) }
        // By default GLib ends the process when the bus goes away: a filter outlives its bus.
        unsafe functions.g_dbus_connection_set_exit_on_close(bus, 0)
        defer { unsafe functions.g_object_unref(UnsafeMutableRawPointer(bus)) }
        guard
            let service = unsafe functions.secret_service_get_sync(
                NTF_SECRET_SERVICE_NONE, cancellable, &failure)
        else { throw unsafe Self.refusal(failure, functions) }
        self.library = library
        unsafe self.cancellable = cancellable
        unsafe self.service = service
    }

    deinit {
        // SAFETY: the reference taken in init, released once.
        unsafe library.functions.g_object_unref(UnsafeMutableRawPointer(service))
    }

    /// The items of `slot`, or of every slot; with their secrets where they are not locked.
    borrowing func items(
        of slot: KeySlot?, withSecrets: Bool
    ) throws(KeyError) -> [ServiceItem] {
        let functions = library.functions
        let name = slot.map { slot in String(slot.name) }
        var failure: UnsafeMutablePointer<GError>?
        let bits = ntf_secret_search_all | (withSecrets ? ntf_secret_search_load_secrets : 0)
        let flags = SecretSearchFlags(rawValue: SecretSearchFlags.RawValue(bits))
        // Without a schema, so that what `secret-tool` stored is found too.
        let found = unsafe Self.withAttributes(functions, slot: name, generation: nil) { table in
            // SAFETY: the table lives through the call, which copies it.
            unsafe functions.secret_service_search_sync(
                service, nil, table, flags, cancellable, &failure)
        }
        if let failure = unsafe failure { throw unsafe Self.refusal(failure, functions) }
        // SAFETY: the list is ours and each element a reference of ours; both end here.
        defer { unsafe functions.g_list_free_full(found, functions.g_object_unref) }
        var items: [ServiceItem] = []
        var node = unsafe found
        while let element = unsafe node, items.count < ServiceLimits.itemsMax {
            if let item = unsafe element.pointee.data {
                items.append(unsafe ServiceItem(library, retaining: OpaquePointer(item)))
            }
            unsafe node = element.pointee.next
        }
        return items
    }

    /// Creates an item in the default collection.
    ///
    /// Throws `locked` when that is locked, `unavailable` when there is none: making one prompts.
    borrowing func create(
        slot: KeySlot, generation: UInt32, text: borrowing SecretBytes
    ) throws(KeyError) {
        let functions = library.functions
        var failure: UnsafeMutablePointer<GError>?
        // SAFETY: `failure` is ours; the collection is a reference of ours until the defer.
        guard
            let collection = unsafe functions.secret_collection_for_alias_sync(
                service, "default", NTF_SECRET_COLLECTION_NONE, cancellable, &failure)
        else { throw unsafe Self.refusal(failure, functions) }
        defer { unsafe functions.g_object_unref(UnsafeMutableRawPointer(collection)) }
        guard unsafe functions.secret_collection_get_locked(collection) == 0 else { throw .locked }
        let value = unsafe text.withBytes { bytes in
            unsafe bytes.withUnsafeBytes { bytes in
                // SAFETY: copied by the call into locked memory; the length goes with it.
                unsafe functions.secret_value_new(
                    bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count,
                    "text/plain")
            }
        }
        // SAFETY: our reference to the value; the service has its own copy then.
        defer { unsafe functions.secret_value_unref(UnsafeMutableRawPointer(value)) }
        let name = String(slot.name)
        let made = unsafe Self.withAttributes(
            functions, slot: name, generation: String(generation)
        ) { table in
            // SAFETY: table and strings live through the call, which copies them.
            unsafe functions.secret_item_create_sync(
                collection, nil, table, "ntfdecrypt \(name), generation \(generation)", value,
                NTF_SECRET_ITEM_CREATE_NONE, cancellable, &failure)
        }
        guard let made = unsafe made else { throw unsafe Self.refusal(failure, functions) }
        unsafe functions.g_object_unref(UnsafeMutableRawPointer(made))
    }

    /// Removes an item; `locked` when it is locked.
    borrowing func delete(_ item: ServiceItem) throws(KeyError) {
        guard !item.isLocked else { throw .locked }
        let functions = library.functions
        var failure: UnsafeMutablePointer<GError>?
        // SAFETY: the item is alive while it is borrowed; `failure` is ours.
        let deleted = unsafe functions.secret_item_delete_sync(item.raw, cancellable, &failure)
        guard deleted != 0 else { throw unsafe Self.refusal(failure, functions) }
    }

    /// Lends the attributes of a search or an item while `body` runs.
    @unsafe private static func withAttributes<Result>(
        _ functions: ntf_secret, slot: String?, generation: String?,
        _ body: (OpaquePointer?) -> Result
    ) -> Result {
        var functions = functions
        // SAFETY: the table borrows the three strings, which all outlive it.
        return unsafe withOptionalCString(slot) { slot in
            unsafe withOptionalCString(generation) { generation in
                let application = unsafe UnsafeRawPointer(Self.application.utf8Start)
                    .assumingMemoryBound(to: CChar.self)
                let table = unsafe ntf_secret_attributes(&functions, application, slot, generation)
                defer { unsafe functions.g_hash_table_unref(table) }
                return unsafe body(table)
            }
        }
    }

    @unsafe private static func withOptionalCString<Result>(
        _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let text else { return body(nil) }
        return unsafe text.withCString { text in unsafe body(text) }
    }

    /// What an error of libsecret means to us; releases it.
    @unsafe private static func refusal(
        _ failure: UnsafeMutablePointer<GError>?, _ functions: ntf_secret
    ) -> KeyError {
        guard let failure = unsafe failure else { return .unavailable }
        defer { unsafe functions.g_error_free(failure) }
        let isLocked =
            unsafe failure.pointee.domain == functions.secret_error_get_quark()
            && failure.pointee.code == Int32(ntf_secret_error_is_locked)
        return isLocked ? .locked : .unavailable
    }
}
