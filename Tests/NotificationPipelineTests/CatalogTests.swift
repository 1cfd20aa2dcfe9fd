import Testing

@testable import NotificationPipeline

@Suite struct CatalogTests {
    private func texts(_ catalog: Catalog) -> [String] {
        CatalogText.allCases.flatMap { text in
            catalog.withText(text) { title, body in [String(utf8: title), String(utf8: body)] }
        }
    }

    private func shown(_ text: CatalogText, _ catalog: Catalog, sats: UInt64?) -> [String] {
        catalog.withText(text, sats: sats) { [String(utf8: $0), String(utf8: $1)] }
    }

    @Test func theTextsAreThoseOfThePlan() {
        #expect(texts(Catalog()).prefix(10) == [
            "Payment Incoming", "Open now to receive - funds are being held",
            "Payment Incoming", "Open now to receive via new channel",
            "Channel Ready", "Open Bitkit to complete setup",
            "Channel Closed", "Funds moved to savings",
            "Payment Pending", "Open Bitkit to process pending payment",
        ])
        #expect(texts(Catalog()).suffix(4) == [
            "Bitkit", "Open Bitkit to check for new activity",
            "Bitkit", "Unlock your device and open Bitkit to check for new activity",
        ])
        #expect(shown(.call, Catalog(), sats: nil) == ["Incoming Call", "Open the app to answer it"])
        #expect(Catalog().openNow == "Open Now")
    }

    @Test func aLanguageWithoutTextsIsEnglish() {
        for locale in [
            "", "C", "C.UTF-8", "POSIX", "xx", "en_US.UTF-8", "EN", "tlh-Latn", "]", "d", "deu",
            "e", "\n", "-de", "zz",
        ] {
            #expect(texts(Catalog(locale: locale)) == texts(Catalog()), "\(locale)")
        }
    }

    @Test(arguments: ["de", "de-AT", "de_AT.UTF-8", "DE", "de_DE@euro", "de.UTF-8", "de-1996"])
    func aRegionDoesNotMatter(locale: String) {
        #expect(Catalog(locale: locale).openNow == "Jetzt öffnen")
    }

    @Test func noTextIsEverEmpty() {
        for name in ["", "\u{202e}\n\u{0}", String(repeating: "x", count: 65), "x", "{app}"] {
            #expect(texts(Catalog(appName: name)).allSatisfy { !$0.isEmpty }, "\(name)")
        }
        #expect(texts(Catalog(appName: "")) == texts(Catalog()))
        #expect(texts(Catalog(appName: "a\u{202e}b\u{7}")).contains("Open ab to complete setup"))
        #expect(texts(Catalog(appName: "{app}")).contains("Open {app} to complete setup"))
    }

    @Test func aTextWithoutTranslationIsEnglish() {
        let lines: StaticString = """
            message.body = App öffnen
            message.title = Nachricht
            messages.title = no such text
            call.title =
            call.body=no line
              check.title = no line
            paymentSent.amount = {sats} gesendet
            test.title = Test
            """
        let catalog = Catalog(appName: "Bitkit", words: lines)
        #expect(shown(.message, catalog, sats: nil) == ["Nachricht", "App öffnen"])
        #expect(shown(.call, catalog, sats: nil) == shown(.call, Catalog(), sats: nil))
        #expect(shown(.check, catalog, sats: nil) == shown(.check, Catalog(), sats: nil))
        #expect(shown(.test, catalog, sats: nil)[0] == "Test")
        #expect(shown(.paymentSent, catalog, sats: 1000)[0] == "1,000 gesendet")
        #expect(shown(.paymentReceived, catalog, sats: 1000)[0] == "Received 1,000 sats")
        #expect(catalog.openNow == "Open Now")
        let empty = Catalog(appName: "Bitkit", words: "")
        #expect(texts(empty) == texts(Catalog()))
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
