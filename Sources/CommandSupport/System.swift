internal import CLinux
internal import Glibc

/// The system calls the command makes itself.
public enum System {
    /// No core file of a process that holds keys; a closed pipe is an error, not a death.
    public static func prepareProcess() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // SAFETY: `none` is ours for the length of the call.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        // The limit does not hold for core files that are piped to a program.
        _ = ntf_forbid_dumps()
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Unix seconds.
    public static func now() -> UInt64 {
        var time = timespec()
        // SAFETY: `time` is ours for the length of the call.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec))
    }

    /// A variable of the environment; nil when it is missing or empty.
    public static func environment(_ name: String) -> String? {
        // SAFETY: getenv answers nil or a C string; nobody here changes the environment.
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// The language of messages where no option names one: LC_ALL, LC_MESSAGES or LANG, the first
    /// that is set and not empty, in the order of POSIX; English when none is. `C` and `POSIX` are
    /// English too. GNU's list of second choices, LANGUAGE, is not consulted: a catalog is never
    /// without words, so there would be nothing to choose.
    public static func locale() -> String {
        environment("LC_ALL") ?? environment("LC_MESSAGES") ?? environment("LANG") ?? "en"
    }

    /// Writes all of `text`; gives up quietly, for there is nowhere left to complain.
    public static func write(_ text: String, to descriptor: Int32) {
        var copy = text
        copy.withUTF8 { bytes in
            _ = write(unsafe Span(_unsafeElements: bytes), to: descriptor)
        }
    }

    /// Writes all of `bytes`; false when the system takes no more.
    public static func write(_ bytes: Span<UInt8>, to descriptor: Int32) -> Bool {
        unsafe bytes.withUnsafeBytes { raw in
            var done = 0
            while done < raw.count {
                // SAFETY: `raw.count - done` readable bytes from there on.
                let count = unsafe Glibc.write(
                    descriptor, raw.baseAddress! + done, raw.count - done)
                if count < 0 && mayRepeat(descriptor, POLLOUT) { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    /// Makes or replaces the file at `path` with `text`.
    public static func write(_ text: String, toFile path: String) throws(Failure) {
        // SAFETY: the path is a C string for the length of the call.
        let descriptor = unsafe ntf_openat(
            AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { if descriptor >= 0 { _ = close(descriptor) } }
        guard descriptor >= 0, write(text.utf8.span, to: descriptor) else {
            throw Failure(
                "\(path) cannot be written: \(message(errno))", hint: "ls -ld \(path)",
                status: .outputUnwritable)
        }
    }

    /// Reads once into a range of `space`; 0 at the end, nil when the system says no.
    public static func read(
        _ descriptor: Int32, into space: inout MutableSpan<UInt8>, _ range: Range<Int>
    ) -> Int? {
        precondition(range.upperBound <= space.count, "a read stays inside its space")
        return unsafe space.withUnsafeMutableBytes { raw in
            while true {
                // SAFETY: the range lies inside the space, checked above.
                let count = unsafe Glibc.read(
                    descriptor, raw.baseAddress! + range.lowerBound, range.count)
                if count < 0 && mayRepeat(descriptor, POLLIN) { continue }
                return count < 0 ? nil : count
            }
        }
    }

    /// Whether a call that failed just now is worth repeating: a signal came between, or whoever
    /// gave us the descriptor made it non-blocking, and it is ready now.
    private static func mayRepeat(_ descriptor: Int32, _ event: Int32) -> Bool {
        guard errno == EAGAIN else { return errno == EINTR }
        var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        // SAFETY: one entry, ours for the length of the call.
        return unsafe poll(&entry, 1, -1) >= 0 || errno == EINTR
    }

    /// Whether a read would answer at once.
    public static func hasInput(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: one entry, ours for the length of the call; no wait.
        return unsafe poll(&entry, 1, 0) != 0
    }

    /// Whether what is written to a descriptor is read at once, and not left lying in a file.
    public static func isTerminalOrPipe(_ descriptor: Int32) -> Bool {
        var status = stat()
        // SAFETY: the struct is ours for the length of the call.
        guard unsafe fstat(descriptor, &status) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFIFO || isatty(descriptor) == 1
    }

    /// What the system says of an error number: for messages to people.
    public static func message(_ code: Int32) -> String {
        // SAFETY: strerror answers a C string that lives until the next call on this thread.
        unsafe String(cString: strerror(code)).lowercased()
    }
}
