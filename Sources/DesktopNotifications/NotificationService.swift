/// Whoever shows notifications on the session bus, as it presented itself
/// (org.freedesktop.Notifications, Desktop Notifications Specification 1.2).
struct NotificationService {
    static let address = Bus.Address(
        service: "org.freedesktop.Notifications", path: "/org/freedesktop/Notifications",
        interface: "org.freedesktop.Notifications")

    /// The unique name it answered by: signals of anybody else are not its own.
    let owner: String
    private let showsBody: Bool
    private let readsMarkup: Bool
    private let playsSounds: Bool
    /// Whether it tells of clicks.
    let tellsClicks: Bool

    /// Asks what it can do. Whoever cannot even say that is none: throws `serviceMissing` then.
    init(_ bus: Bus) throws(DesktopError) {
        let reply: BusMessage
        do { reply = try bus.call(Self.address, "GetCapabilities") } catch {
            throw error == .refused ? .serviceMissing : error
        }
        guard reply.has("as"), reply.enterTexts(), let owner = reply.sender else {
            throw .serviceMissing
        }
        var capabilities: Set<String> = []
        for _ in 0..<DesktopLimits.capabilitiesMax {
            guard let capability = reply.text() else { break }
            capabilities.insert(capability)
        }
        self.owner = owner
        showsBody = capabilities.contains("body")
        readsMarkup = capabilities.contains("body-markup")
        playsSounds = capabilities.contains("sound")
        tellsClicks = capabilities.contains("actions")
    }

    /// Asks that signals are sent to us, and that we are told when the service comes or goes.
    static func watch(_ bus: Bus) throws(DesktopError) {
        for rule in [
            "type='signal',sender='org.freedesktop.Notifications',"
                + "interface='org.freedesktop.Notifications'",
            "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                + "member='NameOwnerChanged',arg0='org.freedesktop.Notifications'",
        ] {
            _ = try bus.call(.bus, "AddMatch") { message in message.append(rule) }
        }
    }

    /// Shows a note, in place of the one with the id `replaced` unless that is 0.
    ///
    /// - Parameter opens: whether a click opens something, so that it is worth offering.
    /// - Returns: the note's id, never 0.
    func notify(
        _ note: DesktopNote, replacing replaced: UInt32, opens: Bool, on bus: Bus
    ) throws(DesktopError) -> UInt32 {
        let reply = try bus.call(Self.address, "Notify") { message in
            message.append(note.appName)
            message.append(replaced)
            message.append("")
            message.append(showsBody ? note.summary : note.oneLine)
            message.append(showsBody ? (readsMarkup ? Markup.escaped(note.body) : note.body) : "")
            message.append(opens && tellsClicks ? note.actions : [])
            message.appendDictionary { message in
                message.entry("urgency", note.urgency.rawValue)
                // No desktop-entry: GNOME and Cinnamon take away the notes of an application they
                // know as soon as its process ends, and what nobody saw may be a payment.
                if let category = note.category { message.entry("category", category) }
                if playsSounds, let sound = note.sound { message.entry("sound-name", sound) }
            }
            message.append(note.milliseconds)
        }
        guard reply.has("u"), let id = reply.number(), id != 0 else { throw .refused }
        return id
    }

    /// Takes a note from the screen; that it is gone already is no error.
    func close(_ id: UInt32, on bus: Bus) throws(DesktopError) {
        do {
            _ = try bus.call(Self.address, "CloseNotification") { message in message.append(id) }
        } catch {
            guard error == .refused else { throw error }
        }
    }

    /// The name and version it tells, cut to what can be shown on a terminal.
    static func name(_ bus: Bus) throws(DesktopError) -> String {
        let reply = try bus.call(address, "GetServerInformation")
        guard reply.has("ssss"), let name = reply.text(), reply.text() != nil,
            let version = reply.text()
        else { throw .refused }
        let text = "\(name) \(version)".unicodeScalars.filter { scalar in
            scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7f
        }
        return String(String.UnicodeScalarView(text.prefix(DesktopLimits.serviceNameBytesMax)))
    }
}
