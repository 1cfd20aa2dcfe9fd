internal import Glibc
internal import NotificationPipeline

/// The loop that shows notifications and hears of clicks, on a thread of its own.
final class DesktopSession {
    private let catalog: Catalog
    private let appURI: AppURI?
    private let queue: DesktopQueue
    private let unixSeconds: () -> UInt64
    private let report: (DesktopError) -> Void

    private var bus: Bus?
    private var service: NotificationService?
    private var shown = ShownNotes()
    private var opener = URIOpener()
    private var flood = Flood()
    /// How many are not shown for being too many, since the note that says so was closed.
    private var beyond = 0
    /// How many the note says.
    private var beyondShown = 0
    /// The time before which that note is not renewed.
    private var countAt = Duration.zero
    /// Set when something went wrong: nobody is asked before that time.
    private var quietUntil: Duration?
    /// Whether the last thing that was tried went wrong.
    private var isTroubled = false
    private var reported: [DesktopError] = []
    private var failures = 0

    init(
        catalog: Catalog, appURI: AppURI?, queue: DesktopQueue,
        unixSeconds: @escaping () -> UInt64, report: @escaping (DesktopError) -> Void
    ) {
        self.catalog = catalog
        self.appURI = appURI
        self.queue = queue
        self.unixSeconds = unixSeconds
        self.report = report
    }

    /// Runs to the end; false when something was not shown, or a click opened nothing.
    func run() -> Bool {
        attempt { () throws(DesktopError) in _ = try ready() }
        while true {
            serveSignals()
            reapOpeners()
            attempt { () throws(DesktopError) in
                try showWaiting()
                try showCount()
            }
            if isDone { break }
            sleep()
        }
        return !isTroubled && failures + queue.count == 0
    }

    /// Whether input and clicks are both at their end.
    private var isDone: Bool {
        guard let end = queue.end else { return false }
        // Nobody can be asked: there is nothing to wait for either.
        guard quietUntil == nil else { return true }
        guard queue.count == 0, beyond == beyondShown else { return false }
        return Monotonic.now() >= end || !(canBeClicked || opener.isBusy)
    }

    private var canBeClicked: Bool { service?.tellsClicks == true && shown.hasURI }

    private func sleep() {
        var until = Monotonic.now() + DesktopLimits.sleepMax
        let count = quietUntil != nil || beyond == beyondShown ? nil : countAt
        for due in [bus?.due, quietUntil, queue.end, count] {
            if let due { until = min(until, due) }
        }
        var entries = [pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0)]
        entries += opener.waiting
        if let bus { entries.append(bus.waiting) }
        // SAFETY: the entries are ours for the length of the call.
        _ = unsafe poll(
            &entries, nfds_t(entries.count), Monotonic.milliseconds(until - Monotonic.now()))
        queue.hush()
    }

    /// Does something that the bus or the service can spoil, unless they did a moment ago.
    private func attempt(_ body: () throws(DesktopError) -> Void) {
        if let quietUntil {
            guard Monotonic.now() >= quietUntil else { return }
            self.quietUntil = nil
        }
        do throws(DesktopError) { try body() } catch { handle(error) }
    }

    private func handle(_ error: DesktopError) {
        tell(error)
        isTroubled = true
        quietUntil = Monotonic.now() + DesktopLimits.quietWait
        guard error == .busMissing else { return }
        bus = nil
        forgetService()
    }

    private func forgetService() {
        service = nil
        shown = ShownNotes()
    }

    private func tell(_ error: DesktopError) {
        guard !reported.contains(error) else { return }
        reported.append(error)
        report(error)
    }
}

extension DesktopSession {
    /// The service, asked for what it can do the first time and after it came anew.
    private func ready() throws(DesktopError) -> (NotificationService, Bus) {
        let bus: Bus
        if let connected = self.bus {
            bus = connected
        } else {
            bus = try Bus()
            try NotificationService.watch(bus)
            self.bus = bus
        }
        let service: NotificationService
        if let known = self.service {
            service = known
        } else {
            service = try NotificationService(bus)
            self.service = service
        }
        isTroubled = false
        return (service, bus)
    }

    private func showWaiting() throws(DesktopError) {
        while let arrival = queue.takeFirst() {
            do throws(DesktopError) { try show(arrival) } catch {
                queue.putBack(arrival)
                throw error
            }
        }
    }

    private func show(_ arrival: DesktopQueue.Arrival) throws(DesktopError) {
        let notification = arrival.notification
        _ = try ready()
        guard flood.admits(isOpened: notification.isVouchedFor, now: Monotonic.now()) else {
            beyond += 1
            return
        }
        let uri = appURI?.filled { field in notification.value(of: field, arrival.identity) }
        try show(
            DesktopNote(notification, catalog, now: unixSeconds()),
            ShownNotes.Key(notification, arrival.identity), uri: uri)
    }

    private func showCount() throws(DesktopError) {
        beyond += queue.takeBeyond()
        let now = Monotonic.now()
        guard beyond != beyondShown, queue.end != nil || now >= countAt else { return }
        try show(
            DesktopNote(more: beyond, catalog), .count, uri: appURI?.filled { _ in nil })
        beyondShown = beyond
        countAt = now + DesktopLimits.countWait
    }

    /// Shows a note. One that the service refuses is given up; any other error is thrown.
    private func show(
        _ note: DesktopNote, _ key: ShownNotes.Key?, uri: String?
    ) throws(DesktopError) {
        let (service, bus) = try ready()
        do throws(DesktopError) {
            let id = try service.notify(
                note, replacing: shown.id(of: key) ?? 0, opens: uri != nil, on: bus)
            // More than are remembered would have clicks that nobody understands.
            if let oldest = shown.put(ShownNotes.Note(id: id, key: key, uri: uri)) {
                try service.close(oldest, on: bus)
            }
        } catch {
            guard error == .refused else { throw error }
            tell(error)
            failures += 1
        }
    }
}

extension DesktopSession {
    private func serveSignals() {
        guard let bus else { return }
        do throws(DesktopError) {
            for _ in 0..<DesktopLimits.stepsAtOnceMax {
                guard try bus.step({ message in serve(message) }) else { return }
            }
        } catch { handle(error) }
    }

    private func serve(_ message: borrowing BusMessage) {
        let sender = message.sender
        if sender == "org.freedesktop.DBus" {
            if message.isSignal("org.freedesktop.DBus", "NameOwnerChanged"), message.has("sss"),
                message.text() == "org.freedesktop.Notifications", message.text() != nil
            {
                serviceChanged(to: message.text() ?? "")
            }
            return
        }
        // The bus sends us whatever somebody addresses to us: only the service is believed.
        guard let service, sender == service.owner else { return }
        let interface: StaticString = "org.freedesktop.Notifications"
        if message.isSignal(interface, "ActionInvoked"), message.has("us") {
            if let id = message.number(), let key = message.text() { clicked(id, key) }
        } else if message.isSignal(interface, "ActivationToken"), message.has("us") {
            if let id = message.number(), let token = message.text() { shown.keep(token, for: id) }
        } else if message.isSignal(interface, "NotificationClosed"), message.has("uu") {
            if let id = message.number() { closed(id) }
        }
    }

    private func serviceChanged(to owner: String) {
        if service?.owner != owner { forgetService() }
        if !owner.isEmpty { quietUntil = nil }
    }

    private func clicked(_ id: UInt32, _ key: String) {
        guard key == DesktopNote.defaultAction || key == DesktopNote.openAction,
            let note = shown.note(id), let uri = note.uri
        else { return }
        do throws(DesktopError) { try opener.open(uri, token: note.token) } catch {
            tell(error)
            failures += 1
        }
    }

    private func closed(_ id: UInt32) {
        guard let note = shown.remove(id), note.key == .count else { return }
        (beyond, beyondShown) = (0, 0)
    }

    private func reapOpeners() {
        let failed = opener.reap()
        guard failed > 0 else { return }
        tell(.openerFailed)
        failures += failed
    }
}
