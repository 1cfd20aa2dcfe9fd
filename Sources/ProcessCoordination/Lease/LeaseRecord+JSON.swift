internal import NotificationPipeline

/// The shipped lock's format, `{"environment":…,"date":…}` with the date in seconds since the
/// beginning of 2001 (UTC), and a member more, which its reader passes over.
extension LeaseRecord {
    private static let version: UInt64 = 1
    /// Milliseconds from 1970 to 2001.
    private static let epoch: Int64 = 978_307_200_000

    /// Reads a lock file; nil when it is none, or of a version that is not known. Allocates
    /// nothing.
    init?(_ text: Span<UInt8>) {
        guard text.count > 0, (try? JSON.check(text)) != nil else { return nil }
        let root = JSON.root(of: text)
        guard let environment = Self.member("environment", of: root, in: text),
            let date = Self.member("date", of: root, in: text), date.kind == .number,
            let seconds = Self.milliseconds(text.extracting(date.start..<date.end)),
            let context = ExecutionContext.allCases.first(where: { context in
                JSON.equals(environment, context.word, in: text)
            })
        else { return nil }
        let (unix, overflow) = seconds.addingReportingOverflow(Self.epoch)
        guard !overflow else { return nil }
        self.init(context: context, date: unix)
        // Twice the same name is nothing either of us wrote.
        guard let value = try? JSON.member("owner", of: root, in: text) else {
            var members = JSONMembers(of: root)
            while let (key, _) = members.next(in: text) {
                if JSON.equals(key, "owner", in: text) { return nil }
            }
            return
        }
        guard let owner = Owner(value, in: text) else { return nil }
        self.owner = owner
    }

    private static func member(
        _ name: StaticString, of object: JSONValue, in text: Span<UInt8>
    ) -> JSONValue? {
        try? JSON.member(name, of: object, in: text)
    }

    /// A number of seconds, however it is spelled, as whole milliseconds, rounded; nil beyond what
    /// 64 bits hold. Never through floating point.
    private static func milliseconds(_ number: Span<UInt8>) -> Int64? {
        var (value, exponent, written, isNegative) = (Int64(0), 3, 0, false)
        var (isFraction, position) = (false, 0)
        scan: while position < number.count {
            let byte = number[position]
            position += 1
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard let more = Self.exponent(number.extracting(position...)) else { return nil }
                exponent += more
                break scan
            default:
                // Seventeen digits are exact; what stands behind them is less than a millisecond in
                // every year there will be.
                if written < 17 {
                    value = value * 10 + Int64(byte - UInt8(ascii: "0"))
                    if value > 0 { written += 1 }
                    if isFraction { exponent -= 1 }
                } else if !isFraction {
                    exponent += 1
                }
            }
        }
        guard value != 0 else { return 0 }
        // A date with a fraction is seldom a whole number in binary: 0.001 is 0.00099…
        while exponent < 0, value != 0 {
            value = value / 10 + (exponent == -1 && value % 10 >= 5 ? 1 : 0)
            exponent += 1
        }
        while exponent > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
            exponent -= 1
        }
        return isNegative ? -value : value
    }

    /// What stands behind the `e` of a number; nil above 400, where no double is finite.
    private static func exponent(_ digits: Span<UInt8>) -> Int? {
        var (value, isNegative) = (0, false)
        for index in digits.indices {
            switch digits[index] {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): continue
            default: value = value * 10 + Int(digits[index] - UInt8(ascii: "0"))
            }
            guard value <= 400 else { return nil }
        }
        return isNegative ? -value : value
    }

    /// Writes a lock file. Allocates nothing.
    func write(to line: inout LeaseText) {
        line.append("{\"environment\":\"")
        line.append(context.word)
        line.append("\",\"date\":")
        let since = date - Self.epoch
        if since < 0 { line.append("-") }
        line.append(since.magnitude / 1000)
        line.append(".")
        line.append(since.magnitude % 1000, digits: 3)
        if let owner {
            line.append(",\"owner\":{\"v\":")
            line.append(Self.version)
            line.append(",\"pid\":")
            line.append(UInt64(owner.process.pid))
            line.append(",\"start\":")
            line.append(owner.process.startedAt)
            line.append(",\"ns\":")
            line.append(owner.process.namespace)
            line.append(",\"boot\":\"")
            line.append(hex: owner.process.bootID.high)
            line.append(hex: owner.process.bootID.low)
            line.append("\",\"expires\":")
            // A clock that went back beyond the start is below zero, and wraps.
            line.append(UInt64(bitPattern: owner.expires))
            line.append(",\"depth\":")
            line.append(UInt64(owner.depth))
            line.append(",\"id\":")
            line.append(owner.id)
            line.append("}")
        }
        line.append("}")
    }
}

extension LeaseRecord.Owner {
    /// Reads the member; nil when anything in it is missing or cannot be.
    fileprivate init?(_ object: JSONValue, in text: Span<UInt8>) {
        func number(_ name: StaticString) -> UInt64? {
            (try? JSON.member(name, of: object, in: text)).flatMap { value in
                JSON.unsigned(value, in: text)
            }
        }
        guard number("v") == 1, let pid = number("pid").flatMap(Int32.init(exactly:)), pid > 0,
            let start = number("start"), let namespace = number("ns"),
            let boot = try? JSON.member("boot", of: object, in: text),
            let bootID = BootID(hex: boot, in: text),
            let expires = number("expires").map(Int64.init(bitPattern:)),
            let depth = number("depth").flatMap(Int.init(exactly:)),
            depth >= 1, depth <= CoordinationLimits.leaseDepthMax, let id = number("id")
        else { return nil }
        self.init(
            process: ProcessIdentity(
                pid: pid, startedAt: start, namespace: namespace, bootID: bootID),
            expires: expires, depth: depth, id: id)
    }
}

extension BootID {
    /// 32 lower-case hex digits in a string.
    fileprivate init?(hex value: JSONValue, in text: Span<UInt8>) {
        guard value.kind == .string, value.end - value.start == 34 else { return nil }
        var halves = (high: UInt64(0), low: UInt64(0))
        for index in 0..<32 {
            let byte = text[value.start + 1 + index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            halves.high = halves.high << 4 | halves.low >> 60
            halves.low = halves.low << 4 | UInt64(digit)
        }
        self.init(high: halves.high, low: halves.low)
    }
}

/// The text of a lock file as it is written, in place.
struct LeaseText {
    private var bytes = InlineArray<512, UInt8>(repeating: 0)
    private var count = 0

    /// Lends the text while `body` runs.
    func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes.span.extracting(0..<count))
    }

    mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount {
            // SAFETY: the index stays below the literal's length.
            append(byte: unsafe text.utf8Start[index])
        }
    }

    /// In decimal, with zeros in front where there are fewer than `digits`.
    mutating func append(_ number: UInt64, digits: Int = 1) {
        var (divisor, places) = (UInt64(1), 1)
        while number / divisor >= 10 || places < digits {
            divisor *= 10
            places += 1
        }
        while divisor > 0 {
            append(byte: UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    mutating func append(hex number: UInt64) {
        for place in (0..<16).reversed() {
            let digit = UInt8(truncatingIfNeeded: number >> (4 * UInt64(place)) & 15)
            append(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private mutating func append(byte: UInt8) {
        // The longest there is: 15 + 25 + 200 of names and punctuation, and 7 numbers of 20 digits.
        bytes[count] = byte
        count += 1
    }
}
