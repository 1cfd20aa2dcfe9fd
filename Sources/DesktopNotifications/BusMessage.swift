internal import CDBus

/// A message of the bus: a call being written, or a reply or signal being read. One reference of it
/// is ours.
@safe struct BusMessage: ~Copyable {
    private let library: BusLibrary
    let raw: OpaquePointer
    /// Whether something could not be written; such a message must not be sent.
    private(set) var isSpoiled = false

    /// Takes over a reference.
    @unsafe init(_ library: BusLibrary, owning raw: OpaquePointer) {
        self.library = library
        unsafe self.raw = raw
    }

    deinit {
        // SAFETY: the reference taken over in init, released once.
        _ = unsafe library.functions.sd_bus_message_unref(raw)
    }

    /// Whether the message has exactly these arguments.
    func has(_ signature: StaticString) -> Bool {
        // SAFETY: the message is ours; a literal is a C string.
        unsafe library.functions.sd_bus_message_has_signature(raw, BusMessage.cString(signature))
            > 0
    }

    /// Whether it is this signal.
    func isSignal(_ interface: StaticString, _ member: StaticString) -> Bool {
        // SAFETY: as above.
        unsafe library.functions.sd_bus_message_is_signal(
            raw, BusMessage.cString(interface), BusMessage.cString(member)) > 0
    }

    /// The unique name of whoever sent it, which only the bus itself can set.
    var sender: String? {
        // SAFETY: nil or a C string that lives as long as the message; copied at once.
        guard let sender = unsafe library.functions.sd_bus_message_get_sender(raw) else {
            return nil
        }
        return unsafe String(cString: sender)
    }

    /// The next argument, a text; nil when there is none, or of another type.
    func text() -> String? {
        var text: UnsafePointer<CChar>?
        // SAFETY: the call fills `text` with a C string that lives as long as the message.
        guard unsafe library.functions.sd_bus_message_read_basic(raw, BusMessage.string, &text) > 0
        else { return nil }
        return unsafe text.map { text in unsafe String(cString: text) }
    }

    /// The next argument, a number.
    func number() -> UInt32? {
        var number: UInt32 = 0
        // SAFETY: the call writes the four bytes of `number`.
        guard
            unsafe library.functions.sd_bus_message_read_basic(
                raw, BusMessage.uint32, &number) > 0
        else { return nil }
        return number
    }

    /// Goes into the list of texts that is the next argument.
    func enterTexts() -> Bool {
        // SAFETY: the message is ours; a literal is a C string.
        unsafe library.functions.sd_bus_message_enter_container(
            raw, BusMessage.array, BusMessage.cString("s")) > 0
    }

    mutating func append(_ text: String) {
        // SAFETY: a C string for the length of the call, which copies it.
        let code = unsafe text.withCString { text in
            unsafe library.functions.sd_bus_message_append_basic(raw, BusMessage.string, text)
        }
        isSpoiled = isSpoiled || code < 0
    }

    mutating func append(_ number: UInt32) { appendBasic(BusMessage.uint32, number) }

    mutating func append(_ number: Int32) { appendBasic(BusMessage.int32, number) }

    mutating func append(_ number: UInt8) { appendBasic(BusMessage.byte, number) }

    /// Appends a list of texts.
    mutating func append(_ texts: [String]) {
        open(BusMessage.array, "s")
        for text in texts { append(text) }
        close()
    }

    /// Appends a dictionary from texts to values of any type, which `entries` writes with `entry`.
    mutating func appendDictionary(_ entries: (inout BusMessage) -> Void) {
        open(BusMessage.array, "{sv}")
        entries(&self)
        close()
    }

    /// Appends an entry of a dictionary.
    mutating func entry(_ key: StaticString, _ text: String) {
        openEntry(key, "s")
        append(text)
        closeEntry()
    }

    /// Appends an entry of a dictionary.
    mutating func entry(_ key: StaticString, _ byte: UInt8) {
        openEntry(key, "y")
        append(byte)
        closeEntry()
    }

    private mutating func openEntry(_ key: StaticString, _ type: StaticString) {
        open(BusMessage.dictionaryEntry, "sv")
        append(key.description)
        open(BusMessage.variant, type)
    }

    private mutating func closeEntry() {
        close()
        close()
    }

    private mutating func appendBasic<Number: FixedWidthInteger>(_ type: CChar, _ number: Number) {
        var number = number
        // SAFETY: the type says how many bytes of `number` are read.
        let code = unsafe library.functions.sd_bus_message_append_basic(raw, type, &number)
        isSpoiled = isSpoiled || code < 0
    }

    private mutating func open(_ type: CChar, _ contents: StaticString) {
        // SAFETY: the message is ours; a literal is a C string.
        let code = unsafe library.functions.sd_bus_message_open_container(
            raw, type, BusMessage.cString(contents))
        isSpoiled = isSpoiled || code < 0
    }

    private mutating func close() {
        // SAFETY: the message is ours.
        let code = unsafe library.functions.sd_bus_message_close_container(raw)
        isSpoiled = isSpoiled || code < 0
    }

    private static let string = CChar(UInt8(ascii: "s"))
    private static let uint32 = CChar(UInt8(ascii: "u"))
    private static let int32 = CChar(UInt8(ascii: "i"))
    private static let byte = CChar(UInt8(ascii: "y"))
    private static let array = CChar(UInt8(ascii: "a"))
    private static let variant = CChar(UInt8(ascii: "v"))
    private static let dictionaryEntry = CChar(UInt8(ascii: "e"))

    /// A literal as C has it.
    @unsafe static func cString(_ literal: StaticString) -> UnsafePointer<CChar> {
        // SAFETY: literals end in a zero byte and live as long as the process.
        unsafe UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
