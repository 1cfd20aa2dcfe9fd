/// The kinds of work that are stopped before a process is suspended, in the order their gates close.
public enum GatedOperation: Int, CaseIterable, Sendable {
    /// Asking the notification server: closes at once.
    case notificationNetwork
    /// Receiving from the network: closes at once.
    case receiveNetwork
    /// Handing messages on: closes when nothing is being received any more.
    case messageDelivery
    /// Sending to the network: closes when nothing is being handed on any more.
    case sendNetwork
    /// The database: closes when the process is about to be suspended.
    case database
}

/// Why an operation did not begin.
public enum OperationError: Error, Equatable, Sendable {
    /// Its gate stayed closed until the time was up.
    case deadline
    /// `CoordinationLimits.operationsMax` of its kind are under way or waiting.
    case tooMany
}

/// Why a bracket came to no result: it was not entered, or what ran inside it failed.
public enum BracketError<Refusal: Error, Failure: Error>: Error {
    /// The bracket was not entered, and nothing ran.
    case refused(Refusal)
    /// What ran inside threw this.
    case failed(Failure)
}

extension BracketError: Equatable where Refusal: Equatable, Failure: Equatable {}

/// The right to be under way: the operation has ended when this goes, and `end` is its last word.
///
/// Its owner may take it to another thread.
public struct OperationPermit: ~Copyable, Sendable {
    let gates: OperationGates
    /// What is under way.
    public let operation: GatedOperation

    init(_ gates: OperationGates, _ operation: GatedOperation) {
        self.gates = gates
        self.operation = operation
    }

    /// Ends the operation.
    public consuming func end() {}

    deinit {
        gates.leave(operation)
    }
}
