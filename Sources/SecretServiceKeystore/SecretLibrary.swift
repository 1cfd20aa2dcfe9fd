internal import CSecret

/// libsecret, loaded when it is first asked for; nil where it is not installed.
///
/// The corresponding C function is `dlopen`. Once loaded it stays: GLib cannot be unloaded.
@safe struct SecretLibrary: @unchecked Sendable {
    // SAFETY (Sendable): function pointers into a library that is never unloaded, never changed.
    let functions: ntf_secret

    /// The one copy of the process.
    static let shared: SecretLibrary? = {
        var functions = ntf_secret()
        // SAFETY: `functions` is ours and the call fills all of it when it answers 1.
        guard unsafe ntf_secret_load(&functions) == 1 else { return nil }
        return SecretLibrary(functions: functions)
    }()
}
