internal import NotificationPipeline

/// Files of JSONTestSuite (Nicolas Seriot): the first letter says what a parser must do.
enum JSONTestSuite {
    /// Whether a file's name is one of the suite's.
    static func holds(_ name: String) -> Bool {
        name.hasSuffix(".json") && ["y_", "n_", "i_"].contains(String(name.prefix(2)))
    }

    static func run(_ bytes: [UInt8], path: String, name: String) -> FileReport {
        let isAccepted = (try? JSON.check(bytes.span)) != nil
        switch name.first {
        case "y":
            return FileReport(
                path: path, isAccepted ? .passed : .failed("must be accepted, was refused"))
        case "n":
            return FileReport(
                path: path, isAccepted ? .failed("must be refused, was accepted") : .passed)
        default:
            return FileReport(
                path: path, cases: [], freeChoice: isAccepted ? "accepted" : "refused")
        }
    }
}
