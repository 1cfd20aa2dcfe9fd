/// What the header fields of an `aesgcm` request say: whose key, which salt, how long a record.
///
/// `Crypto-Key: keyid="a"; dh=…, p256ecdsa=…` and `Encryption: keyid="a"; salt=…; rs=4096`
/// (draft-ietf-httpbis-encryption-encoding-03, 3 and 4). Where several keys are there, the one
/// with the same `keyid` counts; two that could both be meant are malformed.
struct WebPushHeaders {
    let sender: Range<Int>
    let salt: Range<Int>
    let recordBytes: Int

    /// Nil when a field is missing, repeated or not what it should be.
    init?(
        cryptoKey: JSONValue, encryption: JSONValue, in text: Span<UInt8>,
        _ scratch: inout Scratch
    ) {
        scratch.nested.removeAll()
        guard JSON.unescape(encryption, in: text, into: &scratch.nested) else { return nil }
        let split = scratch.nested.count
        guard JSON.unescape(cryptoKey, in: text, into: &scratch.nested) else { return nil }
        let found: Found? = scratch.nested.withBytes { bytes in
            Found(encryption: bytes.extracting(..<split), cryptoKey: bytes.extracting(split...))
        }
        guard let found else { return nil }
        let decode = { (place: Range<Int>, scratch: inout Scratch) -> Range<Int>? in
            scratch.nested.withBytes { bytes in
                Base64.decode(bytes.extracting(place), into: &scratch.decoded, .url)
            }
        }
        let senderText = found.sender.lowerBound + split..<found.sender.upperBound + split
        guard let sender = decode(senderText, &scratch), let salt = decode(found.salt, &scratch)
        else { return nil }
        self.sender = sender
        self.salt = salt
        recordBytes = found.recordBytes
    }

    /// The places of the values in the header texts.
    private struct Found {
        let sender: Range<Int>
        let salt: Range<Int>
        let recordBytes: Int

        init?(encryption: Span<UInt8>, cryptoKey: Span<UInt8>) {
            var groups = HeaderGroups()
            guard let group = groups.next(in: encryption), groups.next(in: encryption) == nil,
                case .one(let salt) = group.value("salt", in: encryption)
            else { return nil }
            self.salt = salt
            switch group.value("rs", in: encryption) {
            case .none: recordBytes = WebPushBox.recordBytesDefault
            case .one(let place):
                guard place.count <= 9, let number = JSON.decimal(encryption.extracting(place))
                else { return nil }
                recordBytes = Int(number)
            case .several: return nil
            }
            let wanted = group.value("keyid", in: encryption)
            var sender: Range<Int>?
            var keys = HeaderGroups()
            while let key = keys.next(in: cryptoKey) {
                switch key.value("dh", in: cryptoKey) {
                case .none: continue
                case .several: return nil
                case .one(let place):
                    let name = key.value("keyid", in: cryptoKey)
                    guard Found.fits(wanted, encryption, name, cryptoKey) else { continue }
                    guard sender == nil else { return nil }
                    sender = place
                }
            }
            guard let sender else { return nil }
            self.sender = sender
        }

        /// Whether a key is the wanted one; without a name on both sides every key is.
        private static func fits(
            _ wanted: HeaderGroup.Value, _ encryption: Span<UInt8>,
            _ name: HeaderGroup.Value, _ cryptoKey: Span<UInt8>
        ) -> Bool {
            guard case .one(let left) = wanted, case .one(let right) = name,
                left.count == right.count
            else {
                if case .none = wanted { return true }
                if case .none = name { return true }
                return false
            }
            return (0..<left.count).allSatisfy { offset in
                encryption[left.lowerBound + offset] == cryptoKey[right.lowerBound + offset]
            }
        }
    }
}

/// Walks the comma-separated groups of a header field.
private struct HeaderGroups {
    private var position = 0

    mutating func next(in text: Span<UInt8>) -> HeaderGroup? {
        guard position < text.count else { return nil }
        let start = position
        var isQuoted = false
        while position < text.count {
            if text[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if text[position] == UInt8(ascii: ","), !isQuoted { break }
            position += 1
        }
        defer { position += 1 }
        return HeaderGroup(place: start..<position)
    }
}

/// One group: `name=value` parameters between semicolons, values perhaps in quotes.
private struct HeaderGroup {
    /// What a name stands for.
    enum Value {
        case none
        case one(Range<Int>)
        case several
    }

    let place: Range<Int>

    /// The value of a parameter, without its quotes; names are compared without their case.
    func value(_ name: StaticString, in text: Span<UInt8>) -> Value {
        var found = Value.none
        var start = place.lowerBound
        while start < place.upperBound {
            var end = start
            while end < place.upperBound, text[end] != UInt8(ascii: ";") { end += 1 }
            var equalsSign = start
            while equalsSign < end, text[equalsSign] != UInt8(ascii: "=") { equalsSign += 1 }
            let key = HeaderGroup.trimmed(start..<equalsSign, in: text)
            if equalsSign < end, HeaderGroup.isName(key, name, in: text) {
                guard case .none = found else { return .several }
                found = .one(unquoted(HeaderGroup.trimmed(equalsSign + 1..<end, in: text), text))
            }
            start = end + 1
        }
        return found
    }

    private func unquoted(_ range: Range<Int>, _ text: Span<UInt8>) -> Range<Int> {
        guard range.count >= 2, text[range.lowerBound] == UInt8(ascii: "\""),
            text[range.upperBound - 1] == UInt8(ascii: "\"")
        else { return range }
        return range.lowerBound + 1..<range.upperBound - 1
    }

    private static func isName(
        _ range: Range<Int>, _ name: StaticString, in text: Span<UInt8>
    ) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { expected in
            // SAFETY: the offsets are those of the buffer, which is as long as the range.
            (0..<range.count).allSatisfy { offset in
                unsafe text[range.lowerBound + offset] | 0x20 == expected[offset]
            }
        }
    }

    private static func trimmed(_ range: Range<Int>, in text: Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
        while end > start, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }
}
