import HTTPMessages
import HTTPTransfer
import HintServer
import Testing
import Threading
import WakeToComplete

@Suite(.timeLimit(.minutes(1))) struct HintServerTests {
    /// Runs a server; why it ended.
    private func end(of server: HintServer) async -> HintServerError? {
        do throws(HintServerError) {
            try await server.run()
            return nil
        } catch { return error }
    }

    /// A server that runs while `use` does.
    private func withServer<Result>(
        _ state: @escaping @Sendable (NodeID) async -> RecipientState?,
        _ use: (String) async throws -> Result
    ) async throws -> Result {
        let server = HintServer(state: state)
        let running = Task { await end(of: server) }
        let port = try await server.port()
        let result = try await use("http://127.0.0.1:\(port)")
        await server.stop()
        _ = await running.value
        return result
    }

    /// The status of a GET.
    private func status(_ url: String) async throws -> Int {
        try await CurlGet().get(
            url, resuming: nil, bytesMax: 65536, timeout: .seconds(30)
        ) { _, _ in true }.status
    }

    private static let states: [(RecipientState, UInt64, ForwardingHint)] = [
        (
            RecipientState(isConnected: true, receivableMsat: 21_000), 21_000,
            ForwardingHint(.retryNow, delay: .milliseconds(250))
        ),
        (
            RecipientState(isConnected: true, receivableMsat: 20_999), 21_000,
            ForwardingHint(.doNotRetry, .insufficientLiquidity, delay: .seconds(5))
        ),
        (
            RecipientState(isConnected: false, receivableMsat: 21_000), 21_000,
            ForwardingHint(.retryLater, .disconnected, delay: .seconds(5))
        ),
        (
            RecipientState(
                isConnected: false, receivableMsat: .max, wakesWithin: .milliseconds(2500)), 1,
            ForwardingHint(.retryLater, .disconnected, delay: .milliseconds(2500))
        ),
        (
            RecipientState(isConnected: true, isChannelEnabled: false, receivableMsat: .max), 0,
            ForwardingHint(.retryLater, .recipientChannelDisabled, delay: .seconds(5))
        ),
    ]

    @Test func aClientReadsWhatTheServerAdvises() async throws {
        let asked = Mutex<[NodeID]>([])
        let current = Mutex<RecipientState?>(nil)
        try await withServer({ recipient in
            asked.withLock { asked in asked.append(recipient) }
            return current.withLock { state in state }
        }) { (url: String) async throws in
            let client = HintClient(server: url, transfer: CurlGet())
            let recipient = try #require(NodeID(hex: HintClientTests.digits))
            for (state, amount, hint) in HintServerTests.states {
                current.withLock { current in current = state }
                let found = try await client.hint(
                    recipient: recipient, amountMsat: amount, timeout: .seconds(30))
                #expect(found == hint)
            }
            // Nobody the server knows.
            current.withLock { current in current = nil }
            await #expect(throws: HintError.refused) {
                try await client.hint(
                    recipient: recipient, amountMsat: 1, timeout: .seconds(30))
            }
            let count = HintServerTests.states.count + 1
            #expect(asked.withLock { asked in asked } == Array(repeating: recipient, count: count))
        }
    }

    @Test func onlyAWholeQuestionIsAnswered() async throws {
        let id = HintClientTests.digits
        let good = "recipient=\(id)&amount_msat=1"
        try await withServer({ _ in RecipientState(isConnected: true, receivableMsat: .max) }) {
            (url: String) async throws in
            let path = "\(url)\(HintPath.path)"
            #expect(try await status("\(path)?\(good)") == 200)
            #expect(try await status("\(path)?amount_msat=1&recipient=\(id.uppercased())") == 200)
            let all = "amount_msat=2100000000000000000"
            #expect(try await status("\(path)?recipient=\(id)&\(all)") == 200)
            let bad = [
                "", "?", "?recipient=\(id)", "?amount_msat=1", "?\(good)&\(good)", "?\(good)&x=1",
                "?\(good)&", "?recipient=\(id.dropLast())&amount_msat=1",
                "?recipient=05\(id.dropFirst(2))&amount_msat=1",
                "?recipient=\(id)&amount_msat=", "?recipient=\(id)&amount_msat=-1",
                "?recipient=\(id)&amount_msat=+1", "?recipient=\(id)&amount_msat=1.5",
                "?recipient=\(id)&amount_msat=0x1", "?recipient=\(id)&amount_msat=%31",
                "?recipient=\(id)&amount_msat=2100000000000000001",
                "?recipient=\(id)&amount_msat=99999999999999999999",
                "?recipient&amount_msat=1",
            ]
            for query in bad { #expect(try await status(path + query) == 400, "\(query)") }
            for other in ["/", "/lsp", "/lsp/forwarding_hint/", "/lsp/forwarding_hints"] {
                #expect(try await status("\(url)\(other)?\(good)") == 404, "\(other)")
            }
        }
    }

    @Test func aPortThatIsTakenIsTold() async throws {
        try await withServer({ _ in nil }) { (url: String) async throws in
            let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
            let second = HintServer(port: port) { _ in nil }
            #expect(await end(of: second) == .portUnavailable)
        }
    }

    @Test func aServerEndsWithItsTask() async throws {
        let server = HintServer { _ in nil }
        let running = Task { await end(of: server) }
        _ = try await server.port()
        running.cancel()
        #expect(await running.value == nil)
    }

    /// A node whose first attempt finds no route.
    private final class Node: PayingNode {
        private let count = Mutex(0)

        var attempts: Int { count.withLock { count in count } }

        func attempt(_ payment: OutgoingPayment, timeout: Duration) async -> AttemptAnswer {
            count.withLock { count in
                count += 1
                return count == 1 ? .failed(.routeNotFound) : .succeeded
            }
        }

        func settlement(of hash: PaymentHash) async -> Bool { false }
        func abandon(_ hash: PaymentHash) async {}
    }

    private func send(asking url: String, _ node: Node) async throws -> SendOutcome? {
        let hints = HintClient(server: url, transfer: CurlGet())
        let driver = SendDriver(node: node, hints: hints, clock: ContinuousClock())
        return await driver.send(try HintServerTests.payment())
    }

    private static func payment() throws -> OutgoingPayment {
        OutgoingPayment(
            hash: PaymentHash(number: 1),
            recipient: try #require(NodeID(hex: HintClientTests.digits)), amountMsat: 1000)
    }

    @Test func aSenderPaysOnceTheServerSaysSo() async throws {
        try await withServer({ _ in RecipientState(isConnected: true, receivableMsat: .max) }) {
            (url: String) async throws in
            let node = Node()
            #expect(try await send(asking: url, node) == .succeeded)
            #expect(node.attempts == 2)
        }
    }

    /// A clock that stands still, so that no slow machine runs out of time.
    private struct StillClock: Clock {
        var now: ContinuousClock.Instant
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            try await Task.sleep(for: .seconds(3600))
        }
    }

    /// The client with more time than a sender gives it.
    private struct PatientHints: HintSource {
        let client: HintClient<CurlGet>

        func hint(
            recipient: NodeID, amountMsat: UInt64, timeout: Duration
        ) async throws(HintError) -> ForwardingHint {
            try await client.hint(
                recipient: recipient, amountMsat: amountMsat, timeout: .seconds(30))
        }
    }

    @Test func aSenderGivesUpWhereTheServerSaysSo() async throws {
        try await withServer({ _ in RecipientState(isConnected: true, receivableMsat: 0) }) {
            (url: String) async throws in
            let node = Node()
            let client = HintClient(server: url, transfer: CurlGet())
            let driver = SendDriver(
                node: node, hints: PatientHints(client: client),
                clock: StillClock(now: ContinuousClock().now))
            let outcome = await driver.send(try HintServerTests.payment())
            guard case .failed(.routeNotFound, let hint) = outcome else {
                Issue.record("\(String(describing: outcome))")
                return
            }
            #expect(hint?.reason == .insufficientLiquidity)
            #expect(node.attempts == 1)
        }
    }

    @Test func aSenderDoesWithoutAServerThatHangsLiesOrIsDown() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        let servers = [
            WildServer("", .hanging), WildServer("\(head)\r\n{", .endless),
            WildServer(HintClientTests.answer("<html>", type: "text/html")), WildServer(""),
        ]
        for server in servers {
            let node = Node()
            #expect(try await send(asking: server.url, node) == .succeeded)
            #expect(node.attempts == 2)
            server.end()
        }
    }
}
