import Foundation
import Testing

@testable import NotificationPipeline

/// Foundation has another one.
private typealias Shown = NotificationPipeline.Notification

/// The line of output, whatever is in a message.
@Suite struct NotificationWriterTests {
    static let types = NotificationType.allCases
    private static let box = Envelope(
        .bisq,
        .symmetric(SymmetricBox(.aes256GCM, nonceFirst: 0..<64)!), KeySlot(.bisq))

    private func notification(
        _ message: Message, _ envelope: EnvelopeFormat, storage: Shown.Storage = .none
    ) -> Shown {
        var notification = Shown()
        notification.envelope = envelope
        notification.improve(with: message, from: Self.box, now: .max)
        notification.storage = storage
        return notification
    }

    /// The line, written into no more room than it is promised.
    private func line(
        _ notification: Shown, _ catalog: Catalog = Catalog(), message: [UInt8]? = nil
    ) -> [UInt8] {
        var buffer = ByteBuffer(
            capacity: NotificationWriter.lineBytesMax(messageBytes: message?.count ?? 0))
        if let message {
            NotificationWriter.write(notification, catalog, message: message.span, to: &buffer)
        } else {
            NotificationWriter.write(notification, catalog, to: &buffer)
        }
        return buffer.withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }

    private func members(_ line: [UInt8]) throws -> (aps: [String: Any], ntf: [String: Any]) {
        #expect(line.last == UInt8(ascii: "\n"))
        #expect(!line.dropLast().contains(UInt8(ascii: "\n")))
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        return (
            try #require(object?["aps"] as? [String: Any]),
            try #require(object?["ntf"] as? [String: Any])
        )
    }

    /// Every field as long as it may be, of a character that takes six bytes in JSON.
    private func longest(_ type: NotificationType) -> Message {
        let field = BoundedText(String(repeating: "\u{1}", count: Limits.fieldBytesMax))
        var message = Message(type: type)
        (message.id, message.paymentHash, message.orderId) = (field, field, field)
        (message.lspId, message.createdAt, message.account) = (field, field, field)
        (message.amountMsat, message.deadline) = (.max, .max - 1)
        var words = Words()
        words.title = field!
        words.subtitle = field!
        for _ in 0..<Limits.displayTextBytesMax { words.body.append("\u{1}") }
        message.words = words
        return message
    }

    @Test(arguments: types) func theLongestLineFits(_ type: NotificationType) throws {
        let name = String(repeating: "\"", count: Limits.appNameBytesMax)
        // The longest names there are.
        for envelope in [EnvelopeFormat.incomingHtlcWake, .webPushAES128GCM, .homeAssistant] {
            var longest = notification(longest(type), envelope, storage: .duplicate)
            longest.isAuthenticated = false
            for locale in CatalogLanguage.allCases {
                let catalog = Catalog(appName: name, locale: locale.rawValue)
                let line = line(longest, catalog)
                #expect(line.count <= Limits.lineBytesMax)
                #expect(line.count > 6 * (8 * Limits.fieldBytesMax + Limits.textBytesMax))
            }
            let (_, ntf) = try members(line(longest))
            #expect((ntf["account"] as? String)?.utf8.count == Limits.fieldBytesMax)
            #expect(ntf["expired"] as? Bool == true && ntf["duplicate"] as? Bool == true)
        }
    }

    @Test(arguments: types) func theLongestMessageFitsBehindTheLongestLine(
        _ type: NotificationType
    ) throws {
        let longest = notification(longest(type), .homeAssistant, storage: .duplicate)
        for byte in [0x01, 0x7f, 0x22, 0x41, 0xff] as [UInt8] {
            let message = [UInt8](repeating: byte, count: 4096)
            let line = line(longest, message: message)
            #expect(line.count <= NotificationWriter.lineBytesMax(messageBytes: 4096))
            #expect(try members(line).ntf["message"] != nil)
        }
    }

    @Test func discreetShowsTheCatalogsTextsAndNoAmount() throws {
        for type in Self.types {
            let catalog = Catalog(isDiscreet: true)
            let (aps, ntf) = try members(line(notification(longest(type), .bark), catalog))
            let (bare, _) = try members(line(notification(Message(type: type), .bark)))
            #expect(aps as NSDictionary == bare as NSDictionary)
            let alert = try #require(aps["alert"] as? [String: String])
            #expect(alert.keys.sorted() == ["body", "title"])
            #expect(!alert.values.contains { text in text.contains { $0.isNumber } })
            // What the app asks for by name is there all the same.
            #expect(ntf["amountMsat"] != nil)
        }
    }

    @Test func aFallbackShowsNothingOfTheMessage() throws {
        for type in Self.types {
            var refused = notification(longest(type), .bark)
            refused.refuse(.deadlineExceeded)
            let (aps, _) = try members(line(refused))
            let alert = try #require(aps["alert"] as? [String: String])
            #expect(alert["title"] == "Bitkit" && alert["subtitle"] == nil)
            #expect(aps["thread-id"] == nil && aps["category"] == nil)
        }
    }

    @Test func wordsThatAreEmptyAreTheCatalogs() throws {
        var message = Message(type: .message)
        message.words = Words()
        let (aps, _) = try members(line(notification(message, .webPushAESGCM)))
        #expect(
            aps["alert"] as? [String: String] == [
                "title": "New Message", "body": "Open the app to read it",
            ])
    }

    /// Words and fields by lot, as they come out of a message, and the line that is made of them.
    @Test func noMessageMakesAnythingButALine() throws {
        var generator = SplitMix64(seed: 8)
        var buffer = ByteBuffer(capacity: Limits.lineBytesMax)
        for _ in 0..<400 {
            let type = Self.types.randomElement(using: &generator) ?? .message
            var message = Message(type: type)
            var words = Words()
            words.title = field(&generator)
            words.subtitle = field(&generator)
            let bytes = bytes(0...900, &generator)
            var position = 0
            words.body = DisplayText(
                cleaning: {
                    defer { position += 1 }
                    return position < bytes.count ? bytes[position] : nil
                }, bytesMax: Limits.textBytesMax, decodesEntities: Bool.random(using: &generator))
            if Bool.random(using: &generator) { message.words = words }
            if Bool.random(using: &generator) { message.id = field(&generator) }
            if Bool.random(using: &generator) { message.account = field(&generator) }
            if Bool.random(using: &generator) { message.orderId = field(&generator) }
            message.amountMsat = generator.next() >> (generator.next() % 64)
            let envelope = EnvelopeFormat.allCases.randomElement(using: &generator) ?? .bark
            let (aps, ntf) = try members(line(notification(message, envelope)))
            let alert = try #require(aps["alert"] as? [String: String])
            #expect(alert["title"]?.isEmpty == false && alert["body"]?.isEmpty == false)
            #expect(ntf["id"] as? String == message.id.map { String($0) })
            buffer.removeAll()
            Record(identity: words.title, message: message, receivedAt: 0).write(to: &buffer)
            #expect(buffer.count > 0)
        }
    }

    private func bytes(_ counts: ClosedRange<Int>, _ generator: inout SplitMix64) -> [UInt8] {
        let pieces = [
            "\u{202e}", "e\u{301}", "🧑‍🚀", "&amp;", "\"", "\\", "\u{0}", "\n", "a", "字", "\u{7f}",
        ]
        var bytes: [UInt8] = []
        let count = Int.random(in: counts, using: &generator)
        while bytes.count < count {
            if generator.next() % 8 == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &generator))
            } else {
                bytes += Array((pieces.randomElement(using: &generator) ?? "").utf8)
            }
        }
        return bytes
    }

    /// A field as messages give it: valid UTF-8 of at most its limit.
    private func field(_ generator: inout SplitMix64) -> BoundedText {
        let text = String(decoding: bytes(0...160, &generator), as: UTF8.self)
        return BoundedText(text) ?? BoundedText("…")!
    }
}
