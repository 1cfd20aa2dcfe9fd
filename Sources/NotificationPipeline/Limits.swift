/// Every maximum of the pipeline, in one place. Sizes are bytes unless the name says otherwise.
public enum Limits {
    /// A payload when the caller names no other limit; APNs itself stops at 4 KiB.
    public static let payloadBytesDefault = 16 * 1024
    /// The largest limit a caller may name.
    public static let payloadBytesMax = 1024 * 1024
    /// What the framer takes in at once, beyond a whole payload.
    public static let readBytesMax = 16 * 1024
    /// Open brackets at one point of a JSON text; deeper texts are malformed to us (RFC 8259, 9).
    public static let jsonDepthMax = 64
    /// Members of an object that are remembered while it is asked for names.
    static let tableMembersMax = 32
    /// A text field the app may see: payment hash, order, LSP, time, wake id.
    public static let fieldBytesMax = 128
    /// What names a record's event: two fields, each byte at most `\u00XX`, and the words around.
    static let recordNameBytesMax = 2 * fieldBytesMax * 6 + 128
    /// A text from a message, made fit to be shown.
    public static let displayTextBytesMax = 512
    /// What is read of a message's text at most, to fill that: entities and what is left out count.
    static let displaySourceBytesMax = 8 * 1024
    /// An HTML entity, from its ampersand to its semicolon.
    static let entityBytesMax = 16
    /// Combining marks above, below and around one letter.
    static let combiningMarksMax = 8
    /// A key slot's label.
    public static let slotBytesMax = 96
    /// The secret fields of one key, all together.
    public static let keyMaterialBytesMax = 512
    /// A key as text, with the white space around it: what is read before it is looked at.
    public static let keyTextBytesMax = 4096
    /// Generations the pipeline tries: the current key and the one before the last rotation.
    public static let keyGenerationsMax = 2
    /// Senders whose agreed keys are remembered.
    static let agreementsMax = 16
    /// Draws for one random private key; a second one is needed once in 2^128 times.
    public static let keyDrawsMax = 64
    /// How long a payment is worth opening the app for when its push names no deadline, in seconds.
    public static let paymentSeconds: UInt64 = 120
    /// The name shown instead of Bitkit.
    public static let appNameBytesMax = 64
    /// A catalog text after the name was put in.
    public static let textBytesMax = 512
    /// What separates groups of digits: one character.
    static let separatorBytesMax = 4
    /// An amount as people read it: 20 digits and 6 separators.
    static let amountBytesMax = 20 + 6 * separatorBytesMax
    /// One line of output: two texts and eight fields, each byte at most `\u00XX`, and the frame.
    public static let lineBytesMax = (2 * textBytesMax + 8 * fieldBytesMax) * 6 + 1024
}
