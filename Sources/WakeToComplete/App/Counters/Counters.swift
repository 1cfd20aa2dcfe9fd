public import ProcessCoordination
internal import Threading

/// The counters of this process, in the file `metrics` of the group directory.
///
/// App and extension count at once and no lock is held: each process writes a place of its own, which
/// it takes over, with what was counted there, from a process that has ended. Nothing is lost but what
/// is being written when the process is killed.
///
/// Opened with the first count; after a failure with the next one. May be used from several threads.
public final class Counters: Sendable {
    private struct Opened: ~Copyable {
        let file: CounterFile
        /// The place that is ours, once there is one, and what we wrote there last.
        var place: Int?
        var record: CounterRecord?
    }

    private struct State: ~Copyable {
        var opened: Opened?
        var memory = [UInt8](repeating: 0, count: CounterLayout.fileBytes)
    }

    private let path: String
    private let side: Side
    private let identity: ProcessIdentity
    private let state: Mutex<State>

    /// Does nothing yet.
    ///
    /// - Parameters:
    ///   - path: the group directory; made with mode 0700 when it is missing.
    ///   - side: what this process is.
    ///   - identity: which process it is.
    public init(
        groupDirectory path: String, side: Side,
        identity: ProcessIdentity = .current(bootID: DeviceClock().bootID)
    ) {
        self.path = path
        self.side = side
        self.identity = identity
        state = Mutex(State())
    }

    /// Counts one more.
    public func count(_ counter: Counter, by number: UInt64 = 1) throws(CountersError) {
        guard number > 0 else { return }
        try update { values in values[counter].addSaturating(number) }
    }

    /// Adds a time.
    public func measure(_ latency: Latency, _ time: Duration) throws(CountersError) {
        try update { values in values[latency].add(time) }
    }

    /// Changes several at once, in one writing of 1 KiB.
    public func update(_ change: (inout CounterValues) -> Void) throws(CountersError) {
        try state.withLock { (state) throws(CountersError) in
            // Whatever fails leaves the file closed, so that the next count opens it anew.
            if state.opened == nil { state.opened = try open() }
            guard var opened = state.opened.take() else { throw .unusable }
            var (place, record) = try ownPlace(&opened, &state.memory)
            change(&record.values)
            try write(&record, place, opened.file)
            opened.record = record
            opened.place = place
            state.opened = consume opened
        }
    }
}

extension Counters {
    private func open() throws(CountersError) -> Opened {
        let file = try CounterFile(groupDirectory: path)
        var memory = [UInt8](repeating: 0, count: CounterLayout.headerBytes)
        var span = memory.mutableSpan
        try file.read(at: 0, into: &span)
        let (found, header) = (CounterWords(memory.span, at: 0), CounterLayout.header)
        if found.isZero {
            // Two processes may both do so: they write the same.
            try file.write(header.bytes.span, at: 0)
        } else if !found.isHeader {
            throw .foreign
        }
        return Opened(file: file, place: nil, record: nil)
    }

    /// Writes the older one of the two copies.
    private func write(
        _ record: inout CounterRecord, _ place: Int, _ file: borrowing CounterFile
    ) throws(CountersError) {
        record.sequence += 1
        let copy = Int(record.sequence % 2) * CounterLayout.copyBytes
        try file.write(
            record.words.bytes.span, at: CounterLayout.offset(side, place) + copy)
    }

    /// The place that is ours and what it holds; taken where we have none, or have it no longer.
    private func ownPlace(
        _ opened: inout Opened, _ memory: inout [UInt8]
    ) throws(CountersError) -> (Int, CounterRecord) {
        if let place = opened.place, let known = opened.record,
            case .record(let found) = try read(place, opened.file, &memory),
            found.owner == identity, found.sequence == known.sequence
        {
            return (place, found)
        }
        for mayTakeUnknown in [false, true] {
            for step in 0..<CounterLayout.places {
                // Processes of one moment have numbers of one neighbourhood: they begin apart.
                let place = (Int(identity.pid.magnitude) + step) % CounterLayout.places
                if let record = try take(place, mayTakeUnknown, opened.file, &memory) {
                    return (place, record)
                }
            }
        }
        throw .full
    }

    /// Makes a place ours if nobody who lives has it; nil if somebody has, or was quicker.
    private func take(
        _ place: Int, _ mayTakeUnknown: Bool, _ file: borrowing CounterFile,
        _ memory: inout [UInt8]
    ) throws(CountersError) -> CounterRecord? {
        var record: CounterRecord
        switch try read(place, file, &memory) {
        case .damaged: return nil
        case .empty: record = CounterRecord(sequence: 0, owner: identity, values: CounterValues())
        case .record(let found):
            if found.owner == identity { return found }
            switch found.owner.liveness(bootID: identity.bootID) {
            case .dead: break
            case .unknown where mayTakeUnknown: break
            case .alive, .unknown: return nil
            }
            record = found
            record.owner = identity
        }
        try write(&record, place, file)
        guard case .record(let found) = try read(place, file, &memory), found.owner == identity
        else { return nil }
        return found
    }

    private func read(
        _ place: Int, _ file: borrowing CounterFile, _ memory: inout [UInt8]
    ) throws(CountersError) -> CounterPlace {
        var all = memory.mutableSpan
        var span = all._mutatingExtracting(0..<CounterLayout.placeBytes)
        try file.read(at: CounterLayout.offset(side, place), into: &span)
        return CounterPlace(memory.span, at: 0)
    }
}
