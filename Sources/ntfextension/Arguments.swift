import CommandSupport
import FileKeystore
import NotificationExtension
import NotificationPipeline
import ProcessCoordination
import SharedGroup

typealias Extension = NotificationExtension<FileKeystore, PlatformCryptography, Inbox>

/// What was asked for on the command line, read by hand: a parser would cost more than the rest.
struct Arguments {
    /// The file keystore's directory.
    let keystore: String
    /// The group directory; nil for no records.
    let group: String?
    /// The group directory shared with an app that is to be heard; nil when there is none.
    let coordination: String?
    /// The language of the texts, as in de or pt-BR.
    let locale: String
    /// Whether a notification says only of what kind it is.
    let isDiscreet: Bool
    /// The misbehaviour the host wants to see.
    let fault: Fault?

    static let usage = """
        usage: ntfextension [--keystore file:DIR] [--group-dir DIR] [--no-store] [--coordinate]
                            [--discreet] [--locale TAG] < pushes.json

        The notification extension as a process of its own: pushes in, a line of JSON for each. Under
        ntfhost it is started and talked to as the system does it. With --coordinate an active app
        takes the pushes over. The other options and defaults are those of ntfdecrypt; keys are made
        there: ntfdecrypt keys generate blocktank

        """

    static func read(_ words: ArraySlice<String>) throws(Failure) -> Arguments {
        // No dictionary: hashing would cost more memory than all of this.
        var (keystore, group, locale, fault): (String?, String?, String?, String?)
        var (storesNothing, isDiscreet, coordinates) = (false, false, false)
        var rest = words
        while let word = rest.popFirst() {
            switch word {
            case "--no-store": storesNothing = true
            case "--discreet": isDiscreet = true
            case "--coordinate": coordinates = true
            case "--help", "-h": throw Failure(usage, status: .success)
            case "--keystore", "--group-dir", "--locale", "--fault":
                guard let value = rest.popFirst() else {
                    throw usageFailure("\(word) needs a value")
                }
                switch word {
                case "--keystore": keystore = value
                case "--group-dir": group = value
                case "--locale": locale = value
                default: fault = value
                }
            default: throw usageFailure("\(word) is no option of the extension")
            }
        }
        let rehearsed = try fault.map { (name) throws(Failure) in
            guard let fault = Fault(rawValue: name) else {
                throw usageFailure("\(name) is no fault to rehearse")
            }
            return fault
        }
        return Arguments(
            keystore: try directory(ofKeystore: keystore),
            group: storesNothing ? nil : try directory(ofGroup: group),
            coordination: coordinates ? try directory(ofGroup: group) : nil,
            locale: locale ?? System.locale(), isDiscreet: isDiscreet, fault: rehearsed)
    }

    private static func directory(ofKeystore named: String?) throws(Failure) -> String {
        guard let named = named ?? System.environment("NTFDECRYPT_KEYSTORE") else {
            return try Paths.keystore()
        }
        guard named.utf8.starts(with: "file:".utf8), named.utf8.count > 5 else {
            throw usageFailure("the extension has the file keystore only")
        }
        return String(decoding: named.utf8.dropFirst(5), as: UTF8.self)
    }

    private static func directory(ofGroup named: String?) throws(Failure) -> String {
        if let named = named ?? System.environment("NTFDECRYPT_GROUP_DIR") { return named }
        return try Paths.group()
    }

    private static func usageFailure(_ message: String) -> Failure {
        Failure(message, hint: "ntfextension --keystore file:DIR < push.json", status: .usage)
    }

    /// The extension these arguments describe. Nothing is opened before the first push.
    func makeExtension(onStage: (@Sendable (UInt64, Stage) -> Void)? = nil) -> Extension {
        guard let coordination else {
            return Extension(onStage: onStage) { setup }
        }
        let app = AppCoordination(groupDirectory: coordination)
        let made = Extension(coordination: app, onStage: onStage) {
            // A push that finds the app out of hearing is not lost for it.
            do throws(PresenceError) { try app.start() } catch { Report.unheard(error) }
            return setup
        }
        app.onTakeover { [weak made] in made?.appTookOver() }
        return made
    }

    private var setup: Extension.Setup {
        ExtensionSetup(
            keys: FileKeystore(directory: keystore), store: group.map(Inbox.init),
            catalog: Catalog(locale: locale, isDiscreet: isDiscreet),
            crypto: { PlatformCryptography() })
    }
}

extension Report {
    /// Says why the app is not heard, and what can be done.
    fileprivate static func unheard(_ error: PresenceError) {
        switch error {
        case .file:
            Report.error(
                "the app cannot be heard: the group directory cannot be used",
                hint: "pass a directory of your own: --group-dir DIR")
        case .channelUnreadable:
            Report.error(
                "the app cannot be heard: coordination/channel names no channel",
                hint: "end app and extension, then remove that file from the group directory")
        case .noPlace:
            Report.error(
                "the app cannot be heard: too many extensions are running",
                hint: "end some of them: pgrep -a ntfextension")
        case .noThread, .system:
            Report.error(
                "the app cannot be heard: the system gives no thread or no socket",
                hint: "ulimit -a")
        }
    }
}
