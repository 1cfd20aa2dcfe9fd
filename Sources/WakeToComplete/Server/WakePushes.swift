public import NotificationPipeline
public import Sealing

/// What a push tells the recipient of a payment that is held.
public struct HeldPayment: Equatable, Sendable {
    /// What the payment is known by.
    public var hash: PaymentHash
    /// How much, in millisatoshi.
    public var amountMsat: UInt64

    /// A payment of these.
    public init(hash: PaymentHash, amountMsat: UInt64) {
        self.hash = hash
        self.amountMsat = amountMsat
    }
}

/// The two pushes that wake a recipient.
public struct WakePushes: Equatable, Sendable {
    /// For the app, which the system may or may not wake.
    public let silent: SealedPush
    /// For the person: the part that says what it is about is sealed.
    public let alert: SealedPush

    /// Pushes about `payment`, the alert sealed to the device's key.
    ///
    /// - Parameter millisecondsSince1970: when the payment came, by the wall clock.
    public init(
        _ payment: HeldPayment, to device: Secp256k1Point, millisecondsSince1970: Int64,
        _ randomness: inout some Randomness & ~Copyable
    ) throws(SealingError) {
        let message =
            #"{"source":"blocktank","type":"incomingHtlc","payload":{"paymentHash":""#
            + payment.hash.hex + #"","amountMsat":\#(payment.amountMsat)},"createdAt":""#
            + WakePushes.timestamp(millisecondsSince1970) + #""}"#
        let pushes = try Seal.blocktankTwice(Array(message.utf8).span, to: device, &randomness)
        guard pushes.count == 2 else { preconditionFailure("two pushes are two") }
        silent = pushes[0]
        alert = pushes[1]
    }

    /// A point of time as in `2024-01-01T00:00:00.000Z`; years from 1970 to 9999.
    static func timestamp(_ millisecondsSince1970: Int64) -> String {
        let lastMillisecond: Int64 = 253_402_300_799_999
        let time = min(max(millisecondsSince1970, 0), lastMillisecond)
        let (days, inDay) = (time / 86_400_000, time % 86_400_000)
        // Counted from the first of March of the year 0, so that a leap day comes last in its year.
        let shifted = days + 719_468
        let (era, day) = (shifted / 146_097, shifted % 146_097)
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return digits(era * 400 + year + (isNextYear ? 1 : 0), 4) + "-"
            + digits(isNextYear ? month - 9 : month + 3, 2) + "-"
            + digits(dayOfYear - (153 * month + 2) / 5 + 1, 2) + "T"
            + digits(inDay / 3_600_000, 2) + ":" + digits(inDay / 60_000 % 60, 2) + ":"
            + digits(inDay / 1000 % 60, 2) + "." + digits(inDay % 1000, 3) + "Z"
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
