import NotificationPipeline

/// What is shown: one line of JSON, an APNs payload with a title and a body.
enum Content {
    /// An extension's content without the white space around it; nil when it cannot be shown.
    static func accepted(_ bytes: [UInt8]) -> [UInt8]? {
        let trimmed = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        let content = Array(trimmed)
        guard !content.contains(UInt8(ascii: "\n")), !content.contains(UInt8(ascii: "\r")),
            (try? JSON.check(content.span)) != nil
        else { return nil }
        let alert = parts(of: content)
        guard alert.title != nil, alert.body != nil else { return nil }
        return content
    }

    /// What the system shows of a push when no extension changes it: its own text, and where it has
    /// none the catalog's. `push` is nil when it was no JSON at all.
    static func original(of push: [UInt8]?, _ catalog: Catalog) -> [UInt8] {
        let alert = push.map(parts) ?? Parts()
        if let push, let aps = alert.aps, alert.title != nil, alert.body != nil {
            // Control characters stand between tokens only, never inside a string.
            return Array("{\"aps\":".utf8) + push[aps].filter { $0 >= 0x20 } + Array("}".utf8)
        }
        let (title, body) = catalog.withText(.fallback) { title, body in
            (quoted(title), quoted(body))
        }
        var line = Array("{\"aps\":{\"alert\":{\"title\":".utf8)
        line += alert.title.flatMap { range in push.map { Array($0[range]) } } ?? title
        line += ",\"body\":".utf8
        line += alert.body.flatMap { range in push.map { Array($0[range]) } } ?? body
        line += "}}}".utf8
        return line
    }

    /// Where the texts lie in a JSON text, quotes included; nil what is missing, empty or there
    /// twice.
    private struct Parts {
        var aps: Range<Int>?
        var title: Range<Int>?
        var body: Range<Int>?
    }

    private static func parts(of bytes: [UInt8]) -> Parts {
        let text = bytes.span
        var parts = Parts()
        let root = JSON.root(of: text)
        guard let aps = (try? JSON.member("aps", of: root, in: text)) ?? nil, aps.kind == .object,
            let alert = (try? JSON.member("alert", of: aps, in: text)) ?? nil
        else { return parts }
        parts.aps = aps.start..<aps.end
        // A text alone is the body: the system puts the app's name above it.
        if alert.kind == .string { parts.body = range(alert, in: text) }
        guard alert.kind == .object else { return parts }
        if let title = (try? JSON.member("title", of: alert, in: text)) ?? nil {
            parts.title = range(title, in: text)
        }
        if let body = (try? JSON.member("body", of: alert, in: text)) ?? nil {
            parts.body = range(body, in: text)
        }
        return parts
    }

    private static func range(_ value: JSONValue, in text: Span<UInt8>) -> Range<Int>? {
        guard value.kind == .string, value.end - value.start > 2 else { return nil }
        return value.start..<value.end
    }

    /// The text as a JSON string, quotes included.
    static func quoted(_ text: Span<UInt8>) -> [UInt8] {
        let room = text.count * 6 + 2
        var buffer = ByteBuffer(capacity: room)
        var json = JSONWriter(room: room)
        json.string(text, &buffer)
        return buffer.withBytes { bytes in
            var copy: [UInt8] = []
            for index in bytes.indices { copy.append(bytes[index]) }
            return copy
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }
}
