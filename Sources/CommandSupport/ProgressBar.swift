internal import Glibc

/// A bar on standard error while something long goes on; nothing at all where that is no terminal.
public struct ProgressBar: Sendable {
    private static let width = 30

    private let isDrawn = isatty(STDERR_FILENO) == 1

    /// Draws nothing yet.
    public init() {}

    /// Draws the bar with a label behind it; the label alone when there is no telling how far it
    /// is.
    public func draw(_ label: String, done: Int, of total: Int?) {
        guard isDrawn else { return }
        var text = "\r\u{1b}[K"
        if let total, total > 0 {
            let filled = ProgressBar.width * min(done, total) / total
            text += String(repeating: "█", count: filled)
            text += String(repeating: "░", count: ProgressBar.width - filled) + " "
        }
        System.write(text + label, to: STDERR_FILENO)
    }

    /// Takes the bar away, so that something else can be written on its line.
    public func clear() {
        if isDrawn { System.write("\r\u{1b}[K", to: STDERR_FILENO) }
    }
}
