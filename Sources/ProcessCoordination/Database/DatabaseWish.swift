internal import SecureFiles

/// Who waits for the database, as the process that holds it again and again has to know: without it
/// the one that has just given it back would be the first to try again, and the other would wait for
/// ever. A mark of 16 bytes in `coordination/database.wish`: when, and by whom.
///
/// Only courtesy depends on it: a mark that is old, torn or not there costs nothing but a turn.
struct DatabaseWish: ~Copyable {
    private let file: SharedFile
    private let own: UInt64

    /// Opens the mark; `own` tells this process from others.
    init(in directory: borrowing SecureDirectory, own: UInt64) throws(FileError) {
        file = try directory.openShared("database.wish", size: 16)
        self.own = own
    }

    /// Says that this process waits. Allocates nothing.
    borrowing func mark(now: Duration) {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        Self.put(UInt64(clamping: now.wholeMilliseconds), in: &bytes, at: 0)
        Self.put(own, in: &bytes, at: 8)
        try? file.write(bytes.span, at: 0)
    }

    /// Whether another process waited a moment ago. Allocates nothing.
    borrowing func isMarkedByAnother(now: Duration) -> Bool {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        var target = bytes.mutableSpan
        guard (try? file.read(at: 0, into: &target)) != nil else { return false }
        let (time, writer) = (Self.number(bytes, at: 0), Self.number(bytes, at: 8))
        let (age, isLater) = UInt64(clamping: now.wholeMilliseconds).subtractingReportingOverflow(
            time)
        return writer != own && writer != 0 && !isLater
            && age < UInt64(clamping: CoordinationLimits.databaseWishTime.wholeMilliseconds)
    }

    private static func put(
        _ number: UInt64, in bytes: inout InlineArray<16, UInt8>, at offset: Int
    ) {
        for index in 0..<8 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))
        }
    }

    private static func number(_ bytes: InlineArray<16, UInt8>, at offset: Int) -> UInt64 {
        (0..<8).reduce(0) { number, index in
            number | UInt64(bytes[offset + index]) << (8 * UInt64(index))
        }
    }
}
