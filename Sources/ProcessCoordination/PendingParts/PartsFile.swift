internal import SecureFiles

/// How the file of pending parts is made, recognised and, when it is nobody's, replaced.
///
/// Everything here happens while the caller holds the lock of the file.
enum PartsFile {
    private static let name: FileName = "parts"
    private static let seenName: FileName = "parts.seen"
    private static let magic: UInt64 = 0x5354_5241_5046_544e  // "NTFPARTS"
    private static let version: UInt64 = 1
    /// Which slots a header of this version promises.
    private static let shape =
        UInt64(PartsMemory.slotCount) << 32 | UInt64(PartsMemory.slotWords * 8)

    private enum Kind {
        case missing, unfinished, ours, otherVersion
        /// Nothing of ours, told apart by a sum over what was looked at.
        case foreign(fingerprint: UInt64)
    }

    /// Maps the file, made anew when it is missing or was never finished.
    static func open(
        in directory: borrowing SecureDirectory, now: PartsMoment
    ) throws(PartsError) -> SharedMapping {
        switch try kind(in: directory) {
        case .ours:
            return try map(in: directory)
        case .otherVersion:
            throw .versionUnknown
        case .missing, .unfinished:
            break
        case .foreign(let fingerprint):
            guard try wasSeen(fingerprint, in: directory, now: now) else { throw .unreadable }
            do throws(FileError) { try directory.unlink(name) } catch { throw .file(error) }
        }
        let mapping = try map(in: directory)
        // The magic is the last store: a file without it was never used.
        for slot in 0...PartsMemory.slotCount { mapping.store(0, at: slot * PartsMemory.slotWords) }
        let header = header()
        for index in header.indices.reversed() { mapping.store(header[index], at: index) }
        return mapping
    }

    private static func map(
        in directory: borrowing SecureDirectory
    ) throws(PartsError) -> SharedMapping {
        do throws(FileError) {
            return try directory.openMapped(name, size: PartsMemory.byteCount)
        } catch { throw .file(error) }
    }

    private static func kind(in directory: borrowing SecureDirectory) throws(PartsError) -> Kind {
        do throws(FileError) {
            let file = try directory.openShared(existing: name)
            var bytes = InlineArray<32, UInt8>(repeating: 0)
            if file.size >= bytes.count {
                var target = bytes.mutableSpan
                try file.read(at: 0, into: &target)
            }
            return kind(bytes.span, size: file.size)
        } catch {
            guard error == .notFound else { throw .file(error) }
            return .missing
        }
    }

    private static func kind(_ bytes: Span<UInt8>, size: Int) -> Kind {
        let isZero = word(0, of: bytes) == 0
        if size == 0 || isZero && size >= bytes.count && size <= PartsMemory.byteCount {
            return .unfinished
        }
        let expected = header()
        if word(0, of: bytes) == expected[0] {
            if word(1, of: bytes) != expected[1] || word(2, of: bytes) != expected[2] {
                return .otherVersion
            }
            if word(3, of: bytes) == expected[3] && size == PartsMemory.byteCount { return .ours }
        }
        return .foreign(fingerprint: Checksum.of(bytes, kind: 0x51) &+ UInt64(size))
    }

    private static func header() -> [4 of UInt64] {
        let sum = Checksum.of(bytes([magic, version, shape]).span, kind: 0x52)
        return [magic, version, shape, sum]
    }

    private static func bytes(_ words: InlineArray<3, UInt64>) -> InlineArray<24, UInt8> {
        InlineArray { index in
            UInt8(truncatingIfNeeded: words[index / 8] >> UInt64(index % 8 * 8))
        }
    }

    private static func word(_ index: Int, of bytes: Span<UInt8>) -> UInt64 {
        var word: UInt64 = 0
        for offset in 0..<8 { word |= UInt64(bytes[index * 8 + offset]) << UInt64(offset * 8) }
        return word
    }

    /// Whether the same foreign file was seen `CoordinationLimits.partsTime` ago, in this boot; writes
    /// down that it was seen now, when it was not seen before.
    private static func wasSeen(
        _ fingerprint: UInt64, in directory: borrowing SecureDirectory, now: PartsMoment
    ) throws(PartsError) -> Bool {
        let boot = (now.bootID.high, now.bootID.low)
        do throws(FileError) {
            let file = try directory.openShared(seenName, size: 40)
            var bytes = InlineArray<40, UInt8>(repeating: 0)
            var target = bytes.mutableSpan
            try file.read(at: 0, into: &target)
            let seenAt = word(1, of: bytes.span)
            let isKnown =
                word(4, of: bytes.span) == Checksum.of(bytes.span.extracting(0..<32), kind: 0x53)
                && word(0, of: bytes.span) == fingerprint && now.bootID.isKnown
                && word(2, of: bytes.span) == boot.0 && word(3, of: bytes.span) == boot.1
                && seenAt <= now.milliseconds
            if isKnown {
                return !PartsMoment.isYounger(
                    seenAt, than: CoordinationLimits.partsTime, at: now.milliseconds)
            }
            let words: [4 of UInt64] = [fingerprint, now.milliseconds, boot.0, boot.1]
            for index in 0..<32 {
                bytes[index] = UInt8(truncatingIfNeeded: words[index / 8] >> UInt64(index % 8 * 8))
            }
            let sum = Checksum.of(bytes.span.extracting(0..<32), kind: 0x53)
            for index in 0..<8 {
                bytes[32 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(index * 8))
            }
            try file.write(bytes.span, at: 0)
            return false
        } catch { throw .file(error) }
    }
}
