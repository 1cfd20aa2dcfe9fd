#if !canImport(Darwin)
internal import CLinux
internal import Glibc

extension SecureDirectory {
    /// Calls `body` with up to `max` names, in no order, until it answers false; answers whether
    /// all names were seen.
    ///
    /// Names longer than `FileLimits.nameBytesMax` are no work of ours: counted and passed over.
    /// `body` may remove entries; entries that come or go meanwhile may be seen or not.
    /// Allocates nothing. The corresponding C function is `getdents64`.
    public borrowing func forEachName(
        max: Int, _ body: (FileName) -> Bool
    ) throws(FileError) -> Bool {
        let listing = Descriptor(owning: try openListing())
        var remaining = max
        let outcome = unsafe withUnsafeTemporaryAllocation(
            byteCount: FileLimits.listingBytes, alignment: 8
        ) { memory -> Result<Bool, FileError> in
            while true {
                // SAFETY: `memory.count` writable bytes.
                let length: Int
                do throws(FileError) {
                    length = try repeating {
                        unsafe ntf_getdents64(listing.raw, memory.baseAddress!, memory.count)
                    }
                } catch { return .failure(error) }
                guard length > 0 else { return .success(true) }
                let portion = unsafe UnsafeRawBufferPointer(rebasing: memory[..<length])
                guard unsafe names(in: portion, &remaining, body) else { return .success(false) }
            }
        }
        return try outcome.get()
    }

    /// Walks through one portion of `linux_dirent64` entries: inode 8, position 8, length 2,
    /// kind 1, then the name and a zero. False when the caller wants no more.
    @unsafe private borrowing func names(
        in portion: UnsafeRawBufferPointer, _ remaining: inout Int, _ body: (FileName) -> Bool
    ) -> Bool {
        let nameOffset = 19
        var start = 0
        while start + nameOffset < portion.count {
            // SAFETY: the kernel wrote whole entries; every access is also checked by the buffer.
            let length = unsafe Int(
                portion.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
            guard length > nameOffset, start + length <= portion.count else { return true }
            let entry = unsafe UnsafeRawBufferPointer(
                rebasing: portion[(start + nameOffset)..<(start + length)])
            start += length
            let text = unsafe entry.prefix { byte in byte != 0 }
            // SAFETY: a part of the portion, which the caller keeps alive.
            let bytes = unsafe Span<UInt8>(
                _unsafeElements: UnsafeRawBufferPointer(rebasing: text).bindMemory(to: UInt8.self))
            guard offer(bytes, &remaining, body) else { return false }
        }
        return true
    }
}
#endif
