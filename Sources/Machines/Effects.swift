/// What a machine wants done now, in this order: up to `capacity` effects, held in place.
///
/// Allocates nothing as long as the effects do not.
@frozen public struct Effects<Effect: Sendable>: RandomAccessCollection, Sendable {
    /// How many there can be.
    @inlinable public static var capacity: Int { 4 }

    @usableFromInline var items = InlineArray<4, Effect?>(repeating: nil)
    /// How many there are.
    public var count: Int { @inlinable get { filled } }
    @usableFromInline var filled = 0

    /// None.
    @inlinable public init() {}

    /// One.
    @inlinable public init(_ effect: Effect) {
        append(effect)
    }

    /// Adds one. Traps when there are `capacity` already: no event has more.
    @inlinable public mutating func append(_ effect: Effect) {
        precondition(count < Self.capacity, "an event has four effects at most")
        items[count] = effect
        filled += 1
    }

    /// Always 0.
    @inlinable public var startIndex: Int { 0 }
    /// The same as `count`.
    @inlinable public var endIndex: Int { count }

    /// The effect at `index`.
    @inlinable public subscript(index: Int) -> Effect {
        guard index < count, let effect = items[index] else {
            preconditionFailure("an effect is asked for by its index")
        }
        return effect
    }
}
