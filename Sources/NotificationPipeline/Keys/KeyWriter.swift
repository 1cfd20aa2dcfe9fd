internal import SecretMemory

/// Puts the fields of a key together in guarded memory, in the order of their tags.
struct KeyWriter: ~Copyable {
    private var fields = SecretBytes(count: Limits.keyMaterialBytesMax)
    private var count = 0

    /// Adds a field written as hexadecimal digits.
    mutating func add(_ field: KeyField, hex digits: Span<UInt8>) throws(KeyTextError) {
        var invalid: UInt16 = 0
        for index in digits.indices {
            invalid |= ~KeyWriter.value(digits[index]).known & 0xff
        }
        guard invalid == 0 else { throw .notHex }
        guard digits.count > 0, digits.count % 2 == 0 else { throw .wrongLength }
        let start = try begin(field, digits.count / 2)
        fields.withMutableBytes { target in
            for index in 0..<digits.count / 2 {
                let high = KeyWriter.value(digits[2 * index]).digit
                let low = KeyWriter.value(digits[2 * index + 1]).digit
                target[start + index] = UInt8(high << 4 | low)
            }
        }
    }

    /// Adds a field that is a word.
    mutating func add(_ field: KeyField, word: Span<UInt8>) throws(KeyTextError) {
        let start = try begin(field, word.count)
        fields.withMutableBytes { target in
            for index in word.indices { target[start + index] = word[index] }
        }
    }

    /// Drops the tag that a server writes in front of a Zulip key: 0x31, and the key behind it.
    mutating func dropAlgorithm() throws(KeyTextError) {
        guard count == 3 + 33 else { return }
        let isTagged = fields.withBytes { bytes in
            bytes[0] == KeyField.secret.rawValue && bytes[3] == 0x31
        }
        guard isTagged else { throw .wrongLength }
        count -= 1
        let end = count
        fields.withMutableBytes { bytes in
            bytes[2] = 32
            for index in 3..<end { bytes[index] = bytes[index + 1] }
        }
    }

    /// The fields that were added, in memory of exactly their length, if they are a key of `format`.
    borrowing func finish(for format: KeyFormat) throws(KeyTextError) -> SecretBytes {
        try fields.withBytes { (bytes) throws(KeyTextError) in
            let key = bytes.extracting(..<count)
            try format.check(key)
            return SecretBytes(copying: key)
        }
    }

    /// Writes tag and length, and answers where the value goes.
    private mutating func begin(_ field: KeyField, _ length: Int) throws(KeyTextError) -> Int {
        let start = count + 3
        guard start + length <= Limits.keyMaterialBytesMax else { throw .wrongLength }
        let tag = count
        fields.withMutableBytes { target in
            target[tag] = field.rawValue
            target[tag + 1] = UInt8(length >> 8)
            target[tag + 2] = UInt8(length & 0xff)
        }
        count = start + length
        return start
    }

    /// The value of a digit, and 0xff in `known` if it is one. Takes the same time for each byte:
    /// the comparisons are borrows shifted down, as in libsodium's `sodium_hex2bin`.
    private static func value(_ byte: UInt8) -> (digit: UInt16, known: UInt16) {
        let number = UInt16(byte) ^ 48
        let isNumber = (number &- 10) >> 8
        let letter = (UInt16(byte) & ~32) &- 55
        let isLetter = ((letter &- 10) ^ (letter &- 16)) >> 8
        return ((isNumber & number | isLetter & letter) & 15, (isNumber | isLetter) & 0xff)
    }
}
