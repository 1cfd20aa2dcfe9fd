import Foundation

/// The filter's job for Blocktank v0 pushes as wallets do it today: Foundation's JSON, `Data` and
/// `String` all the way, swift-crypto where a phone has CryptoKit, libsecp256k1 for the agreement.
///
///     wallet KEYFILE < pushes.jsonl        KEYFILE: the device's secret, 64 hex digits
@main struct Wallet {
    static func main() {
        guard CommandLine.arguments.count == 2,
            let text = try? String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8),
            let secret = Data(hex: text.trimmingCharacters(in: .whitespacesAndNewlines)),
            let opener = Opener(secret: secret)
        else {
            FileHandle.standardError.write(
                Data("wallet: error: no key\nwallet: hint: wallet KEYFILE < pushes.jsonl\n".utf8))
            exit(64)
        }
        var fellBack = false
        while let line = readLine() {
            let notification: PushNotification
            do {
                notification = try Push(line: Data(line.utf8)).notification(with: opener)
            } catch {
                notification = PushNotification(fallback: error)
                fellBack = true
            }
            guard let json = try? JSONSerialization.data(withJSONObject: notification.userInfo)
            else { exit(70) }
            print(String(decoding: json, as: UTF8.self))
        }
        exit(fellBack ? 1 : 0)
    }
}

/// Why a push was refused; the raw values are what the output says.
enum Refusal: String, Error {
    case malformedJSON = "malformed-json"
    case tooLarge = "too-large"
    case unknownEnvelope = "unknown-envelope"
    case malformedEnvelope = "malformed-envelope"
    case authenticationFailed = "authentication-failed"
    case malformedMessage = "malformed-message"
    case unknownType = "unknown-type"

    /// Whether the envelope had been read when it happened.
    var isBehindEnvelope: Bool {
        self == .authenticationFailed || self == .malformedMessage || self == .unknownType
    }
}

extension Data {
    /// Pairs of hex digits in either case; nil for anything else.
    init?(hex text: String) {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        self.init(capacity: digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Data.digit(digits[index]), let low = Data.digit(digits[index + 1])
            else { return nil }
            append(high << 4 | low)
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
