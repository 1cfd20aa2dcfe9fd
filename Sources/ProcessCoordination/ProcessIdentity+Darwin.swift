#if canImport(Darwin)
internal import Darwin

extension ProcessIdentity {
    /// When a process was started, in microseconds of the wall clock as it was then; whether only its
    /// end is left to be told; whether it is stopped. Nil when there is none, and also when the sandbox
    /// shows this process no other one, as on iOS. The corresponding C function is `sysctl`.
    static func state(
        of pid: Int32
    ) -> (startedAt: UInt64, hasEnded: Bool, isStopped: Bool)? {
        var query: InlineArray<4, Int32> = [CTL_KERN, KERN_PROC, KERN_PROC_PID, pid]
        // SAFETY: of the pointers in it none is followed.
        var answer = unsafe kinfo_proc()
        var size = unsafe MemoryLayout<kinfo_proc>.stride
        var words = query.mutableSpan
        let failed = unsafe words.withUnsafeMutableBufferPointer { words in
            // SAFETY: four words, and one answer of `size` bytes, all ours for the length of the call.
            unsafe sysctl(words.baseAddress, UInt32(words.count), &answer, &size, nil, 0)
        }
        // No process, or none for us: nothing is written, and that is no error.
        // SAFETY: of the pointers in it none is followed; of the union the kernel fills in the time.
        let process = unsafe answer.kp_proc
        guard unsafe failed == 0 && size > 0 && process.p_pid == pid else { return nil }
        let started = unsafe process.p_un.__p_starttime
        let (seconds, rest) = (UInt64(clamping: started.tv_sec), UInt64(clamping: started.tv_usec))
        let time = seconds &* 1_000_000 &+ rest
        guard time > 0 else { return nil }
        let state = unsafe Int32(process.p_stat)
        return (time, state == SZOMB, state == SSTOP)
    }

    /// All processes of a device have their numbers from one space: "Darwin".
    static func ownNamespace() -> UInt64 { 0x44_61_72_77_69_6e }

    /// None: whoever is heard over notify(3) has no number.
    static func endDescriptor(of pid: Int32) -> Int32 { -1 }
}

extension BootID {
    /// Reads the kernel's text for it and answers the count; 0 when it has none, or none for us.
    /// The corresponding C function is `sysctlbyname`.
    static func readSystem(into target: inout MutableSpan<UInt8>) -> Int {
        unsafe target.withUnsafeMutableBytes { memory in
            var count = memory.count
            // SAFETY: `count` writable bytes of the caller's.
            let failed = unsafe sysctlbyname(
                "kern.bootsessionuuid", memory.baseAddress, &count, nil, 0)
            return failed == 0 ? min(count, memory.count) : 0
        }
    }
}
#endif
