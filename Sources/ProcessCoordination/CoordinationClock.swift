#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif
internal import Threading

/// Time, as two processes of one device need it.
///
/// Freshness is judged on `sinceBoot` together with `bootID`, never on the wall clock: that one may be
/// set, also backwards, while a process sleeps.
public protocol CoordinationClock: Sendable {
    /// Milliseconds since 1970 by the wall clock: for formats of others that want it, and for people.
    var unixMilliseconds: Int64 { get }

    /// Time since the device was started, the time it slept included. The same for every process, and
    /// never below zero.
    var sinceBoot: Duration { get }

    /// Which start of the device `sinceBoot` counts from.
    var bootID: BootID { get }

    /// Lets the calling thread rest for `time` and no longer. Allocates nothing.
    func pause(for time: Duration)
}

/// Tells one start of the device from every other: 128 bits that the kernel drew.
public struct BootID: Equatable, Sendable {
    /// The first eight bytes.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// Both halves; both 0 for a boot that is not known.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whether the system told. What is not known is equal to nothing that was ever written down.
    public var isKnown: Bool { high != 0 || low != 0 }
}

/// The system's clocks, and the kernel's name for this start of the device.
public struct DeviceClock: CoordinationClock {
    /// Read once, when the clock was made.
    public let bootID: BootID

    /// Reads the boot id. Allocates nothing.
    public init() {
        bootID = BootID.ofSystem()
    }

    /// The wall clock's.
    public var unixMilliseconds: Int64 {
        let (seconds, attoseconds) = SystemTime.sinceEpoch.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// The system's own.
    public var sinceBoot: Duration { SystemTime.sinceBoot }

    /// `nanosleep`, and shorter when a signal comes.
    public func pause(for time: Duration) {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, attoseconds >= 0 else { return }
        var request = timespec(
            tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        // A signal ends the rest early, which whoever pauses has to live with.
        // SAFETY: `request` is ours for the length of the call.
        _ = unsafe nanosleep(&request, nil)
    }
}

extension BootID {
    /// What the kernel says; unknown where it says nothing.
    static func ofSystem() -> BootID {
        var text = InlineArray<64, UInt8>(repeating: 0)
        var span = text.mutableSpan
        let count = readSystem(into: &span)
        var (halves, digits) = ((UInt64(0), UInt64(0)), 0)
        for index in 0..<count {
            let digit: UInt8
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = text[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = text[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = text[index] - UInt8(ascii: "A") + 10
            default: continue
            }
            if digits < 16 {
                halves.0 = halves.0 << 4 | UInt64(digit)
            } else {
                halves.1 = halves.1 << 4 | UInt64(digit)
            }
            digits += 1
        }
        return digits == 32
            ? BootID(high: halves.0, low: halves.1) : BootID(high: 0, low: 0)
    }
}
