import Glibc
import Harness
import NotificationPipeline
import SharedGroup

/// One entry of the fuzzer's in the inbox. In front a byte of choices (`Entry`), the length of the
/// name, the name; then the content.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        let entry = Entry(input)
        promiseHeap(bytesMax: heapBytesMax) {
            entry.make(in: entry.isTaken ? "inbox/cur" : "inbox/new")
            if entry.hasNeighbour { group.write(neighbour, to: "inbox/new/" + neighbourName) }
            if entry.isTaken { forget() } else { readAndTake(expecting: entry) }
            for folder in ["inbox/new", "inbox/cur"] {
                for name in group.names(in: folder) { group.remove(folder + "/" + name) }
            }
        }
    }
}

/// One record's memory three times over (read, text, line) and what names and a listing take.
private let heapBytesMax: Int64 = 6 * Int64(GroupLimits.recordBytesMax)
private let neighbourName = "0123456789abcdef0123456789abcdef"
private let neighbour = Array(#"{"receivedAt":5}"#.utf8)

private let group: Scratch = {
    let group = Scratch()
    for folder in ["inbox", "inbox/new", "inbox/cur"] { mkdir(group.path + "/" + folder, 0o700) }
    return group
}()

/// What lies in the inbox: bits 0 and 1 its kind, 2 a good record beside it, 3 in `cur` instead of
/// `new`, 4 open to others, 5 longer than a record may be.
private struct Entry {
    enum Kind { case file, link, directory, pipe }

    let kind: Kind
    let hasNeighbour: Bool
    let isTaken: Bool
    let mode: mode_t
    let name: String
    let content: [UInt8]

    init(_ input: [UInt8]) {
        var fields = Fields(input)
        let choices = fields.byte()
        kind = [.file, .link, .directory, .pipe][Int(choices & 3)]
        isTaken = choices & 8 != 0
        mode = choices & 16 != 0 ? 0o644 : 0o600
        let name = fields.take(Int(fields.byte()))
        let isName =
            !name.isEmpty && name.count <= 255 && !name.contains(0)
            && !name.contains(UInt8(ascii: "/")) && name != [0x2e] && name != [0x2e, 0x2e]
            && String(validating: name, as: UTF8.self) != nil
        self.name = isName ? String(decoding: name, as: UTF8.self) : "fedcba9876543210"
        hasNeighbour = choices & 4 != 0 && self.name != neighbourName
        let rest = fields.remainder()
        let padding = choices & 32 != 0 ? GroupLimits.recordBytesMax - 64 : 0
        content = [UInt8](repeating: 0x20, count: padding) + rest
    }

    func make(in folder: String) {
        let path = group.path + "/" + folder + "/" + name
        switch kind {
        case .file: group.write(content, to: folder + "/" + name, mode: mode)
        case .link:
            let target = content.suffix(100).prefix { byte in byte != 0 }
            _ = symlink(target.isEmpty ? "x" : String(decoding: target, as: UTF8.self), path)
        case .directory: mkdir(path, 0o700)
        case .pipe: mkfifo(path, 0o600)
        }
    }
}

private func readAndTake(expecting entry: Entry) {
    guard let reader = try? InboxReader.open(groupDirectory: group.path) else {
        return promise(false, "the inbox opens")
    }
    guard let found = try? reader.list() else { return promise(false, "the inbox is listed") }
    // A name longer than ours can be is passed over, and is none that could not be read.
    let ours = entry.name.utf8.count <= 127 ? 1 : 0
    let others = entry.hasNeighbour ? 1 : 0
    promise(found.entries.count + found.unreadable == ours + others, "each file counts")
    if entry.hasNeighbour {
        promise(found.entries.contains { $0.identity == neighbourName }, "a good record is found")
    }
    for record in found.entries {
        promise(!record.json.utf8.contains(UInt8(ascii: "\n")), "a record is one line")
        promise((try? JSON.check(record.json.utf8.span)) != nil, "a record is JSON")
        let isOurs = record.identity.utf8.count <= Limits.fieldBytesMax
        promise((try? reader.take(record.identity)) == isOurs, "what is listed can be taken")
        promise((try? reader.take(record.identity)) == false, "once")
    }
    promise((try? reader.list().entries.isEmpty) == true, "what was taken is gone")
    promise(entry.kind == .file || found.entries.count == others, "only files are records")
}

private func forget() {
    guard let reader = try? InboxReader.open(groupDirectory: group.path) else {
        return promise(false, "the inbox opens")
    }
    reader.forgetTaken(now: 1_700_000_000)
}
