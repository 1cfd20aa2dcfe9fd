import Glibc
import Meter

/// Ends the process, and so makes a finding, unless `isKept`.
public func promise(_ isKept: Bool, _ sentence: @autoclosure () -> String) {
    guard !isKept else { return }
    fatalError("a promise is broken: \(sentence())")
}

/// Runs a target's body on what libFuzzer gives; before the first input the meter proves itself.
public func fuzz(
    _ start: UnsafePointer<UInt8>?, _ count: Int, _ body: ([UInt8]) -> Void
) -> CInt {
    precondition(isMeterAlive)
    body(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Whether one block of heap is counted as one: nobody wants the promises of a dead meter.
private let isMeterAlive: Bool = {
    meter_begin()
    let block = meter_allocate(100)
    let usage = meter_end()
    free(block)
    promise(usage.blocks == 1 && usage.bytes_kept == 100, "the meter counts")
    return true
}()

/// Runs what needs heap and promises that it is bounded and given back. What is made once for the
/// process (types, lazy globals) is kept by the first run: then a second one decides.
public func promiseHeap(bytesMax: Int64, _ body: () -> Void) {
    var usage = meter_usage()
    for _ in 0..<2 {
        meter_begin()
        body()
        usage = meter_end()
        promise(usage.bytes_peak <= bytesMax, "it takes \(usage.bytes_peak) bytes of heap")
        if usage.bytes_kept == 0 { return }
    }
    promise(false, "it keeps \(usage.bytes_kept) bytes of heap")
}

/// An input cut into fields, front to back. What is not there reads as empty or zero.
public struct Fields {
    private var rest: ArraySlice<UInt8>

    public init(_ input: [UInt8]) {
        rest = input[...]
    }

    public mutating func byte() -> UInt8 {
        rest.popFirst() ?? 0
    }

    public mutating func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// Up to the next line feed, which is in no field.
    public mutating func line() -> [UInt8] {
        let line = rest.prefix { byte in byte != UInt8(ascii: "\n") }
        rest = rest.dropFirst(line.count + 1)
        return Array(line)
    }

    public mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}
