internal import Foundation
#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif
internal import HTTPMessages
internal import Threading

/// One transfer: ends once, whoever is first of the network, the alarm and the caller.
final class Transfer: NSObject, URLSessionDataDelegate {
    typealias Outcome = Result<HTTPHead, HTTPError>

    private struct State {
        var session: URLSession?
        var continuation: CheckedContinuation<Outcome, Never>?
        var outcome: Outcome?
        var head: HTTPHead?
        var bytes = 0
    }

    private let state = Mutex(State())
    private let offset: UInt64
    private let isResuming: Bool
    private let bytesMax: Int
    private let onBytes: @Sendable (HTTPHead, Span<UInt8>) -> Bool

    init(
        offset: UInt64, isResuming: Bool, bytesMax: Int,
        onBytes: @escaping @Sendable (HTTPHead, Span<UInt8>) -> Bool
    ) {
        self.offset = offset
        self.isResuming = isResuming
        self.bytesMax = bytesMax
        self.onBytes = onBytes
    }

    /// Sends `request` and resumes `continuation` once, when it ended.
    func begin(_ request: URLRequest, _ continuation: CheckedContinuation<Outcome, Never>) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        let session = URLSession(
            configuration: configuration, delegate: self, delegateQueue: nil)
        let early = state.withLock { state -> Outcome? in
            if let outcome = state.outcome { return outcome }
            state.session = session
            state.continuation = continuation
            return nil
        }
        if let early {
            session.invalidateAndCancel()
            continuation.resume(returning: early)
        } else {
            session.dataTask(with: request).resume()
        }
    }

    /// Ends the transfer with `outcome`, unless it ended before.
    func end(_ outcome: Outcome) {
        let (session, continuation) = state.withLock { state in
            guard state.outcome == nil else {
                return (nil, nil) as (URLSession?, CheckedContinuation<Outcome, Never>?)
            }
            state.outcome = outcome
            defer { (state.session, state.continuation) = (nil, nil) }
            return (state.session, state.continuation)
        }
        // The session holds its delegate until it is told to go.
        session?.invalidateAndCancel()
        continuation?.resume(returning: outcome)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
        end(.success(HTTPHead(response)))
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let outcome = judge(response)
        completionHandler(outcome == nil ? .allow : .cancel)
        if let outcome { end(outcome) }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let head = state.withLock { state -> HTTPHead? in
            guard state.outcome == nil else { return nil }
            state.bytes += data.count
            return state.bytes <= bytesMax ? state.head : nil
        }
        guard let head else { return end(.failure(.tooLarge)) }
        if !onBytes(head, data.span) { end(.failure(.stopped)) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        if let error {
            let isLate = (error as? URLError)?.code == .timedOut
            return end(.failure(isLate ? .timedOut : .notReachable))
        }
        let (head, bytes) = state.withLock { state in (state.head, state.bytes) }
        guard let head else { return end(.failure(.malformedAnswer)) }
        let isWhole = head.contentLength.map { length in length == UInt64(bytes) } ?? true
        end(isWhole ? .success(head) : .failure(.notReachable))
    }

    /// What ends the transfer before its body; nil when the body is wanted.
    private func judge(_ response: URLResponse) -> Outcome? {
        guard let response = response as? HTTPURLResponse else { return .failure(.malformedAnswer) }
        let head = HTTPHead(response)
        guard head.status == 200 || head.status == 206 else { return .success(head) }
        if head.status == 206 {
            guard isResuming, head.contentRange?.first == offset else {
                return .failure(.malformedAnswer)
            }
        }
        let encoding = response.value(forHTTPHeaderField: "Content-Encoding") ?? "identity"
        guard encoding.lowercased() == "identity" else { return .failure(.malformedAnswer) }
        if let length = head.contentLength, length > UInt64(max(bytesMax, 0)) {
            return .failure(.tooLarge)
        }
        state.withLock { state in state.head = head }
        return nil
    }
}

extension HTTPHead {
    /// The fields of Foundation's answer that are kept.
    init(_ response: HTTPURLResponse) {
        let field = { (name: String) -> String? in
            guard let value = response.value(forHTTPHeaderField: name),
                value.utf8.count <= HTTPLimits.fieldBytesMax
            else { return nil }
            return value
        }
        self.init(
            status: response.statusCode, contentType: field("Content-Type"),
            entityTag: field("ETag"), contentLength: field("Content-Length").flatMap { UInt64($0) },
            contentRange: field("Content-Range").flatMap(HTTPContentRange.init))
    }
}
