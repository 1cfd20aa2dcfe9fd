public import HTTPMessages
internal import NotificationPipeline
internal import Threading

/// Somebody who can be asked for advice: the recipient's server, or a test.
public protocol HintSource: Sendable {
    /// The advice about a payment to `recipient` that failed. May take as long as it likes: who asks
    /// does not wait for longer than `timeout`.
    func hint(
        recipient: NodeID, amountMsat: UInt64, timeout: Duration
    ) async throws(HintError) -> ForwardingHint
}

/// Asks the recipient's server over HTTP: `GET /lsp/forwarding_hint`.
///
/// The server is trusted with nothing: its answer is bounded in size and time and read strictly, it
/// redirects nobody, and its delays are clamped. It learns who is paid and how much.
public struct HintClient<Transfer: HTTPGet>: HintSource {
    private let server: String
    private let transfer: Transfer

    /// - Parameter server: the address that the path is put behind, as in `https://lsp.example`.
    public init(server: String, transfer: Transfer) {
        self.server = server
        self.transfer = transfer
    }

    /// Asks once.
    public func hint(
        recipient: NodeID, amountMsat: UInt64, timeout: Duration
    ) async throws(HintError) -> ForwardingHint {
        let body = HintBody()
        let url =
            "\(server)\(HintPath.path)?\(HintPath.recipient)=\(String(recipient.hex))"
            + "&\(HintPath.amount)=\(amountMsat)"
        let head: HTTPHead
        do throws(HTTPError) {
            head = try await transfer.get(
                url, resuming: nil, bytesMax: WakeLimits.hintBytesMax, timeout: timeout
            ) { _, bytes in body.append(bytes) }
        } catch {
            switch error {
            case .timedOut, .cancelled: throw .timedOut
            case .tooLarge, .stopped: throw .tooLarge
            case .malformedAnswer: throw .refused
            case .malformedURL, .notReachable: throw .unreachable
            }
        }
        guard head.status == 200 else { throw .refused }
        guard let type = head.contentType, isJSON(type) else { throw .contentTypeWrong }
        return try ForwardingHint(body.bytes.span)
    }

    /// Whether a content type is JSON's, whatever its parameters.
    private func isJSON(_ type: String) -> Bool {
        let name = type.utf8.prefix { byte in byte != UInt8(ascii: ";") }
        let trimmed = name.reversed().drop { byte in byte == 0x20 || byte == 0x09 }.reversed()
        return trimmed.elementsEqual("application/json".utf8) { byte, wanted in
            wanted == (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
        }
    }
}

/// Where advice is asked for, and with what.
public enum HintPath {
    /// The path on the server.
    public static let path = "/lsp/forwarding_hint"
    /// The recipient's `NodeID`.
    public static let recipient = "recipient"
    /// The amount in millisatoshi.
    public static let amount = "amount_msat"
}

/// What has come of an answer.
private final class HintBody: Sendable {
    private let collected = Mutex<[UInt8]>([])

    var bytes: [UInt8] { collected.withLock { collected in collected } }

    /// False when it is too long.
    func append(_ bytes: Span<UInt8>) -> Bool {
        collected.withLock { collected in
            guard bytes.count <= WakeLimits.hintBytesMax - collected.count else { return false }
            for index in bytes.indices { collected.append(bytes[index]) }
            return true
        }
    }
}
