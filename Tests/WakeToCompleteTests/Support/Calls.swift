/// Calls that wait for a test to answer them.
final class Calls<Request: Sendable, Answer: Sendable>: Sendable {
    struct Call: Sendable {
        let request: Request
        fileprivate let continuation: CheckedContinuation<Answer, Never>

        func answer(_ answer: Answer) { continuation.resume(returning: answer) }
    }

    private let stream: AsyncStream<Call>
    private let source: AsyncStream<Call>.Continuation

    init() {
        (stream, source) = AsyncStream.makeStream(of: Call.self)
    }

    /// Called by what is tested.
    func ask(_ request: Request) async -> Answer {
        await withCheckedContinuation { continuation in
            source.yield(Call(request: request, continuation: continuation))
        }
    }

    /// The next call, when it comes.
    func next() async -> Call {
        var iterator = stream.makeAsyncIterator()
        guard let call = await iterator.next() else { fatalError("no more calls") }
        return call
    }
}

/// Values in the order in which they were told.
final class Told<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let source: AsyncStream<Value>.Continuation

    init() {
        (stream, source) = AsyncStream.makeStream(of: Value.self)
    }

    func tell(_ value: Value) { source.yield(value) }

    func next() async -> Value {
        var iterator = stream.makeAsyncIterator()
        guard let value = await iterator.next() else { fatalError("nothing more is told") }
        return value
    }
}
