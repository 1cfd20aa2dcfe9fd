/// Bitkit's successor format: a container under `wake`, an object on APNs, on FCM (whose data map
/// holds strings only) the same object as JSON text.
enum WakeV1 {
    static func read(
        _ push: borrowing Push, _ text: Span<UInt8>, _ scratch: inout Scratch
    ) throws(EnvelopeError) -> Envelope? {
        guard let wake = try push.member("wake", in: text) else { return nil }
        let box: BlocktankBox
        switch wake.kind {
        case .object:
            box = try BlocktankBox(
                .wakeV1, container: wake, in: text, &scratch.container, &scratch.points,
                into: &scratch.decoded)
        case .string:
            try Wake.unpack(wake, in: text, into: &scratch.nested)
            box = try WakeV1.box(
                scratch.nested, &scratch.container, &scratch.points, into: &scratch.decoded)
        default: throw .malformed
        }
        return Envelope(.wakeV1, .blocktank(box), KeySlot(.blocktank))
    }

    private static func box(
        _ nested: borrowing ByteBuffer, _ table: inout JSONTable,
        _ points: inout PointCache, into decoded: inout ByteBuffer
    ) throws(EnvelopeError) -> BlocktankBox {
        try nested.withBytes { (inner) throws(EnvelopeError) in
            try BlocktankBox(
                .wakeV1, container: JSON.root(of: inner), in: inner, &table, &points,
                into: &decoded)
        }
    }
}

/// What the two wake formats share.
enum Wake {
    /// Unpacks JSON text that lies in a string; anything but an object in there is malformed.
    static func unpack(
        _ string: JSONValue, in text: Span<UInt8>, into nested: inout ByteBuffer
    ) throws(EnvelopeError) {
        nested.removeAll()
        guard JSON.unescape(string, in: text, into: &nested) else { throw .malformed }
        let isObject = nested.withBytes { inner in
            guard (try? JSON.check(inner)) != nil else { return false }
            return JSON.root(of: inner).kind == .object
        }
        guard isObject else { throw .malformed }
    }

    /// A UUID in its 36-character form, in lower case; nil for anything else.
    static func identifier(_ value: JSONValue, in text: Span<UInt8>) -> BoundedText? {
        guard let written = JSON.text(value, in: text), written.count == 36 else { return nil }
        return written.withBytes { bytes in
            var lower = BoundedText()
            for index in bytes.indices {
                let isDash = index == 8 || index == 13 || index == 18 || index == 23
                guard isDash ? bytes[index] == UInt8(ascii: "-") : hexDigit(bytes[index]) != nil
                else { return nil }
                lower.append(lowercaseHex(bytes[index]))
            }
            return lower
        }
    }

    /// The type behind a topic, `blocktank.` and the type's name; nil for any other topic.
    static func type(ofTopic value: JSONValue, in text: Span<UInt8>) -> NotificationType? {
        guard let topic = JSON.text(value, in: text) else { return nil }
        return topic.withBytes { bytes in
            let prefix = 10
            guard bytes.count > prefix, equals(bytes.extracting(..<prefix), "blocktank.") else {
                return nil
            }
            return NotificationType.blocktank { type in
                equals(bytes.extracting(prefix...), type.name)
            }
        }
    }
}
