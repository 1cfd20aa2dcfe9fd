/// What a machine wants done now, in this order: at most four, held in place.
public struct Effects<Effect: Sendable>: Sendable, RandomAccessCollection {
    private var slots = InlineArray<4, Effect?>(repeating: nil)

    /// How many there are.
    public private(set) var count = 0

    /// None yet.
    public init() {}

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The count.
    public var endIndex: Int { count }

    /// The effect at `index`, which is below the count.
    public subscript(index: Int) -> Effect {
        guard index < count, let effect = slots[index] else {
            preconditionFailure("an effect is asked for by an index it has")
        }
        return effect
    }

    /// Adds `effect` behind the others; there is room for four.
    mutating func add(_ effect: Effect) {
        precondition(count < 4, "a machine wants four things at most")
        slots[count] = effect
        count += 1
    }
}
