/// Text for services that read markup in a body (Desktop Notifications Specification 1.2, Markup).
enum Markup {
    /// The text with `&`, `<` and `>` as entities, so that it is shown as it is.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
