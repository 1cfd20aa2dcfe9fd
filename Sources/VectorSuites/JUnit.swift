/// Writes reports in the form CI systems read (JUnit's XML).
public enum JUnit {
    /// The whole document, UTF-8.
    public static func document(_ reports: [FileReport]) -> String {
        let all = reports.flatMap(\.cases)
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts(all))>\n"
        for report in reports where !report.cases.isEmpty {
            text += "  <testsuite name=\"\(escaped(report.path))\" \(counts(report.cases))>\n"
            for result in report.cases {
                text +=
                    "    <testcase classname=\"\(escaped(report.path))\" name=\"\(escaped(result.name))\""
                switch result.outcome {
                case .passed: text += "/>\n"
                case .failed(let what):
                    text += "><failure message=\"\(escaped(what))\"/></testcase>\n"
                case .skipped(let why):
                    text += "><skipped message=\"\(escaped(why))\"/></testcase>\n"
                }
            }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func counts(_ results: [CaseResult]) -> String {
        let report = FileReport(path: "", cases: results)
        let skipped = report.skips.values.reduce(0, +)
        return
            "tests=\"\(results.count)\" failures=\"\(report.failures.count)\" skipped=\"\(skipped)\""
    }

    /// XML 1.0 has no way to write most control characters: they become a question mark.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
