import CommandSupport
import FileKeystore
import Glibc
import NotificationPipeline
import SharedGroup

/// What the audit found.
struct AuditReport {
    /// The measured stages of one kind of push.
    struct Kind {
        let kind: AuditKind
        /// Pushes after the first one and a warm-up.
        let pushes: Int
        let setUp: StageCost
        let first: [StageCost]
        let steady: [StageCost]
    }

    var kinds: [Kind] = []
    var memory = MemoryUse()
    var memoryCap = 0

    var isWithinBudget: Bool {
        memory.peakResident <= memoryCap
            && kinds.allSatisfy { kind in
                Stage.allCases.allSatisfy { stage in kind.isWithinBudget(stage) }
            }
    }
}

extension AuditReport.Kind {
    func budget(_ stage: Stage) -> UInt64 { AllocationBudget.first(kind, stage) }

    /// A payload after the first one.
    func steadyBudget(_ stage: Stage) -> UInt64 { AllocationBudget.steady(kind, stage) }

    /// Exactly the budget: fewer allocations are a change, too.
    func isWithinBudget(_ stage: Stage) -> Bool {
        first[stage.rawValue].allocations == budget(stage)
            && steady[stage.rawValue].allocations == steadyBudget(stage) * UInt64(pushes)
    }
}

/// Sends pushes of every kind through a pipeline of its own, with a file keystore and a group
/// directory that are made for it and removed afterwards.
struct AuditRun {
    /// Pushes measured after the first one and a warm-up.
    static let pushes = 100

    let meter: AllocationMeter
    let spoiled: Stage?
    let place: TemporaryPlace
    private let catalog = Catalog()

    init(_ meter: AllocationMeter, spoiled: Stage? = nil) throws {
        self.meter = meter
        self.spoiled = spoiled
        place = try TemporaryPlace()
        do throws(KeyError) {
            let keystore = FileKeystore(directory: place.path + "/keystore")
            for key in AuditPushes.keys {
                guard let slot = KeySlot(key.slot) else { throw .corrupt }
                _ = try keystore.store(
                    AuditPushes.material(key.slot), in: slot, rotating: false)
            }
        } catch {
            throw Failure(
                "the audit's keystore cannot be made: \(Advice.meaning(of: error))",
                hint: "df -h \(place.path), or name another place with TMPDIR", status: .refused)
        }
        warmUp()
    }

    /// Swift makes a type's description at its first use, once for a process, and how many are left to
    /// make depends on what ran before: that is done here. A push that is refused goes the longest
    /// way, and one with text of its own goes through what knows where a character ends.
    private func warmUp() {
        for kind in [AuditKind.refused, .zulip] { _ = measure(kind, group: "warm-up") }
    }

    /// Measures one kind; with a fresh pipeline, keystore and inbox, so that its first push is one.
    func measure(_ kind: AuditKind, group: String? = nil) -> AuditReport.Kind {
        let maker = AuditPushes()
        let pushes = (0..<AuditRun.pushes + 2).map { number in maker.push(kind, number) }
        var setUp = StageMeter(meter)
        // Any stage does: what is made before the first push comes.
        setUp.enter(.payload)
        let keys = FileKeystore(directory: place.path + "/keystore")
        let inbox = Inbox(groupDirectory: place.path + "/group-\(group ?? kind.rawValue)")
        var pipeline = Pipeline(keys: keys, crypto: PlatformCryptography(), store: inbox)
        var line = ByteBuffer(capacity: Limits.lineBytesMax)
        setUp.end()
        var first = StageMeter(meter, spoiled: spoiled)
        var steady = StageMeter(meter, spoiled: spoiled)
        process(pushes[0], &pipeline, &line, &first)
        var warmUp = StageMeter(meter)
        process(pushes[1], &pipeline, &line, &warmUp)
        for push in pushes.dropFirst(2) { process(push, &pipeline, &line, &steady) }
        return AuditReport.Kind(
            kind: kind, pushes: AuditRun.pushes, setUp: setUp[.payload],
            first: Stage.allCases.map { stage in first[stage] },
            steady: Stage.allCases.map { stage in steady[stage] })
    }

    private func process(
        _ push: [UInt8], _ pipeline: inout Pipeline<FileKeystore, PlatformCryptography, Inbox>,
        _ line: inout ByteBuffer, _ stages: inout StageMeter
    ) {
        let notification = pipeline.process(push.span, now: 1_700_000_000, observer: &stages)
        stages.enter(.content)
        line.removeAll()
        NotificationWriter.write(notification, catalog, to: &line)
        stages.end()
    }
}

/// A directory under `TMPDIR` that is removed with everything in it when its owner goes.
final class TemporaryPlace {
    let path: String

    init() throws(Failure) {
        let parent = System.environment("TMPDIR") ?? "/tmp"
        var name = Array((parent + "/ntfdecrypt-XXXXXX").utf8CString)
        // SAFETY: the name ends with a zero and is changed in place.
        guard unsafe mkdtemp(&name) != nil else {
            throw Failure(
                "no temporary directory can be made in \(parent): \(System.message(errno))",
                hint: "TMPDIR=DIR ntfdecrypt audit")
        }
        path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        TemporaryPlace.remove(path)
    }

    /// Removes a file, or a directory with what is in it, never what a link points to.
    private static func remove(_ path: String) {
        // SAFETY: the path is a C string for the length of each call.
        guard unsafe unlink(path) != 0, let directory = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                // The name ends with a zero inside the entry.
                unsafe String(decoding: bytes.prefix { byte in byte != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { remove(path + "/" + name) }
        }
        _ = unsafe closedir(directory)
        _ = unsafe rmdir(path)
    }
}
