internal import ProcessCoordination

/// What one process, and those that had its place before, counted.
struct CounterRecord {
    /// Grows with each writing.
    var sequence: UInt64
    var owner: ProcessIdentity
    var values: CounterValues

    // The words. Room is left for ten counters and four histograms.
    private static let counters = 6
    private static let countersMax = 10
    private static let histograms = 16
    private static let histogramWords = LatencyHistogram.classes + 1

    init(sequence: UInt64, owner: ProcessIdentity, values: CounterValues) {
        self.sequence = sequence
        self.owner = owner
        self.values = values
    }

    init?(_ words: CounterWords) {
        guard words.isSealed, words[0] > 0 else { return nil }
        sequence = words[0]
        owner = ProcessIdentity(
            pid: Int32(truncatingIfNeeded: words[1]), startedAt: words[2], namespace: words[3],
            bootID: BootID(high: words[4], low: words[5]))
        values = CounterValues()
        for counter in Counter.allCases {
            values[counter] = words[CounterRecord.counters + counter.rawValue]
        }
        for latency in Latency.allCases {
            let first = CounterRecord.histograms + latency.rawValue * CounterRecord.histogramWords
            var histogram = LatencyHistogram()
            for index in 0..<LatencyHistogram.classes {
                histogram.counts[index] = words[first + index]
            }
            histogram.sumMilliseconds = words[first + LatencyHistogram.classes]
            values[latency] = histogram
        }
    }

    var words: CounterWords {
        precondition(Counter.allCases.count <= CounterRecord.countersMax, "counters have room")
        var words = CounterWords()
        words[0] = sequence
        words[1] = UInt64(UInt32(bitPattern: owner.pid))
        words[2] = owner.startedAt
        words[3] = owner.namespace
        words[4] = owner.bootID.high
        words[5] = owner.bootID.low
        for counter in Counter.allCases {
            words[CounterRecord.counters + counter.rawValue] = values[counter]
        }
        for latency in Latency.allCases {
            let first = CounterRecord.histograms + latency.rawValue * CounterRecord.histogramWords
            let histogram = values[latency]
            for index in 0..<LatencyHistogram.classes { words[first + index] = histogram[index] }
            words[first + LatencyHistogram.classes] = histogram.sumMilliseconds
        }
        words.seal()
        return words
    }
}

/// One place of the file, as it was read.
enum CounterPlace {
    /// Nobody ever had it.
    case empty
    /// The newer of its two copies.
    case record(CounterRecord)
    /// Neither copy is whole.
    case damaged

    init(_ memory: Span<UInt8>, at offset: Int) {
        let copies = (
            CounterWords(memory, at: offset),
            CounterWords(memory, at: offset + CounterLayout.copyBytes)
        )
        switch (CounterRecord(copies.0), CounterRecord(copies.1)) {
        case (let one?, let other?): self = .record(one.sequence > other.sequence ? one : other)
        case (let one?, nil): self = .record(one)
        case (nil, let other?): self = .record(other)
        case (nil, nil): self = copies.0.isZero && copies.1.isZero ? .empty : .damaged
        }
    }
}
