/// What became of one case of a suite.
public enum CaseOutcome: Equatable, Sendable {
    case passed
    /// What went wrong, in a clause.
    case failed(String)
    /// Why it could not be asked.
    case skipped(String)
}

/// One case: its name in its file, and what became of it.
public struct CaseResult: Equatable, Sendable {
    /// The name in its file: `tcId 12`, or the path where the file is one case.
    public let name: String
    /// What became of it.
    public let outcome: CaseOutcome

    /// A case of that name and outcome.
    public init(_ name: String, _ outcome: CaseOutcome) {
        self.name = name
        self.outcome = outcome
    }
}

/// What one file of a suite gave.
public struct FileReport: Equatable, Sendable {
    /// The path as it was found.
    public let path: String
    /// Every case of the file, in its order.
    public let cases: [CaseResult]
    /// For a case that may go either way (JSONTestSuite's `i_`): which way it went. Counted apart.
    public let freeChoice: String?

    /// A report of many cases, or of a free choice and none.
    public init(path: String, cases: [CaseResult], freeChoice: String? = nil) {
        self.path = path
        self.cases = cases
        self.freeChoice = freeChoice
    }

    /// A file that is one case, or failed as a whole.
    public init(path: String, _ outcome: CaseOutcome) {
        self.init(path: path, cases: [CaseResult(path, outcome)])
    }

    /// How many cases passed.
    public var passed: Int { cases.count { result in result.outcome == .passed } }

    /// The cases that failed, in their order.
    public var failures: [CaseResult] {
        cases.filter { result in if case .failed = result.outcome { true } else { false } }
    }

    /// Reasons for skips, each with how often it came.
    public var skips: [String: Int] {
        cases.reduce(into: [:]) { counts, result in
            if case .skipped(let reason) = result.outcome { counts[reason, default: 0] += 1 }
        }
    }
}
