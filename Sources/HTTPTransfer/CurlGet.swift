public import HTTPMessages

/// HTTP/1.1 by libcurl: no cookies, no cache, nothing on disk, and certificates are checked.
///
/// Proxies are those of the environment, as libcurl has them: `http_proxy` (not in capitals),
/// `https_proxy`, `all_proxy` and `no_proxy`.
public struct CurlGet: HTTPGet {
    /// Opens nothing yet.
    public init() {}

    /// As `HTTPGet` has it. Each call is a thread and a connection of its own. They go when it
    /// ends; after a time-out or a cancellation within about a second, or once a name's resolution
    /// and a call of `onBytes` that have begun come back. No thread to be had is `notReachable`.
    public func get(
        _ url: String, resuming resumption: HTTPResumption?, bytesMax: Int, timeout: Duration,
        onBytes: @escaping @Sendable (HTTPHead, Span<UInt8>) -> Bool
    ) async throws(HTTPError) -> HTTPHead {
        let limit = min(timeout, HTTPLimits.timeoutMax)
        guard limit > .zero else { throw .timedOut }
        guard let request = Request(url, resuming: resumption, timeout: limit) else {
            throw .malformedURL
        }
        let transfer = Transfer()
        // A second clock: libcurl's own does not run while a receiver keeps its thread.
        let alarm = Task {
            try await Task.sleep(for: limit)
            transfer.end(.failure(.timedOut))
        }
        defer { alarm.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.begin(continuation) {
                    Exchange(request, bytesMax: bytesMax, transfer: transfer, onBytes: onBytes)
                        .run()
                }
            }
        } onCancel: {
            transfer.end(.failure(.cancelled))
        }
        return try result.get()
    }
}
