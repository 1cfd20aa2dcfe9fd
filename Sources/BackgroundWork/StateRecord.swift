internal import SecureFiles

/// What a file of numbers is about; stands in it, so that one is never read as another.
enum StateKind: UInt8 {
    case sending = 1
    case tasks = 2
    case gossip = 3
    case gossipPart = 4
}

/// A file of `count` numbers that is whole, or as good as not there.
///
/// `NTFB`, kind, version, how many numbers, 0; the numbers with eight bytes each, lowest first;
/// their check sum. It is replaced as a whole, and whatever else is found under its name, of
/// another version too, reads as nil.
struct StateRecord<let count: Int> {
    static var version: UInt8 { 1 }

    var numbers: InlineArray<count, UInt64>

    /// The numbers in the file `name`; nil when it is missing, cannot be read or is none of these.
    static func read(
        _ name: FileName, _ kind: StateKind, in directory: borrowing SecureDirectory
    ) -> StateRecord? {
        var memory = InlineArray<528, UInt8>(repeating: 0)
        var target = memory.mutableSpan
        guard let size = try? directory.read(name, into: &target), size == 16 + count * 8 else {
            return nil
        }
        let bytes = memory.span
        guard number(in: bytes, at: 0) == header(kind),
            number(in: bytes, at: size - 8) == sum(bytes, size - 8)
        else { return nil }
        var record = StateRecord(numbers: InlineArray(repeating: 0))
        for index in 0..<count { record.numbers[index] = number(in: bytes, at: 8 + index * 8) }
        return record
    }

    /// Makes the numbers the content of the file `name`, on disk when this returns.
    func write(
        _ name: FileName, _ kind: StateKind, in directory: borrowing SecureDirectory
    ) throws(FileError) {
        precondition(count <= 64, "the numbers of a state fit its file")
        var memory = InlineArray<528, UInt8>(repeating: 0)
        let size = 16 + count * 8
        Self.put(Self.header(kind), into: &memory, at: 0)
        for index in 0..<count { Self.put(numbers[index], into: &memory, at: 8 + index * 8) }
        Self.put(Self.sum(memory.span, size - 8), into: &memory, at: size - 8)
        try directory.replace(name, with: memory.span.extracting(..<size))
    }

    private static func header(_ kind: StateKind) -> UInt64 {
        0x4246_544e | UInt64(kind.rawValue) << 32 | UInt64(version) << 40 | UInt64(count) << 48
    }

    private static func number(in bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in (0..<8).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
        return value
    }

    private static func put(
        _ value: UInt64, into memory: inout InlineArray<528, UInt8>, at offset: Int
    ) {
        for index in 0..<8 {
            memory[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
        }
    }

    private static func sum(_ bytes: Span<UInt8>, _ length: Int) -> UInt64 {
        var sum = CheckSum()
        sum.add(bytes.extracting(..<length))
        return sum.value
    }
}

/// FNV-1a: tells bytes that were written whole from others, and protects from nobody.
struct CheckSum: Equatable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    init() {}

    init(value: UInt64) { self.value = value }

    mutating func add(_ bytes: Span<UInt8>) {
        for index in bytes.indices { value = (value ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    }
}

/// All ones stand for no number.
func optional(_ word: UInt64) -> UInt64? { word == .max ? nil : word }
