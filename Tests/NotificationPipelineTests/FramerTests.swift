import Testing

@testable import NotificationPipeline

/// What a framer made of a stream: each value's text, or why there was none.
private func frames(
    _ stream: String, limit: Int = 200, chunk: Int = .max, isWaiting: Bool = false
) -> [String] {
    frames(Array(stream.utf8), limit: limit, chunk: chunk, isWaiting: isWaiting)
}

private func frames(
    _ stream: [UInt8], limit: Int = 200, chunk: Int = .max, isWaiting: Bool = false
) -> [String] {
    var framer = Framer(payloadBytesMax: limit)
    var rest = stream[...]
    var result: [String] = []
    var isEnded = false
    while true {
        switch framer.next(isWaiting: isWaiting) {
        case .payload(let range):
            framer.withBytes(of: range) { bytes in result.append(String(utf8: bytes)) }
        case .refused(let error): result.append("\(error)")
        case .needsInput:
            if isEnded { return result }
            let count = framer.fill { space, free in
                let count = min(free.count, rest.count, chunk)
                for offset in 0..<count { space[free.lowerBound + offset] = rest.removeFirst() }
                return count
            }
            if count == 0 {
                framer.end()
                isEnded = true
            }
        }
    }
}

@Suite struct FramerTests {
    @Test func valuesComeOneALine() {
        #expect(frames("{\"a\":1}\n[2]\n3\n\"x\"\ntrue\n") == ["{\"a\":1}", "[2]", "3", "\"x\"", "true"])
    }

    @Test func valuesComePrettyPrintedAndOnOneLine() {
        #expect(frames("{\n  \"a\": 1\n}\n{\n}") == ["{\n  \"a\": 1\n}", "{\n}"])
        #expect(frames("{}{} [1] {\"a\":{}}") == ["{}", "{}", "[1]", "{\"a\":{}}"])
    }

    @Test func theLastValueNeedsNoNewline() {
        #expect(frames("{}\n12") == ["{}", "12"])
    }

    @Test func nothingComesOfNothing() {
        #expect(frames("") == [])
        #expect(frames(" \n\t\r\n") == [])
    }

    @Test func aGarbageLineCostsThatLine() {
        #expect(frames("{}\ngarbage\n{}") == ["{}", "malformedJSON", "{}"])
        #expect(frames("{} x\n{}") == ["malformedJSON", "{}"])
        #expect(frames("{}}\n[]") == ["malformedJSON", "[]"])
        #expect(frames("\u{feff}{}\n[]") == ["malformedJSON", "[]"])
    }

    @Test func aTruncatedLineNeverSwallowsTheNext() {
        #expect(frames("{\"aps\":{\"alert\"\n{\"b\":1}\n") == ["malformedJSON", "{\"b\":1}"])
        #expect(frames("{\"a\":[1,\n{\"b\":1}\n{\"c\":1}\n") == ["malformedJSON", "{\"b\":1}", "{\"c\":1}"])
        #expect(frames("{\"a\":\n{\"b\":1}\n{\"c\":1}\n") == ["malformedJSON", "{\"b\":1}", "{\"c\":1}"])
        #expect(frames("{\"a\":\"text\n{\"b\":1}\n") == ["malformedJSON", "{\"b\":1}"])
        #expect(frames("{\"a\":[1,\n{\"b\":1}") == ["malformedJSON", "{\"b\":1}"])
    }

    @Test func aBrokenPrettyPrintedValueCostsItselfOnly() {
        let broken = "{\n  \"a\": tru,\n  \"b\": [\n    1\n  ],\n  \"c\": 2\n}\n"
        #expect(frames("{}\n" + broken + "{\"d\":1}\n") == ["{}", "malformedJSON", "{\"d\":1}"])
        let unindented = "{\n\"a\": tru,\n\"c\": 2\n}\n"
        #expect(frames(unindented + "{\"d\":1}\n") == ["malformedJSON", "{\"d\":1}"])
    }

    @Test func aLongLineIsTooLargeWhateverIsInIt() {
        let long = String(repeating: "a", count: 100_000)
        #expect(frames("{}\n\(long)\n{}") == ["{}", "tooLarge", "{}"])
        #expect(frames("{}\n\"\(long)\"\n{}") == ["{}", "tooLarge", "{}"])
        #expect(frames("{}\n{\"a\":\"\(long)\"}") == ["{}", "tooLarge"])
        #expect(frames("[1,\(long)\n{}") == ["tooLarge", "{}"])
    }

    @Test func aLongPrettyPrintedValueIsTooLargeOnce() {
        let rows = String(repeating: "  \"x\": 1,\n", count: 100)
        #expect(frames("{\n\(rows)  \"y\": 2\n}\n{}") == ["tooLarge", "{}"])
    }

    @Test func theLimitIsExact() {
        let exact = "\"" + String(repeating: "a", count: 198) + "\""
        #expect(frames(exact, limit: 200) == [exact])
        #expect(frames(exact, limit: 199) == ["tooLarge"])
        #expect(frames("x" + String(repeating: "a", count: 199), limit: 200) == ["malformedJSON"])
        #expect(frames("x" + String(repeating: "a", count: 200), limit: 200) == ["tooLarge"])
    }

    @Test func aWholeValueGoesOutWhileItsSenderIsSilent() {
        var framer = Framer(payloadBytesMax: 100)
        _ = framer.fill { space, free in
            space[free.lowerBound] = UInt8(ascii: "{")
            space[free.lowerBound + 1] = UInt8(ascii: "}")
            return 2
        }
        #expect(framer.next() == .needsInput)
        #expect(framer.next(isWaiting: true) == .payload(0..<2))
    }

    @Test func theFramesDoNotDependOnHowTheBytesArrive() {
        var generator = SplitMix64(seed: 7)
        let pieces = [
            "{\"a\":1}\n", "[]", "{\n  \"a\": [\n    1\n  ]\n}\n", "garbage\n", "{\"a\":\n", "12 \n",
            "\"\\u00e9\\ud83d\\ude00\"\n", "\n", " ", "}\n", "{\"a\":\"" + String(repeating: "b", count: 300) + "\"}\n",
            "  {\"in\":1}\n", "{\"x\":tru}\n", "\u{e9}\n",
        ]
        for _ in 0..<400 {
            let stream = (0..<8).map { _ in pieces.randomElement(using: &generator)! }.joined()
            let whole = frames(stream)
            for chunk in [1, 2, 3, 7, 50] { #expect(frames(stream, chunk: chunk) == whole) }
        }
    }

    @Test func anyBytesEndInFramesWithinTheirBounds() {
        var generator = SplitMix64(seed: 11)
        let alphabet = Array("{}[]\":,\\ \n\r\tabtruefalsn0123456789eE+-.u\u{e9}".utf8) + [0xff, 0xc0, 0]
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator)!
            }
            let whole = frames(bytes, limit: 64)
            #expect(frames(bytes, limit: 64, chunk: 1) == whole)
            for frame in whole where frame != "malformedJSON" && frame != "tooLarge" {
                #expect(frame.utf8.count <= 64)
                #expect(throws: Never.self) { try JSON.check(Array(frame.utf8).span) }
            }
        }
    }
}
