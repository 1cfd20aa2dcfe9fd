internal import CLinux
internal import Glibc

/// Opens URIs with the desktop's own program for that, and knows how those programs ended.
///
/// No shell sees the URI, and it begins with a letter: it is no option either.
struct URIOpener {
    /// Those that run: their process, and a descriptor that can be read from when it has ended.
    private var running: [(process: Int32, descriptor: Int32)] = []

    /// What to poll for.
    var waiting: [pollfd] {
        running.map { entry in pollfd(fd: entry.descriptor, events: Int16(POLLIN), revents: 0) }
    }

    /// Whether one still runs.
    var isBusy: Bool { !running.isEmpty }

    /// Starts the program. Throws `openerMissing` or `openerFailed`.
    ///
    /// - Parameter token: what the desktop gave along with the click, so that the window that
    ///   opens may come to the front (XDG activation).
    mutating func open(_ uri: String, token: String?) throws(DesktopError) {
        guard running.count < DesktopLimits.openersMax else { throw .openerFailed }
        for program in [["xdg-open", uri], ["gio", "open", uri]] {
            var process: Int32 = 0
            switch URIOpener.spawn(program, token, &process) {
            case 0:
                running.append((process, ntf_pidfd_open(process)))
                return
            case ENOENT, EACCES: continue
            default: throw .openerFailed
            }
        }
        throw .openerMissing
    }

    /// Looks who has ended; how many of them had failed.
    mutating func reap() -> Int {
        var failed = 0
        running.removeAll { entry in
            var status: Int32 = 0
            // SAFETY: `status` is ours for the length of the call, which does not wait.
            guard unsafe waitpid(entry.process, &status, WNOHANG) != 0 else { return false }
            if entry.descriptor >= 0 { _ = Glibc.close(entry.descriptor) }
            if status != 0 { failed += 1 }
            return true
        }
        return failed
    }

    private static func spawn(
        _ arguments: [String], _ token: String?, _ process: inout Int32
    ) -> Int32 {
        // SAFETY: the strings and both lists live through the call; the environment is only read,
        // and nobody in this process changes it.
        var strings = unsafe arguments.map { argument in unsafe strdup(argument) }
        let added = unsafe token.map { token in unsafe strdup("XDG_ACTIVATION_TOKEN=" + token) }
        defer {
            for index in unsafe strings.indices { unsafe free(strings[index]) }
            unsafe free(added ?? nil)
        }
        var environment = unsafe [UnsafeMutablePointer<CChar>?]()
        if let added = unsafe added { unsafe environment.append(added) }
        var next = unsafe ntf_environment()
        while let variable = unsafe next?.pointee {
            unsafe environment.append(variable)
            unsafe next = next?.advanced(by: 1)
        }
        unsafe environment.append(nil)
        unsafe strings.append(nil)
        return unsafe ntf_spawn_apart(&process, strings, environment)
    }
}
