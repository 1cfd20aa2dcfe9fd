import HTTPMessages
import HTTPTransfer
import Testing
import Threading
import WebServer

/// What a transfer handed out.
final class Collected: Sendable {
    private let state = Mutex<([UInt8], Int)>(([], 0))

    func take(_ span: Span<UInt8>) {
        state.withLock { state in
            for index in span.indices { state.0.append(span[index]) }
            state.1 += 1
        }
    }

    var bytes: [UInt8] { state.withLock { state in state.0 } }
    var portions: Int { state.withLock { state in state.1 } }
}

struct HTTPTransferTests {
    let server = WebServer()
    let collected = Collected()

    private func get(
        _ path: String, resuming: HTTPResumption? = nil, bytesMax: Int = 1 << 20,
        timeout: Duration = .seconds(120)
    ) async throws(HTTPError) -> HTTPHead {
        try await CurlGet().get(
            server.url(path), resuming: resuming, bytesMax: bytesMax, timeout: timeout
        ) { [collected] _, bytes in
            collected.take(bytes)
            return true
        }
    }

    private func refusal(
        _ path: String, resuming: HTTPResumption? = nil, bytesMax: Int = 1 << 20,
        timeout: Duration = .seconds(120)
    ) async -> HTTPError? {
        do {
            _ = try await get(path, resuming: resuming, bytesMax: bytesMax, timeout: timeout)
            return nil
        } catch { return error }
    }

    @Test func aFileComesWholeWithItsHead() async throws {
        let content = (0..<300_000).map { number in UInt8(truncatingIfNeeded: number * 7) }
        server.put(content, "file")
        let head = try await get("file")
        #expect(head.status == 200)
        #expect(head.contentType == "application/octet-stream")
        #expect(head.contentLength == 300_000)
        #expect(head.entityTag?.hasPrefix("\"") == true)
        #expect(head.contentRange == nil)
        #expect(collected.bytes == content)
        #expect(collected.portions > 1)
        #expect(server.requests.map(\.acceptEncoding) == ["identity"])
        #expect(server.requests.map(\.range) == ["-"])
    }

    @Test func aPartComesWhenTheFileIsTheSameAndTheWholeWhenItIsNot() async throws {
        server.put(Array("0123456789".utf8), "file")
        let tag = try #require(try await get("file").entityTag)
        let part = HTTPResumption(offset: 4, entityTag: tag)
        let head = try await get("file", resuming: part)
        #expect(head.status == 206)
        #expect(head.contentRange == HTTPContentRange(first: 4, total: 10))
        #expect(collected.bytes == Array("0123456789456789".utf8))
        server.put(Array("another".utf8), "file")
        #expect(try await get("file", resuming: part).status == 200)
        #expect(collected.bytes.suffix(7) == Array("another".utf8)[...])
    }

    @Test func aPartBehindTheEndIsAnsweredWithTheSizeOfTheWhole() async throws {
        server.put(Array("0123456789".utf8), "file")
        let tag = try #require(try await get("file").entityTag)
        let head = try await get("file", resuming: HTTPResumption(offset: 10, entityTag: tag))
        #expect(head.status == 416)
        #expect(head.contentRange == HTTPContentRange(first: nil, total: 10))
    }

    @Test func theBodyOfAnyOtherAnswerIsNoContent() async throws {
        for status in [201, 400, 404, 429, 500, 503] {
            #expect(try await get("status/\(status)").status == status)
        }
        #expect(collected.bytes.isEmpty)
    }

    @Test func redirectionsAreAnsweredAndNotFollowed() async throws {
        server.put(Array("elsewhere".utf8), "small")
        let statuses = [301, 302, 303, 307, 308]
        for status in statuses {
            #expect(try await get("status/\(status)").status == status)
        }
        #expect(collected.bytes.isEmpty)
        #expect(server.requests.map(\.path) == statuses.map { status in "/status/\(status)" })
    }

    @Test func whatIsAnnouncedTooLongIsNotBegun() async {
        server.put([UInt8](repeating: 1, count: 101), "file")
        #expect(await refusal("file", bytesMax: 100) == .tooLarge)
        #expect(collected.bytes.isEmpty)
        #expect(await refusal("file", bytesMax: 101) == nil)
    }

    @Test func whatIsEndlessEndsAtTheLimit() async {
        #expect(await refusal("endless", bytesMax: 1 << 20) == .tooLarge)
        #expect(collected.bytes.count <= 1 << 20)
    }

    @Test func aServerThatHangsEndsAtTheDeadline() async {
        #expect(await refusal("hang", timeout: .milliseconds(300)) == .timedOut)
    }

    @Test func aServerThatSendsAByteNowAndThenEndsAtTheDeadline() async {
        server.put([UInt8](repeating: 1, count: 10_000), "file")
        #expect(await refusal("slow/file", timeout: .milliseconds(600)) == .timedOut)
        #expect(await refusal("file", timeout: .zero) == .timedOut)
    }

    @Test func aBrokenConnectionIsNoEnd() async {
        server.put([UInt8](repeating: 1, count: 10_000), "file")
        #expect(await refusal("cut/4000/file") == .notReachable)
        #expect(collected.bytes.count <= 4000)
    }

    @Test func anEndWithoutALengthIsAnEnd() async throws {
        server.put([UInt8](repeating: 1, count: 10_000), "file")
        #expect(try await get("nolength/file").contentLength == nil)
        #expect(collected.bytes.count == 10_000)
    }

    @Test func liesAreRefused() async {
        server.put(Array("0123456789".utf8), "file")
        let part = HTTPResumption(offset: 4, entityTag: "\"x\"")
        #expect(await refusal("unasked/file") == .malformedAnswer)
        #expect(await refusal("unasked/file", resuming: part) == .malformedAnswer)
        #expect(await refusal("unasked/otherpart/file", resuming: part) == .malformedAnswer)
        #expect(await refusal("gzip/file") != nil)
        #expect(await refusal("garbage") != nil)
        #expect(collected.bytes.isEmpty)
    }

    @Test func nobodyThereIsSaid() async {
        let answer = await Task { () async -> HTTPError? in
            do throws(HTTPError) {
                _ = try await CurlGet().get(
                    "http://127.0.0.1:1/", resuming: nil, bytesMax: 1, timeout: .seconds(5)
                ) { _, _ in true }
                return nil
            } catch { return error }
        }.value
        #expect(answer == .notReachable)
    }

    @Test func whoeverTakesTheBytesMayStop() async {
        server.put([UInt8](repeating: 1, count: 500_000), "file")
        await #expect(throws: HTTPError.stopped) {
            try await CurlGet().get(
                server.url("file"), resuming: nil, bytesMax: 1 << 20, timeout: .seconds(120)
            ) { [collected] _, bytes in
                collected.take(bytes)
                return false
            }
        }
        #expect(collected.portions == 1)
    }

    @Test func cancellingTheTaskEndsTheTransfer() async {
        let url = server.url("hang")
        let task = Task { () async -> HTTPError? in
            do throws(HTTPError) {
                _ = try await CurlGet().get(
                    url, resuming: nil, bytesMax: 1, timeout: .seconds(60)
                ) { _, _ in true }
                return nil
            } catch { return error }
        }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test func aCertificateThatNobodySignedIsNotTrusted() async {
        server.put([1, 2, 3], "file")
        let url = server.urlUntrusted("file")
        await #expect(throws: HTTPError.notReachable) {
            try await CurlGet().get(
                url, resuming: nil, bytesMax: 3, timeout: .seconds(60)
            ) { [collected] _, bytes in
                collected.take(bytes)
                return true
            }
        }
        #expect(collected.portions == 0)
        #expect(server.requests.isEmpty)
    }

    @Test func transfersThatHangKeepNoOtherBack() async {
        server.put([1, 2, 3], "file")
        let url = server.url("hang")
        await withTaskGroup(of: HTTPError?.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    do throws(HTTPError) {
                        _ = try await CurlGet().get(
                            url, resuming: nil, bytesMax: 1, timeout: .seconds(120)
                        ) { _, _ in true }
                        return nil
                    } catch { return error }
                }
            }
            while server.requests.count < 16 { await Task.yield() }
            #expect(await refusal("file") == nil)
            group.cancelAll()
            for await error in group { #expect(error == .cancelled) }
        }
    }

    @Test func manyTransfersLeaveNoDescriptorsBehind() async throws {
        server.put([1, 2, 3], "file")
        for _ in 0..<5 { _ = try await get("file") }
        let before = descriptors()
        for _ in 0..<50 { _ = try await get("file") }
        #expect(descriptors() <= before + 10)
    }
}
