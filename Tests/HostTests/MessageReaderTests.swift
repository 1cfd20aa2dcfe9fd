import Testing

@testable import HostCommand

struct MessageReaderTests {
    /// What comes out when the bytes arrive in portions of this size.
    func messages(_ text: String, portion: Int) throws -> [Message] {
        var reader = MessageReader()
        var found: [Message] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: portion) {
            reader.append(bytes[start..<min(start + portion, bytes.count)])
            while let message = try reader.next() { found.append(message) }
        }
        return found
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func messagesComeOutWholeHoweverTheyArrive(_ portion: Int) throws {
        let text = "ready\nstage 1 payload\ncontent 1 6\na\nb c\ncontent 1 0\ndone 1\n"
        #expect(
            try messages(text, portion: portion) == [
                .ready, .stage(id: 1, name: "payload"), .content(id: 1, bytes: Array("a\nb c\n".utf8)),
                .content(id: 1, bytes: []), .done(id: 1),
            ])
    }

    @Test(arguments: [
        "\n", "READY\n", "ready \n", " ready\n", "ready now\n", "done\n", "done x\n", "done -1\n",
        "done +1\n", "done 1 2\n", "done  1\n", "done 99999999999999999999\n", "stage 1\n",
        "content 1\n", "content 1 1048577\n", "content 1 99999999999999999999\n", "content 1 x\n",
        "ready\r\n", "done\t1\n", "receive 1 1\n", "stage 1 café\n",
        "stage 1 " + String(repeating: "a", count: 120) + "\n",
        String(repeating: "a", count: 128),
    ])
    func whatIsNoMessageBreaksTheProtocol(_ text: String) {
        #expect(throws: BrokenProtocol.self) { try messages(text, portion: 1000) }
        #expect(throws: BrokenProtocol.self) { try messages(text, portion: 1) }
    }

    @Test func aLineOfTheGreatestLengthIsRead() throws {
        let name = String(repeating: "a", count: 119)
        #expect(try messages("stage 1 \(name)\n", portion: 5) == [.stage(id: 1, name: name)])
    }

    @Test func aContentOfTheGreatestLengthIsRead() throws {
        let body = String(repeating: "b", count: HostLimits.bodyBytesMax)
        let found = try messages("content 3 \(body.utf8.count)\n\(body)", portion: 65536)
        #expect(found == [.content(id: 3, bytes: Array(body.utf8))])
    }
}
