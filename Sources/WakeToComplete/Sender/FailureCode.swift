/// Why a node did not pass a payment on, as it stands on the wire (BOLT 4): flags and a number.
public struct FailureCode: RawRepresentable, Hashable, Sendable {
    /// The two bytes.
    public let rawValue: UInt16

    /// Any two bytes: nodes may send codes that nobody here has heard of.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The onion could not be read: the code is told by the node before the one that found out.
    public var isBadOnion: Bool { rawValue & FailureCode.badOnion != 0 }
    /// It will fail again in the same way.
    public var isPermanent: Bool { rawValue & FailureCode.permanent != 0 }
    /// It is the node that fails, not one of its channels.
    public var isOfNode: Bool { rawValue & FailureCode.node != 0 }
    /// A newer announcement of the channel comes along.
    public var hasUpdate: Bool { rawValue & FailureCode.update != 0 }

    private static let badOnion: UInt16 = 0x8000
    private static let permanent: UInt16 = 0x4000
    private static let node: UInt16 = 0x2000
    private static let update: UInt16 = 0x1000

    private init(_ flags: UInt16, _ number: UInt16) {
        rawValue = flags | number
    }
}

extension FailureCode {
    /// PERM|1, no longer sent: the onion's realm is unknown.
    public static let invalidRealm = FailureCode(permanent, 1)
    /// NODE|2.
    public static let temporaryNodeFailure = FailureCode(node, 2)
    /// PERM|NODE|2.
    public static let permanentNodeFailure = FailureCode(permanent | node, 2)
    /// PERM|NODE|3.
    public static let requiredNodeFeatureMissing = FailureCode(permanent | node, 3)
    /// BADONION|PERM|4.
    public static let invalidOnionVersion = FailureCode(badOnion | permanent, 4)
    /// BADONION|PERM|5.
    public static let invalidOnionHMAC = FailureCode(badOnion | permanent, 5)
    /// BADONION|PERM|6.
    public static let invalidOnionKey = FailureCode(badOnion | permanent, 6)
    /// UPDATE|7: what a server answers when the recipient did not wake up in time.
    public static let temporaryChannelFailure = FailureCode(update, 7)
    /// PERM|8.
    public static let permanentChannelFailure = FailureCode(permanent, 8)
    /// PERM|9.
    public static let requiredChannelFeatureMissing = FailureCode(permanent, 9)
    /// PERM|10.
    public static let unknownNextPeer = FailureCode(permanent, 10)
    /// UPDATE|11.
    public static let amountBelowMinimum = FailureCode(update, 11)
    /// UPDATE|12.
    public static let feeInsufficient = FailureCode(update, 12)
    /// UPDATE|13.
    public static let incorrectCLTVExpiry = FailureCode(update, 13)
    /// UPDATE|14.
    public static let expiryTooSoon = FailureCode(update, 14)
    /// PERM|15.
    public static let incorrectOrUnknownPaymentDetails = FailureCode(permanent, 15)
    /// PERM|16, no longer sent: it told a prober which hashes are known.
    public static let incorrectPaymentAmount = FailureCode(permanent, 16)
    /// 17, no longer sent.
    public static let finalExpiryTooSoon = FailureCode(0, 17)
    /// 18.
    public static let finalIncorrectCLTVExpiry = FailureCode(0, 18)
    /// 19.
    public static let finalIncorrectHTLCAmount = FailureCode(0, 19)
    /// UPDATE|20.
    public static let channelDisabled = FailureCode(update, 20)
    /// 21.
    public static let expiryTooFar = FailureCode(0, 21)
    /// PERM|22.
    public static let invalidOnionPayload = FailureCode(permanent, 22)
    /// 23.
    public static let mppTimeout = FailureCode(0, 23)
    /// BADONION|PERM|24.
    public static let invalidOnionBlinding = FailureCode(badOnion | permanent, 24)
}
