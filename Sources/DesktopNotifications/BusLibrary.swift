internal import CDBus

/// sd-bus, loaded when it is first asked for; nil where nothing that carries it is installed.
///
/// libdbus-1 would do as well, but waits without limit where sd-bus can be polled, starts a bus of
/// its own where there is none, and on most systems loads this very library besides.
@safe struct BusLibrary: @unchecked Sendable {
    // SAFETY (Sendable): function pointers into a library that is never unloaded, never changed.
    let functions: ntf_dbus

    /// The one copy of the process. The corresponding C function is `dlopen`.
    static let shared: BusLibrary? = {
        var functions = ntf_dbus()
        // SAFETY: `functions` is ours and the call fills all of it when it answers 1.
        guard unsafe ntf_dbus_load(&functions) == 1 else { return nil }
        return BusLibrary(functions: functions)
    }()
}
