/// JSON put together from parts the fuzzer chose; nothing makes it valid.
public struct PushText {
    public var bytes: [UInt8] = []

    public init(_ text: String = "") {
        bytes += text.utf8
    }

    /// An object whose values are what the fuzzer put there, quotes and all. A member whose value
    /// is empty is left out; the last part stands behind the members as it is.
    public static func object(_ names: [String], _ fields: inout Fields) -> [UInt8] {
        var text = PushText("{")
        var separator = ""
        for name in names {
            let value = fields.line()
            guard !value.isEmpty else { continue }
            text.append(separator + "\"" + name + "\":")
            text.bytes += value
            separator = ","
        }
        text.bytes += fields.line()
        text.append("}")
        return text.bytes
    }

    public mutating func append(_ text: String) {
        bytes += text.utf8
    }

    /// Appends JSON inside a JSON string, as FCM's data maps have it.
    public mutating func appendQuoted(_ json: [UInt8]) {
        append("\"")
        for byte in json {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes.append(UInt8(ascii: "\\"))
            }
            bytes.append(byte)
        }
        append("\"")
    }
}
