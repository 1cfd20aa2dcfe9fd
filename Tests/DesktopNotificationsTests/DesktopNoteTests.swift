import Testing

@testable import DesktopNotifications
@testable import NotificationPipeline

@Suite struct DesktopNoteTests {
    private let catalog = Catalog()
    private let now: UInt64 = 1_700_000_000

    /// An opened message of a type, changed by `change`.
    private func notification(
        _ type: NotificationType, _ change: (inout Message) -> Void = { _ in }
    ) -> Notification {
        var notification = Notification()
        var message = Message(type: type)
        change(&message)
        notification.outcome = .decrypted
        notification.message = message
        return notification
    }

    private func note(
        _ type: NotificationType, _ change: (inout Message) -> Void = { _ in }
    ) -> DesktopNote {
        DesktopNote(notification(type, change), catalog, now: now)
    }

    @Test func onlyWhatNobodyWaitsForIsLowAndNothingIsCritical() {
        for type in NotificationType.allCases {
            let isQuiet = [.verification, .check, .removed].contains(type)
            #expect(note(type).urgency == (isQuiet ? .low : .normal), "\(type)")
            #expect((note(type).sound == nil) == isQuiet, "\(type)")
        }
        #expect(DesktopNote(Notification(), catalog, now: now).urgency == .normal)
    }

    @Test func onlyAnIncomingPaymentHasAButton() {
        for type in NotificationType.allCases {
            #expect(note(type).hasButton == type.isIncomingPayment, "\(type)")
            #expect(note(type).actions.count == (type.isIncomingPayment ? 4 : 2))
        }
        #expect(note(.incomingHtlc).actions == ["default", "Open Now", "open", "Open Now"])
    }

    @Test func aPaymentStaysAsLongAsItCanBeReceived() {
        #expect(note(.message).milliseconds == -1)
        #expect(note(.incomingHtlc).milliseconds == 120_000)
        for (left, seconds) in [(1, 10), (10, 10), (11, 11), (3600, 3600), (3601, 3600)] {
            let note = note(.incomingHtlc) { message in message.deadline = now + UInt64(left) }
            #expect(note.milliseconds == seconds * 1000, "\(left)")
        }
        let endless = note(.incomingHtlc) { message in message.deadline = .max }
        #expect(endless.milliseconds == 3_600_000)
    }

    @Test(arguments: [0, 1, 1000] as [UInt64])
    func aPaymentThatIsOverSaysSoAndAsksForNothing(ago: UInt64) {
        let note = note(.incomingHtlc) { message in message.deadline = now - ago }
        #expect(note.summary == "Payment expired or canceled")
        #expect(note.body == "Ask sender to retry")
        #expect(note.urgency == .low)
        #expect(!note.hasButton && note.sound == nil && note.milliseconds == -1)
    }

    @Test func theMessagesWordsAreShownUnlessItIsToBeDiscreet() throws {
        let said = notification(.message) { message in
            message.words = Words()
            message.words?.title = BoundedText("Ann & Bob")!
            message.words?.subtitle = BoundedText("<b>Work</b>")!
            message.words?.body = DisplayText(cleaning: "1 < 2")
        }
        let note = DesktopNote(said, catalog, now: now)
        #expect(note.summary == "Ann & Bob")
        #expect(note.body == "<b>Work</b>\n1 < 2")
        #expect(Markup.escaped(note.body) == "&lt;b&gt;Work&lt;/b&gt;\n1 &lt; 2")
        #expect(note.oneLine == "Ann & Bob - <b>Work</b> - 1 < 2")
        let discreet = DesktopNote(said, Catalog(locale: "de", isDiscreet: true), now: now)
        #expect(discreet.summary == "Neue Nachricht")
        #expect(!discreet.body.contains("1 < 2"))
    }

    @Test func aFallbackSaysNothingOfAMessage() {
        var fallback = notification(.incomingHtlc) { message in message.orderId = BoundedText("o") }
        fallback.refuse(.deadlineExceeded)
        let note = DesktopNote(fallback, catalog, now: now)
        #expect(note.summary == "Bitkit" && note.category == nil && !note.hasButton)
        for field in AppURI.Field.allCases { #expect(fallback.value(of: field, BoundedText("i")) == nil) }
    }

    @Test func theRestIsCounted() {
        let note = DesktopNote(more: 12, Catalog(appName: "Wallet", locale: "de"))
        #expect(note.summary == "Wallet (+12)")
        #expect(note.body == "Wallet öffnen, um nach neuen Aktivitäten zu sehen")
    }
}

extension DisplayText {
    fileprivate init(cleaning text: String) {
        var bytes = text.utf8.makeIterator()
        self.init(cleaning: { bytes.next() }, bytesMax: 512, decodesEntities: false)
    }
}

@Suite struct FloodTests {
    private let start = Duration.seconds(1000)

    private func admitted(_ flood: inout Flood, isOpened: Bool, at now: Duration) -> Int {
        (0..<1000).filter { _ in flood.admits(isOpened: isOpened, now: now) }.count
    }

    @Test func aBurstIsShownAndThenOneEachWhile() {
        var flood = Flood()
        #expect(admitted(&flood, isOpened: true, at: start) == DesktopLimits.burstMax)
        #expect(admitted(&flood, isOpened: true, at: start + .milliseconds(2999)) == 0)
        #expect(admitted(&flood, isOpened: true, at: start + .seconds(3)) == 1)
        #expect(admitted(&flood, isOpened: true, at: start + .seconds(5)) == 0)
        #expect(admitted(&flood, isOpened: true, at: start + .seconds(9)) == 2)
        #expect(admitted(&flood, isOpened: true, at: start + .seconds(100_000)) == DesktopLimits.burstMax)
    }

    @Test func garbageUsesUpNothingOfWhatAKeyOpened() {
        var flood = Flood()
        #expect(admitted(&flood, isOpened: false, at: start) == DesktopLimits.burstMax)
        #expect(admitted(&flood, isOpened: true, at: start) == DesktopLimits.burstMax)
        #expect(admitted(&flood, isOpened: false, at: start) == 0)
    }
}

@Suite struct ShownNotesTests {
    private func note(_ id: UInt32, _ key: ShownNotes.Key? = nil) -> ShownNotes.Note {
        ShownNotes.Note(id: id, key: key, uri: "a:\(id)")
    }

    @Test func forOneTooManyTheOldestIsClosed() {
        var notes = ShownNotes()
        for id in 1...UInt32(DesktopLimits.shownMax) { #expect(notes.put(note(id)) == nil) }
        #expect(notes.put(note(1000)) == 1)
        #expect(notes.note(1) == nil)
        #expect(notes.put(note(1000)) == nil)
    }

    @Test func aNoteIsFoundByItsKeyUntilItIsGone() {
        var notes = ShownNotes()
        _ = notes.put(note(7, .count))
        _ = notes.put(note(8))
        #expect(notes.id(of: .count) == 7)
        #expect(notes.id(of: nil) == nil)
        _ = notes.put(note(9, .count))
        #expect(notes.id(of: .count) == 9)
        #expect(notes.note(7) == nil)
        #expect(notes.remove(9)?.key == .count)
        #expect(notes.id(of: .count) == nil)
        #expect(notes.remove(9) == nil)
    }

    @Test(arguments: ["", "a b", "a\n", "ä", String(repeating: "x", count: DesktopLimits.tokenBytesMax + 1)])
    func onlyAPlainTokenIsKept(token: String) {
        var notes = ShownNotes()
        _ = notes.put(note(1))
        notes.keep("good", for: 1)
        notes.keep(token, for: 1)
        notes.keep("other", for: 2)
        #expect(notes.note(1)?.token == "good")
    }
}

@Suite struct DesktopQueueTests {
    @Test func garbageMakesPlaceForWhatAKeyOpened() throws {
        let queue = try #require(DesktopQueue())
        var opened = Notification()
        opened.outcome = .decrypted
        for _ in 0..<DesktopLimits.waitingMax {
            queue.add(DesktopQueue.Arrival(notification: Notification(), identity: nil))
        }
        queue.add(DesktopQueue.Arrival(notification: Notification(), identity: nil))
        #expect(queue.takeBeyond() == 1)
        queue.add(DesktopQueue.Arrival(notification: opened, identity: nil))
        #expect(queue.takeBeyond() == 1)
        #expect(queue.count == DesktopLimits.waitingMax)
        var last: Notification?
        while let arrival = queue.takeFirst() { last = arrival.notification }
        #expect(last == opened)
    }
}
