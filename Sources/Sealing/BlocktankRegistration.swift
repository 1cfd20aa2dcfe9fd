public import NotificationPipeline

/// What a device sends to Blocktank so that pushes are sealed to its key. Nothing of it is secret.
public struct BlocktankRegistration: Sendable {
    /// What APNs or FCM calls the device, in hexadecimal digits.
    public var deviceToken: String
    /// The Lightning node's public key, 66 hexadecimal digits.
    public var nodeID: String
    /// The key pushes are to be sealed to, 66 hexadecimal digits.
    public var publicKey: String
    /// When it was signed, as in `2024-01-01T00:00:00.000Z`.
    public var timestamp: String
    /// Whether the token is one of the production service.
    public var isProduction: Bool

    /// A registration of these fields, which are written as they are.
    public init(
        deviceToken: String, nodeID: String, publicKey: String, timestamp: String,
        isProduction: Bool
    ) {
        self.deviceToken = deviceToken
        self.nodeID = nodeID
        self.publicKey = publicKey
        self.timestamp = timestamp
        self.isProduction = isProduction
    }

    /// The node's signature over token and time.
    public func signature(
        by node: borrowing KeyRecord
    ) throws(SealingError) -> LightningSignature {
        try LightningSignature("bitkit-notifications\(deviceToken)\(timestamp)", signedBy: node)
    }

    /// The body of the request: JSON on one line, with the signature as the caller spells it.
    public func body(signature: String) -> String {
        let features = BlocktankRegistration.types.map { type in "\"blocktank.\(type)\"" }
        return #"{"deviceToken":\#(Spelling.quoted(deviceToken)),"#
            + #""features":[\#(features.joined(separator: ","))],"#
            + #""isProduction":\#(isProduction),"isoTimestamp":\#(Spelling.quoted(timestamp)),"#
            + #""nodeId":\#(Spelling.quoted(nodeID)),"publicKey":\#(Spelling.quoted(publicKey)),"#
            + #""signature":\#(Spelling.quoted(signature))}"#
    }

    /// The types of push that are asked for: all there are.
    private static let types = [
        "incomingHtlc", "mutualClose", "orderPaymentConfirmed", "cjitPaymentArrived",
        "wakeToTimeout",
    ]
}
