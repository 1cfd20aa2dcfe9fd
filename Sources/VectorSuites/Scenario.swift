internal import NotificationPipeline

/// Why a file is no scenario of ours. A typo must not pass as a test.
public enum ScenarioError: Error, Equatable, Sendable {
    /// The header does not end in an empty line, or a line of it has no `name: value`.
    case header
    /// A name the format does not have.
    case unknownName(String)
    /// A name that stands there twice.
    case repeatedName(String)
    /// A value that its name cannot have, or a name that is missing.
    case value(String)
}

/// One vector of our own format: a header of `name: value` lines, an empty line, and the bytes of
/// one payload. `TestVectors/README.md` describes it.
public struct Scenario: Sendable {
    /// The stages a scenario can be about; `payload` runs the JSON check alone.
    public enum Stage: String, CaseIterable, Sendable {
        case payload, envelope, keys, opening, message, content
    }

    /// The names a header may have; `key` may stand there more than once.
    static let names: Set<String> = [
        "comment", "stage", "expect", "reason", "key", "keystore", "now", "envelope", "type",
        "title",
        "body", "payment-hash", "order-id", "lsp-id", "amount-msat", "created-at", "deadline", "id",
        "expired", "max-payload", "app-name", "line", "account", "subtitle", "unauthenticated",
        "discreet", "locale",
    ]

    /// What the scenario is about.
    public let stage: Stage
    /// `accepted` or `refused`, or the outcome of the notification.
    public let expect: String
    /// Keys as `HEX`, for the slot blocktank, or `SLOT TEXT`; those of one slot newest first.
    let keys: [String]
    let values: [String: String]
    let payload: [UInt8]

    /// Reads a file's bytes.
    public init(_ bytes: [UInt8]) throws(ScenarioError) {
        guard let end = Scenario.headerEnd(bytes) else { throw .header }
        var values: [String: String] = [:]
        var keys: [String] = []
        for line in String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), line[colon...].hasPrefix(": ") else {
                throw .header
            }
            let (name, value) = (String(line[..<colon]), String(line[colon...].dropFirst(2)))
            guard Scenario.names.contains(name) else { throw .unknownName(name) }
            if name == "key" {
                keys.append(value)
            } else {
                guard values.updateValue(value, forKey: name) == nil else {
                    throw .repeatedName(name)
                }
            }
        }
        guard let stage = Stage(rawValue: values["stage"] ?? "") else { throw .value("stage") }
        let outcomes =
            stage == .payload ? ["accepted", "refused"] : ["decrypted", "plain", "fallback"]
        guard let expect = values["expect"], outcomes.contains(expect) else {
            throw .value("expect")
        }
        guard (expect == "fallback") == (values["reason"] != nil) else { throw .value("reason") }
        guard keys.count <= SuiteLimits.scenarioKeysMax else { throw .value("key") }
        self.stage = stage
        self.expect = expect
        self.keys = keys
        self.values = values
        payload = Array(bytes[(end + 2)...])
    }

    /// Where the first empty line begins.
    private static func headerEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        return (0..<bytes.count - 1).first { index in
            bytes[index] == UInt8(ascii: "\n") && bytes[index + 1] == UInt8(ascii: "\n")
        }
    }

    /// A value that is an unsigned number.
    func number(_ name: String, default standard: UInt64) throws(ScenarioError) -> UInt64 {
        guard let text = values[name] else { return standard }
        guard let number = UInt64(text) else { throw .value(name) }
        return number
    }
}
