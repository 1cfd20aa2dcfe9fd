internal import CSodium

/// Starts libsodium once for the process; every use of its memory and randomness asks here first.
///
/// `sodium_malloc` before `sodium_init` would abort, so no other file calls either without this.
enum Sodium {
    private static let started: Bool = sodium_init() >= 0

    static func start() {
        precondition(started, "libsodium could not start: the system offers no randomness")
    }
}
