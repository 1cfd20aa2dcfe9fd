/// Why a process is gone while requests were under way.
enum Ending: Equatable, Sendable {
    /// Killed at the deadline of the push with this number.
    case deadline(push: UInt64)
    /// Killed above the memory cap.
    case memory
    /// Killed because it broke the protocol.
    case brokenProtocol
    /// It ended without being killed by us.
    case died
    /// It could not be started; the system's error number.
    case notStarted(code: Int32)

    /// As the output names it.
    var name: String {
        switch self {
        case .deadline: "deadline"
        case .memory: "memory"
        case .brokenProtocol: "protocol"
        case .died: "died"
        case .notStarted: "not-started"
        }
    }
}

/// What the user sees of a push, and why. The names are a promise: docs/extension-protocol.md.
struct Verdict: Equatable, Sendable {
    enum Displayed: String, Sendable { case modified, original }

    enum Why: String, CaseIterable, Sendable {
        case content
        case bestAttempt = "best-attempt"
        case contentTwice = "content-twice"
        case silent
        case malformedContent = "malformed-content"
        case slowStart = "slow-start"
        case deadline, memory, crashed
        case notStarted = "not-started"
        case malformedPush = "malformed-push"
    }

    let displayed: Displayed
    let why: Why

    /// Of a request that is over: by `done` when `ending` is nil.
    init(_ request: Request, ending: Ending?) {
        if request.contentCount > 0 {
            displayed = request.content == nil ? .original : .modified
            why =
                if request.content == nil { .malformedContent } else if request.contentCount > 1 {
                    .contentTwice
                } else if request.isContentAfterWarning { .bestAttempt } else { .content }
            return
        }
        displayed = .original
        why =
            switch ending {
            case nil: .silent
            case .deadline: request.isProcessReady ? .deadline : .slowStart
            case .memory: .memory
            case .brokenProtocol: .malformedContent
            case .died: .crashed
            case .notStarted: .notStarted
            }
    }

    /// Of a push that is no JSON, which no extension is asked about.
    static let malformedPush = Verdict(.original, .malformedPush)

    private init(_ displayed: Displayed, _ why: Why) {
        self.displayed = displayed
        self.why = why
    }
}
