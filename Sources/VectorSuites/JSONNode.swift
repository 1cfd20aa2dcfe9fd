internal import NotificationPipeline

/// A value of a suite's file together with the file's bytes: for reading test data, where arrays
/// and strings are fine. Every accessor answers nil for a value of another kind.
struct JSONNode {
    private let bytes: [UInt8]
    private let value: JSONValue

    /// The root of a file; nil when it is no JSON.
    init?(_ bytes: [UInt8]) {
        guard (try? JSON.check(bytes.span)) != nil else { return nil }
        self.bytes = bytes
        value = JSON.root(of: bytes.span)
    }

    private init(_ bytes: [UInt8], _ value: JSONValue) {
        self.bytes = bytes
        self.value = value
    }

    /// A member; nil when it is missing, or stands there twice.
    subscript(_ name: StaticString) -> JSONNode? {
        guard let member = try? JSON.member(name, of: value, in: bytes.span) else { return nil }
        return JSONNode(bytes, member)
    }

    var string: String? {
        guard value.kind == .string else { return nil }
        var text: [UInt8] = []
        var reader = JSONString(value)
        while let byte = reader.next(in: bytes.span) { text.append(byte) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The string if it is short and plain, so that it can be quoted to a person: nothing in a file
    /// may write to the terminal what it likes.
    var word: String? {
        guard let string, string.utf8.count <= SuiteLimits.wordBytesMax,
            string.utf8.allSatisfy({ byte in byte >= 0x20 && byte < 0x7f })
        else { return nil }
        return string
    }

    var integer: Int? {
        JSON.unsigned(value, in: bytes.span).flatMap { number in Int(exactly: number) }
    }

    /// The bytes a string spells in hex.
    var hex: [UInt8]? { string.flatMap(hexBytes) }

    /// Nil also for an array of more than `SuiteLimits.elementsMax`.
    var elements: [JSONNode]? {
        guard value.kind == .array else { return nil }
        var walk = JSONElements(of: value)
        var nodes: [JSONNode] = []
        while let element = walk.next(in: bytes.span) {
            guard nodes.count < SuiteLimits.elementsMax else { return nil }
            nodes.append(JSONNode(bytes, element))
        }
        return nodes
    }
}
