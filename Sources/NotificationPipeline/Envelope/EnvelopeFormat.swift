/// The formats, each in a file of its own here.
public enum EnvelopeFormat: Sendable, CaseIterable {
    case blocktankV0, wakeV1, wakeFallback, incomingHtlcWake
    case webPushAES128GCM, webPushAESGCM
    case simplex
    case zulip, threema, session, homeAssistant, reown
    case albyNIP44, albyNIP04
    case bark, bisq
    case phoenix, breez

    /// The name in the output: a promise, never changed.
    public var name: StaticString {
        switch self {
        case .blocktankV0: "blocktank-v0"
        case .wakeV1: "wake-v1"
        case .wakeFallback: "wake-fallback"
        case .incomingHtlcWake: "incoming-htlc-wake"
        case .webPushAES128GCM: "webpush-aes128gcm"
        case .webPushAESGCM: "webpush-aesgcm"
        case .albyNIP44: "alby-nip44"
        case .albyNIP04: "alby-nip04"
        default: family
        }
    }

    /// Who speaks it; the first part of a thread identifier.
    public var family: StaticString {
        switch self {
        case .blocktankV0, .wakeV1, .wakeFallback, .incomingHtlcWake: "blocktank"
        case .webPushAES128GCM, .webPushAESGCM: "webpush"
        case .simplex: "simplex"
        case .zulip: "zulip"
        case .threema: "threema"
        case .session: "session"
        case .homeAssistant: "home-assistant"
        case .reown: "reown"
        case .albyNIP44, .albyNIP04: "alby"
        case .bark: "bark"
        case .bisq: "bisq"
        case .phoenix: "phoenix"
        case .breez: "breez"
        }
    }

    /// Whether it is one of Blocktank's, whose events have names of their own.
    var isBlocktank: Bool {
        switch self {
        case .blocktankV0, .wakeV1, .wakeFallback, .incomingHtlcWake: true
        default: false
        }
    }

    /// Whether a message's `id` is that of the event, so that two pushes with it are the same one.
    var namesEvents: Bool { self != .breez }
}
