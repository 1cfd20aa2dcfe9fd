internal import Glibc

/// What the system says of a process' memory (proc(5), `status`), in bytes.
public struct MemoryUse: Equatable, Sendable {
    /// The most that was ever resident (`VmHWM`).
    public var peakResident = 0
    /// What is resident now (`VmRSS`).
    public var resident = 0
    /// The part of it that belongs to no file: what iOS counts as dirty (`RssAnon`).
    public var anonymous = 0

    /// Nothing.
    public init() {}

    /// Reads the lines of a `status` file; a line that is missing counts as 0.
    public init(status text: Span<UInt8>) {
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
            let line = text.extracting(start..<end)
            start = end + 1
            if let size = MemoryUse.kibibytes("VmHWM:", line) { peakResident = size * 1024 }
            if let size = MemoryUse.kibibytes("VmRSS:", line) { resident = size * 1024 }
            if let size = MemoryUse.kibibytes("RssAnon:", line) { anonymous = size * 1024 }
        }
    }

    /// The memory of a running process, this one when none is named; nil when it is gone.
    public static func ofProcess(_ process: Int32? = nil) -> MemoryUse? {
        let path = "/proc/\(process.map(String.init) ?? "self")/status"
        // SAFETY: the path is a C string for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        return unsafe withUnsafeTemporaryAllocation(
            of: UInt8.self, capacity: SupportLimits.statusBytesMax
        ) { memory in
            // SAFETY: `memory.count` writable bytes, of which the first `count` are then read.
            let count = unsafe read(descriptor, memory.baseAddress!, memory.count)
            guard count > 0 else { return nil }
            unsafe memory[count...].initialize(repeating: 0)
            return MemoryUse(status: unsafe Span(_unsafeElements: memory.extracting(..<count)))
        }
    }

    private static func kibibytes(_ name: StaticString, _ line: Span<UInt8>) -> Int? {
        guard line.count > name.utf8CodeUnitCount else { return nil }
        let fits = name.withUTF8Buffer { expected in
            // SAFETY: the indices are those of the buffer.
            expected.indices.allSatisfy { index in unsafe expected[index] == line[index] }
        }
        guard fits else { return nil }
        var number = 0
        for index in line.indices.dropFirst(name.utf8CodeUnitCount) {
            let digit = Int(line[index]) - 48
            if digit >= 0 && digit <= 9 { number = number * 10 + digit }
        }
        return number
    }
}
