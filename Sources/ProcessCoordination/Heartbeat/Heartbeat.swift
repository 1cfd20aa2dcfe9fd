internal import SecureFiles
internal import Threading

/// What the extension's heart says: whether it may be connected to the peer.
public enum Heartbeat: Equatable, Sendable {
    /// It beats: the extension may be connected until `until` (since boot) at least, and after that
    /// too if it beats once more.
    case fresh(until: Duration)
    /// The last beat is too old, of another boot, from the future, or its process is dead.
    case stale
    /// The extension said that it is no longer connected.
    case ended
    /// There never was a beat.
    case none
    /// Something else is written there. It counts as a beat until it has not changed for as long as
    /// a beat is fresh.
    case unreadable
}

/// Reads the heartbeat, as often as one likes.
///
/// Holds one descriptor. Reading allocates nothing. May be used from several threads.
public final class HeartbeatReader: Sendable {
    /// Something unreadable, and since when it is the same.
    private struct Sighting {
        var sum: UInt64
        var since: Duration
    }

    private let file: SharedFile
    private let clock: any CoordinationClock
    private let sighting = Mutex<Sighting?>(nil)

    /// Opens the heartbeat in the group directory; both are made when missing.
    public convenience init(
        groupDirectory: String, clock: any CoordinationClock = DeviceClock()
    ) throws(GateError) {
        do {
            try self.init(
                place: CoordinationPlace(groupDirectory: groupDirectory), clock: clock)
        } catch {
            throw .file(error)
        }
    }

    init(place: CoordinationPlace, clock: any CoordinationClock) throws(FileError) {
        file = try place.directory.openShared(Heart.file, size: SmallRecord.size)
        self.clock = clock
    }

    /// What the heart says now. Throws `file`.
    public func read() throws(GateError) -> Heartbeat {
        do {
            return try beat()
        } catch {
            throw .file(error)
        }
    }

    func beat() throws(FileError) -> Heartbeat {
        let reading = try ProcessRecord.read(from: file, kind: Heart.kind)
        // The clock after the file: a beat in between is not one from the future.
        let now = clock.sinceBoot
        switch reading {
        case .none:
            forget()
            return .none
        case .unreadable(let sum):
            return unreadable(sum, now)
        case .record(let beat):
            guard let state = Heart.State(rawValue: beat.state) else {
                return unreadable(UInt64(beat.sequence), now)
            }
            forget()
            if state == .ended { return .ended }
            return freshness(of: beat, now)
        }
    }

    private func freshness(of beat: ProcessRecord, _ now: Duration) -> Heartbeat {
        let age = now - beat.writtenAt
        guard clock.bootID.isKnown, beat.process.bootID == clock.bootID, age >= .zero,
            age < CoordinationLimits.heartbeatFresh,
            beat.process.liveness(bootID: clock.bootID) != .dead
        else { return .stale }
        return .fresh(until: beat.writtenAt + CoordinationLimits.heartbeatFresh)
    }

    private func unreadable(_ sum: UInt64, _ now: Duration) -> Heartbeat {
        sighting.withLock { sighting in
            if let seen = sighting, seen.sum == sum, seen.since <= now {
                return now - seen.since < CoordinationLimits.heartbeatFresh ? .unreadable : .stale
            }
            sighting = Sighting(sum: sum, since: now)
            return .unreadable
        }
    }

    private func forget() {
        sighting.withLock { sighting in sighting = nil }
    }
}
