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
            keys: try ScenarioKeystore(self), crypto: NettleCryptography(), store: nil as NoStore?,
            payloadBytesMax: Int(limit))
        let notification = pipeline.process(
            payload.span, now: try number("now", default: 1_700_000_000))
        let catalog = Catalog(appName: values["app-name"] ?? "Bitkit")
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
        ]
        for (name, path) in places {
            guard let expected = values[name] else { continue }
            let found = text(path)
            guard found == expected else {
                return "\(name): expected \(expected), was \(found ?? "nothing")"
            }
        }
        if let expired = values["expired"] {
            let found = text(["ntf", "expired"]) ?? "false"
            guard found == expired else { return "expired: expected \(expired), was \(found)" }
        }
        if let expected = values["line"] {
            let found = String(utf8: line)
            guard found == expected else { return "line: was \(found)" }
        }
        return nil
    }
}

/// The keys a scenario names, in slot blocktank; or the state it wants its keystore in.
private struct ScenarioKeystore: Keystore {
    private let secrets: [[UInt8]]
    private let failure: KeyError?

    init(_ scenario: Scenario) throws(ScenarioError) {
        var secrets: [[UInt8]] = []
        for key in scenario.keys {
            guard let bytes = hexBytes(key) else { throw .value("key") }
            secrets.append(bytes)
        }
        self.secrets = secrets
        switch scenario.values["keystore"] {
        case nil: failure = secrets.isEmpty ? .missing : nil
        case "locked": failure = .locked
        case "unavailable": failure = .unavailable
        case "corrupt": failure = .corrupt
        default: throw .value("keystore")
        }
    }

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        if let failure { throw failure }
        for (age, secret) in secrets.enumerated() {
            let record = try KeyRecord(
                generation: UInt32(secrets.count - age), material: KeyMaterial.single(secret.span))
            if body(record) { return }
        }
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
