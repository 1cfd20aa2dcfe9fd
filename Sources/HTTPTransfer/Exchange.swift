internal import CCurl
internal import HTTPMessages

/// The side of one transfer that runs on its thread, and is known to no other.
final class Exchange {
    private let request: Request
    private let bytesMax: Int
    private let transfer: Transfer
    private let onBytes: @Sendable (HTTPHead, Span<UInt8>) -> Bool
    private var reader = HeadReader()
    /// Of an answer whose body is wanted.
    private var head: HTTPHead?
    private var bytes = 0
    /// Why libcurl was told to stop.
    private var stop: Transfer.Outcome?

    init(
        _ request: Request, bytesMax: Int, transfer: Transfer,
        onBytes: @escaping @Sendable (HTTPHead, Span<UInt8>) -> Bool
    ) {
        self.request = request
        self.bytesMax = max(bytesMax, 0)
        self.transfer = transfer
        self.onBytes = onBytes
    }

    /// Sends the request and waits for the end of the answer. The connection is closed then.
    func run() -> Transfer.Outcome {
        do throws(HTTPError) {
            var handle = try EasyHandle()
            try handle.prepare(request)
            return outcome(of: try handle.perform(self))
        } catch { return .failure(error) }
    }

    /// Whether the caller still waits.
    var isWanted: Bool { !transfer.hasEnded }

    /// Takes a line of the head; false to stop.
    func takeLine(_ line: Span<UInt8>) -> Bool {
        do throws(HTTPError) {
            try reader.take(line)
            if head == nil, let new = reader.head {
                stop = try judge(new)
                head = new
            }
        } catch { stop = .failure(error) }
        return stop == nil
    }

    /// Takes the next bytes of the body; false to stop.
    func takeBytes(_ portion: Span<UInt8>) -> Bool {
        guard isWanted else { return false }
        if let head, portion.count <= bytesMax - bytes {
            bytes += portion.count
            if !onBytes(head, portion) { stop = .failure(.stopped) }
        } else {
            stop = .failure(head == nil ? .malformedAnswer : .tooLarge)
        }
        return stop == nil
    }

    /// What ends the transfer before its body; nil when the body is wanted.
    private func judge(_ head: HTTPHead) throws(HTTPError) -> Transfer.Outcome? {
        guard head.status == 200 || head.status == 206 else { return .success(head) }
        if head.status == 206 {
            guard let offset = request.offset, head.contentRange?.first == offset else {
                throw .malformedAnswer
            }
        }
        guard reader.isPlain else { throw .malformedAnswer }
        if let length = head.contentLength, length > UInt64(bytesMax) { throw .tooLarge }
        return nil
    }

    private func outcome(of code: CURLcode) -> Transfer.Outcome {
        if let stop { return stop }
        switch code {
        case CURLE_OK:
            // libcurl is content with an answer that ends within its head.
            guard let head else { return .failure(.malformedAnswer) }
            let isWhole = head.contentLength.map { length in length == UInt64(bytes) } ?? true
            return isWhole ? .success(head) : .failure(.notReachable)
        case CURLE_OPERATION_TIMEDOUT: return .failure(.timedOut)
        case CURLE_ABORTED_BY_CALLBACK: return .failure(.cancelled)
        case CURLE_URL_MALFORMAT: return .failure(.malformedURL)
        // The first is HTTP/0.9, which is what anything that is no HTTP looks like.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: return .failure(.malformedAnswer)
        default: return .failure(.notReachable)
        }
    }
}
