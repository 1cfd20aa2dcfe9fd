internal import SecureFiles

/// What a process tells of itself in a file of 64 bytes that is written in place: the heartbeat,
/// and who has the gate.
///
/// Magic 0..<4, version 4, state 5, zeros 6..<8, process number 8..<12, sequence 12..<16, its start
/// 16..<24, its namespace 24..<32, nanoseconds since boot 32..<40, boot 40..<56, checksum 56..<64.
struct ProcessRecord: Equatable {
    /// What a file holds.
    enum Reading: Equatable {
        /// Nothing was ever written there.
        case none
        case record(ProcessRecord)
        /// Something else: garbage, another version. The number tells it from other garbage.
        case unreadable(UInt64)
    }

    private static let magic: UInt64 = 0x5046_544e
    private static let version: UInt64 = 1

    /// 1...255, by the file's own meaning.
    var state: UInt8
    var process: ProcessIdentity
    /// One more each time.
    var sequence: UInt32
    /// When it was written, since boot.
    var writtenAt: Duration

    /// Reads the beginning of `file`; `kind` is the file's. Allocates nothing.
    static func read(
        from file: borrowing SharedFile, kind: UInt8
    ) throws(FileError) -> Reading {
        var record = SmallRecord()
        for _ in 0..<CoordinationLimits.recordReadsMax {
            var target = record.bytes.mutableSpan
            try file.read(at: 0, into: &target)
            if record.isEmpty { return .none }
            // Half of one may be seen while it is being written.
            guard record.isSealed(kind: kind) else { continue }
            return ProcessRecord(record).map(Reading.record) ?? .unreadable(record.sum(kind))
        }
        return .unreadable(record.sum(kind))
    }

    /// Writes it over the beginning of `file`. Allocates nothing.
    func write(to file: borrowing SharedFile, kind: UInt8) throws(FileError) {
        var record = SmallRecord()
        record.put(Self.magic, at: 0, count: 4)
        record.put(Self.version, at: 4, count: 1)
        record.put(UInt64(state), at: 5, count: 1)
        record.put(UInt64(UInt32(bitPattern: process.pid)), at: 8, count: 4)
        record.put(UInt64(sequence), at: 12, count: 4)
        record.put(process.startedAt, at: 16, count: 8)
        record.put(process.namespace, at: 24, count: 8)
        record.put(UInt64(bitPattern: writtenAt.wholeNanoseconds), at: 32, count: 8)
        record.put(process.bootID.high, at: 40, count: 8)
        record.put(process.bootID.low, at: 48, count: 8)
        record.seal(kind: kind)
        try file.write(record.bytes.span, at: 0)
    }
}

extension ProcessRecord {
    private init?(_ record: SmallRecord) {
        guard record.number(at: 0, count: 4) == Self.magic,
            record.number(at: 4, count: 1) == Self.version
        else { return nil }
        state = UInt8(record.number(at: 5, count: 1))
        process = ProcessIdentity(
            pid: Int32(bitPattern: UInt32(record.number(at: 8, count: 4))),
            startedAt: record.number(at: 16, count: 8),
            namespace: record.number(at: 24, count: 8),
            bootID: BootID(
                high: record.number(at: 40, count: 8), low: record.number(at: 48, count: 8)))
        sequence = UInt32(record.number(at: 12, count: 4))
        writtenAt = .nanoseconds(Int64(bitPattern: record.number(at: 32, count: 8)))
    }
}
