import Testing

@testable import NotificationPipeline

@Suite struct CatalogTests {
    private func texts(_ catalog: Catalog) -> [String] {
        CatalogText.allCases.flatMap { text in
            catalog.withText(text) { title, body in [String(utf8: title), String(utf8: body)] }
        }
    }

    @Test func theTextsAreThoseOfThePlan() {
        #expect(texts(Catalog()) == [
            "Payment Incoming", "Open now to receive - funds are being held",
            "Payment Incoming", "Open now to receive via new channel",
            "Channel Ready", "Open Bitkit to complete setup",
            "Channel Closed", "Funds moved to savings",
            "Payment Pending", "Open Bitkit to process pending payment",
            "Bitkit", "Open Bitkit to check for new activity",
            "Bitkit", "Unlock your device and open Bitkit to check for new activity",
        ])
        #expect(Catalog().openNow == "Open Now")
    }

    @Test func aLanguageWithoutTextsIsEnglish() {
        for locale in ["", "C", "POSIX", "xx", "en_US.UTF-8", "tlh-Latn", "]", "en]\n[en"] {
            #expect(texts(Catalog(locale: locale)) == texts(Catalog()), "\(locale)")
        }
    }

    @Test func noTextIsEverEmpty() {
        for name in ["", "\u{202e}\n\u{0}", String(repeating: "x", count: 65), "x", "{app}"] {
            #expect(texts(Catalog(appName: name)).allSatisfy { !$0.isEmpty }, "\(name)")
        }
        #expect(texts(Catalog(appName: "")) == texts(Catalog()))
        #expect(texts(Catalog(appName: "a\u{202e}b\u{7}")).contains("Open ab to complete setup"))
        #expect(texts(Catalog(appName: "{app}")).contains("Open {app} to complete setup"))
    }

    @Test func everyLineOfOutputFitsItsBuffer() {
        // The worst each field can be: control characters all through.
        let worst = BoundedText(String(repeating: "\u{1}", count: Limits.fieldBytesMax))
        var message = Message(type: .orderPaymentConfirmed)
        (message.id, message.paymentHash, message.orderId) = (worst, worst, worst)
        (message.lspId, message.createdAt) = (worst, worst)
        (message.amountMsat, message.deadline) = (.max, .max)
        var notification = Notification()
        notification.outcome = .decrypted
        notification.message = message
        notification.storage = .duplicate
        notification.isExpired = true
        let catalog = Catalog(appName: String(repeating: "\"", count: Limits.appNameBytesMax))
        var line = ByteBuffer(capacity: Limits.lineBytesMax)
        NotificationWriter.write(notification, catalog, to: &line)
        #expect(line.withBytes { (try? JSON.check($0)) != nil })
        var record = ByteBuffer(capacity: Limits.lineBytesMax)
        Record(identity: worst!, message: message, receivedAt: .max).write(to: &record)
        #expect(record.withBytes { (try? JSON.check($0)) != nil })
    }
}
