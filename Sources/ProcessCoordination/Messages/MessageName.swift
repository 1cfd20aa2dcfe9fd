internal import SecureFiles

/// What the name of a stored message's file says of it, so that handing it out is a renaming: whole,
/// or not done at all, wherever a process is killed.
///
/// `f` or `s` (whether the server was told that it is stored here), the number in the order of
/// arrival, a hash of its queue and one of the message; then, where somebody has it in hand, who and
/// since when. All numbers in lower-case hexadecimal of fixed length.
struct MessageName: Equatable {
    /// In whose hands a message is.
    struct Claim: Equatable {
        let pid: Int32
        let startedAt: UInt64
        let namespace: UInt64
        /// Tells the boot from others.
        let boot: UInt64
        /// Which of the process's notifications.
        let notification: UInt32
        /// Milliseconds since boot.
        let claimedAt: UInt64
    }

    private static let digits = (sequence: 12, hash: 16, number: 8, time: 12)
    private static let bytesWithoutClaim = 1 + 12 + 16 + 16
    private static let bytesWithClaim = bytesWithoutClaim + 1 + 8 + 12 + 12 + 16 + 8 + 12

    var isAcknowledged: Bool
    let sequence: UInt64
    let queue: UInt64
    let message: UInt64
    var claim: Claim?

    /// A name nobody has in hand.
    init(isAcknowledged: Bool, sequence: UInt64, queue: UInt64, message: UInt64, claim: Claim?) {
        self.isAcknowledged = isAcknowledged
        self.sequence = sequence
        self.queue = queue
        self.message = message
        self.claim = claim
    }

    /// Reads a file's name; nil when it is none of a message's.
    init?(_ name: FileName) {
        guard let read = name.withBytes({ bytes in Self.read(bytes) }) else { return nil }
        self = read
    }

    private static func read(_ bytes: Span<UInt8>) -> MessageName? {
        guard bytes.count == bytesWithoutClaim || bytes.count == bytesWithClaim,
            bytes[0] == UInt8(ascii: "f") || bytes[0] == UInt8(ascii: "s")
        else { return nil }
        var position = 1
        guard let sequence = number(bytes, &position, digits.sequence),
            let queue = number(bytes, &position, digits.hash),
            let message = number(bytes, &position, digits.hash)
        else { return nil }
        let isAcknowledged = bytes[0] == UInt8(ascii: "s")
        var claim: Claim?
        if position < bytes.count {
            guard bytes[position] == UInt8(ascii: "-") else { return nil }
            position += 1
            claim = readClaim(bytes, &position)
            guard claim != nil else { return nil }
        }
        return MessageName(
            isAcknowledged: isAcknowledged, sequence: sequence, queue: queue, message: message,
            claim: claim)
    }

    private static func readClaim(_ bytes: Span<UInt8>, _ position: inout Int) -> Claim? {
        guard let pid = number(bytes, &position, digits.number),
            let startedAt = number(bytes, &position, digits.time),
            let namespace = number(bytes, &position, digits.time),
            let boot = number(bytes, &position, digits.hash),
            let notification = number(bytes, &position, digits.number),
            let claimedAt = number(bytes, &position, digits.time),
            let pid = Int32(exactly: pid)
        else { return nil }
        return Claim(
            pid: pid, startedAt: startedAt, namespace: namespace, boot: boot,
            notification: UInt32(truncatingIfNeeded: notification), claimedAt: claimedAt)
    }

    private static func number(
        _ bytes: Span<UInt8>, _ position: inout Int, _ count: Int
    ) -> UInt64? {
        var number: UInt64 = 0
        for _ in 0..<count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = number << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                number = number << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
            position += 1
        }
        return number
    }

    /// As the file is called.
    var fileName: FileName {
        var bytes = InlineArray<128, UInt8>(repeating: 0)
        bytes[0] = isAcknowledged ? UInt8(ascii: "s") : UInt8(ascii: "f")
        var position = 1
        Self.write(sequence, Self.digits.sequence, to: &bytes, &position)
        Self.write(queue, Self.digits.hash, to: &bytes, &position)
        Self.write(message, Self.digits.hash, to: &bytes, &position)
        if let claim {
            bytes[position] = UInt8(ascii: "-")
            position += 1
            Self.write(UInt64(claim.pid), Self.digits.number, to: &bytes, &position)
            Self.write(claim.startedAt, Self.digits.time, to: &bytes, &position)
            Self.write(claim.namespace, Self.digits.time, to: &bytes, &position)
            Self.write(claim.boot, Self.digits.hash, to: &bytes, &position)
            Self.write(UInt64(claim.notification), Self.digits.number, to: &bytes, &position)
            Self.write(claim.claimedAt, Self.digits.time, to: &bytes, &position)
        }
        guard let name = FileName(bytes.span.extracting(0..<position)) else {
            preconditionFailure("letters, digits and a dash are a name")
        }
        return name
    }

    private static func write(
        _ number: UInt64, _ count: Int, to bytes: inout InlineArray<128, UInt8>,
        _ position: inout Int
    ) {
        for index in (0..<count).reversed() {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * index) & 15)
            bytes[position] =
                digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            position += 1
        }
    }
}
