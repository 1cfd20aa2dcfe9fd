/// Cuts a stream of bytes into JSON values, one after another, in bounded memory.
///
/// Values may stand one a line or be pretty-printed over many. What is not JSON costs one line:
/// a bad value is given up at the end of the line it began on, and reading goes on with the next
/// line that can begin a payload, so that a truncated push never swallows the good one behind it.
/// A value longer than the limit is let go as it comes and never stored.
///
/// Use: `fill` with what was read, then `next` until it says `needsInput`. Allocates at creation
/// only.
public struct Framer: ~Copyable, Sendable {
    /// What came out of the stream.
    public enum Frame: Equatable, Sendable {
        /// A whole value: its place in the buffer, lent with `withBytes` until the next call.
        case payload(Range<Int>)
        /// Something that was no payload, and why. Its bytes are gone.
        case refused(PayloadError)
        /// Nothing more can be said before `fill` is called, or `end` if the stream is over.
        case needsInput
    }

    private enum Mode {
        case between, inValue, afterValue
        /// Behind something that is no JSON, measuring its line before saying so.
        case inBadLine
        case skippingLine
    }

    private var buffer: [UInt8]
    private let payloadBytesMax: Int
    /// Start of the current value, how far it was read, and the end of what was filled in.
    private var head = 0
    private var position = 0
    private var tail = 0
    private var mode = Mode.between
    private var automaton = JSONAutomaton()
    /// Where the current value's first line ends, once that was seen.
    private var firstLineEnd: Int?
    /// The column the current value began at; the column of `head`.
    private var valueColumn = 0
    private var column = 0
    /// After a value broke off behind its first line: lines that can only be its rest are skipped.
    private var isRecovering = false
    private var isEnded = false

    /// - Parameter payloadBytesMax: the longest value let through, 1 to `Limits.payloadBytesMax`.
    public init(payloadBytesMax: Int = Limits.payloadBytesDefault) {
        precondition(
            payloadBytesMax >= 1 && payloadBytesMax <= Limits.payloadBytesMax,
            "the payload limit is at least 1 and at most Limits.payloadBytesMax")
        self.payloadBytesMax = payloadBytesMax
        buffer = [UInt8](repeating: 0, count: payloadBytesMax + Limits.readBytesMax)
    }

    /// Lends the buffer to `read`, which writes from the front of the range it is given and
    /// answers how many bytes. Call it only after `needsInput`. There is always room.
    public mutating func fill<Failure: Error>(
        _ read: (inout MutableSpan<UInt8>, Range<Int>) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        compact()
        let free = tail..<buffer.count
        var space = buffer.mutableSpan
        let count = try read(&space, free)
        precondition(count >= 0 && count <= free.count, "a read stays inside its space")
        tail += count
        return count
    }

    /// Says that nothing will follow: an open value is judged as it stands.
    public mutating func end() {
        isEnded = true
    }

    /// Begins anew, for another stream, in the same memory.
    public mutating func reset() {
        (head, position, tail) = (0, 0, 0)
        (mode, firstLineEnd, valueColumn, column) = (.between, nil, 0, 0)
        (isRecovering, isEnded) = (false, false)
    }

    /// Lends the bytes of a frame while `body` runs. Allocates nothing.
    public borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        of range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(buffer.span.extracting(range))
    }

    /// The next frame. `isWaiting` says that no more input is there for now: a value that is whole
    /// is then handed out without looking at what else its line may bring.
    public mutating func next(isWaiting: Bool = false) -> Frame {
        while true {
            switch mode {
            case .skippingLine: guard skipLine() else { return .needsInput }
            case .between: guard findValue() else { return .needsInput }
            case .inValue:
                if let frame = readValue() { return frame }
            case .afterValue:
                if let frame = finishValue(isWaiting: isWaiting || isEnded) { return frame }
            case .inBadLine:
                if let frame = measureLine() { return frame }
            }
        }
    }
}

extension Framer {
    /// Moves what is still needed to the front. A single value never fills the buffer.
    private mutating func compact() {
        guard head > 0 else { return }
        for index in head..<tail { buffer[index - head] = buffer[index] }
        if let end = firstLineEnd { firstLineEnd = end - head }
        position -= head
        tail -= head
        head = 0
    }

    /// Drops the rest of a line; false when its end has not come yet.
    private mutating func skipLine() -> Bool {
        while head < tail {
            head += 1
            if buffer[head - 1] == UInt8(ascii: "\n") {
                column = 0
                mode = .between
                return true
            }
        }
        position = head
        return false
    }

    /// Finds where the next value begins; false when there is none yet.
    private mutating func findValue() -> Bool {
        while head < tail {
            switch buffer[head] {
            case UInt8(ascii: "\n"): (head, column) = (head + 1, 0)
            case 0x20, 0x09, 0x0d: (head, column) = (head + 1, column + 1)
            default:
                if isRecovering && isContinuation(buffer[head]) {
                    mode = .skippingLine
                    return true
                }
                isRecovering = false
                (position, firstLineEnd, valueColumn) = (head, nil, column)
                automaton = JSONAutomaton()
                mode = .inValue
                return true
            }
        }
        position = head
        return false
    }

    /// Whether a line whose first character is `byte` can only be the rest of a broken value:
    /// it stands further in than the value began, or begins with what never begins a payload.
    private func isContinuation(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: ":"),
            UInt8(ascii: "\""):
            true
        default: column > valueColumn
        }
    }

    private mutating func readValue() -> Frame? {
        while position < tail {
            let byte = buffer[position]
            // A top-level number ends before the white space that follows it.
            let mayEnd = automaton.mayEnd
            guard automaton.take(byte) else { return refuse(.malformedJSON) }
            if mayEnd && automaton.isDone {
                mode = .afterValue
                return nil
            }
            position += 1
            if automaton.isDone { mode = .afterValue }
            if byte == UInt8(ascii: "\n") && firstLineEnd == nil { firstLineEnd = position }
            if automaton.takesPlainText {
                position = PlainText.end(
                    from: position, in: buffer.span.extracting(0..<tail))
            }
            guard position - head <= payloadBytesMax else { return refuse(.tooLarge) }
            if mode == .afterValue { return nil }
        }
        guard isEnded else { return .needsInput }
        guard automaton.mayEnd else { return refuse(.malformedJSON) }
        mode = .afterValue
        return nil
    }

    /// Looks whether the line ends behind the value, or another value begins; anything else makes
    /// the line no payload. With `isWaiting` the value goes out without that look.
    private mutating func finishValue(isWaiting: Bool) -> Frame? {
        var next = position
        while next < tail, buffer[next] == 0x20 || buffer[next] == 0x09 || buffer[next] == 0x0d {
            next += 1
        }
        if next < tail {
            switch buffer[next] {
            case UInt8(ascii: "\n"), UInt8(ascii: "{"), UInt8(ascii: "["): break
            default:
                position = next
                firstLineEnd = nil
                return refuse(.malformedJSON)
            }
        } else if !isWaiting {
            // White space may go on for ever; a long line of it ends the wait.
            guard next - head > payloadBytesMax + Limits.readBytesMax / 2 else {
                return .needsInput
            }
        }
        let range = head..<position
        column += position - head
        head = position
        mode = .between
        return .payload(range)
    }

    /// Gives the current value up: its first line is dropped, reading goes on behind that.
    private mutating func refuse(_ reason: PayloadError) -> Frame? {
        if let end = firstLineEnd {
            (head, column, mode) = (end, 0, .between)
            isRecovering = true
        } else if reason == .malformedJSON {
            // Whether it was too large besides is known at the end of its line.
            mode = .inBadLine
            return nil
        } else {
            (head, mode) = (position, .skippingLine)
        }
        position = head
        firstLineEnd = nil
        return .refused(reason)
    }

    /// Reads on to the end of a bad line, or to the limit, and then says what it was.
    private mutating func measureLine() -> Frame? {
        while position < tail {
            guard position - head < payloadBytesMax else {
                (head, mode) = (position, .skippingLine)
                return .refused(.tooLarge)
            }
            if buffer[position] == UInt8(ascii: "\n") {
                (head, mode) = (position, .between)
                return .refused(.malformedJSON)
            }
            position += 1
        }
        guard isEnded else { return .needsInput }
        (head, mode) = (position, .between)
        return .refused(.malformedJSON)
    }
}
