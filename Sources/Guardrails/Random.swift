/// SplitMix64: the same seed gives the same run.
public struct Random: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins with `seed`, and with what is drawn for: the same seed draws otherwise for another name.
    public init(seed: UInt64, for name: String = "") {
        state = seed
        for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
