/// A push under way: what was given to the extension, and what came back.
struct Request {
    /// Counted from 1 over the whole input.
    let number: UInt64
    let push: [UInt8]
    /// Before the process was started, if it was started for this push.
    let beganAt: Moment
    /// Whether a process was started for it.
    var isStarter = false
    /// Its name in the conversation; nil while the extension is not ready.
    var id: UInt64?
    var isWarned = false
    /// The first content, if it is one that can be shown.
    var content: [UInt8]?
    var contentAt: Moment?
    var isContentAfterWarning = false
    var contentCount = 0
    /// The process was ready at some time while this push was under way.
    var isProcessReady = false

    init(number: UInt64, push: [UInt8], beganAt: Moment) {
        self.number = number
        self.push = push
        self.beganAt = beganAt
    }

    /// Takes over a content; only the first one is looked at.
    mutating func take(content bytes: [UInt8], at moment: Moment) {
        contentCount += 1
        guard contentCount == 1 else { return }
        content = Content.accepted(bytes)
        contentAt = moment
        isContentAfterWarning = isWarned
    }
}
