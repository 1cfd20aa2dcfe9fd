/// Amounts of money, as people read them. Integers only.
public enum Amount {
    /// Whole satoshi of an amount in millisatoshi, rounded down: never promise more than will arrive.
    public static func sats(msat: UInt64) -> UInt64 { msat / 1000 }

    /// Writes a number of satoshi behind `text`, its digits in groups of three.
    ///
    /// Traps when `text` has not `Limits.amountBytesMax` bytes left, or the separator is longer than
    /// a character.
    static func append(_ sats: UInt64, separator: Span<UInt8>, to text: inout BoundedText) {
        precondition(separator.count <= Limits.separatorBytesMax, "a separator is a character")
        var divisor: UInt64 = 1
        var digits = 1
        while sats / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(sats / divisor % 10))
            divisor /= 10
            digits -= 1
            if digits > 0, digits % 3 == 0 {
                let fits = text.append(separator)
                precondition(fits, "a text with an amount leaves room for it")
            }
        }
    }
}
