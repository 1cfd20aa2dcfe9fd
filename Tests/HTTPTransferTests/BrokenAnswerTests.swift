import HTTPMessages
import HTTPTransfer
import Testing
import WebServer

/// Answers byte by byte as they go over the wire, and mostly none at all.
struct BrokenAnswerTests {
    let server = WebServer()
    let collected = Collected()
    private static let ok = "HTTP/1.1 200 OK\r\n"

    private func get(
        _ path: String, resuming: HTTPResumption? = nil, bytesMax: Int = 1 << 20
    ) async -> Result<HTTPHead, HTTPError> {
        do throws(HTTPError) {
            return .success(
                try await CurlGet().get(
                    server.url(path), resuming: resuming, bytesMax: bytesMax, timeout: .seconds(60)
                ) { [collected] _, bytes in
                    collected.take(bytes)
                    return true
                })
        } catch { return .failure(error) }
    }

    private func isRefusal(_ result: Result<HTTPHead, HTTPError>) -> Bool {
        if case .failure(let error) = result { error != .timedOut } else { false }
    }

    private func answer(_ text: String) async -> Result<HTTPHead, HTTPError> {
        await answer(Array(text.utf8))
    }

    private func answer(_ bytes: [UInt8]) async -> Result<HTTPHead, HTTPError> {
        server.put(bytes, "answer")
        return await get("raw/answer")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK", "HTTP/1.1 ", "HTTP/",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0",
        "HTTP/1.1 404 Not Found\r\n", "HTTP/1.1 302 Found\r\nLocation: /small\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", "", "\r\n", "\r\n\r\n", "\n", " ",
    ])
    func anAnswerThatEndsInItsHeadIsNone(text: String) async {
        let result = await answer(text)
        #expect(result == .failure(.malformedAnswer) || result == .failure(.notReachable))
        #expect(collected.portions == 0)
    }

    @Test(arguments: [
        "x", "{\"hint\":1}", "220 mail.example ESMTP\r\n\r\n", "SSH-2.0-x\r\n",
        "HTTP 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\nx", "HTTP/1.1 OK\r\n\r\nx", "HTTP/1.1 20 OK\r\n\r\nx",
        "HTTP/1.1 2000 OK\r\n\r\nx", "HTTP/1.1 -20 OK\r\n\r\nx", "HTTP/1.1 099 OK\r\n\r\nx",
        "HTTP/1.1 600 OK\r\n\r\nx", "HTTP/1.1 999 OK\r\n\r\nx", "HTTP/1.1 2\u{0}0 OK\r\n\r\nx",
        "HTTP/7.5 200 OK\r\n\r\nx", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nx",
        "HTTP/1.1 200\u{0} OK\r\n\r\nx", "\u{0}HTTP/1.1 200 OK\r\n\r\nx",
    ])
    func whatIsNoHTTPIsNoAnswer(text: String) async {
        #expect(isRefusal(await answer(text)))
        #expect(collected.portions == 0)
    }

    @Test func bytesByChanceAreNoAnswer() async {
        var random = SeededNumbers(seed: 7)
        for count in [1, 3, 100, 5000, 200_000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(isRefusal(await answer(bytes)))
            #expect(isRefusal(await answer(Array(BrokenAnswerTests.ok.utf8) + bytes)))
        }
        #expect(collected.portions == 0)
    }

    @Test(arguments: [
        "Content-Length: -1", "Content-Length: +4", "Content-Length: 4x", "Content-Length:",
        "Content-Length: 0x4", "Content-Length: 4, 4", "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 5\r\ncontent-length: 4", "Content-Length: 4\u{0}", "Content-Length : 4",
        "Content-Length: 1\r\n 4", "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4", "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: x\r\nTransfer-Encoding: chunked", "no field", ": x", "ETag: \"\u{0}\"",
        "Content-Encoding: gzip", "Content-Encoding: br\r\nContent-Encoding: identity",
    ])
    func aHeadThatCouldBeReadInTwoWaysIsRefused(field: String) async {
        let result = await answer("\(BrokenAnswerTests.ok)\(field)\r\n\r\n4\r\nbody\r\n0\r\n\r\n")
        #expect(result == .failure(.malformedAnswer))
        #expect(collected.portions == 0)
    }

    @Test(arguments: [
        "1048577", "99999999999999", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", String(repeating: "9", count: 300),
    ])
    func aHugeLengthIsTooLarge(length: String) async {
        let result = await answer("\(BrokenAnswerTests.ok)Content-Length: \(length)\r\n\r\nbody")
        #expect(result == .failure(.tooLarge))
        #expect(collected.portions == 0)
    }

    @Test(arguments: [
        "", "x", "\r\n", "-1\r\nbody\r\n0\r\n\r\n", "g\r\nbody\r\n0\r\n\r\n", "4\r\nbody", "4",
        "4\r\nbody\r\n", "4\r\nbody\r\n0", "4\r\nbodyandmore\r\n0\r\n\r\n", "ffffffffffffffff\r\nx",
        "7fffffffffffffff\r\nx", "fffffffffffffffffffffffff\r\nx", "6\r\nbody\r\n0\r\n\r\n",
    ])
    func chunksThatAreNoneAreNoEnd(body: String) async {
        let head = "\(BrokenAnswerTests.ok)Transfer-Encoding: chunked\r\n\r\n"
        #expect(isRefusal(await answer(head + body)))
        #expect(collected.bytes.count <= 11)
    }

    @Test(arguments: [("Trailer: x", 1), ("Trailer: x\r\n", 20_000), ("x", 200_000)])
    func aTrailerWithoutEndIsRefused(line: String, count: Int) async {
        let head = "\(BrokenAnswerTests.ok)Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n"
        let trailer = String(repeating: line, count: count)
        #expect(isRefusal(await answer(head + (line == "x" ? "Trailer: " : "") + trailer)))
        #expect(collected.bytes.count <= 11)
    }

    @Test(arguments: ["fields", "line", "interim"])
    func aHeadWithoutEndIsLeft(kind: String) async {
        #expect(isRefusal(await get("endlesshead/\(kind)")))
        #expect(collected.portions == 0)
    }

    @Test func whatIsUnusualButClearIsTaken() async {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody",
            "HTTP/1.1 100 Continue\r\n\r\n\(BrokenAnswerTests.ok)content-LENGTH:\t4 \r\n\r\nbody",
            "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n\(BrokenAnswerTests.ok)\r\nbody",
            "HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n4;x\r\nbody\r\n0\r\nETag: x\r\n\r\n",
            "HTTP/1.0 200 OK\nContent-Encoding: identity\n\nbody",
            "\(BrokenAnswerTests.ok)ETag: \(String(repeating: "x", count: 257))\r\n\r\nbody",
            "\(BrokenAnswerTests.ok)Content-Length: 4\r\n\r\nbody and more than was announced",
        ] {
            let before = collected.bytes
            let head = try? await answer(text).get()
            #expect(head?.status == 200 && head?.entityTag == nil, "\(text)")
            #expect(collected.bytes == before + Array("body".utf8), "\(text)")
        }
        #expect(await answer("\(BrokenAnswerTests.ok)Content-Length: 0\r\n\r\n") == .success(
            HTTPHead(status: 200, contentLength: 0)))
    }

    @Test func aTagThatIsNoFieldIsNotSent() async {
        server.put(Array("0123456789".utf8), "file")
        for tag in ["\"x\"\r\nX: y", "\"\u{0}\"", "\"" + String(repeating: "x", count: 256)] {
            let part = HTTPResumption(offset: 4, entityTag: tag)
            #expect((try? await get("file", resuming: part).get())?.status == 200)
        }
        #expect(server.requests.map(\.range) == ["-", "-", "-"])
    }
}

/// Numbers that come again from the same seed.
private struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // Steele, Lea and Flood's SplitMix64.
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
