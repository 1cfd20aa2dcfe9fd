import Glibc

/// A directory of the process's own, below TMPDIR, which script/fuzz makes and removes.
public struct Scratch: Sendable {
    public let path: String

    public init() {
        let parent = getenv("TMPDIR").map { value in String(cString: value) } ?? "/tmp"
        var template = Array("\(parent)/fuzz-XXXXXX".utf8CString)
        promise(mkdtemp(&template) != nil, "there is a scratch directory")
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Writes a whole file, over one that is there.
    public func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o600) {
        let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, mode)
        promise(file >= 0 && Glibc.write(file, bytes, bytes.count) == bytes.count, "a file is made")
        fchmod(file, mode)
        close(file)
    }

    /// Removes whatever has that name; a directory must be empty.
    public func remove(_ name: String) {
        promise(Glibc.remove(path + "/" + name) == 0, "what is there can be removed")
    }

    /// The names in a subdirectory.
    public func names(in folder: String) -> [String] {
        guard let stream = opendir(path + "/" + folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { byte in byte != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
