#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif
internal import Synchronization

/// A small file of fixed size in the memory of several processes at once: words of 64 bits in the
/// machine's order, under rules of their owners'.
///
/// What one process has stored, every other one loads, in the order it was stored, and also when
/// the first one was killed right after. Nothing waits for the disk. Loading and storing allocate
/// nothing.
@safe public final class SharedMapping: @unchecked Sendable {
    // SAFETY (Sendable): the memory is only touched by atomic operations and lives as long as self.
    private let base: UnsafeMutableRawPointer
    private let descriptor: Descriptor

    /// Its size in words; every one of them has its place on the disk already.
    public let wordCount: Int

    fileprivate init(_ descriptor: consuming Descriptor, base: UnsafeMutableRawPointer, size: Int) {
        self.descriptor = descriptor
        unsafe self.base = unsafe base
        wordCount = size / MemoryLayout<UInt64>.size
    }

    deinit {
        // SAFETY: mapped with this size in `openMapped`, and nobody has a reference any more.
        _ = unsafe munmap(base, wordCount * MemoryLayout<UInt64>.size)
    }

    /// The word number `index`. Traps beyond the size.
    public func load(_ index: Int) -> UInt64 {
        unsafe word(index).pointee.load(ordering: .acquiring)
    }

    /// Makes `value` the word number `index`, whole or not at all. Traps beyond the size.
    public func store(_ value: UInt64, at index: Int) {
        unsafe word(index).pointee.store(value, ordering: .releasing)
    }

    /// Whether the file is still the one of its name, and as long as it was: to be asked before the
    /// words are touched, since a file that was cut off kills whoever touches what is missing.
    /// The corresponding C function is `fstat`.
    public func isWhole() throws(FileError) -> Bool {
        let status = try descriptor.status()
        return status.st_nlink > 0
            && Int(status.st_size) >= wordCount * MemoryLayout<UInt64>.size
    }

    private func word(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        precondition(index >= 0 && index < wordCount, "a word lies in its file")
        // SAFETY: inside the mapping, as checked, and aligned, since mappings begin at a page. An
        // atomic integer has the layout of the integer.
        return unsafe base.advanced(by: index * MemoryLayout<UInt64>.size)
            .assumingMemoryBound(to: Atomic<UInt64>.self)
    }
}

extension SecureDirectory {
    /// Opens the file `name`, as long as it is, for reading and writing in place. Changes nothing.
    ///
    /// Throws `notFound`, `symbolicLink`, `wrongKind`, `notOurs`.
    public borrowing func openShared(existing name: FileName) throws(FileError) -> SharedFile {
        let file = try Descriptor.open(
            name, in: descriptor.raw, flags: O_RDWR | O_NOFOLLOW | O_NONBLOCK)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw .wrongKind }
        guard status.st_uid == geteuid() else { throw .notOurs }
        return SharedFile(descriptor: file, size: Int(status.st_size))
    }

    /// Maps the first `size` bytes, a multiple of 8, of the file `name`; made as `openShared` makes
    /// it.
    ///
    /// Throws as that does: a full disk is met here (`noSpace`), never at a later store. The
    /// corresponding C function is `mmap`.
    public borrowing func openMapped(
        _ name: FileName, size: Int
    ) throws(FileError) -> SharedMapping {
        precondition(size % MemoryLayout<UInt64>.size == 0, "a mapping consists of whole words")
        let file = try openShared(name, size: size).takeDescriptor()
        // The size the kernel tells, not the one that was asked for, is what may be touched.
        guard try Int(file.status().st_size) >= size else { throw .io(errno: ESTALE) }
        // SAFETY: a new mapping of a file that is `size` bytes long, owned by the result.
        let base = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.raw, 0)
        guard let base = unsafe base, unsafe base != MAP_FAILED else {
            throw FileError(code: errno)
        }
        return unsafe SharedMapping(file, base: base, size: size)
    }
}
