internal import Foundation
#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif
public import HTTPMessages

/// HTTP by Foundation's `URLSession`: no cookies, no cache, no credentials, nothing on disk.
public struct URLSessionGet: HTTPGet {
    /// Opens nothing yet.
    public init() {}

    /// As `HTTPGet` has it. Each call is a session of its own, which goes when it ends.
    public func get(
        _ url: String, resuming resumption: HTTPResumption?, bytesMax: Int, timeout: Duration,
        onBytes: @escaping @Sendable (HTTPHead, Span<UInt8>) -> Bool
    ) async throws(HTTPError) -> HTTPHead {
        let limit = min(timeout, HTTPLimits.timeoutMax)
        guard limit > .zero else { throw .timedOut }
        guard var request = Self.request(url) else { throw .malformedURL }
        if let resumption {
            request.setValue("bytes=\(resumption.offset)-", forHTTPHeaderField: "Range")
            request.setValue(resumption.entityTag, forHTTPHeaderField: "If-Range")
        }
        // Foundation's own limit counts the time without a byte only, and is a second limit here.
        request.timeoutInterval = Double(limit.components.seconds) + 1
        let transfer = Transfer(
            offset: resumption?.offset ?? 0, isResuming: resumption != nil, bytesMax: bytesMax,
            onBytes: onBytes)
        let alarm = Task {
            try await Task.sleep(for: limit)
            transfer.end(.failure(.timedOut))
        }
        defer { alarm.cancel() }
        let ended = request
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.begin(ended, continuation)
            }
        } onCancel: {
            transfer.end(.failure(.cancelled))
        }
        return try result.get()
    }

    private static func request(_ text: String) -> URLRequest? {
        guard text.utf8.count <= HTTPLimits.urlBytesMax,
            text.utf8.allSatisfy({ byte in byte > 0x20 && byte < 0x7f }),
            let url = URL(string: text), let host = url.host, !host.isEmpty,
            url.scheme == "http" || url.scheme == "https"
        else { return nil }
        var request = URLRequest(url: url)
        request.httpShouldHandleCookies = false
        // Parts of a compressed body could not be put together, and its size says nothing.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        return request
    }
}
