/// What a machine wants done now, in this order: up to `capacity` effects, held in place.
///
/// Allocates nothing as long as the effects do not.
public struct Effects<Effect: Sendable>: RandomAccessCollection, Sendable {
    /// How many there can be.
    public static var capacity: Int { 4 }

    private var items = InlineArray<4, Effect?>(repeating: nil)
    /// How many there are.
    public private(set) var count = 0

    /// None.
    public init() {}

    /// One.
    public init(_ effect: Effect) {
        append(effect)
    }

    /// Adds one. Traps when there are `capacity` already: no event has more.
    public mutating func append(_ effect: Effect) {
        precondition(count < Self.capacity, "an event has four effects at most")
        items[count] = effect
        count += 1
    }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The same as `count`.
    public var endIndex: Int { count }

    /// The effect at `index`.
    public subscript(index: Int) -> Effect {
        guard index < count, let effect = items[index] else {
            preconditionFailure("an effect is asked for by its index")
        }
        return effect
    }
}
