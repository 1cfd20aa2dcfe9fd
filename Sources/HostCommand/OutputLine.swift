import NotificationPipeline

/// What is told of one push: a line of JSON.
struct OutputLine {
    let push: UInt64
    let verdict: Verdict
    let latencyNanoseconds: UInt64
    /// Why the push was not handed on, when it was none.
    var refusal: PayloadError?
    /// Whether a process was started for it.
    var isStarter = false
    var pid: Int32?
    var peak: Memory?
    var contentCount = 0
    /// What became of the process while this push was under way, and how it then ended.
    var ending: Ending?
    var end: ProcessEnd?
    /// One line of JSON.
    let content: [UInt8]

    /// The line with its newline.
    var bytes: [UInt8] {
        var text = "{\"push\":\(push),\"displayed\":\"\(verdict.displayed.rawValue)\""
        text += ",\"why\":\"\(verdict.why.rawValue)\""
        if let refusal { text += ",\"reason\":\"\(Refusal.payload(refusal).reason)\"" }
        text += ",\"latencyMs\":\(Figures.milliseconds(latencyNanoseconds))"
        text += ",\"started\":\(isStarter)"
        if let pid { text += ",\"pid\":\(pid)" }
        // None of a process that the kernel stopped before the first look at it.
        if let peak, peak.resident > 0 {
            text += ",\"peakRSS\":\(peak.resident),\"peakAnonymous\":\(peak.anonymous)"
        }
        if contentCount > 1 { text += ",\"contents\":\(contentCount)" }
        if let ending { text += ",\"ended\":\"\(ending.name)\"" }
        if case .deadline(let other)? = ending, other != push { text += ",\"deadlineOf\":\(other)" }
        if case .notStarted(let code)? = ending { text += ",\"errno\":\(code)" }
        switch end {
        case .signal(let number)?: text += ",\"signal\":\(number)"
        case .status(let status)?: text += ",\"status\":\(status)"
        case nil: break
        }
        return Array(text.utf8) + Array(",\"content\":".utf8) + content + Array("}\n".utf8)
    }
}

/// Figures as people read them.
enum Figures {
    /// Milliseconds with two digits behind the point.
    static func milliseconds(_ nanoseconds: UInt64) -> String {
        let hundredths = (nanoseconds + 5_000) / 10_000
        let part = hundredths % 100
        return "\(hundredths / 100).\(part < 10 ? "0" : "")\(part)"
    }

    /// MiB with one digit behind the point, none when it is 0.
    static func mebibytes(_ bytes: Int) -> String {
        let tenths = (bytes * 10 + 512 * 1024) / (1024 * 1024)
        return tenths % 10 == 0 ? "\(tenths / 10) MiB" : "\(tenths / 10).\(tenths % 10) MiB"
    }
}
