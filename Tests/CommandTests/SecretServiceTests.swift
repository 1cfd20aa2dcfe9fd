import Foundation
import Testing

/// The Secret Service as it is: gnome-keyring on a D-Bus session of its own, for each test.
@Suite(.serialized) struct SecretServiceTests {
    private static let push = Bench.root.path + "/TestVectors/demo/blocktank.push.json"
    private static let open = "$N --no-store --keystore secret-service < \(push)"
    private static let importKey =
        "echo \(Bench.secret) | $N keys import blocktank --keystore secret-service"
    private static let lock = """
        gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
        --method org.freedesktop.Secret.Service.Lock \
        "['/org/freedesktop/secrets/aliases/default']" >/dev/null
        """

    /// Runs a script inside a new session. `withKeyring` starts and unlocks the real service;
    /// without it the bus cannot start one either. Both are killed at the end, not asked: a child
    /// of a test inherits blocked signals.
    private func session(_ script: String, withKeyring: Bool = true) throws -> Run {
        let bench = try Bench(withKey: false)
        try """
            <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/>
            <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
            """.write(toFile: bench.path + "/bus.conf", atomically: true, encoding: .utf8)
        let keyring = """
            printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
            keyring=$!
            gdbus wait --session --timeout 60 org.freedesktop.secrets

            """
        return try bench.shell("""
            export HOME=$PWD XDG_RUNTIME_DIR=$PWD
            dbus-daemon --config-file=bus.conf --fork --print-address=3 --print-pid=4 3>address 4>pid 2>/dev/null
            export DBUS_SESSION_BUS_ADDRESS=$(cat address)
            keyring=
            trap 'kill -KILL $(cat pid) $keyring 2>/dev/null' EXIT
            \(withKeyring ? keyring : "")\(script)
            """)
    }

    @Test func aKeyIsImportedListedAndOpensAPush() throws {
        let run = try session("""
            \(Self.importKey)
            \(Self.open) | grep -o '"outcome":"[a-z]*"'
            $N keys list --keystore secret-service
            $N doctor --keystore secret-service --group-dir group | grep keystore
            """)
        #expect(run.output == """
            \(Bench.publicKey)
            "outcome":"decrypted"
            blocktank\tgeneration 1\t\(Bench.publicKey)
            ok       keystore         secret-service has a key for blocktank

            """)
        #expect(!run.errors.contains("ntfdecrypt:"))
    }

    @Test func aLockedCollectionIsLockedAtOnceAndNobodyIsPrompted() throws {
        let run = try session("""
            \(Self.importKey) >/dev/null
            \(Self.lock)
            \(Self.open)
            for command in "public blocktank" "rotate blocktank" "delete blocktank" "generate blocktank" list; do
                $N keys $command --keystore secret-service; echo $?
            done
            """)
        #expect(run.lines.first?.contains("\"reason\":\"keystore-locked\"") == true)
        #expect(run.lines.first?.contains("Unlock your device and open Bitkit") == true)
        #expect(run.lines.dropFirst() == ["1", "1", "1", "1", "1"])
        #expect(run.errors.components(separatedBy: "ntfdecrypt: error: the keystore is locked\n").count == 6)
    }

    @Test func nothingIsStoredIntoALockedCollection() throws {
        let run = try session("""
            \(Self.importKey) >/dev/null; $N keys delete blocktank --keystore secret-service
            \(Self.lock)
            \(Self.importKey)
            """)
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(run.errors.contains("ntfdecrypt: error: the keystore is locked\n"))
    }

    @Test func whatSecretToolStoredIsFound() throws {
        let run = try session("""
            printf \(Bench.secret) | secret-tool store --label=x application ntfdecrypt slot blocktank generation 4
            \(Self.open) | grep -o '"outcome":"[a-z]*"'
            $N keys list --keystore secret-service
            secret-tool lookup application ntfdecrypt slot blocktank generation 4
            """)
        #expect(run.output == """
            "outcome":"decrypted"
            blocktank\tgeneration 4\t\(Bench.publicKey)
            \(Bench.secret)
            """)
    }

    @Test func anItemThatHoldsNoKeyIsADamagedKeystore() throws {
        let run = try session("""
            printf nonsense | secret-tool store --label=x application ntfdecrypt slot blocktank generation 1
            \(Self.open)
            """)
        #expect(run.reasons == ["keystore-unavailable"])
        #expect(run.errors.contains("the keystore is damaged"))
        #expect(!run.errors.contains("nonsense"))
    }

    @Test func rotationKeepsOneOlderGeneration() throws {
        let run = try session("""
            \(Self.importKey) >/dev/null
            $N keys rotate blocktank --keystore secret-service >/dev/null
            \(Self.open) | grep -o '"outcome":"[a-z]*"'
            $N keys public --previous blocktank --keystore secret-service
            $N keys rotate blocktank --keystore secret-service >/dev/null
            \(Self.open) | grep -o '"reason":"[a-z-]*"'
            secret-tool search --all application ntfdecrypt slot blocktank 2>&1 | grep -c attribute.generation
            """)
        #expect(run.output == """
            "outcome":"decrypted"
            \(Bench.publicKey)
            "reason":"authentication-failed"
            2

            """)
    }

    @Test func anEmptyKeyringHasNoKey() throws {
        let run = try session("\(Self.open)\n$N keys delete blocktank --keystore secret-service")
        #expect(run.reasons == ["key-missing"])
        #expect(run.errors.contains("there is no key in slot blocktank"))
    }

    @Test func aBusWithoutTheServiceIsUnavailable() throws {
        let run = try session("\(Self.open)\n\(Self.importKey)", withKeyring: false)
        #expect(run.reasons == ["keystore-unavailable"])
        #expect(run.errors.components(separatedBy: "the keystore cannot be asked").count == 3)
    }

    @Test func aServiceThatStoppedAnsweringIsUnavailableWithinItsTime() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let run = try session("""
            \(Self.importKey) >/dev/null
            kill -STOP $keyring
            \(Self.open)
            """)
        #expect(run.reasons == ["keystore-unavailable"])
        #expect(clock.now - start < .seconds(20))
    }

    @Test func aBusThatNeverSpeaksIsUnavailableWithinItsTime() throws {
        let bench = try Bench(withKey: false)
        let path = "/tmp/mute-\(UUID().uuidString.prefix(8))"
        // A listener whose queue takes the connection, and that never says a word.
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener); unlink(path) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0 && listen(listener, 8) == 0)
        let clock = ContinuousClock()
        let start = clock.now
        let run = try bench.run(
            ["--no-store", "--keystore", "secret-service"], input: Bench.push,
            environment: ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(path)"])
        #expect(run.reasons == ["keystore-unavailable"])
        #expect(clock.now - start < .seconds(20))
    }

    @Test func withoutLibsecretTheServiceIsUnavailableAndTheFilterWorks() throws {
        let bench = try Bench()
        // What the loader finds first under that name is no library.
        try Data("no library".utf8).write(to: URL(filePath: bench.path + "/libsecret-1.so.0"))
        let environment = [
            "LD_LIBRARY_PATH": bench.path, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
        ]
        let asked = try bench.run(
            ["--no-store", "--keystore", "secret-service"], input: Bench.push, environment: environment)
        #expect(asked.reasons == ["keystore-unavailable"])
        let doctor = try bench.run(["doctor", "--keystore", "secret-service"], environment: environment)
        #expect(doctor.output.contains("libsecret is not installed"))
        let filtered = try bench.run(["--no-store"], input: Bench.push, environment: environment)
        #expect(filtered.reasons == ["decrypted"])
    }

    @Test func gLibIsNotLinked() throws {
        let run = try Bench(withKey: false).shell("ldd $N")
        #expect(run.output.contains("libsodium"))
        #expect(!run.output.contains("glib"))
        #expect(!run.output.contains("libsecret"))
    }
}
