#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif
internal import ProcessCoordination
internal import SecureFiles

/// Why the counters cannot be written or read. Nothing depends on them: whoever counts goes on.
public enum CountersError: Error, Equatable, Sendable {
    /// The file, or its directory, cannot be used.
    case unusable
    /// The file is not ours, of another version, or not of its full length.
    case foreign
    /// As many processes of this side count as there are places for.
    case full
}

/// How the file `metrics` is laid out. Numbers are words of eight bytes, lowest byte first.
///
/// A header, then `places` for each side. A place belongs to one process at a time and holds two
/// copies of its record, written in turn: whoever is killed while it writes one leaves the other.
enum CounterLayout {
    static let name: FileName = "metrics"
    static let headerBytes = 1_024
    /// One copy of a record; the last word is its checksum.
    static let copyBytes = 1_024
    static let copyWords = copyBytes / 8
    static let placeBytes = 2 * copyBytes
    static var places: Int { WakeLimits.counterPlaces }
    static var fileBytes: Int { headerBytes + 2 * places * placeBytes }

    /// Where the place of that index begins.
    static func offset(_ side: Side, _ place: Int) -> Int {
        headerBytes + ((side == .app ? 0 : places) + place) * placeBytes
    }

    /// What every file of ours begins with.
    static var header: CounterWords {
        var words = CounterWords()
        // "NTFMETRC", the version, and what the length follows from.
        words[0] = 0x4352_5445_4d46_544e
        words[1] = 1
        words[2] = UInt64(places)
        words[3] = UInt64(copyBytes)
        words.seal()
        return words
    }
}

/// The open file.
struct CounterFile: ~Copyable, Sendable {
    private let file: SharedFile

    /// Opens it, and makes it of zeros when it is missing.
    init(groupDirectory path: String) throws(CountersError) {
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: true)
            // A file that lost its end would be given zeros for it.
            let size = (try? group.identity(of: CounterLayout.name).size) ?? 0
            guard size == 0 || size == CounterLayout.fileBytes else { throw .tooLarge }
            file = try group.openShared(CounterLayout.name, size: CounterLayout.fileBytes)
        } catch { throw error == .tooLarge ? .foreign : .unusable }
    }

    borrowing func read(
        at offset: Int, into target: inout MutableSpan<UInt8>
    ) throws(CountersError) {
        do throws(FileError) {
            try file.read(at: offset, into: &target)
        } catch { throw error == .io(errno: ESTALE) ? .foreign : .unusable }
    }

    borrowing func write(_ bytes: Span<UInt8>, at offset: Int) throws(CountersError) {
        do throws(FileError) { try file.write(bytes, at: offset) } catch { throw .unusable }
    }
}

/// 128 words as they lie in the file, the last one the checksum of the others.
struct CounterWords {
    private(set) var bytes = InlineArray<1024, UInt8>(repeating: 0)
    private static let kind: UInt8 = 0x6d

    init() {}

    /// The words at `offset` of what was read.
    init(_ memory: Span<UInt8>, at offset: Int) {
        for index in 0..<CounterLayout.copyBytes { bytes[index] = memory[offset + index] }
    }

    subscript(index: Int) -> UInt64 {
        get {
            var word: UInt64 = 0
            for byte in (0..<8).reversed() { word = word << 8 | UInt64(bytes[8 * index + byte]) }
            return word
        }
        set {
            for byte in 0..<8 {
                bytes[8 * index + byte] = UInt8(truncatingIfNeeded: newValue >> UInt64(8 * byte))
            }
        }
    }

    var isZero: Bool {
        for index in bytes.indices where bytes[index] != 0 { return false }
        return true
    }

    private var sum: UInt64 {
        Checksum.of(
            bytes.span.extracting(0..<CounterLayout.copyBytes - 8), kind: CounterWords.kind)
    }

    mutating func seal() { self[CounterLayout.copyWords - 1] = sum }

    /// Whether this is what every file of ours begins with.
    var isHeader: Bool {
        let header = CounterLayout.header
        return isSealed && (0..<4).allSatisfy { index in self[index] == header[index] }
    }

    var isSealed: Bool { self[CounterLayout.copyWords - 1] == sum }
}
