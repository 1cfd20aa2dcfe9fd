internal import NotificationPipeline

/// What the recipient's server advises after an attempt that failed.
public struct ForwardingHint: Equatable, Sendable {
    /// Whether to try again.
    public enum Advice: Equatable, Sendable, CaseIterable { case retryNow, retryLater, doNotRetry }

    /// Why the attempt failed, as the server sees it.
    public enum Reason: Equatable, Sendable, CaseIterable {
        case disconnected, insufficientLiquidity, recipientChannelDisabled, unknown
    }

    /// Whether to try again.
    public var advice: Advice
    /// Why the attempt failed.
    public var reason: Reason
    /// What to wait before, within `WakeLimits.hintDelays`; nil when the server did not say.
    public private(set) var delay: Duration?

    /// Advice with a delay that is brought within `WakeLimits.hintDelays`.
    public init(_ advice: Advice, _ reason: Reason = .unknown, delay: Duration? = nil) {
        self.advice = advice
        self.reason = reason
        self.delay = delay.map { delay in
            min(max(delay, WakeLimits.hintDelays.lowerBound), WakeLimits.hintDelays.upperBound)
        }
    }

    /// What is waited before the next attempt, jitter not counted.
    public var wait: Duration {
        delay ?? (advice == .retryNow ? WakeLimits.retryNowDelay : WakeLimits.retryLaterDelay)
    }
}

/// Why there is no advice.
public enum HintError: Error, Equatable, Sendable, CaseIterable {
    /// The server could not be reached, or ended the connection.
    case unreachable
    /// No answer in time.
    case timedOut
    /// Another status than 200: an error, or a redirect, which is not followed.
    case refused
    /// Something else than JSON, by its content type.
    case contentTypeWrong
    /// More than `WakeLimits.hintBytesMax`.
    case tooLarge
    /// No JSON object with advice in it.
    case malformed
}

extension ForwardingHint {
    /// Reads a server's answer: an object with `hint`, and perhaps `reason` and
    /// `recommended_delay_ms`, each once and of its kind. Allocates nothing.
    ///
    /// Advice that is a text but none of the three is `retryLater`: a server newer than this sender
    /// has something to say that is neither "now" nor "never". Throws `tooLarge` and `malformed`.
    public init(_ text: Span<UInt8>) throws(HintError) {
        guard text.count <= WakeLimits.hintBytesMax else { throw .tooLarge }
        do throws(PayloadError) { try JSON.check(text) } catch { throw .malformed }
        let root = JSON.root(of: text)
        guard root.kind == .object,
            let hint = try ForwardingHint.member("hint", of: root, in: text), hint.kind == .string
        else { throw .malformed }
        let advice = Advice.allCases.first { advice in JSON.equals(hint, advice.name, in: text) }
        self.init(
            advice ?? .retryLater, try ForwardingHint.reason(of: root, in: text),
            delay: try ForwardingHint.delay(of: root, in: text))
    }

    private static func reason(
        of root: JSONValue, in text: Span<UInt8>
    ) throws(HintError) -> Reason {
        guard let value = try member("reason", of: root, in: text) else { return .unknown }
        guard value.kind == .string else { throw .malformed }
        let known = Reason.allCases.first { reason in JSON.equals(value, reason.name, in: text) }
        return known ?? .unknown
    }

    private static func delay(
        of root: JSONValue, in text: Span<UInt8>
    ) throws(HintError) -> Duration? {
        guard let value = try member("recommended_delay_ms", of: root, in: text) else { return nil }
        guard let milliseconds = JSON.unsigned(value, in: text) else { throw .malformed }
        return .milliseconds(Int64(clamping: milliseconds))
    }

    /// A member that stands there once and is not null.
    private static func member(
        _ name: StaticString, of root: JSONValue, in text: Span<UInt8>
    ) throws(HintError) -> JSONValue? {
        do throws(DuplicateKey) {
            let value = try JSON.member(name, of: root, in: text)
            return value?.kind == .null ? nil : value
        } catch { throw .malformed }
    }

    /// The answer as a server sends it: one JSON object on one line.
    public var json: String {
        let (seconds, attoseconds) = wait.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return #"{"hint":"\#(advice.name)","reason":"\#(reason.name)","#
            + #""recommended_delay_ms":\#(milliseconds)}"#
    }
}

extension ForwardingHint.Advice {
    /// The word on the wire.
    var name: StaticString {
        switch self {
        case .retryNow: "retry_now"
        case .retryLater: "retry_later"
        case .doNotRetry: "do_not_retry"
        }
    }
}

extension ForwardingHint.Reason {
    /// The word on the wire.
    var name: StaticString {
        switch self {
        case .disconnected: "disconnected"
        case .insufficientLiquidity: "insufficient_liquidity"
        case .recipientChannelDisabled: "recipient_channel_disabled"
        case .unknown: "unknown"
        }
    }
}
