/// Where things are when nobody says otherwise (XDG Base Directory Specification).
public enum Paths {
    /// The file keystore's directory.
    public static func keystore() throws(Failure) -> String {
        try home("XDG_DATA_HOME", ".local/share") + "/ntfdecrypt/keystore"
    }

    /// The group directory.
    public static func group() throws(Failure) -> String {
        try home("XDG_STATE_HOME", ".local/state") + "/ntfdecrypt/group"
    }

    private static func home(_ variable: String, _ below: String) throws(Failure) -> String {
        // The specification has relative paths ignored.
        if let named = System.environment(variable), named.hasPrefix("/") { return named }
        guard let home = System.environment("HOME") else {
            throw Failure(
                "neither \(variable) nor HOME is set, so there is no default directory",
                hint: "name --keystore file:DIR and --group-dir DIR", status: .usage)
        }
        return home + "/" + below
    }
}
