/// Why a record could not be written. The notification is shown all the same.
public enum StoreError: Error, Equatable, Sendable {
    /// The group directory, or a part of it, belongs to someone else.
    case notOurs
    /// A symbolic link stands where a directory should be.
    case symbolicLink
    /// The system does not let us write there.
    case notPermitted
    /// No space, or no inode, is left.
    case noSpace
    /// As many records as the inbox may hold wait for the app.
    case full
    /// Something else went wrong with the files.
    case failed
}

/// Where the pipeline leaves what the app finds. The one door to the group directory.
public protocol NotificationStore {
    /// Writes the record whole or not at all, and durably; says true when it was there before.
    ///
    /// Allocates nothing after the first call.
    mutating func store(_ record: Record) throws(StoreError) -> Bool
}

/// The store of a pipeline that has none: there is no value of this type, so nobody can ask it.
public enum NoStore: NotificationStore {
    /// Never called.
    public mutating func store(_ record: Record) throws(StoreError) -> Bool {
        switch self {}
    }
}

/// The minimum the app needs: what is incoming, and how to ask for it. Never says *received*.
public struct Record: Equatable, Sendable {
    /// 32 hex digits that are the same for the same push, whatever its spelling.
    public let identity: BoundedText
    /// What is incoming.
    public let message: Message
    /// Unix seconds.
    public let receivedAt: UInt64
    /// Unix seconds; the sender's deadline, or for a payment without one, `Limits.paymentSeconds`.
    public let expiresAt: UInt64?

    /// The record of a message that arrived at `receivedAt`, Unix seconds.
    public init(identity: BoundedText, message: Message, receivedAt: UInt64) {
        self.identity = identity
        self.message = message
        self.receivedAt = receivedAt
        let assumed = message.type.isIncomingPayment ? receivedAt &+ Limits.paymentSeconds : nil
        expiresAt = message.deadline ?? assumed
    }

    /// Appends the record as JSON, newline included. Allocates nothing.
    public func write(to buffer: inout ByteBuffer) {
        var json = JSONWriter(room: Limits.lineBytesMax)
        json.open("{", &buffer)
        json.field("v", UInt64(1), &buffer)
        json.field("id", identity, &buffer)
        json.field("type", message.type.name, &buffer)
        if message.type.isPayment {
            json.field("kind", message.type == .mutualClose ? "onchain" : "lightning", &buffer)
        }
        json.field("account", message.account, &buffer)
        json.field("sats", message.amountMsat.map(Amount.sats), &buffer)
        json.field("amountMsat", message.amountMsat, &buffer)
        json.field("paymentHash", message.paymentHash, &buffer)
        json.field("orderId", message.orderId, &buffer)
        json.field("receivedAt", receivedAt, &buffer)
        json.field("expiresAt", expiresAt, &buffer)
        json.field("state", "pending", &buffer)
        json.close("}", &buffer)
        json.raw("\n", &buffer)
        precondition(json.fits, "a record stays below Limits.lineBytesMax")
    }
}

extension Record {
    /// The bytes whose digest is a record's identity: for Blocktank the type, then the first of
    /// payment hash, order id and wake id there is; for others the family, the type, the account
    /// and the message's id. False when there is none: the caller takes the ciphertext then.
    static func appendName(
        of message: Message, from format: EnvelopeFormat, to buffer: inout ByteBuffer
    ) -> Bool {
        var json = JSONWriter(room: Limits.lineBytesMax)
        guard format.isBlocktank else {
            json.raw(format.family, &buffer)
            json.raw(" ", &buffer)
            json.raw(message.type.name, &buffer)
            if let account = message.account { append(" account ", account, &json, &buffer) }
            guard format.namesEvents, let id = message.id else {
                json.raw(" ciphertext ", &buffer)
                return false
            }
            append(" id ", id, &json, &buffer)
            return json.fits
        }
        json.raw(message.type.name, &buffer)
        let name: BoundedText
        if let hash = message.paymentHash {
            json.raw(" payment ", &buffer)
            name = hash
        } else if let order = message.orderId, !order.isEmpty {
            json.raw(" order ", &buffer)
            name = order
        } else if let id = message.id {
            json.raw(" wake ", &buffer)
            name = id
        } else {
            json.raw(" ciphertext ", &buffer)
            return false
        }
        let isHash = message.paymentHash != nil
        return name.withBytes { bytes in
            for index in bytes.indices {
                // A hash is a number; its case is not part of it.
                guard buffer.append(isHash ? lowercaseHex(bytes[index]) : bytes[index]) else {
                    return false
                }
            }
            return true
        }
    }

    /// A part of a name in quotes, so that no two names run together.
    private static func append(
        _ label: StaticString, _ part: BoundedText, _ json: inout JSONWriter,
        _ buffer: inout ByteBuffer
    ) {
        json.raw(label, &buffer)
        part.withBytes { bytes in json.string(bytes, &buffer) }
    }
}
