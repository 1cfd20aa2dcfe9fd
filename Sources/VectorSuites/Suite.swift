/// Runs every vector below some paths, file by file: our own scenarios (`*.vector`), Wycheproof's
/// JSON files, and JSONTestSuite's.
public struct Suite {
    private let files: [(path: String, isNamed: Bool)]
    /// How many scenarios each README in the paths promises, by its folder.
    private var promises: [(path: String, count: Int)] = []

    /// Finds the files; nothing is run yet.
    public init(paths: [String]) throws(SuiteFileError) {
        var files: [(path: String, isNamed: Bool)] = []
        var seen: Set<String> = []
        for path in paths {
            for found in try SuiteFiles.list(path) where seen.insert(found).inserted {
                files.append((found, found == path))
            }
        }
        self.files = files.filter { file in
            file.isNamed || file.path.hasSuffix(".json") || file.path.hasSuffix(".vector")
        }
        for path in Set(paths).sorted() {
            let folder = path.hasSuffix("/") ? path : path + "/"
            guard let bytes = try? SuiteFiles.read(folder + "README.md"),
                let count = Suite.promise(bytes)
            else { continue }
            promises.append((folder, count))
        }
    }

    /// How many files there are to run.
    public var fileCount: Int { files.count }

    /// Runs the files one after another; `each` gets every report as it comes.
    public func run(_ each: (FileReport) -> Void) {
        for (path, isNamed) in files {
            if let report = Suite.report(path, isNamed: isNamed) { each(report) }
        }
        for (folder, count) in promises {
            let found = files.count { file in
                file.path.hasPrefix(folder) && file.path.hasSuffix(".vector")
            }
            guard found != count else { continue }
            each(
                FileReport(
                    path: folder + "README.md",
                    .failed("it says there are \(count) vectors, and there are \(found)")))
        }
    }

    /// The number behind `Files: ` at the start of a line.
    private static func promise(_ bytes: [UInt8]) -> Int? {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("Files: ") {
            return Int(line.dropFirst("Files: ".count))
        }
        return nil
    }

    /// Nil for a file that belongs to no suite and was not asked for by its name.
    private static func report(_ path: String, isNamed: Bool) -> FileReport? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let bytes: [UInt8]
        do { bytes = try SuiteFiles.read(path) } catch {
            return FileReport(path: path, .failed("cannot be read, or is larger than the limit"))
        }
        if name.hasSuffix(".vector") { return scenario(bytes, path) }
        if JSONTestSuite.holds(name) { return JSONTestSuite.run(bytes, path: path, name: name) }
        guard let root = JSONNode(bytes) else {
            // A folder may hold broken JSON on purpose; a suite's own file must not be broken.
            let isExpected = isNamed || name.hasSuffix("_test.json")
            return isExpected ? FileReport(path: path, .failed("is not JSON")) : nil
        }
        guard WycheproofSuite.holds(root) else {
            return isNamed ? FileReport(path: path, .failed("is no vector file we know")) : nil
        }
        return FileReport(path: path, cases: WycheproofSuite.run(root))
    }

    private static func scenario(_ bytes: [UInt8], _ path: String) -> FileReport {
        do {
            let difference = try Scenario(bytes).run()
            return FileReport(path: path, difference.map(CaseOutcome.failed) ?? .passed)
        } catch { return FileReport(path: path, .failed("the file is wrong: \(error)")) }
    }
}
