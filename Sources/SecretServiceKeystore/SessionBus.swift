internal import Glibc

/// Whether there is a session bus to ask.
///
/// Looked for here as GLib would, because GLib goes on to start a bus of its own (autolaunch) when
/// it finds none, and a filter must not start processes.
enum SessionBus {
    static func isThere() -> Bool {
        // SAFETY: the environment is read only; both strings are used before anything changes it.
        if let address = unsafe getenv("DBUS_SESSION_BUS_ADDRESS"), unsafe address[0] != 0 {
            // SAFETY: a C string; both calls stop at its end.
            let length = unsafe strnlen(address, ServiceLimits.addressBytesMax)
            let autolaunch = unsafe strstr(address, "autolaunch:")
            return unsafe length < ServiceLimits.addressBytesMax && autolaunch == nil
        }
        guard let directory = unsafe getenv("XDG_RUNTIME_DIR"), unsafe directory[0] == 0x2f
        else { return false }
        let path = unsafe String(cString: directory) + "/bus"
        var status = stat()
        // SAFETY: `status` is ours; the string is a C string for the length of the call.
        guard unsafe stat(path, &status) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFSOCK && status.st_uid == geteuid()
    }
}
