import Testing

@testable import NotificationPipeline

@Suite struct PlainTextTests {
    /// The definition, a byte at a time.
    private func naive(_ bytes: [UInt8], from start: Int) -> Int {
        bytes[start...].firstIndex { byte in
            byte < 0x20 || byte > 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
        } ?? bytes.count
    }

    @Test func everyByteIsFoundAtEveryPlace() {
        for count in [1, 7, 8, 15, 16, 17, 33, 40] {
            for place in 0..<count {
                for byte in UInt8.min ... .max {
                    var text = [UInt8](repeating: UInt8(ascii: "a"), count: count)
                    text[place] = byte
                    let end = PlainText.end(from: 0, in: text.span)
                    #expect(end == naive(text, from: 0), "\(byte) at \(place) of \(count)")
                }
            }
        }
    }

    @Test func theFirstOfSeveralCountsWhateverStandsAround() {
        var numbers = SplitMix64(seed: 7)
        let few: [UInt8] = [0x00, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0xff]
        for _ in 0..<20_000 {
            let text = (0..<24).map { _ in few[Int(numbers.next() % UInt64(few.count))] }
            let start = Int(numbers.next() % 24)
            let end = PlainText.end(from: start, in: text.span)
            #expect(end == naive(text, from: start), "\(text) from \(start)")
        }
    }
}

@Suite struct JSONTableTests {
    private func object(members: Int) -> [UInt8] {
        Array(("{" + (0..<members).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}").utf8)
    }

    @Test(arguments: [0, 1, 31, 32, 33, 200])
    func aTableOfAnySizeAnswersAsAWalkDoes(members: Int) throws {
        let text = object(members: members)
        var table = JSONTable()
        table.select(JSON.root(of: text.span), in: text.span)
        let first = try table.member("k0", in: text.span)
        let last = try table.member("k31", in: text.span)
        #expect(first == (try JSON.member("k0", of: JSON.root(of: text.span), in: text.span)))
        #expect(last == (try JSON.member("k31", of: JSON.root(of: text.span), in: text.span)))
        #expect((first != nil) == (members > 0))
        #expect((last != nil) == (members > 31))
    }

    @Test(arguments: [#"{"a":1,"a":2}"#, #"{"a":1,"b":[],"\u0061":2}"#])
    func aNameThatStandsTwiceIsRefusedOnlyWhenItIsAskedFor(json: String) throws {
        let text = Array(json.utf8)
        var table = JSONTable()
        table.select(JSON.root(of: text.span), in: text.span)
        #expect(throws: DuplicateKey.self) { try table.member("a", in: text.span) }
        let other = try table.member("c", in: text.span)
        #expect(other == nil)
    }

    @Test(arguments: ["[1,2]", "\"a\"", "12", "null"])
    func whatIsNoObjectHasNoMembers(json: String) throws {
        let text = Array(json.utf8)
        var table = JSONTable()
        // What was there before is forgotten.
        let before = Array(#"{"a":1}"#.utf8)
        table.select(JSON.root(of: before.span), in: before.span)
        table.select(JSON.root(of: text.span), in: text.span)
        let found = try table.member("a", in: text.span)
        #expect(found == nil)
    }
}
