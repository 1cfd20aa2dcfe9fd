internal import Glibc

/// Why a path gave no files, or a file no bytes: the system's error number, or 0 for a limit.
public struct SuiteFileError: Error, Equatable, Sendable {
    /// The path that failed.
    public let path: String
    /// The system's error number, or 0 for a limit of ours.
    public let code: Int32
}

/// Finds and reads the files of suites.
public enum SuiteFiles {
    /// The files at `path`, or below it when it is a folder, in the order of their names.
    public static func list(_ path: String) throws(SuiteFileError) -> [String] {
        var found: [String] = []
        try collect(path, into: &found, depth: 0)
        return found
    }

    private static func collect(
        _ path: String, into found: inout [String], depth: Int
    ) throws(SuiteFileError) {
        guard try isFolder(path, isNamed: depth == 0) else {
            guard found.count < SuiteLimits.filesMax else {
                throw SuiteFileError(path: path, code: 0)
            }
            found.append(path)
            return
        }
        guard depth < SuiteLimits.folderDepthMax else { throw SuiteFileError(path: path, code: 0) }
        for name in try names(in: path).sorted() {
            try collect(
                path.hasSuffix("/") ? path + name : path + "/" + name, into: &found,
                depth: depth + 1)
        }
    }

    /// Whether to look into `path`. Only a path somebody named is followed through a link: links
    /// inside could lead in a circle. Inside, what is gone or no file fails when it is read.
    private static func isFolder(_ path: String, isNamed: Bool) throws(SuiteFileError) -> Bool {
        var status = stat()
        // SAFETY: the path is a C string for the length of the call; `status` is ours.
        let code = unsafe isNamed ? stat(path, &status) : lstat(path, &status)
        guard code == 0 || !isNamed else { throw SuiteFileError(path: path, code: errno) }
        return code == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func names(in path: String) throws(SuiteFileError) -> [String] {
        // SAFETY: the path is a C string for the length of the call; the folder is closed below.
        guard let folder = unsafe opendir(path) else {
            throw SuiteFileError(path: path, code: errno)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        // SAFETY: an entry lives until the next call; its name is a C string.
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(
                    cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// A file's bytes, at most `SuiteLimits.fileBytesMax`.
    public static func read(_ path: String) throws(SuiteFileError) -> [UInt8] {
        // Without O_NONBLOCK a pipe among the files would be waited for; it is refused below.
        // SAFETY: the path is a C string for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SuiteFileError(path: path, code: errno) }
        defer { _ = close(descriptor) }
        var status = stat()
        // SAFETY: `status` is ours.
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw SuiteFileError(path: path, code: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SuiteFileError(path: path, code: EISDIR)
        }
        guard status.st_size <= SuiteLimits.fileBytesMax else {
            throw SuiteFileError(path: path, code: 0)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { raw in
                // SAFETY: `raw.count - done` writable bytes from there on.
                unsafe Glibc.read(descriptor, raw.baseAddress! + done, raw.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SuiteFileError(path: path, code: errno) }
            if count == 0 { break }
            done += count
        }
        return Array(bytes[..<done])
    }
}
