internal import NotificationPipeline
internal import SecretMemory

extension Scenario {
    /// Runs the scenario; nil when everything it expects came true, else what did not.
    public func run() throws(ScenarioError) -> String? {
        guard stage == .payload else { return try runPipeline() }
        let isAccepted = (try? JSON.check(payload.span)) != nil
        return isAccepted == (expect == "accepted")
            ? nil : "expected \(expect), was \(isAccepted ? "accepted" : "refused")"
    }

    private func runPipeline() throws(ScenarioError) -> String? {
        let limit = try number("max-payload", default: UInt64(Limits.payloadBytesDefault))
        guard limit >= 1, limit <= Limits.payloadBytesMax else { throw .value("max-payload") }
        var pipeline = Pipeline(
            keys: try ScenarioKeystore(self), crypto: PlatformCryptography(),
            store: nil as NoStore?, payloadBytesMax: Int(limit))
        let notification = pipeline.process(
            payload.span, now: try number("now", default: 1_700_000_000))
        let catalog = Catalog(
            appName: values["app-name"] ?? "Bitkit", locale: values["locale"] ?? "en",
            isDiscreet: values["discreet"] == "true")
        var line = ByteBuffer(capacity: Limits.lineBytesMax)
        NotificationWriter.write(notification, catalog, to: &line)
        return line.withBytes { bytes in
            difference(in: bytes.extracting(..<(bytes.count - 1)))
        }
    }

    /// The first expectation that the output line does not meet.
    private func difference(in line: Span<UInt8>) -> String? {
        let root = JSON.root(of: line)
        func text(_ path: [StaticString]) -> String? {
            var value: JSONValue? = root
            for name in path {
                guard let parent = value else { return nil }
                value = try? JSON.member(name, of: parent, in: line)
            }
            guard let value else { return nil }
            guard value.kind == .string else {
                return String(utf8: line.extracting(value.start..<value.end))
            }
            var buffer = ByteBuffer(capacity: line.count)
            _ = JSON.unescape(value, in: line, into: &buffer)
            return buffer.withBytes { bytes in String(utf8: bytes) }
        }
        let outcome = text(["ntf", "outcome"])
        guard outcome == expect else {
            return "expected \(expect), was \(outcome ?? "-") \(text(["ntf", "reason"]) ?? "")"
        }
        let places: [(String, [StaticString])] = [
            ("reason", ["ntf", "reason"]), ("envelope", ["ntf", "envelope"]),
            ("type", ["ntf", "type"]), ("title", ["aps", "alert", "title"]),
            ("body", ["aps", "alert", "body"]), ("payment-hash", ["ntf", "paymentHash"]),
            ("order-id", ["ntf", "orderId"]), ("lsp-id", ["ntf", "lspId"]),
            ("amount-msat", ["ntf", "amountMsat"]), ("created-at", ["ntf", "createdAt"]),
            ("deadline", ["ntf", "deadline"]), ("id", ["ntf", "id"]),
            ("account", ["ntf", "account"]), ("subtitle", ["aps", "alert", "subtitle"]),
        ]
        for (name, path) in places {
            guard let expected = values[name] else { continue }
            let found = text(path)
            guard found == expected else {
                return "\(name): expected \(expected), was \(found ?? "nothing")"
            }
        }
        let flags: [(String, [StaticString])] = [
            ("expired", ["ntf", "expired"]), ("unauthenticated", ["ntf", "unauthenticated"]),
        ]
        for (name, path) in flags {
            guard let expected = values[name] else { continue }
            let found = text(path) ?? "false"
            guard found == expected else { return "\(name): expected \(expected), was \(found)" }
        }
        if let expected = values["line"] {
            let found = String(utf8: line)
            guard found == expected else { return "line: was \(found)" }
        }
        return nil
    }
}

/// The keys a scenario names, by slot, newest first; or the state it wants its keystore in.
private struct ScenarioKeystore: Keystore {
    private let keys: [(slot: KeySlot, material: SharedMaterial)]
    private let failure: KeyError?

    init(_ scenario: Scenario) throws(ScenarioError) {
        var keys: [(slot: KeySlot, material: SharedMaterial)] = []
        for key in scenario.keys {
            guard let read = ScenarioKeystore.read(key) else { throw .value("key") }
            keys.append(read)
        }
        self.keys = keys
        switch scenario.values["keystore"] {
        case nil: failure = nil
        case "locked": failure = .locked
        case "unavailable": failure = .unavailable
        case "corrupt": failure = .corrupt
        default: throw .value("keystore")
        }
    }

    /// `SLOT TEXT`, the text as `keys import` reads it; without slot it is blocktank's.
    private static func read(_ key: String) -> (slot: KeySlot, material: SharedMaterial)? {
        let parts = key.split(separator: " ", maxSplits: 1)
        let (name, text) = parts.count == 2 ? (String(parts[0]), parts[1]) : ("blocktank", key[...])
        let bytes = Array(text.utf8)
        guard let slot = KeySlot(name),
            let material = try? KeyText.read(bytes.span, for: slot.format)
        else { return nil }
        return (slot, SharedMaterial(material))
    }

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        if let failure { throw failure }
        let generations = keys.filter { key in key.slot == slot }
        guard !generations.isEmpty else { throw .missing }
        for (age, key) in generations.enumerated() {
            let record = try KeyRecord(
                generation: UInt32(generations.count - age), material: key.material.copy())
            if body(record) { return }
        }
    }
}

/// A key's fields, shared by those who lend them.
private final class SharedMaterial: Sendable {
    private let material: SecretBytes

    init(_ material: consuming SecretBytes) {
        self.material = material
    }

    func copy() -> SecretBytes {
        material.withBytes { bytes in SecretBytes(copying: bytes) }
    }
}

/// The bytes of an even number of hex digits; nil for anything else.
func hexBytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.map { byte in Character(Unicode.Scalar(byte)).hexDigitValue }
    guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
    let values = digits.compactMap { $0 }
    return stride(from: 0, to: values.count, by: 2).map { index in
        UInt8(values[index] << 4 | values[index + 1])
    }
}
