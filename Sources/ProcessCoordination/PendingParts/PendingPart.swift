public import SecureFiles

/// One part of a payment, as one HTLC brought it: held until the payment is complete, or given back.
public struct PendingPart: Equatable, Sendable {
    /// Which payment it is a part of.
    public let paymentHash: PaymentHash
    /// The channel it came through; with `htlc` it tells this part from every other.
    public let channel: UInt64
    /// The number of the HTLC in its channel.
    public let htlc: UInt64
    /// What it brings, in thousandths of a satoshi.
    public let amountMsat: UInt64
    /// What all parts together are to bring, as the sender says in each of them (`total_msat`, BOLT 4).
    public let totalMsat: UInt64
    /// The block height at which the HTLC ends.
    public let cltvExpiry: UInt32

    /// Puts together what an HTLC says.
    public init(
        paymentHash: PaymentHash, channel: UInt64, htlc: UInt64, amountMsat: UInt64,
        totalMsat: UInt64, cltvExpiry: UInt32
    ) {
        self.paymentHash = paymentHash
        self.channel = channel
        self.htlc = htlc
        self.amountMsat = amountMsat
        self.totalMsat = totalMsat
        self.cltvExpiry = cltvExpiry
    }
}

/// What became of a part that is listed.
public enum PartState: Equatable, Sendable {
    /// Held: the payment waits for more, or for whoever claimed it.
    case held
    /// Its payment was settled: the HTLC is to be fulfilled.
    case settled
    /// Its payment failed: the HTLC is to be failed.
    case failed
}

/// Why pending parts could not be looked at. Nothing has changed then.
public enum PartsError: Error, Equatable, Sendable {
    /// Another process held the file for too long: it may be stopped in the middle of a change.
    case busy
    /// The file is one of another version of this library; it stays as it is.
    case versionUnknown
    /// The file is no file of ours. It is replaced when it was seen unchanged for
    /// `CoordinationLimits.partsTime`.
    case unreadable
    /// The file or its directory could not be used.
    case file(FileError)
}

/// What is to be done with a part that was appended.
public enum PartAnswer: Equatable, Sendable {
    /// It is held, also when this process dies; more is needed.
    case waiting(receivedMsat: UInt64, totalMsat: UInt64)
    /// It is held and the payment is complete: `claim` decides who settles it.
    case complete(receivedMsat: UInt64, totalMsat: UInt64)
    /// The very part is held already; the payment may be complete.
    case duplicate(receivedMsat: UInt64, totalMsat: UInt64)
    /// The payment was settled: a part seen before is to be fulfilled, a new one to be failed.
    case settled
    /// The payment has failed as a whole, this part included: all that `parts` lists as failed go back.
    case failed
    /// This part alone is to be failed; what is held already stays as it was.
    case refused(PartRefusal)
}

/// Why one part was not taken.
public enum PartRefusal: Equatable, Sendable {
    /// It brings nothing.
    case amountZero
    /// A total of nothing, or of more than there is.
    case totalInvalid
    /// The parts would bring more than twice the total (BOLT 4).
    case amountTooLarge
    /// It says something else than it said before.
    case contradiction
    /// The payment was complete before it came, and is being settled.
    case claimed
    /// As many parts are held as there are places for.
    case full
}

/// Who settles a payment.
public enum ClaimAnswer: Equatable, Sendable {
    /// This call's caller and nobody else: it settles or fails the payment.
    case claimed(receivedMsat: UInt64, totalMsat: UInt64)
    /// Somebody else, who lives.
    case taken
    /// Nobody yet: more parts are needed.
    case incomplete(receivedMsat: UInt64, totalMsat: UInt64)
    /// Nobody any more: it was settled.
    case settled
    /// Nobody any more: it has failed, possibly just now because its time was up.
    case failed
    /// There is no such payment.
    case unknown
}

/// What came of settling or failing a payment.
public enum PartsVerdict: Equatable, Sendable {
    /// All its parts are settled, or failed, by this call.
    case done
    /// It was settled before.
    case settled
    /// It had failed before.
    case failed
    /// Somebody else has claimed it.
    case notYours
    /// It must be claimed first: nobody has, or whoever had is dead.
    case notClaimed
    /// There is no such payment.
    case unknown
}

/// What `expire` found.
public enum PartsEvent: Equatable, Sendable {
    /// The payment has failed, for its time was up.
    case failed
    /// Whoever had claimed the payment is dead. Its preimage may have left already, so that it is never
    /// failed by time: `claim` it, and settle or fail it.
    case orphaned
}
