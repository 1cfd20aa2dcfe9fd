internal import FlyingFox
internal import FlyingSocks
internal import FoundationEssentials
internal import Glibc
public import WakeToComplete

/// Why a server does not listen.
public enum HintServerError: Error, Equatable, Sendable {
    /// The port is taken, or must not be listened at.
    case portUnavailable
    /// The server ended, or never began.
    case notRunning
}

/// The server's side of `ForwardingHint`: answers `GET /lsp/forwarding_hint` on 127.0.0.1, where
/// whatever speaks TLS to the world finds it.
///
/// Whoever may ask learns whether a recipient is connected and, asking for many amounts, what it can
/// receive: asking is for the server's own senders, and for them a limited number of times.
public struct HintServer: Sendable {
    private let server: HTTPServer

    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - state: what is known of a recipient; nil for one that is not known. It is cancelled, and
    ///     the answer is an error, when it takes longer than two seconds.
    public init(port: UInt16 = 0, state: @escaping @Sendable (NodeID) async -> RecipientState?) {
        guard let address = try? sockaddr_in.inet(ip4: "127.0.0.1", port: port) else {
            preconditionFailure("127.0.0.1 is an address")
        }
        server = HTTPServer(
            address: address, timeout: HintServerLimits.answerSecondsMax, logger: .disabled,
            handler: Handler(state: state))
    }

    /// Answers until the task is cancelled.
    public func run() async throws(HintServerError) {
        do {
            try await server.run()
        } catch {
            guard Task.isCancelled || error is CancellationError else { throw .portUnavailable }
        }
    }

    /// The port it listens at, once it does.
    public func port() async throws(HintServerError) -> UInt16 {
        do {
            try await server.waitUntilListening(timeout: HintServerLimits.startSecondsMax)
        } catch { throw .notRunning }
        guard case .ip4(_, let port) = await server.listeningAddress else { throw .notRunning }
        return port
    }

    /// Ends every connection, and `run`.
    public func stop() async {
        await server.stop(timeout: 0)
    }
}

private struct Handler: HTTPHandler {
    let state: @Sendable (NodeID) async -> RecipientState?

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.target.path() == HintPath.path else {
            return HTTPResponse(statusCode: .notFound)
        }
        guard request.method == .GET else {
            let headers: HTTPHeaders = [HTTPHeader("Allow"): "GET"]
            return HTTPResponse(statusCode: .methodNotAllowed, headers: headers)
        }
        guard let query = HintQuery(request.target.query()) else {
            return HTTPResponse(statusCode: .badRequest)
        }
        guard let state = await state(query.recipient) else {
            return HTTPResponse(statusCode: .notFound)
        }
        try Task.checkCancellation()
        let headers: HTTPHeaders = [
            .contentType: "application/json", .cacheControl: "no-store",
        ]
        let hint = state.hint(amountMsat: query.amountMsat)
        return HTTPResponse(statusCode: .ok, headers: headers, body: Data(hint.json.utf8))
    }
}
