import Testing

@testable import HostCommand

/// The table of docs/extension-protocol.md, row by row, without a process.
struct VerdictTests {
    static let content = Array(#"{"aps":{"alert":{"title":"T","body":"B"}}}"#.utf8)

    func request(
        contents: [[UInt8]] = [], isWarned: Bool = false, isReady: Bool = true
    ) -> Request {
        var request = Request(number: 1, push: [], beganAt: .now())
        request.isWarned = isWarned
        request.isProcessReady = isReady
        for content in contents { request.take(content: content, at: .now()) }
        return request
    }

    func words(_ request: Request, _ ending: Ending?) -> String {
        let verdict = Verdict(request, ending: ending)
        return "\(verdict.displayed.rawValue) \(verdict.why.rawValue)"
    }

    @Test func contentInTimeIsShown() {
        #expect(words(request(contents: [Self.content]), nil) == "modified content")
    }

    @Test func contentAfterTheWarningIsABestAttempt() {
        let late = request(contents: [Self.content], isWarned: true)
        #expect(words(late, nil) == "modified best-attempt")
    }

    @Test func theFirstOfTwoContentsCounts() {
        let twice = request(contents: [Self.content, Array("{}".utf8)])
        #expect(words(twice, nil) == "modified content-twice")
        let brokenFirst = request(contents: [Array("{}".utf8), Self.content])
        #expect(words(brokenFirst, nil) == "original malformed-content")
    }

    @Test(arguments: [
        (nil, "silent"), (.deadline(push: 1), "deadline"), (.memory, "memory"),
        (.brokenProtocol, "malformed-content"), (.died, "crashed"),
        (.notStarted(code: 8), "not-started"),
    ] as [(Ending?, String)])
    func withoutContentTheEndSaysWhy(_ ending: Ending?, _ why: String) {
        #expect(words(request(), ending) == "original " + why)
    }

    @Test func aDeadlineBeforeReadyIsASlowStart() {
        #expect(words(request(isReady: false), .deadline(push: 1)) == "original slow-start")
    }

    @Test(arguments: [
        Ending.deadline(push: 1), .memory, .brokenProtocol, .died,
    ])
    func contentBeforeTheEndWasSeen(_ ending: Ending) {
        #expect(words(request(contents: [Self.content]), ending) == "modified content")
    }
}
