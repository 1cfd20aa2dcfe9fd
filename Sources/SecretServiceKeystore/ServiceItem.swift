internal import CSecret
internal import Glibc
internal import NotificationPipeline
internal import SecretMemory

/// One item of ours in the Secret Service, on the thread that asked for it.
@safe final class ServiceItem {
    private let library: SecretLibrary
    /// The `SecretItem`, one reference of which is ours.
    let raw: OpaquePointer
    /// Whether its collection is locked, so that it has no secret for us.
    let isLocked: Bool
    /// The slot's name as the item has it; nil when it is none.
    let slot: KeySlot?
    /// The generation as the item has it; nil when that is no number from 1.
    let generation: UInt32?

    /// Takes a reference of `item`.
    @unsafe init(_ library: SecretLibrary, retaining item: OpaquePointer) {
        self.library = library
        let functions = library.functions
        // SAFETY: `item` is alive; the reference taken here is released in deinit.
        _ = unsafe functions.g_object_ref(UnsafeMutableRawPointer(item))
        unsafe raw = item
        unsafe isLocked = functions.secret_item_get_locked(item) != 0
        // SAFETY: a new reference to the attributes, whose strings live as long as it does.
        let attributes = unsafe functions.secret_item_get_attributes(item)
        defer { unsafe functions.g_hash_table_unref(attributes) }
        let name = unsafe Self.text(attributes, "slot", functions)
        slot = name.flatMap { name in KeySlot(name) }
        let digits = unsafe Self.text(attributes, "generation", functions)
        generation = digits.flatMap { digits in Self.number(digits) }
    }

    deinit {
        // SAFETY: the reference taken in init, released once.
        unsafe library.functions.g_object_unref(UnsafeMutableRawPointer(raw))
    }

    /// The key the item's text is, or nil when it is none. Throws `locked` when the service gave
    /// no secret: it was locked between the search and now.
    func key(for format: KeyFormat) throws(KeyError) -> SecretBytes? {
        let functions = library.functions
        // SAFETY: a reference of ours to the value; its bytes live as long as that does.
        guard let value = unsafe functions.secret_item_get_secret(raw) else { throw .locked }
        defer { unsafe functions.secret_value_unref(UnsafeMutableRawPointer(value)) }
        var count = 0
        guard let bytes = unsafe functions.secret_value_get(value, &count),
            count <= Limits.keyTextBytesMax
        else { return nil }
        // SAFETY: `count` bytes, as the call said.
        return unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
            try? KeyText.read(unsafe Span(_unsafeStart: bytes, count: count), for: format)
        }
    }

    @unsafe private static func text(
        _ attributes: OpaquePointer?, _ name: String, _ functions: ntf_secret
    ) -> String? {
        // SAFETY: the table lends a C string that lives as long as the table.
        guard let value = unsafe functions.g_hash_table_lookup(attributes, name) else { return nil }
        let text = unsafe UnsafePointer(value.assumingMemoryBound(to: CChar.self))
        guard unsafe strnlen(text, Limits.slotBytesMax + 1) <= Limits.slotBytesMax else {
            return nil
        }
        return unsafe String(cString: text)
    }

    /// Decimal digits from 1, without sign and leading zeros, as we write them.
    private static func number(_ digits: String) -> UInt32? {
        guard let first = digits.utf8.first, first >= UInt8(ascii: "1"), first <= UInt8(ascii: "9")
        else { return nil }
        return UInt32(digits)
    }
}
