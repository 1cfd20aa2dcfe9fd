import Glibc

// Threads and clocks.

public typealias pthread_mutex_t = Glibc.pthread_mutex_t
public typealias pthread_cond_t = Glibc.pthread_cond_t

public struct pthread_attr_t {
    fileprivate var native = Glibc.pthread_attr_t()

    public init() {}
}

/// Nothing of it is ever read.
public struct _opaque_pthread_t {}
public typealias pthread_t = UnsafeMutablePointer<_opaque_pthread_t>

public let PTHREAD_CREATE_DETACHED: Int32 = 2

@discardableResult
public func pthread_mutex_init(
    _ mutex: UnsafeMutablePointer<pthread_mutex_t>, _ attributes: UnsafeRawPointer?
) -> Int32 { Glibc.pthread_mutex_init(mutex, nil) }

@discardableResult
public func pthread_mutex_destroy(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) -> Int32 {
    Glibc.pthread_mutex_destroy(mutex)
}

@discardableResult
public func pthread_mutex_lock(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) -> Int32 {
    Glibc.pthread_mutex_lock(mutex)
}

@discardableResult
public func pthread_mutex_unlock(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) -> Int32 {
    Glibc.pthread_mutex_unlock(mutex)
}

@discardableResult
public func pthread_cond_init(
    _ condition: UnsafeMutablePointer<pthread_cond_t>, _ attributes: UnsafeRawPointer?
) -> Int32 {
    var attributes = Glibc.pthread_condattr_t()
    Glibc.pthread_condattr_init(&attributes)
    // For the relative wait; an absolute one there is none here.
    Glibc.pthread_condattr_setclock(&attributes, Glibc.CLOCK_MONOTONIC)
    defer { Glibc.pthread_condattr_destroy(&attributes) }
    return Glibc.pthread_cond_init(condition, &attributes)
}

@discardableResult
public func pthread_cond_destroy(_ condition: UnsafeMutablePointer<pthread_cond_t>) -> Int32 {
    Glibc.pthread_cond_destroy(condition)
}

@discardableResult
public func pthread_cond_broadcast(_ condition: UnsafeMutablePointer<pthread_cond_t>) -> Int32 {
    Glibc.pthread_cond_broadcast(condition)
}

@discardableResult
public func pthread_cond_wait(
    _ condition: UnsafeMutablePointer<pthread_cond_t>,
    _ mutex: UnsafeMutablePointer<pthread_mutex_t>
) -> Int32 { Glibc.pthread_cond_wait(condition, mutex) }

public func pthread_cond_timedwait_relative_np(
    _ condition: UnsafeMutablePointer<pthread_cond_t>,
    _ mutex: UnsafeMutablePointer<pthread_mutex_t>, _ wait: UnsafePointer<timespec>?
) -> Int32 {
    var time = timespec()
    Glibc.clock_gettime(Glibc.CLOCK_MONOTONIC, &time)
    let nanoseconds = time.tv_nsec + (wait?.pointee.tv_nsec ?? 0)
    time.tv_sec += (wait?.pointee.tv_sec ?? 0) + nanoseconds / 1_000_000_000
    time.tv_nsec = nanoseconds % 1_000_000_000
    return Glibc.pthread_cond_timedwait(condition, mutex, &time)
}

@discardableResult
public func pthread_attr_init(_ attributes: UnsafeMutablePointer<pthread_attr_t>) -> Int32 {
    Glibc.pthread_attr_init(&attributes.pointee.native)
}

@discardableResult
public func pthread_attr_destroy(_ attributes: UnsafeMutablePointer<pthread_attr_t>) -> Int32 {
    Glibc.pthread_attr_destroy(&attributes.pointee.native)
}

@discardableResult
public func pthread_attr_setstacksize(
    _ attributes: UnsafeMutablePointer<pthread_attr_t>, _ bytes: Int
) -> Int32 {
    Glibc.pthread_attr_setstacksize(&attributes.pointee.native, bytes)
 }

@discardableResult
public func pthread_attr_setdetachstate(
    _ attributes: UnsafeMutablePointer<pthread_attr_t>, _ state: Int32
) -> Int32 {
    Glibc.pthread_attr_setdetachstate(
        &attributes.pointee.native, state == PTHREAD_CREATE_DETACHED ? 1 : 0)
}

public func pthread_self() -> pthread_t { pthread_t(bitPattern: Glibc.pthread_self())! }

public func pthread_join(
    _ thread: pthread_t, _ answer: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 { Glibc.pthread_join(UInt(bitPattern: thread), answer) }

/// What a thread here is started with: glibc's begins with a pointer that may be missing.
private struct Start {
    let body: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer?
    let argument: UnsafeMutableRawPointer?
}

public func pthread_create(
    _ thread: UnsafeMutablePointer<pthread_t?>, _ attributes: UnsafePointer<pthread_attr_t>?,
    _ body: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer?,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    let start = UnsafeMutablePointer<Start>.allocate(capacity: 1)
    start.initialize(to: Start(body: body, argument: argument))
    var native = Glibc.pthread_t()
    var copy = attributes?.pointee.native ?? Glibc.pthread_attr_t()
    let failed = Glibc.pthread_create(
        &native, &copy,
        { start in
            let start = start!.assumingMemoryBound(to: Start.self)
            let (body, argument) = (start.pointee.body, start.pointee.argument)
            start.deinitialize(count: 1)
            start.deallocate()
            return body(argument!)
        }, start)
    if failed == 0 {
        thread.pointee = pthread_t(bitPattern: native)
    } else {
        start.deallocate()
    }
    return failed
}

public struct clockid_t: RawRepresentable, Equatable, Sendable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}
public let CLOCK_REALTIME = clockid_t(rawValue: 0)
public let CLOCK_MONOTONIC_RAW = clockid_t(rawValue: 4)
public let CLOCK_MONOTONIC = clockid_t(rawValue: 6)
public let CLOCK_UPTIME_RAW = clockid_t(rawValue: 8)

public func clock_gettime_nsec_np(_ clock: clockid_t) -> UInt64 {
    let native: Glibc.clockid_t
    switch clock {
    case CLOCK_REALTIME: native = Glibc.CLOCK_REALTIME
    // With the device's sleep, and without.
    case CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW: native = Glibc.CLOCK_BOOTTIME
    case CLOCK_UPTIME_RAW: native = Glibc.CLOCK_MONOTONIC
    default: return 0
    }
    var time = timespec()
    Glibc.clock_gettime(native, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
