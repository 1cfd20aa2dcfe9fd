#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif
internal import SecureFiles

/// The lock files, and how they change: in one step each, and never one that is not the one that
/// was looked at.
///
/// Processes of this library keep each other out by the guard. The shipped lock knows no guard, so
/// what is replaced or removed is looked at once more when it is out of the way, and put back when
/// it is another file.
struct LeaseFiles: ~Copyable, Sendable {
    /// A lock file as it was read.
    struct Sight {
        /// What it says; nil when it cannot be read.
        var record: LeaseRecord?
        var identity: FileIdentity
    }

    /// The new file before it is the lock file, and the old one after. There is only one: the
    /// guard.
    private static let spare: FileName = "lease.spare"

    let group: SecureDirectory
    let coordination: SecureDirectory

    init(groupDirectory: String) throws(FileError) {
        let group = try SecureDirectory(path: groupDirectory, creating: true)
        coordination = try group.openSubdirectory("coordination", creating: true)
        self.group = group
    }

    /// The right to change lock files; nil while another thread or process has it. The kernel takes
    /// it from a process that ends.
    borrowing func tryGuard() throws(FileError) -> FileLock? {
        try coordination.lock("lease.guard", within: .zero)
    }

    /// Reads a lock file; nil when there is none. Needs no guard.
    borrowing func read(_ resource: LeasedResource) throws(FileError) -> Sight? {
        var last: FileIdentity?
        for _ in 0..<CoordinationLimits.leaseReadsMax {
            guard let before = try identity(of: resource) else { return nil }
            var bytes = InlineArray<1024, UInt8>(repeating: 0)
            precondition(bytes.count == CoordinationLimits.leaseFileBytesMax)
            var record: LeaseRecord?
            do {
                var target = bytes.mutableSpan
                let count = try group.read(resource.file, into: &target)
                record = LeaseRecord(bytes.span.extracting(0..<count))
            } catch {
                if error == .notFound { continue }
                // Too long, or cut while it was read: something we did not write. Any other error
                // says nothing of the file.
                guard error == .tooLarge || error == .io(errno: ESTALE) else { throw error }
                record = nil
            }
            // The two must belong together; the first look may also have tightened the mode.
            guard let after = try identity(of: resource) else { continue }
            if before == after { return Sight(record: record, identity: after) }
            last = after
        }
        return last.map { identity in Sight(record: nil, identity: identity) }
    }

    /// Makes a lock file where there was none; false when there is one meanwhile.
    borrowing func create(
        _ resource: LeasedResource, _ record: LeaseRecord
    ) throws(FileError) -> Bool {
        try writeSpare(record)
        let isMade = try coordination.renameExclusively(Self.spare, to: resource.file, in: group)
        if !isMade { removeSpareQuietly() }
        return isMade
    }

    /// Puts a new lock file in the place of the one that was seen; false when that is another one
    /// by now, which then stays.
    borrowing func replace(
        _ resource: LeasedResource, _ sight: Sight, with record: LeaseRecord
    ) throws(FileError) -> Bool {
        try writeSpare(record)
        let isExchanged: Bool
        do {
            isExchanged = try coordination.exchange(Self.spare, with: resource.file, in: group)
        } catch {
            removeSpareQuietly()
            guard error == .notFound else { throw error }
            return false
        }
        guard isExchanged else { return try replaceInOneWay(resource, sight) }
        let isSeen = try coordination.identity(of: Self.spare).isSameContent(as: sight.identity)
        if !isSeen {
            _ = try coordination.exchange(Self.spare, with: resource.file, in: group)
        }
        removeSpareQuietly()
        return isSeen
    }

    /// Removes the lock file that was seen; false when that is another one by now, which then
    /// stays.
    borrowing func remove(
        _ resource: LeasedResource, _ sight: Sight
    ) throws(FileError) -> Bool {
        try removeSpare()
        do {
            try group.rename(resource.file, to: Self.spare, in: coordination)
        } catch {
            guard error == .notFound else { throw error }
            return false
        }
        let isSeen = try coordination.identity(of: Self.spare).isSameContent(as: sight.identity)
        if !isSeen {
            _ = try coordination.renameExclusively(Self.spare, to: resource.file, in: group)
        }
        removeSpareQuietly()
        return isSeen
    }

    /// Where a file system cannot exchange: the look comes before, as close as it can be.
    private borrowing func replaceInOneWay(
        _ resource: LeasedResource, _ sight: Sight
    ) throws(FileError) -> Bool {
        guard try identity(of: resource) == sight.identity else {
            try removeSpare()
            return false
        }
        try coordination.rename(Self.spare, to: resource.file, in: group)
        return true
    }

    private borrowing func identity(
        of resource: LeasedResource
    ) throws(FileError) -> FileIdentity? {
        do {
            return try group.identity(of: resource.file)
        } catch {
            guard error == .notFound else { throw error }
            return nil
        }
    }

    /// Writes the new file, over what a process left there that was killed.
    private borrowing func writeSpare(_ record: LeaseRecord) throws(FileError) {
        try removeSpare()
        var text = LeaseText()
        record.write(to: &text)
        try text.withBytes { (bytes) throws(FileError) in
            try coordination.create(Self.spare, of: bytes)
        }
    }

    /// Where the change is done and what is left over bothers only the next one.
    private borrowing func removeSpareQuietly() {
        try? removeSpare()
    }

    private borrowing func removeSpare() throws(FileError) {
        do {
            try coordination.unlink(Self.spare)
        } catch {
            guard error == .notFound else { throw error }
        }
    }
}
