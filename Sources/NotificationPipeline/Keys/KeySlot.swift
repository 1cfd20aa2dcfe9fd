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
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let format = KeyFormat(rawValue: String(first)),
            text.utf8.count <= Limits.slotBytesMax,
            text.utf8.allSatisfy({ byte in byte > 0x20 && byte < 0x7f }),
            parts.count == 1 || !parts[1].isEmpty,
            let name = BoundedText(text)
        else { return nil }
        self.format = format
        self.name = name
    }
}

/// The families of keys a keystore may hold; each names the fields its key is made of.
public enum KeyFormat: String, CaseIterable, Sendable {
    /// Bitkit's device key: one secp256k1 secret of 32 bytes.
    case blocktank
}
