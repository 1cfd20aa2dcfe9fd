import Testing

@testable import ProcessCoordination

@Suite struct PresenceMessageTests {
    static let words: [PresenceMessage.Word] = [.ping, .pong, .unavailable]

    private func message(
        _ side: Side, _ word: PresenceMessage.Word, isConnected: Bool = false
    ) -> PresenceMessage {
        PresenceMessage(
            side: side, word: word, isConnected: isConnected, sequence: 0x0102_0304_0506_0708,
            sentAt: 1_234_567_890_123)
    }

    @Test(arguments: Side.allCases, PresenceMessageTests.words)
    func aMessageIsReadAsItWasWritten(side: Side, word: PresenceMessage.Word) {
        for isConnected in [false, true] {
            let message = message(side, word, isConnected: isConnected)
            #expect(PresenceMessage(message.bytes.span, from: side) == message)
        }
    }

    @Test func theWordsArePhoenixsAndDistinctPerSender() {
        let app = Self.words.map { word in message(.app, word).bytes[5] }
        let its = Self.words.map { word in message(.extension, word).bytes[5] }
        #expect(app == [0b0001, 0b0010, 0b0011])
        #expect(its == [0b0100, 0b1000, 0b1100])
    }

    @Test(arguments: Side.allCases, PresenceMessageTests.words)
    func theWordsOfTheWrongSenderAreRefused(side: Side, word: PresenceMessage.Word) {
        #expect(PresenceMessage(message(side, word).bytes.span, from: side.other) == nil)
    }

    @Test(arguments: Side.allCases) func everyFlippedBitIsRefused(side: Side) {
        var bytes = message(side, .pong).bytes
        for bit in 0..<256 {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(PresenceMessage(bytes.span, from: side) == nil, "bit \(bit)")
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        #expect(PresenceMessage(bytes.span, from: side) != nil)
    }

    @Test func everyOtherLengthIsRefused() {
        let bytes = message(.app, .ping).bytes
        let whole = bytes.indices.map { index in bytes[index] } + [0]
        for count in 0...33 where count != 32 {
            #expect(PresenceMessage(Array(whole[..<count]).span, from: .app) == nil)
        }
    }
}
