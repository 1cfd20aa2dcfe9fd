/// SimpleX' message: items for the newest notifications between `;`, the last of them being the
/// one that this push came for. An item names a queue and holds a box of its own, which only the
/// queue's key opens: `smp://KEYHASH@HOSTS/NOTIFIERID SECONDS NONCE BOX`.
enum SimpleXMessage {
    static func read(
        _ text: Span<UInt8>, into decoded: inout ByteBuffer, inner: inout Envelope?
    ) throws(MessageError) -> Message {
        var start = 0
        var last: Item?
        while start <= text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: ";") { end += 1 }
            guard let item = Item(start..<end, in: text) else { throw .malformed }
            last = item
            start = end + 1
        }
        guard let last, let queue = BoundedText(text.extracting(last.queue)),
            let slot = KeySlot(.simplex, label: text.extracting(last.queue))
        else { throw .malformed }
        var message = Message(type: .message)
        message.account = queue
        // Its box need not open: that there is a message for this queue is known already.
        if let nonce = Base64.decode(text.extracting(last.nonce), into: &decoded, .url),
            let sealed = Base64.decode(text.extracting(last.box), into: &decoded, .url),
            let box = SymmetricBox(.cryptoBox, nonce: nonce, tagFirst: sealed, .lengthPrefixed)
        {
            inner = Envelope(.simplex, .symmetric(box), slot)
        }
        return message
    }

    /// What is in an item's box: the length of the message id, the id, and the server's time as
    /// Unix seconds, 8 bytes with a sign, big endian. What follows is for versions to come.
    static func readDetails(
        _ details: Span<UInt8>, into message: inout Message
    ) throws(MessageError) {
        guard details.count > 0, details.count >= 1 + Int(details[0]) + 8, details[0] > 0 else {
            throw .malformed
        }
        let end = 1 + Int(details[0])
        guard let id = Base64.url(details.extracting(1..<end)) else { throw .malformed }
        var seconds: UInt64 = 0
        for index in end..<end + 8 { seconds = seconds << 8 | UInt64(details[index]) }
        message.id = id
        message.createdAt = BoundedText(decimal: Int64(bitPattern: seconds))
    }

    /// The places of an item's parts.
    private struct Item {
        let queue: Range<Int>
        let nonce: Range<Int>
        let box: Range<Int>

        /// Nil unless there are four parts, each what it should be.
        init?(_ place: Range<Int>, in text: Span<UInt8>) {
            var rest = place
            guard let server = Item.next(&rest, in: text), let time = Item.next(&rest, in: text),
                let nonce = Item.next(&rest, in: text), let box = Item.next(&rest, in: text),
                box.upperBound == place.upperBound, let queue = Item.queue(of: server, in: text),
                Item.isSeconds(text.extracting(time)), nonce.count == 32,
                Item.isBase64(text.extracting(nonce)), box.count > 0,
                Item.isBase64(text.extracting(box))
            else { return nil }
            self.queue = queue
            self.nonce = nonce
            self.box = box
        }

        /// The part up to the next space, which is left out of `rest`.
        private static func next(_ rest: inout Range<Int>, in text: Span<UInt8>) -> Range<Int>? {
            var end = rest.lowerBound
            while end < rest.upperBound, text[end] != 0x20 { end += 1 }
            guard end > rest.lowerBound else { return nil }
            defer { rest = min(end + 1, rest.upperBound)..<rest.upperBound }
            return rest.lowerBound..<end
        }

        /// The notifier id: what stands behind the slash of `smp://KEYHASH@HOSTS/ID`.
        private static func queue(of server: Range<Int>, in text: Span<UInt8>) -> Range<Int>? {
            let bytes = text.extracting(server)
            guard bytes.count > 6, equals(bytes.extracting(..<6), "smp://") else { return nil }
            var at = 6
            while at < bytes.count, bytes[at] != UInt8(ascii: "@") { at += 1 }
            var slash = at
            while slash < bytes.count, bytes[slash] != UInt8(ascii: "/") {
                guard bytes[slash] > 0x20, bytes[slash] < 0x7f else { return nil }
                slash += 1
            }
            guard at > 6, slash > at + 1, slash + 1 < bytes.count,
                isBase64(bytes.extracting(6..<at)), isBase64(bytes.extracting((slash + 1)...))
            else { return nil }
            return server.lowerBound + slash + 1..<server.upperBound
        }

        private static func isSeconds(_ digits: Span<UInt8>) -> Bool {
            let start = digits.count > 1 && digits[0] == UInt8(ascii: "-") ? 1 : 0
            return (start..<digits.count).allSatisfy { index in
                digits[index] >= UInt8(ascii: "0") && digits[index] <= UInt8(ascii: "9")
            }
        }

        private static func isBase64(_ characters: Span<UInt8>) -> Bool {
            characters.indices.allSatisfy { index in Base64.isURLCharacter(characters[index]) }
        }
    }
}
