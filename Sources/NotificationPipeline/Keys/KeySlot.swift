/// The name under which a keystore holds a key: a format, and a label where one device has several.
///
/// Written `FORMAT` or `FORMAT:LABEL`, as in `blocktank` or `simplex:QUEUE`.
public struct KeySlot: Equatable, Sendable {
    /// The whole name, `FORMAT` or `FORMAT:LABEL`.
    public let name: BoundedText
    /// The format in front of the label.
    public let format: KeyFormat

    /// The slot of a format that has one key a device.
    public init(_ format: KeyFormat) {
        self.format = format
        var name = BoundedText()
        for byte in format.rawValue.utf8 { name.append(byte) }
        self.name = name
    }

    /// The slot of one account, queue or sender of a format. Allocates nothing.
    ///
    /// Nil when the label is empty, makes the name longer than `Limits.slotBytesMax`, has anything
    /// but visible ASCII in it, or is none that the format takes.
    public init?(_ format: KeyFormat, label: Span<UInt8>) {
        var name = KeySlot(format).name
        name.append(UInt8(ascii: ":"))
        guard name.append(label) else { return nil }
        guard let slot = name.withBytes({ bytes in KeySlot(bytes) }) else { return nil }
        self = slot
    }

    /// Reads a slot as people write it.
    ///
    /// Nil when the format is not one of `KeyFormat`, or the label is empty, longer than
    /// `Limits.slotBytesMax` in all, has anything but visible ASCII in it, or is none that the
    /// format takes.
    public init?(_ text: String) {
        guard let name = BoundedText(text) else { return nil }
        guard let slot = name.withBytes({ bytes in KeySlot(bytes) }) else { return nil }
        self = slot
    }

    /// The same, as bytes. Allocates nothing after the first call.
    public init?(_ bytes: Span<UInt8>) {
        var colon = 0
        while colon < bytes.count, bytes[colon] != UInt8(ascii: ":") { colon += 1 }
        let isLabelled = colon < bytes.count
        guard let format = KeyFormat.named(bytes.extracting(0..<colon)),
            bytes.count <= Limits.slotBytesMax,
            bytes.indices.allSatisfy({ index in bytes[index] > 0x20 && bytes[index] < 0x7f }),
            format.takes(label: isLabelled ? bytes.extracting((colon + 1)...) : nil),
            let name = BoundedText(bytes)
        else { return nil }
        self.format = format
        self.name = name
    }

    /// The slot that serves every label without a key of its own; nil where a label means another
    /// kind of key, and for a slot without one.
    var general: KeySlot? {
        guard format == .webpush else { return nil }
        let slot = KeySlot(format)
        return slot == self ? nil : slot
    }
}
