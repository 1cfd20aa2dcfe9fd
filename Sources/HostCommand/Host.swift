import CProcess
import CommandSupport
import Glibc
import NotificationPipeline

/// The operating system's part. One thread, one loop; the story of a push, from top to bottom:
/// `admit` takes it and starts a process if there is none, `wait` and `listen` bring what the
/// extension says, `look` watches its memory, `watchClocks` warns and kills, and `show` tells what
/// the user sees.
final class Host {
    /// What a run is held to.
    struct Rules {
        var memoryMax: Int
        var deadlineMilliseconds: UInt64
        var overlap: Int
        /// The first process is to misbehave so.
        var fault: String?

        /// How long before the deadline the extension is warned.
        var warningMilliseconds: UInt64 {
            min(deadlineMilliseconds / HostLimits.warningPart, HostLimits.warningMillisecondsMax)
        }
    }

    private let program: Program
    private let rules: Rules
    private let input: PushInput
    private let catalog: Catalog
    private let signals = ntf_signal_descriptor()
    private var group: MemoryGroup?
    private var groupKills = 0
    private var payload: ByteBuffer

    private var process: ExtensionProcess?
    /// Under way, oldest first; at most `rules.overlap`.
    private var requests: [Request] = []
    private var nextSampleAt = Moment.now()
    private var isInputEnded = false
    /// More input may lie ready without the descriptor saying so.
    private var mayAdmitMore = true

    private(set) var summary = Summary()
    private(set) var trace: Trace?
    private let progress = ProgressBar()
    /// The signal that ended the run early; the error number of a write that failed.
    private(set) var interruption: Int32 = 0
    private(set) var outputError: Int32 = 0
    /// The error number of the last start that failed.
    private(set) var startError: Int32 = 0

    init(
        _ program: Program, _ rules: Rules, input: PushInput, payloadBytesMax: Int,
        catalog: Catalog
    ) {
        self.program = program
        self.rules = rules
        self.input = input
        self.catalog = catalog
        payload = ByteBuffer(capacity: payloadBytesMax)
        group = MemoryGroup(memoryMax: rules.memoryMax)
        trace = program.saysStages ? Trace(beganAt: .now()) : nil
    }

    deinit {
        if signals >= 0 { _ = close(signals) }
    }

    /// The kind of cgroup that holds the cap, if there is one.
    var groupVersion: MemoryGroup.Version? { group?.version }

    /// Shows every push of the input, then lets the extension end.
    func run() {
        while interruption == 0 && outputError == 0 {
            admit()
            if requests.isEmpty && isInputEnded { break }
            wait()
            listen()
            look()
            watchClocks()
        }
        finish()
        progress.clear()
    }

    // A push begins.

    /// Takes a push from the input, if there is room for one: one a turn, so that a flood of pushes
    /// does not keep us from those under way.
    private func admit() {
        mayAdmitMore = false
        guard requests.count < rules.overlap, !isInputEnded else { return }
        switch input.next(into: &payload) {
        case .ended: isInputEnded = true
        case .nothingYet: break
        case .payload(let ticket, let refusal?):
            mayAdmitMore = true
            show(
                OutputLine(
                    push: ticket + 1, verdict: .malformedPush, latencyNanoseconds: 0,
                    refusal: refusal, content: Content.original(of: nil, catalog)), from: .now())
        case .payload(let ticket, nil):
            mayAdmitMore = true
            let push = payload.withBytes { bytes in bytes.indices.map { bytes[$0] } }
            begin(Request(number: ticket + 1, push: push, beganAt: .now()))
        }
    }

    private func begin(_ request: Request) {
        var request = request
        // What happened to the process in the meantime is not this push's fault.
        if requests.isEmpty, process != nil {
            listen()
            look(isForced: true)
        }
        if process == nil {
            do throws(StartError) { try start(at: request.beganAt) } catch {
                startError = error.code
                conclude(request, ending: .notStarted(code: error.code), end: nil, nil)
                return
            }
            request.isStarter = true
        }
        nextSampleAt = min(nextSampleAt, .now().after(milliseconds: HostLimits.sampleMilliseconds))
        requests.append(request)
        handOver()
    }

    private func start(at beganAt: Moment) throws(StartError) {
        groupKills = group?.kills() ?? 0
        let process = try ExtensionProcess(
            program, fault: summary.starts == 0 ? rules.fault : nil,
            group: group?.processes ?? -1, startedAt: beganAt,
            milliseconds: rules.deadlineMilliseconds)
        if !process.isInGroup { group = nil }
        self.process = process
        summary.addStart()
        trace?.start(pid: process.pid, at: beganAt)
    }

    /// Gives the process what it has not got yet, once it is ready.
    private func handOver() {
        guard let process, process.isReady else { return }
        for index in requests.indices where requests[index].id == nil {
            process.lastID += 1
            process.messages = 0
            requests[index].id = process.lastID
            requests[index].isProcessReady = true
            process.conversation.receive(id: process.lastID, requests[index].push)
        }
    }

    // Something happens.

    /// Returns when there is something to do: at the latest at the next moment that matters.
    private func wait() {
        var limit = Moment.now().after(milliseconds: HostLimits.idleSampleMilliseconds)
        if process != nil { limit = min(limit, nextSampleAt) }
        for request in requests { limit = min(limit, nextMoment(of: request)) }
        var entries = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
        if requests.count < rules.overlap, !isInputEnded, let descriptor = input.waitDescriptor {
            entries.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
        if let process {
            let isOpen = !process.conversation.isClosed
            let events = POLLIN | (process.conversation.hasOutgoing ? POLLOUT : 0)
            let socket = isOpen ? process.conversation.socket : -1
            entries.append(pollfd(fd: socket, events: Int16(events), revents: 0))
            entries.append(pollfd(fd: process.endDescriptor, events: Int16(POLLIN), revents: 0))
        }
        // SAFETY: as many entries as said, ours for the length of the call.
        _ = unsafe poll(&entries, nfds_t(entries.count), mayAdmitMore ? 0 : limit.pollTimeout)
        if signals >= 0 { interruption = ntf_signal_take(signals) }
    }

    private func warningMoment(of request: Request) -> Moment {
        request.beganAt.after(
            milliseconds: rules.deadlineMilliseconds - rules.warningMilliseconds)
    }

    private func deadline(of request: Request) -> Moment {
        request.beganAt.after(milliseconds: rules.deadlineMilliseconds)
    }

    private func nextMoment(of request: Request) -> Moment {
        request.isWarned || request.id == nil
            ? deadline(of: request) : warningMoment(of: request)
    }

    /// Takes in what the extension says, and notices when it is gone.
    private func listen() {
        guard let process else { return }
        let hasEnded = process.hasEnded
        process.conversation.send()
        if process.conversation.read() > 0 {
            do throws(BrokenProtocol) { try takeMessages(of: process) } catch {
                stop(.brokenProtocol)
                return
            }
        }
        guard self.process === process else { return }
        if hasEnded {
            stop(.died)
        } else if process.conversation.isClosed {
            // At the end of a process its socket closes first: that is no offence yet.
            let closedAt = process.closedAt ?? .now()
            process.closedAt = closedAt
            if Moment.now() >= closedAt.after(milliseconds: HostLimits.closedMillisecondsMax) {
                stop(.brokenProtocol)
            }
        }
    }

    private func takeMessages(of process: ExtensionProcess) throws(BrokenProtocol) {
        while self.process === process, let message = try process.conversation.next() {
            try take(message, of: process)
        }
    }

    private func take(_ message: Message, of process: ExtensionProcess) throws(BrokenProtocol) {
        let now = Moment.now()
        process.messages += 1
        guard process.messages <= HostLimits.messagesMax else { throw BrokenProtocol() }
        guard let id = message.id else {
            guard !process.isReady else { throw BrokenProtocol() }
            process.isReady = true
            handOver()
            return
        }
        guard process.isReady, id >= 1, id <= process.lastID else { throw BrokenProtocol() }
        // What comes for a request that is over came too late, and is let go.
        guard let index = requests.firstIndex(where: { $0.id == id }) else { return }
        switch message {
        case .ready: break
        case .stage(_, let name):
            trace?.stage(name, of: requests[index].number, at: now)
            if trace != nil { look(isForced: true) }
        case .content(_, let bytes):
            trace?.endStage(of: requests[index].number, at: now)
            requests[index].take(content: bytes, at: now)
        case .done:
            trace?.endStage(of: requests[index].number, at: now)
            look(isForced: true)
            // Unless that look was the end of all requests.
            guard self.process === process else { return }
            conclude(requests.remove(at: index), ending: nil, end: nil, process)
        }
    }

    /// Looks at the memory when it is time to, and stops a process that has taken too much.
    private func look(isForced: Bool = false) {
        guard let process else { return }
        let now = Moment.now()
        guard isForced || now >= nextSampleAt else { return }
        nextSampleAt = now.after(
            milliseconds: requests.isEmpty
                ? HostLimits.idleSampleMilliseconds : HostLimits.sampleMilliseconds)
        if let memory = process.memory.sample() { trace?.add(memory, at: now) }
        if process.memory.peak.resident > rules.memoryMax { stop(.memory) }
    }

    /// Warns each request whose time is nearly over; the first that is over ends the process.
    private func watchClocks() {
        let now = Moment.now()
        for index in requests.indices {
            if now >= deadline(of: requests[index]) {
                stop(.deadline(push: requests[index].number))
                return
            }
            guard let process, let id = requests[index].id, !requests[index].isWarned,
                now >= warningMoment(of: requests[index])
            else { continue }
            requests[index].isWarned = true
            process.conversation.willExpire(id: id)
        }
    }

    // A process ends, a push is shown.

    /// Kills the process, or what is left of it, and shows the pushes that were under way.
    private func stop(_ reason: Ending) {
        guard let process else { return }
        self.process = nil
        if let memory = process.memory.sample() { trace?.add(memory, at: .now()) }
        let end = process.end()
        if reason != .brokenProtocol { drain(process) }
        let wasStoppedByKernel = end == .signal(SIGKILL) && (group?.kills() ?? 0) > groupKills
        let isTooLarge = wasStoppedByKernel || process.memory.peak.resident > rules.memoryMax
        let ending = reason == .died && isTooLarge ? .memory : reason
        if ending == .memory { trace?.add(process.memory.peak, at: .now()) }
        trace?.finish(pid: process.pid, ending, at: .now())
        summary.addEnd(
            peak: process.memory.peak, isKill: ending != .died, isQuiet: requests.isEmpty)
        if end == nil {
            Report.note("process \(process.pid) does not end, not even of SIGKILL; going on")
        }
        let over = requests
        requests = []
        for request in over { conclude(request, ending: ending, end: end, process) }
    }

    /// Content that was sent before the end counts: reads what is left in the socket.
    private func drain(_ process: ExtensionProcess) {
        var bytesLeft = HostLimits.drainBytesMax
        while bytesLeft > 0 {
            let count = process.conversation.read()
            guard count > 0 else { return }
            bytesLeft -= count
            while let message = (try? process.conversation.next()) ?? nil {
                guard case .content(let id, let bytes) = message,
                    let index = requests.firstIndex(where: { $0.id == id })
                else { continue }
                requests[index].take(content: bytes, at: .now())
            }
        }
    }

    private func conclude(
        _ request: Request, ending: Ending?, end: ProcessEnd?, _ process: ExtensionProcess?
    ) {
        let verdict = Verdict(request, ending: ending)
        let shownAt = request.content == nil ? Moment.now() : request.contentAt ?? .now()
        show(
            OutputLine(
                push: request.number, verdict: verdict,
                latencyNanoseconds: shownAt.since(request.beganAt), isStarter: request.isStarter,
                pid: process?.pid, peak: process?.memory.peak,
                contentCount: request.contentCount, ending: ending, end: end,
                content: request.content ?? Content.original(of: request.push, catalog)),
            from: request.beganAt)
    }

    private func show(_ line: OutputLine, from beganAt: Moment) {
        summary.add(line)
        trace?.add(line, from: beganAt, until: .now())
        progress.clear()
        if outputError == 0, !System.write(line.bytes.span, to: STDOUT_FILENO) {
            outputError = errno
        }
        progress.draw("push \(summary.pushes)", done: input.bytesRead, of: input.bytesTotal)
    }

    /// Closes the conversation; a process that does not end of it is ended.
    private func finish() {
        guard let process else { return }
        self.process = nil
        _ = process.memory.sample()
        process.conversation.finish()
        let isPatient = interruption == 0
        let endsByItself =
            isPatient && process.waitForEnd(milliseconds: HostLimits.endMillisecondsMax)
        if isPatient && !endsByItself {
            Report.note("the extension did not end when its socket did, and was killed")
        }
        let end = process.end()
        if endsByItself, let end, end != .status(0) {
            Report.note("the extension should end with status 0 when its socket does; \(end.words)")
        }
        summary.addEnd(peak: process.memory.peak, isKill: !endsByItself, isQuiet: false)
        trace?.finish(pid: process.pid, nil, at: .now())
    }
}
