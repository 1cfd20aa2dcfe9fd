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

    /// Reads a slot as people write it.
    ///
    /// Nil when the format is not one of `KeyFormat`, or the label is empty, longer than
    /// `Limits.slotBytesMax` in all, or has anything but visible ASCII in it.
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
            !isLabelled || colon + 1 < bytes.count,
            let name = BoundedText(bytes)
        else { return nil }
        self.format = format
        self.name = name
    }
}

/// The families of keys a keystore may hold; each names the fields its key is made of.
public enum KeyFormat: String, CaseIterable, Sendable {
    /// Bitkit's device key: one secp256k1 secret of 32 bytes.
    case blocktank

    /// `allCases` makes an array at each call; this one is made once.
    private static let every = allCases

    /// The format of that name; nil for any other.
    static func named(_ name: Span<UInt8>) -> KeyFormat? {
        every.first { format in BoundedText(format.rawValue)?.equals(name) ?? false }
    }
}
