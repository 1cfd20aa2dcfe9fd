#if canImport(Darwin)
internal import Darwin

extension SecureDirectory {
    /// Calls `body` with up to `max` names, in no order, until it answers false; answers whether
    /// all names were seen.
    ///
    /// Names longer than `FileLimits.nameBytesMax` are no work of ours: counted and passed over.
    /// `body` may remove entries; entries that come or go meanwhile may be seen or not. The C
    /// library allocates one portion. The corresponding C function is `readdir`.
    public borrowing func forEachName(
        max: Int, _ body: (FileName) -> Bool
    ) throws(FileError) -> Bool {
        let raw = try openListing()
        // SAFETY: the stream owns the descriptor from here on, and is closed once.
        guard let stream = unsafe fdopendir(raw) else {
            let code = errno
            _ = close(raw)
            throw FileError(code: code)
        }
        defer { _ = unsafe closedir(stream) }
        var remaining = max
        while true {
            errno = 0
            // SAFETY: the entry is the stream's until the next call.
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw FileError(code: errno) }
                return true
            }
            let count = unsafe Int(entry.pointee.d_namlen)
            let isWanted = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name -> Bool in
                // SAFETY: the first `count` bytes of the name, while the entry is there.
                let bytes = unsafe Span<UInt8>(
                    _unsafeElements: name.bindMemory(to: UInt8.self).extracting(..<count))
                return offer(bytes, &remaining, body)
            }
            guard isWanted else { return false }
        }
    }
}
#endif
