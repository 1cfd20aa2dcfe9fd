/// The 57 bytes in front of the encrypted records, which are also their associated data.
///
/// Layout: docs/keystore.md. Nothing in a header is secret.
struct KeyFileHeader: Equatable {
    /// What the key of the file comes from.
    enum Protection: Equatable {
        /// The 32 bytes in `device.key`.
        case device
        /// Argon2id over a passphrase, at this cost and with the salt in the header.
        case passphrase(passes: UInt32, memoryKibibytes: UInt32)
    }

    static let count = 57
    static let saltRange = 17..<33
    static let nonceRange = 33..<57
    private static let magic: [UInt8] = [
        UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "k"),
        UInt8(ascii: "e"), UInt8(ascii: "y"), UInt8(ascii: "s"), 1,
    ]

    let protection: Protection
    /// The header as it lies in the file.
    private(set) var bytes: [UInt8]

    /// Reads the header of a file; nil when it is not exactly what we write, or would cost more
    /// than `KeystoreLimits` allow.
    init?(_ file: Span<UInt8>) {
        guard file.count >= Self.count else { return nil }
        bytes = (0..<Self.count).map { index in file[index] }
        guard bytes.starts(with: Self.magic) else { return nil }
        let passes = Self.number(bytes[9..<13])
        let memory = Self.number(bytes[13..<17])
        switch bytes[8] {
        case 0:
            guard passes == 0, memory == 0, bytes[Self.saltRange].allSatisfy({ byte in byte == 0 })
            else { return nil }
            protection = .device
        case 1:
            guard (1...KeystoreLimits.passesMax).contains(passes),
                (KeystoreLimits.memoryKibibytesMin...KeystoreLimits.memoryKibibytesMax)
                    .contains(memory)
            else { return nil }
            protection = .passphrase(passes: passes, memoryKibibytes: memory)
        default:
            return nil
        }
    }

    /// A new header. The salt is fresh for a passphrase and zero for a device key; the nonce is
    /// drawn by `renewNonce`.
    init(_ protection: Protection) {
        self.protection = protection
        bytes = Self.magic
        switch protection {
        case .device:
            bytes += [UInt8](repeating: 0, count: Self.count - bytes.count)
        case .passphrase(let passes, let memory):
            bytes.append(1)
            for number in [passes, memory] {
                for shift in [24, 16, 8, 0] as [UInt32] {
                    bytes.append(UInt8(truncatingIfNeeded: number >> shift))
                }
            }
            bytes += [UInt8](repeating: 0, count: Self.count - bytes.count)
            draw(Self.saltRange)
        }
    }

    /// Draws a new nonce: once for each writing, as one key seals many files.
    mutating func renewNonce() {
        draw(Self.nonceRange)
    }

    /// What a derived key depends on, the passphrase aside: cost and salt.
    var derivation: ArraySlice<UInt8> { bytes[8..<Self.saltRange.upperBound] }

    private mutating func draw(_ range: Range<Int>) {
        var generator = SystemRandomNumberGenerator()
        for index in range { bytes[index] = generator.next() }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { number, byte in number << 8 | UInt32(byte) }
    }
}
