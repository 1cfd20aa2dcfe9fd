#if canImport(Darwin)
// SAFETY: for `mach_task_self_`, a variable to C, which nobody writes once the process runs.
@unsafe @preconcurrency internal import Darwin
#if canImport(os)
internal import os
#endif
#else
internal import ProcessCoordination
#endif

/// What this process takes of the memory that the system permits it, in bytes: what an extension can
/// measure of itself on a device.
public struct MemoryFootprint: Equatable, Sendable {
    /// What is resident, pages of files included.
    public let residentBytes: Int
    /// What counts against the limit: memory that belongs to no file.
    public let footprintBytes: Int
    /// How much more may count before the system ends the process; nil where there is no limit.
    public let availableBytes: Int?

    /// Puts figures together.
    public init(residentBytes: Int, footprintBytes: Int, availableBytes: Int?) {
        self.residentBytes = residentBytes
        self.footprintBytes = footprintBytes
        self.availableBytes = availableBytes
    }

    /// The figures of this moment; nil when the system gives none. Allocates nothing.
    ///
    /// - Parameter limitBytes: what to hold the process to where the system has no limit of its own.
    public static func now(limitBytes: Int? = nil) -> MemoryFootprint? {
        guard let (resident, footprint) = figures() else { return nil }
        return MemoryFootprint(
            residentBytes: resident, footprintBytes: footprint,
            availableBytes: available() ?? limitBytes.map { limit in max(limit - footprint, 0) })
    }
}

#if canImport(Darwin)
extension MemoryFootprint {
    /// The corresponding C function is `task_info` with `TASK_VM_INFO`.
    private static func figures() -> (resident: Int, footprint: Int)? {
        var answer = task_vm_info_data_t()
        let words = MemoryLayout<task_vm_info_data_t>.size / MemoryLayout<integer_t>.size
        var count = mach_msg_type_number_t(words)
        let status = unsafe withUnsafeMutablePointer(to: &answer) { answer in
            // SAFETY: `words` integers of ours for the length of the call; the port is this
            // process' own, written once before it began.
            unsafe answer.withMemoryRebound(to: integer_t.self, capacity: words) { answer in
                unsafe task_info(mach_task_self_, task_flavor_t(TASK_VM_INFO), answer, &count)
            }
        }
        guard status == KERN_SUCCESS else { return nil }
        return (Int(clamping: answer.resident_size), Int(clamping: answer.phys_footprint))
    }

    /// The corresponding C function is `os_proc_available_memory`, which answers 0 without a limit.
    private static func available() -> Int? {
        #if canImport(os) && !os(macOS)
        let bytes = os_proc_available_memory()
        return bytes > 0 ? bytes : nil
        #else
        return nil
        #endif
    }
}
#else
extension MemoryFootprint {
    private static func available() -> Int? { nil }

    /// `VmRSS` and `RssAnon` of `/proc/self/status`.
    private static func figures() -> (resident: Int, footprint: Int)? {
        var text = InlineArray<4096, UInt8>(repeating: 0)
        var target = text.mutableSpan
        guard let count = SystemFile.read("/proc/self/status", into: &target) else { return nil }
        let lines = text.span.extracting(..<count)
        guard let resident = bytes("\nVmRSS:", lines), let anonymous = bytes("\nRssAnon:", lines)
        else { return nil }
        return (resident, anonymous)
    }

    /// The number behind `name`, which is in KiB.
    private static func bytes(_ name: StaticString, _ text: Span<UInt8>) -> Int? {
        var (start, matched) = (0, 0)
        // No name begins a second time inside of itself, so nothing is looked at twice.
        while start < text.count, matched < name.utf8CodeUnitCount {
            // SAFETY: the index stays below the literal's length.
            let isNext = unsafe text[start] == name.utf8Start[matched]
            matched = isNext ? matched + 1 : text[start] == UInt8(ascii: "\n") ? 1 : 0
            start += 1
        }
        guard matched == name.utf8CodeUnitCount else { return nil }
        var number = 0
        while start < text.count, text[start] != UInt8(ascii: "\n") {
            let digit = Int(text[start]) - 48
            if digit >= 0 && digit <= 9 { number = number * 10 + digit }
            start += 1
        }
        return number * 1024
    }
}
#endif
