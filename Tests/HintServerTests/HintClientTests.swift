import HTTPTransfer
import Testing
import WakeToComplete

/// The client over real HTTP, against servers that mean no good.
@Suite(.timeLimit(.minutes(1))) struct HintClientTests {
    static let digits = "03b9a456fb45d5ac98c02040d39aec77fa3eeb41fd22cf40b862b393bcfc43473a"
    static let json = "application/json"
    static let hint = #"{"hint":"retry_now","reason":"disconnected","recommended_delay_ms":400}"#

    /// An answer as it goes over the wire.
    static func answer(
        _ body: String, status: String = "200 OK", type: String? = json, _ more: String = ""
    ) -> String {
        let typeLine = type.map { type in "Content-Type: \(type)\r\n" } ?? ""
        return "HTTP/1.1 \(status)\r\n\(typeLine)\(more)Content-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(body)"
    }

    static func ask(
        _ url: String, timeout: Duration = .seconds(30)
    ) async -> Result<ForwardingHint, HintError> {
        guard let recipient = NodeID(hex: digits) else { fatalError("a node") }
        let client = HintClient(server: url, transfer: CurlGet())
        do throws(HintError) {
            return .success(
                try await client.hint(
                    recipient: recipient, amountMsat: 21_000, timeout: timeout))
        } catch { return .failure(error) }
    }

    private func ask(
        _ server: WildServer, timeout: Duration = .seconds(30)
    ) async -> Result<ForwardingHint, HintError> {
        defer { server.end() }
        return await HintClientTests.ask(server.url, timeout: timeout)
    }

    @Test(arguments: [
        json, "application/json; charset=utf-8", "Application/JSON", "application/json ;x",
    ])
    func anAnswerIsTaken(type: String) async {
        let server = WildServer(HintClientTests.answer(HintClientTests.hint, type: type))
        let hint = ForwardingHint(.retryNow, .disconnected, delay: .milliseconds(400))
        #expect(await ask(server) == .success(hint))
    }

    @Test(arguments: ["text/html", "application/jsonp", "application/json-seq", "", "json", nil])
    func anotherKindOfContentIsNoAdvice(type: String?) async {
        let server = WildServer(HintClientTests.answer(HintClientTests.hint, type: type))
        #expect(await ask(server) == .failure(.contentTypeWrong))
    }

    @Test(arguments: [
        "201 Created", "204 No Content", "400 Bad Request", "404 Not Found", "429 Slow Down",
        "500 Internal Server Error", "503 Service Unavailable",
    ])
    func anotherStatusIsNoAdvice(status: String) async {
        let server = WildServer(HintClientTests.answer(HintClientTests.hint, status: status))
        #expect(await ask(server) == .failure(.refused))
    }

    @Test(arguments: ["301 Moved", "302 Found", "303 See Other", "307 Again", "308 Moved"])
    func nobodyIsSentElsewhere(status: String) async {
        let other = WildServer(HintClientTests.answer(HintClientTests.hint))
        let server = WildServer(
            HintClientTests.answer("", status: status, "Location: \(other.url)/\r\n"))
        #expect(await ask(server) == .failure(.refused))
        #expect(other.requests == 0)
        other.end()
    }

    @Test(arguments: [
        "", "retry_now", "{}", #"{"hint":1}"#, #"{"hint":"retry_now"}}"#, "\u{0}",
        #"{"hint":"retry_now","recommended_delay_ms":-1}"#, String(repeating: "[", count: 4000),
    ])
    func whatIsNoAdviceIsRefused(body: String) async {
        #expect(await ask(WildServer(HintClientTests.answer(body))) == .failure(.malformed))
    }

    @Test func adviceOfTheFutureMeansLater() async {
        let server = WildServer(HintClientTests.answer(#"{"hint":"retry_with_fee","fee":7}"#))
        #expect(await ask(server) == .success(ForwardingHint(.retryLater)))
    }

    @Test func adviceOfAYearIsSeconds() async throws {
        let server = WildServer(
            HintClientTests.answer(
                #"{"hint":"retry_now","recommended_delay_ms":31536000000}"#))
        #expect(try await ask(server).get().delay == .seconds(7))
    }

    @Test func aHugeAnswerIsNotRead() async {
        let huge = #"{"hint":"retry_now","x":""# + String(repeating: "x", count: 4096) + #""}"#
        #expect(await ask(WildServer(HintClientTests.answer(huge))) == .failure(.tooLarge))
        // One that says that it is huge, and one that does not say.
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        for length in ["Content-Length: 99999999999999\r\n", "Connection: close\r\n"] {
            let server = WildServer("\(head)\(length)\r\n{\"x", .endless)
            #expect(await ask(server) == .failure(.tooLarge))
        }
    }

    @Test func aServerThatHangsIsLeftInTime() async {
        let clock = ContinuousClock()
        let whole = HintClientTests.answer(HintClientTests.hint)
        let cases: [(String, WildServer.Way)] = [
            ("", .hanging), ("HTTP/1.1 200 OK\r\nContent-Type: appl", .hanging),
            (String(whole.dropLast(5)), .hanging), (whole, .dripping),
        ]
        for (answer, way) in cases {
            let start = clock.now
            let server = WildServer(answer, way)
            #expect(await ask(server, timeout: .milliseconds(300)) == .failure(.timedOut))
            #expect(start.duration(to: clock.now) < .seconds(20))
        }
    }

    @Test func whoeverIsNoLongerAskedHangsUp() async {
        let server = WildServer("", .hanging)
        let task = Task { await HintClientTests.ask(server.url) }
        while server.requests == 0 { await Task.yield() }
        task.cancel()
        #expect(await task.value == .failure(.timedOut))
        while server.connections > 0 { await Task.yield() }
    }

    @Test func aServerThatBreaksOffIsNotBelieved() async {
        let whole = HintClientTests.answer(HintClientTests.hint)
        let cut = HintClientTests.answer(HintClientTests.hint + "   ").dropLast(3)
        let unfinished = [
            "", "\r\n", "\r\n\r\n", "HTTP/1.1", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
        ]
        for answer in unfinished + [String(whole.dropLast(9)), String(cut)] {
            let result = await ask(WildServer(answer))
            guard case .failure(let error) = result else {
                Issue.record("\(answer)")
                continue
            }
            #expect(error == .unreachable || error == .refused, "\(answer): \(error)")
        }
    }

    @Test func anotherProtocolIsNoAdvice() async {
        for answer in [
            "220 mail.example ESMTP\r\n", "\u{16}\u{3}\u{1}", "{\"hint\":\"retry_now\"}",
            "HTTP/1.1 999 No\r\n\r\n", "HTTP/1.1 -1 No\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
            HintClientTests.answer(HintClientTests.hint, "Content-Length: 1\r\n"),
            HintClientTests.answer(HintClientTests.hint, "Content-Length: -1\r\n"),
            HintClientTests.answer(HintClientTests.hint, "Transfer-Encoding: chunked\r\n"),
        ] {
            let result = await ask(WildServer(answer))
            guard case .failure = result else {
                Issue.record("\(result)")
                continue
            }
        }
    }

    @Test func aServerThatIsDownIsUnreachable() async {
        let url: String
        do {
            let server = WildServer("")
            url = server.url
        }
        #expect(await HintClientTests.ask(url) == .failure(.unreachable))
        for url in ["", "ftp://127.0.0.1", "127.0.0.1", "http://", "http://127.0.0.1:1 "] {
            #expect(await HintClientTests.ask(url) == .failure(.unreachable))
        }
    }

    @Test func aTimeThatIsUpAsksNobody() async {
        let server = WildServer(HintClientTests.answer(HintClientTests.hint))
        #expect(await HintClientTests.ask(server.url, timeout: .zero) == .failure(.timedOut))
        #expect(server.requests == 0)
        server.end()
    }
}
