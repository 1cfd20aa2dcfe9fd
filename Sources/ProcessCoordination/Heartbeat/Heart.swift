internal import SecureFiles
internal import Threading

/// The beat of a process that is connected to the peer: at once, and every two seconds from then
/// on.
///
/// Only `PeerGate` makes one, for who has the gate, so that there is never more than one that
/// writes. Holds one descriptor and one thread with a small stack. A beat allocates nothing.
final class Heart: Sendable {
    enum State: UInt8 { case beating = 1, ended = 2 }

    static let file: FileName = "heartbeat"
    static let kind = UInt8(ascii: "H")

    private struct Pulse {
        var sequence: UInt32 = 0
        var isBeating = true
    }

    private let record: SharedFile
    private let process: ProcessIdentity
    private let clock: any CoordinationClock
    private let pulse = Monitor(Pulse())

    /// Beats once. Nothing beats on by itself before `start`.
    init(
        place: CoordinationPlace, process: ProcessIdentity, clock: any CoordinationClock
    ) throws(FileError) {
        record = try place.directory.openShared(Self.file, size: SmallRecord.size)
        self.process = process
        self.clock = clock
        try beat()
    }

    /// Begins to beat by itself; false when the system gives no thread.
    ///
    /// The interval is the thread's own time: a process that is stopped stops beating, and one that
    /// goes on beats at once.
    func start() -> Bool {
        Thread.detach(stackBytes: CoordinationLimits.heartStackBytes) { [self] in
            let interval = CoordinationLimits.heartbeatInterval
            let hasEnded = { (pulse: inout Pulse) in pulse.isBeating ? nil : true }
            while pulse.waiting(atMost: interval, for: hasEnded) == nil {
                // A beat that cannot be written is one that is missing: the app then waits for the
                // gate's lock alone.
                try? beat()
            }
        }
    }

    /// Beats now, unless it has ended.
    func beat() throws(FileError) {
        try pulse.withLock { (pulse) throws(FileError) in
            guard pulse.isBeating else { return }
            pulse.sequence &+= 1
            try write(.beating, pulse.sequence)
        }
    }

    /// Says that it was the last beat, and waits for nobody. Nothing is written afterwards.
    func end() {
        pulse.withLock { pulse in
            guard pulse.isBeating else { return }
            pulse.isBeating = false
            // What cannot be written goes stale within five seconds.
            try? write(.ended, pulse.sequence &+ 1)
        }
    }

    private func write(_ state: State, _ sequence: UInt32) throws(FileError) {
        try ProcessRecord(
            state: state.rawValue, process: process, sequence: sequence, writtenAt: clock.sinceBoot
        ).write(to: record, kind: Self.kind)
    }
}
