/// The field `Content-Range` (RFC 9110, 14.4), in bytes.
public struct HTTPContentRange: Equatable, Sendable {
    /// The first byte that is sent; nil in an answer that there is no such part.
    public let first: UInt64?
    /// Bytes of the whole; nil where the server does not know.
    public let total: UInt64?

    /// Both parts of it.
    public init(first: UInt64?, total: UInt64?) {
        self.first = first
        self.total = total
    }

    /// Reads `bytes 5-9/10`, `bytes 5-9/*` and `bytes */10`; nil for all else.
    public init?(_ text: String) {
        var rest = text.utf8[...]
        guard Self.take("bytes ", from: &rest) else { return nil }
        var first: UInt64?
        if !Self.take("*", from: &rest) {
            guard let start = Self.number(&rest), Self.take("-", from: &rest),
                let end = Self.number(&rest), start <= end
            else { return nil }
            first = start
        }
        guard Self.take("/", from: &rest) else { return nil }
        if Self.take("*", from: &rest) {
            guard first != nil, rest.isEmpty else { return nil }
            self.init(first: first, total: nil)
        } else {
            guard let total = Self.number(&rest), rest.isEmpty, first ?? 0 <= total else {
                return nil
            }
            self.init(first: first, total: total)
        }
    }

    private static func take(_ text: StaticString, from rest: inout Substring.UTF8View) -> Bool {
        let word = text.description.utf8
        guard rest.starts(with: word) else { return false }
        rest = rest.dropFirst(word.count)
        return true
    }

    private static func number(_ rest: inout Substring.UTF8View) -> UInt64? {
        let digits = rest.prefix { byte in byte >= 0x30 && byte <= 0x39 }
        guard let value = UInt64(Substring(digits)) else { return nil }
        rest = rest.dropFirst(digits.count)
        return value
    }
}
