import CommandSupport
import Glibc

/// Where the extension is.
enum ExtensionPath {
    /// The path to start, with a slash in it. Throws when nothing there can be executed.
    static func find(_ named: String?) throws(Failure) -> String {
        let path = if let named { named } else { try beside() }
        let hint =
            named == nil
            ? "script/build, or name another: ntfhost run --extension PATH"
            : "ls -l \(path)"
        var status = stat()
        // SAFETY: the path is a C string and `status` ours for the length of the call.
        guard unsafe stat(path, &status) == 0 else {
            throw Failure(
                "the extension \(path) cannot be found: \(System.message(errno))", hint: hint,
                status: .fileUnreadable)
        }
        // SAFETY: the path is a C string for the length of the call.
        guard status.st_mode & S_IFMT == S_IFREG, unsafe access(path, X_OK) == 0 else {
            throw Failure(
                "the extension \(path) is no program that can be executed",
                hint: "chmod +x \(path)", status: .unavailable)
        }
        return path.contains("/") ? path : "./" + path
    }

    /// `ntfextension` in our own directory.
    private static func beside() throws(Failure) -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        // SAFETY: the call writes at most the count it is given.
        let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
        guard count > 0, count < bytes.count else {
            throw Failure(
                "the extension cannot be found: /proc/self/exe cannot be read",
                hint: "ntfhost run --extension PATH", status: .fileUnreadable)
        }
        let own = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex) + "ntfextension"
    }
}
