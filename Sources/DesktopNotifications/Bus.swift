internal import CDBus
internal import Glibc

/// A connection to the session bus, on the one thread that uses it. Every wait has a deadline.
@safe final class Bus {
    private let library: BusLibrary
    private let raw: OpaquePointer

    /// Where a call goes.
    struct Address {
        let service: StaticString
        let path: StaticString
        let interface: StaticString

        /// The bus itself.
        static let bus = Address(
            service: "org.freedesktop.DBus", path: "/org/freedesktop/DBus",
            interface: "org.freedesktop.DBus")
    }

    /// Connects to the bus of DBUS_SESSION_BUS_ADDRESS, else the one of XDG_RUNTIME_DIR. Throws
    /// `libraryMissing`, or `busMissing` also for a bus that says nothing.
    init() throws(DesktopError) {
        guard let library = BusLibrary.shared else { throw .libraryMissing }
        var opened: OpaquePointer?
        // SAFETY: the call fills `opened` with a connection of ours when it does not fail.
        guard unsafe library.functions.sd_bus_open_user(&opened) >= 0, let opened = unsafe opened
        else { throw .busMissing }
        self.library = library
        unsafe raw = opened
        // A call would wait for the bus' greeting as long as that takes.
        let deadline = Monotonic.now() + DesktopLimits.answerWait
        // SAFETY: the connection is ours until deinit.
        while unsafe library.functions.sd_bus_is_ready(raw) == 0 {
            let handled = unsafe library.functions.sd_bus_process(raw, nil)
            guard handled >= 0, Monotonic.now() < deadline else { throw .busMissing }
            if handled == 0 { wait(until: deadline) }
        }
        guard unsafe library.functions.sd_bus_is_ready(raw) > 0 else { throw .busMissing }
    }

    deinit {
        // SAFETY: ours alone. Without a flush, which would wait: every call had its answer or is
        // given up.
        _ = unsafe library.functions.sd_bus_close_unref(raw)
    }

    /// What to poll for: then `step` has something to do.
    var waiting: pollfd {
        // SAFETY: the connection is ours.
        let events = unsafe library.functions.sd_bus_get_events(raw)
        return unsafe pollfd(
            fd: library.functions.sd_bus_get_fd(raw), events: Int16(max(0, events)), revents: 0)
    }

    /// When `step` wants to be called whatever comes; nil for never.
    var due: Duration? {
        var microseconds = UInt64.max
        // SAFETY: the call writes `microseconds`.
        let code = unsafe library.functions.sd_bus_get_timeout(raw, &microseconds)
        guard code >= 0, microseconds < UInt64(Int64.max) else { return nil }
        return .microseconds(Int64(microseconds))
    }

    /// Takes one step of what the bus has for us, and lends `use` the message that came by itself,
    /// if one did. False when there is nothing to do now.
    func step(_ use: (borrowing BusMessage) -> Void) throws(DesktopError) -> Bool {
        var message: OpaquePointer?
        // SAFETY: the call fills `message` with a reference of ours, or leaves it.
        let handled = unsafe library.functions.sd_bus_process(raw, &message)
        if let message = unsafe message { use(unsafe BusMessage(library, owning: message)) }
        guard handled >= 0 else { throw .busMissing }
        return handled > 0
    }

    /// Calls a method, whose arguments `write` appends, and waits for the answer.
    ///
    /// Throws `busMissing`, `serviceMissing`, `unanswered` or `refused`.
    func call(
        _ address: Address, _ member: StaticString,
        _ write: (inout BusMessage) -> Void = { _ in }
    ) throws(DesktopError) -> BusMessage {
        var made: OpaquePointer?
        // SAFETY: literals are C strings; the call fills `made` with a reference of ours.
        let code = unsafe library.functions.sd_bus_message_new_method_call(
            raw, &made, BusMessage.cString(address.service), BusMessage.cString(address.path),
            BusMessage.cString(address.interface), BusMessage.cString(member))
        guard code >= 0, let made = unsafe made else { throw Bus.error(code) }
        var message = unsafe BusMessage(library, owning: made)
        write(&message)
        guard !message.isSpoiled else { throw .refused }
        let microseconds = UInt64(DesktopLimits.answerWait / .microseconds(1))
        var reply: OpaquePointer?
        // SAFETY: both messages are references of ours.
        let answered = unsafe library.functions.sd_bus_call(
            raw, message.raw, microseconds, nil, &reply)
        guard answered >= 0, let reply = unsafe reply else { throw Bus.error(answered) }
        return unsafe BusMessage(library, owning: reply)
    }

    /// Sleeps until there is something to do, or `deadline`.
    private func wait(until deadline: Duration) {
        var entry = waiting
        let wait = min(deadline, due ?? deadline) - Monotonic.now()
        // SAFETY: one entry, ours for the length of the call.
        _ = unsafe poll(&entry, 1, Monotonic.milliseconds(wait))
    }

    /// What a negative number of sd-bus means to us.
    private static func error(_ code: Int32) -> DesktopError {
        switch -code {
        // ServiceUnknown and NameHasNoOwner
        case EHOSTUNREACH, ENXIO: .serviceMissing
        // also NoReply: the service went away over it
        case ETIMEDOUT: .unanswered
        case ENOTCONN, ECONNRESET, EPIPE, ESHUTDOWN, ENOBUFS, EBADF: .busMissing
        default: .refused
        }
    }
}

/// Monotonic time.
enum Monotonic {
    /// The time since an arbitrary point, the same for sd-bus. The corresponding C function is
    /// `clock_gettime`.
    static func now() -> Duration {
        var time = timespec()
        // SAFETY: `time` is ours for the length of the call.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// A wait as poll(2) takes it, rounded up; at most `DesktopLimits.sleepMax`.
    static func milliseconds(_ wait: Duration) -> Int32 {
        let bounded = min(max(wait, .zero), DesktopLimits.sleepMax)
        return Int32((bounded / .milliseconds(1)).rounded(.up))
    }
}
