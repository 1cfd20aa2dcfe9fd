internal import HTTPMessages

/// Reads the head of an answer from the lines that libcurl hands over, and believes none of them:
/// libcurl takes an answer without an end of its head, and of two lengths the last.
///
/// Interim answers are passed over. A head in which two could read different things is refused.
struct HeadReader {
    private enum Field: String {
        case contentType = "content-type"
        case entityTag = "etag"
        case contentLength = "content-length"
        case contentRange = "content-range"
        case contentEncoding = "content-encoding"
        case transferEncoding = "transfer-encoding"
    }

    private var bytes = 0
    private var status: Int?
    private var values: [Field: [UInt8]] = [:]

    /// What was read; nil before the empty line that ends it.
    private(set) var head: HTTPHead?
    /// Whether the body is sent as it is, with nothing to unpack.
    private(set) var isPlain = true

    /// Takes the next line, its end included. Those behind the head are counted alone.
    mutating func take(_ line: Span<UInt8>) throws(HTTPError) {
        guard line.count <= TransferLimits.headBytesMax - bytes else { throw .malformedAnswer }
        bytes += line.count
        guard head == nil else { return }
        var text: [UInt8] = []
        for index in line.indices { text.append(line[index]) }
        guard text.popLast() == 0x0a else { throw .malformedAnswer }
        if text.last == 0x0d { text.removeLast() }
        guard !text.contains(where: { byte in byte == 0 || byte == 0x0d || byte == 0x0a }) else {
            throw .malformedAnswer
        }
        guard status != nil else { return status = try HeadReader.status(text) }
        if text.isEmpty { try end() } else { try takeField(text) }
    }

    /// The number in `HTTP/1.1 200 OK`.
    private static func status(_ line: [UInt8]) throws(HTTPError) -> Int {
        guard line.starts(with: "HTTP/".utf8), let space = line.firstIndex(of: 0x20) else {
            throw .malformedAnswer
        }
        let rest = line[(space + 1)...]
        guard rest.count == 3 || rest.dropFirst(3).first == 0x20,
            let number = HeadReader.number(rest.prefix(3)), number >= 100, number <= 599
        else { throw .malformedAnswer }
        return Int(number)
    }

    private mutating func takeField(_ line: [UInt8]) throws(HTTPError) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy({ byte in byte > 0x20 && byte < 0x7f })
        else { throw .malformedAnswer }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        guard let field = Field(rawValue: name) else { return }
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let value = line[(colon + 1)...].drop(while: isBlank).reversed().drop(while: isBlank)
        let new = Array(value.reversed())
        guard values[field] ?? new == new else { throw .malformedAnswer }
        values[field] = new
    }

    private mutating func end() throws(HTTPError) {
        guard let status, status != 101 else { throw .malformedAnswer }
        guard status >= 200 else {
            // Another head follows.
            self.status = nil
            return values = [:]
        }
        let length = try values[.contentLength].map(HeadReader.length)
        if let coding = word(.transferEncoding) {
            guard coding == "chunked", length == nil else { throw .malformedAnswer }
        }
        isPlain = word(.contentEncoding) ?? "identity" == "identity"
        head = HTTPHead(
            status: status, contentType: text(.contentType), entityTag: text(.entityTag),
            contentLength: length, contentRange: text(.contentRange).flatMap(HTTPContentRange.init))
    }

    private static func length(_ value: [UInt8]) throws(HTTPError) -> UInt64 {
        if let number = number(value[...]) { return number }
        // More digits than fit are a length, and beyond every limit.
        let isNumber = !value.isEmpty && value.allSatisfy(HeadReader.isDigit)
        throw isNumber ? .tooLarge : .malformedAnswer
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard digits.allSatisfy(isDigit) else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    private func word(_ field: Field) -> String? {
        values[field].map { value in String(decoding: value, as: UTF8.self).lowercased() }
    }

    private func text(_ field: Field) -> String? {
        guard let value = values[field], value.count <= HTTPLimits.fieldBytesMax else { return nil }
        return String(validating: value, as: UTF8.self)
    }
}
