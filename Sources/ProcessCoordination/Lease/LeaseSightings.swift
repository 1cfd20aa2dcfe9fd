internal import SecureFiles

/// Since when a lock file that tells nothing lies there unchanged, in the file `lease.seen`: so
/// that processes that live for seconds come to an end with it too.
///
/// One record a resource: magic "NTFS" 0..<4, version 4, fingerprint of the lock file's state
/// 8..<16, time since boot in milliseconds 16..<24, boot 24..<40. Only to be used under the guard.
struct LeaseSightings: ~Copyable {
    private static let kind = UInt8(ascii: "S")
    private static let magic: UInt64 = 0x5346_544e
    private static let version: UInt64 = 1

    private let file: SharedFile

    init(in coordination: borrowing SecureDirectory) throws(FileError) {
        file = try coordination.openShared(
            "lease.seen", size: SmallRecord.size * LeasedResource.allCases.count)
    }

    /// Notes what was seen of the lock file, and answers whether it has been like that for the
    /// longest time a lease lasts.
    borrowing func hasLasted(
        _ identity: FileIdentity, _ resource: LeasedResource, clock: any CoordinationClock
    ) throws(FileError) -> Bool {
        let fingerprint = Self.fingerprint(identity)
        var former = SmallRecord()
        var target = former.bytes.mutableSpan
        try file.read(at: resource.index * SmallRecord.size, into: &target)
        let now = clock.sinceBoot.wholeMilliseconds
        // A boot that is unknown both times may have been another one: then the time since it began
        // has passed all the same, and that is no less than the difference.
        let isKnown =
            former.isSealed(kind: Self.kind) && former.number(at: 0, count: 4) == Self.magic
            && former.number(at: 4, count: 1) == Self.version
            && former.number(at: 8, count: 8) == fingerprint
            && former.number(at: 24, count: 8) == clock.bootID.high
            && former.number(at: 32, count: 8) == clock.bootID.low
        let since = Int64(bitPattern: former.number(at: 16, count: 8))
        if isKnown, since <= now {
            return now - since >= CoordinationLimits.leaseLongest.wholeMilliseconds
        }
        var record = SmallRecord()
        record.put(Self.magic, at: 0, count: 4)
        record.put(Self.version, at: 4, count: 1)
        record.put(fingerprint, at: 8, count: 8)
        record.put(UInt64(bitPattern: now), at: 16, count: 8)
        record.put(clock.bootID.high, at: 24, count: 8)
        record.put(clock.bootID.low, at: 32, count: 8)
        record.seal(kind: Self.kind)
        try file.write(record.bytes.span, at: resource.index * SmallRecord.size)
        return false
    }

    private static func fingerprint(_ identity: FileIdentity) -> UInt64 {
        var record = SmallRecord()
        let words = identity.words
        for index in words.indices { record.put(words[index], at: 8 * index, count: 8) }
        return Checksum.of(record.bytes.span, kind: Self.kind)
    }
}
