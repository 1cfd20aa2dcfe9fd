import ArgumentParser
import CommandSupport
import DesktopNotifications
import Glibc
import NotificationPipeline
import SecretMemory
import SecretServiceKeystore
import SharedGroup

/// `doctor`: what works, and what to type where it does not.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check keystore, D-Bus, directories and permissions; say what to type.",
        discussion: "Changes nothing. Exit status 1 when something needs mending.")

    @OptionGroup var keystore: KeystoreOptions
    @OptionGroup var group: GroupOptions

    func run() throws {
        let chosen = try keystore.choose()
        let findings = [
            Checkup.cryptography(), Checkup.lockedMemory(), Checkup.keystore(chosen),
            Checkup.secretService(isNeeded: chosen.directory == nil),
            Checkup.desktop(), Checkup.groupDirectory(try group.path()),
        ]
        for finding in findings { finding.show() }
        guard findings.allSatisfy({ finding in finding.state != .problem }) else {
            throw ExitStatus.refused.asExitCode
        }
    }
}

/// One line of the doctor's.
struct Finding {
    enum State: String {
        case ok = "ok     "
        case note = "note   "
        case problem = "problem"
    }

    let state: State
    let subject: String
    let text: String
    var hint: String?

    func show() {
        let padding = String(repeating: " ", count: max(1, 17 - subject.count))
        print("\(state.rawValue)  \(subject)\(padding)\(text)")
        if let hint { print("                          type: \(hint)") }
    }
}

/// The checks themselves.
enum Checkup {
    /// Opens the push bitkit-core publishes with the key it publishes.
    static func cryptography() -> Finding {
        var pipeline = Pipeline(
            keys: PublishedKey(), crypto: PlatformCryptography(), store: nil as NoStore?)
        let outcome = pipeline.process(PublishedKey.push.utf8.span, now: 0).outcome
        let works = outcome == .decrypted
        return Finding(
            state: works ? .ok : .problem, subject: "cryptography",
            text: works ? "the published Blocktank push opens" : "the published push does not open",
            hint: works ? nil : "reinstall libsecp256k1 and nettle, then script/test")
    }

    /// Locks as much as a run does, for the limit alone does not say: root has none.
    static func lockedMemory() -> Finding {
        let isEnough = MemoryLock.isPossible(for: CommandLimits.lockedBytes)
        var limit = rlimit()
        // SAFETY: `limit` is ours for the length of the call.
        _ = unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit)
        return Finding(
            state: isEnough ? .ok : .note, subject: "locked memory",
            text: isEnough
                ? "secrets stay out of swap"
                : "the limit is \(limit.rlim_cur) bytes: secrets are wiped, but may reach swap",
            hint: isEnough ? nil : "ulimit -l 256")
    }

    static func keystore(_ keystore: KeystoreChoice) -> Finding {
        let place = keystore.directory.map { directory in "file:\(directory)" } ?? "secret-service"
        let advice = Advice(keystore: keystore, groupDirectory: nil)
        do {
            let slots = try keystore.list().map { entry in String(entry.slot.name) }
            guard !slots.isEmpty else { throw KeyError.missing }
            return Finding(
                state: .ok, subject: "keystore",
                text: "\(place) has a key for \(slots.joined(separator: ", "))")
        } catch KeyError.missing {
            return Finding(
                state: .note, subject: "keystore", text: "\(place) has no key yet",
                hint: "ntfdecrypt keys generate blocktank")
        } catch let error as KeyError {
            return Finding(
                state: .problem, subject: "keystore",
                text: "\(place): \(Advice.meaning(of: error))",
                hint: error == .unavailable ? unavailableHint(keystore) : advice.hint(for: error))
        } catch {
            return Finding(state: .problem, subject: "keystore", text: place)
        }
    }

    /// `hint(for:)` would send people here, where they are already.
    private static func unavailableHint(_ keystore: KeystoreChoice) -> String {
        guard let directory = keystore.directory else {
            return "dbus-run-session -- sh, then start a keyring: gnome-keyring-daemon --unlock"
        }
        return "ls -ld \(directory); it must be a directory of yours, not a link"
    }

    static func secretService(isNeeded: Bool) -> Finding {
        let bus = SecretServiceKeystore.hasSessionBus
        let isInstalled = SecretServiceKeystore.isInstalled
        if bus && isInstalled {
            return Finding(
                state: .ok, subject: "secret service",
                text: "libsecret and a D-Bus session are there")
        }
        return Finding(
            state: isNeeded ? .problem : .note, subject: "secret service",
            text: isInstalled ? "there is no D-Bus session" : "libsecret is not installed",
            hint: isInstalled
                ? "dbus-run-session -- ntfdecrypt --keystore secret-service …"
                : "sudo apt-get install libsecret-1-0")
    }

    static func desktop() -> Finding {
        do throws(DesktopError) {
            return Finding(
                state: .ok, subject: "notifications",
                text: "\(try DesktopNotifier.serviceName()) shows them")
        } catch {
            return Finding(
                state: .note, subject: "notifications", text: DesktopWords.meaning(of: error),
                hint: DesktopWords.hint(for: error))
        }
    }

    static func groupDirectory(_ path: String) -> Finding {
        let advice = Advice(keystore: nil, groupDirectory: path)
        func problem(_ error: StoreError) -> Finding {
            Finding(
                state: .problem, subject: "group directory", text: Advice.meaning(of: error),
                hint: error == .failed ? "ls -ld \(path)" : advice.hint(for: error))
        }
        do throws(StoreError) {
            guard let inbox = try InboxReader.open(groupDirectory: path) else {
                return Finding(
                    state: .note, subject: "group directory",
                    text: "\(path) is made when the first record comes")
            }
            let (entries, unreadable) = try inbox.list()
            // SAFETY: the path is a C string for the length of the call.
            guard unsafe access(path + "/inbox/new", W_OK | X_OK) == 0 else {
                return problem(.notPermitted)
            }
            guard unreadable == 0 else { return problem(.failed) }
            return Finding(
                state: .ok, subject: "group directory",
                text: "\(path), \(entries.count) waiting")
        } catch { return problem(error) }
    }
}

/// bitkit-core's published v0 vector (src/modules/wake/test_vectors): its key and its push.
private struct PublishedKey: Keystore {
    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        let secret = [UInt8](repeating: 0x22, count: 32)
        _ = body(try KeyRecord(generation: 1, material: KeyMaterial.single(secret.span)))
    }

    static let push = """
        {"cipher":"mvdDR3nQxKFTs/N1fQ5z38Zw079ynGfhKTULDq9Mzm96yPl4T4HRyvGLxpqEz9Kq/zeJnUbNzNNPFA2K\
        h5bPISCuuna+L375NLJgKEN65Aqu6q8KLXECOLhlgdXTEt38xl946MINUfY45uWdtO9h",\
        "iv":"000102030405060708090a0b0c0d0e0f","tag":"2bacdc4bd3ba62cdc3376e302dd70a5f",\
        "publicKey":"034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa"}
        """
}
