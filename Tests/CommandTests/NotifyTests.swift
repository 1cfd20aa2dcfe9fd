import Foundation
import Testing

/// `notify` on a D-Bus session of its own for each test, against a service that does what the test
/// wants (desktop_service.py); NotifyDesktopTests has a real one.
@Suite struct NotifyTests {
    private static let demo = Bench.root.path + "/TestVectors/demo/blocktank.push.json"

    /// A note as the service was asked to show it.
    struct Note: Decodable, Equatable {
        struct Hints: Decodable, Equatable {
            let urgency: Int
            let category: String?
            let sound: String?

            enum CodingKeys: String, CodingKey {
                case urgency, category
                case sound = "sound-name"
            }
        }

        let app: String
        let replaces: Int
        let icon: String
        let summary: String
        let body: String
        let actions: [String]
        let hints: Hints
        let timeout: Int
    }

    /// Runs a script in a session. In it `start BEHAVIOUR` starts a service, `$PUSH` is the published
    /// push, and a click writes what is opened into the file `opened`.
    private func session(_ script: String, bench: Bench? = nil) throws -> (run: Run, notes: [Note]) {
        let bench = try bench ?? Bench()
        try """
            <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
            <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>
            <allow own="*"/></policy></busconfig>
            """.write(toFile: bench.path + "/bus.conf", atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(
            atPath: bench.path + "/bin", withIntermediateDirectories: true)
        let opener = """
            #!/bin/sh
            PATH=/usr/bin:/bin
            echo "$*" $XDG_ACTIVATION_TOKEN $(readlink /proc/$$/fd/0 /proc/$$/fd/5) >> \(bench.path)/opened

            """
        for name in ["xdg-open", "gio"] {
            try opener.replacing("$*", with: name == "gio" ? "gio $*" : "$*")
                .write(toFile: bench.path + "/bin/" + name, atomically: true, encoding: .utf8)
            chmod(bench.path + "/bin/" + name, 0o700)
        }
        // Everything is killed at the end, not asked: a child of a test inherits blocked signals.
        let run = try bench.shell("""
            export HOME=$PWD XDG_RUNTIME_DIR=$PWD PATH=$PWD/bin:$PATH PUSH=\(Self.demo)
            dbus-daemon --config-file=bus.conf --fork --print-address=3 --print-pid=4 3>address 4>bus 2>/dev/null
            export DBUS_SESSION_BUS_ADDRESS=$(cat address)
            trap 'kill -KILL $(cat bus) $service 2>/dev/null' EXIT
            start() {
                /usr/bin/python3 \(Bench.root.path)/Tests/CommandTests/desktop_service.py $1 $PWD/log 2>/dev/null 3>&- &
                service=$!
                gdbus wait --session --timeout 60 org.freedesktop.Notifications
            }
            end() {
                kill -KILL $service; wait $service 2>/dev/null
            }
            \(script)
            """)
        let log = (try? String(contentsOfFile: bench.path + "/log", encoding: .utf8)) ?? ""
        let notes = log.split(separator: "\n").compactMap { line in
            try? JSONDecoder().decode(Note.self, from: Data(line.utf8))
        }
        return (run, notes)
    }

    @Test func aPushIsShownAsItsCardAndItsLineIsWritten() throws {
        let (run, notes) = try session("start full; $N notify < $PUSH; echo $?")
        #expect(run.output == FilterTests.line + "0\n")
        #expect(run.errors == "")
        #expect(notes == [
            Note(
                app: "Bitkit", replaces: 0, icon: "", summary: "Payment Incoming",
                body: "Open now to receive - funds are being held", actions: [],
                hints: .init(
                    urgency: 1, category: "x-ntfdecrypt.payment.incoming",
                    sound: "message-new-instant"),
                timeout: 120_000)
        ])
    }

    @Test func optionsMeanWhatTheyMeanToTheFilter() throws {
        let (run, notes) = try session("""
            start full
            $N notify --app-name 'A&<B>' --locale de --app-uri a: --wait 0 < $PUSH >/dev/null
            echo '{}' | $N notify --app-name 'A&<B>' --locale de --app-uri a: --wait 0 >/dev/null 2>&1
            $N --no-store notify $PUSH $PUSH >/dev/null
            """)
        #expect(run.errors == "")
        #expect(notes.map(\.app) == ["A&<B>", "A&<B>", "Bitkit", "Bitkit"])
        #expect(notes[0].summary == "Eingehende Zahlung")
        #expect(notes[0].actions == ["default", "Jetzt öffnen", "open", "Jetzt öffnen"])
        #expect(notes[1].summary == "A&<B>")
        #expect(notes[1].body == "A&amp;&lt;B&gt; öffnen, um nach neuen Aktivitäten zu sehen")
        #expect(notes[1].actions == ["default", "Jetzt öffnen"])
        #expect(notes[1].timeout == -1)
        // Without records nobody knows that it is the same one.
        #expect(notes[2...].map(\.replaces) == [0, 0])
    }

    @Test func theSamePushAgainReplacesItsNotification() throws {
        let (run, notes) = try session("""
            start full; (cat $PUSH $PUSH; echo '{}'; echo x; cat $PUSH) | $N notify --jobs 2 2>/dev/null
            """)
        #expect(run.reasons == ["decrypted", "decrypted", "unknown-envelope", "malformed-json", "decrypted"])
        // The service numbers each call: its third is the first fallback.
        #expect(notes.map(\.replaces) == [0, 1, 0, 3, 1])
    }

    @Test func whatAServiceCannotDoIsNotAskedOfIt() throws {
        let (run, notes) = try session("start bare; $N notify --app-uri a: < $PUSH >/dev/null; echo $?")
        #expect(run.output == "0\n")
        #expect(notes.map(\.summary) == ["Payment Incoming - Open now to receive - funds are being held"])
        #expect(notes.map(\.body) == [""])
        #expect(notes.map(\.actions) == [[]])
        #expect(notes[0].hints.sound == nil)
    }

    @Test func aFloodIsCountedAndTheGoodPushInItIsShown() throws {
        let (run, notes) = try session("""
            start full
            (yes '{}' | head -n 3000; cat $PUSH; yes '{}' | head -n 3000) | $N notify 2>/dev/null | wc -l
            """)
        #expect(run.output == "6001\n")
        #expect(notes.filter { $0.summary == "Payment Incoming" }.count == 1)
        let shown = notes.filter { $0.summary == "Bitkit" }.count
        #expect(shown >= 1 && shown <= 30)
        let last = try #require(notes.last)
        #expect(last.summary == "Bitkit (+\(6000 - shown))")
        #expect(last.body == "Open Bitkit to check for new activity")
        let counts = notes.filter { $0.summary.hasPrefix("Bitkit (+") }
        #expect(Set(counts.dropFirst().map(\.replaces)).count <= 1)
        #expect(counts.dropFirst().allSatisfy { $0.replaces != 0 })
    }

    @Test func aClickOpensTheURIAndNothingElseIsHandedOn() throws {
        let bench = try Bench()
        let (run, notes) = try session("""
            start clicking
            $N notify --passphrase-fd 5 --app-uri 'bitkit://wake?o={orderId}&t={type}&h={paymentHash}' \
                5<$PUSH < $PUSH >/dev/null
            echo $?; cat opened
            PATH=/usr/bin:/bin; rm bin/xdg-open; PATH=$PWD/bin $N notify --no-store --app-uri 'a:{id}' < $PUSH >/dev/null
            echo $?; tail -n 1 opened
            PATH=$PWD/none $N notify --no-store --app-uri a: < $PUSH >/dev/null
            echo $?
            """, bench: bench)
        #expect(run.lines == [
            "0", "bitkit://wake?o=abc&t=incomingHtlc&h= token-1 /dev/null", "0", "gio open a: token-1 /dev/null", "1",
        ])
        #expect(notes.count == 3)
        #expect(run.errors == """
            ntfdecrypt: error: neither xdg-open nor gio is there to open the app
            ntfdecrypt: hint: sudo apt-get install xdg-utils

            """)
    }

    @Test func clicksAreServedWhileMoreMayCome() throws {
        let (run, _) = try session("""
            start clicking; mkfifo in opened
            $N notify --app-uri 'a:{orderId}' --wait 0 < in >lines & filter=$!
            exec 3> in
            cat $PUSH >&3
            head -n 1 opened
            exec 3>&-
            wait $filter; echo $?; wc -l < lines
            """)
        #expect(run.lines == ["a:abc token-1 /dev/null", "0", "1"])
    }

    @Test func anAppThatDoesNotOpenIsSaid() throws {
        let (run, _) = try session("""
            printf '#!/bin/sh\\nexit 3\\n' > bin/xdg-open
            start clicking; $N notify --app-uri a:b < $PUSH >/dev/null; echo $?
            """)
        #expect(run.output == "1\n")
        #expect(run.errors == """
            ntfdecrypt: error: the app could not be opened
            ntfdecrypt: hint: xdg-mime query default x-scheme-handler/a

            """)
    }

    @Test func whatIsNoClickOnOursOpensNothing() throws {
        let (run, notes) = try session("""
            start rude; $N notify --app-uri a: < $PUSH >/dev/null; echo $?
            cat opened 2>/dev/null; grep -c confused log
            """)
        #expect(run.output == "0\n1\n")
        #expect(notes.count == 1)
    }

    @Test func withoutAServiceTheLinesAreWrittenAndItIsSaidOnce() throws {
        let (run, notes) = try session("""
            cat $PUSH $PUSH | $N notify; echo $?
            start useless; $N notify < $PUSH; echo $?; end
            export DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere
            $N notify < $PUSH; echo $?
            DBUS_SESSION_BUS_ADDRESS=autolaunch: $N notify < $PUSH; echo $?
            unset DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR
            $N notify < $PUSH; echo $?
            : > libsystemd.so.0; : > libelogind.so.0; : > libbasu.so.0
            LD_LIBRARY_PATH=. $N notify < $PUSH; echo $?
            LD_LIBRARY_PATH=. $N --no-store < $PUSH >/dev/null; echo $?
            """)
        #expect(run.lines.filter { $0.contains("\"outcome\":\"decrypted\"") }.count == 7)
        #expect(run.lines.filter { !$0.hasPrefix("{") } == ["1", "1", "1", "1", "1", "1", "0"])
        #expect(notes.isEmpty)
        let nobody = """
            ntfdecrypt: error: nobody on the D-Bus session shows notifications
            ntfdecrypt: hint: sudo apt-get install dunst, then in your desktop session: dunst &

            """
        let noBus = """
            ntfdecrypt: error: there is no D-Bus session that answers
            ntfdecrypt: hint: export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus

            """
        #expect(run.errors == nobody + nobody + noBus + noBus + noBus + """
            ntfdecrypt: error: libsystemd, which speaks D-Bus, is not installed
            ntfdecrypt: hint: sudo apt-get install libsystemd0

            """)
    }

    @Test func aServiceThatRefusesOrAnswersNonsenseIsSaidOnce() throws {
        for behaviour in ["refusing", "zero"] {
            let (run, notes) = try session("""
                start \(behaviour); cat $PUSH $PUSH | $N notify --no-store; echo $?
                """)
            #expect(run.lines.count == 3 && run.lines.last == "1")
            #expect(notes.count == 2)
            #expect(run.errors == """
                ntfdecrypt: error: the notification service refuses a notification
                ntfdecrypt: hint: busctl --user status org.freedesktop.Notifications

                """)
        }
    }

    @Test func aServiceThatDiesCostsNoLine() throws {
        let (run, notes) = try session("""
            start dying; (cat $PUSH $PUSH $PUSH; echo '{}') | $N notify --no-store --app-uri a: 2>/dev/null; echo $?
            """)
        #expect(run.lines.count == 5 && run.lines.last == "1")
        #expect(notes.count == 2)
    }

    @Test func whoNeverAnswersIsWaitedForOnceAndNotLong() throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let (run, notes) = try session("""
            start silent
            /usr/bin/python3 -c 'import socket, signal, sys
            mute = socket.socket(socket.AF_UNIX)
            mute.bind("mute"); mute.listen(8); print(flush=True); signal.pause()' > ready & mute=$!
            timeout -s KILL 60 sh -c 'until [ -s ready ]; do :; done'
            DBUS_SESSION_BUS_ADDRESS=unix:path=$PWD/mute $N notify $PUSH $PUSH > mute.lines 2> mute.errors & filter=$!
            $N notify $PUSH $PUSH; echo $?
            wait $filter; echo $?; cat mute.lines; cat mute.errors >&2
            kill -KILL $mute
            """)
        #expect(clock.now - begin < .seconds(20))
        #expect(run.reasons.filter { $0 == "decrypted" }.count == 4)
        #expect(run.lines.filter { !$0.hasPrefix("{") } == ["1", "1"])
        #expect(notes.isEmpty)
        #expect(run.errors.contains("ntfdecrypt: error: the notification service does not answer\n"))
        #expect(run.errors.contains("ntfdecrypt: error: there is no D-Bus session that answers\n"))
    }

    @Test func whatComesBeforeTheServiceIsShownWhenItComes() throws {
        let (run, notes) = try session("""
            mkfifo in said
            $N notify < in >lines 2>said & filter=$!
            exec 3> in
            head -n 1 said
            (cat $PUSH; echo '{}') >&3
            start full
            timeout -s KILL 60 sh -c 'until [ "$(cat log 2>/dev/null | wc -l)" -eq 2 ]; do :; done'
            exec 3>&-
            wait $filter; echo $?; wc -l < lines
            """)
        #expect(run.lines == ["ntfdecrypt: error: nobody on the D-Bus session shows notifications", "1", "2"])
        #expect(notes.map(\.summary) == ["Payment Incoming", "Bitkit"])
    }

    @Test func whatAServiceMissedWhileItWasGoneIsShownWhenItComesAgain() throws {
        let (run, notes) = try session("""
            mkfifo in said; start full
            shown() { timeout -s KILL 60 sh -c "until [ \\$(cat log 2>/dev/null | wc -l) -eq $1 ]; do :; done"; }
            $N notify --no-store < in >lines 2<>said & filter=$!
            exec 3> in
            cat $PUSH >&3; shown 1; end
            cat $PUSH >&3
            head -n 1 said
            start full; shown 2
            exec 3>&-
            wait $filter; echo $?; wc -l < lines
            """)
        #expect(run.lines == ["ntfdecrypt: error: nobody on the D-Bus session shows notifications", "0", "2"])
        #expect(notes.map(\.summary) == ["Payment Incoming", "Payment Incoming"])
    }

    @Test func aSignalEndsItAtOnce() throws {
        let (run, _) = try session("""
            start full; mkfifo lines
            for name in INT TERM; do
                # A child of a test inherits blocked signals, one of a shell ignored ones.
                /usr/bin/python3 -c 'import os, signal, sys
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execvp(sys.argv[1], sys.argv[1:])' $N notify --no-store --app-uri a: --wait 600 < $PUSH > lines & filter=$!
                head -n 1 lines >/dev/null
                kill -$name $filter; wait $filter; echo $?
            done
            """)
        #expect(run.output == "130\n143\n")
    }

    @Test func theDoctorKnowsTheService() throws {
        let (run, _) = try session("""
            $N doctor | grep -A1 notifications; start full; $N doctor | grep notifications
            """)
        #expect(run.lines == [
            "note     notifications    nobody on the D-Bus session shows notifications",
            "                          type: sudo apt-get install dunst, then in your desktop session: dunst &",
            "ok       notifications    scripted[31m " + String(repeating: "1", count: 51) + " shows them",
        ])
    }

    @Test(arguments: [
        (["--app-uri", "bitkit"], "it begins with no scheme"), (["--app-uri", "a:{lspId}"], "in braces there is one of"),
        (["--app-uri", "a: b"], "percent-encode it"), (["--app-uri", "a:" + String(repeating: "b", count: 2048)], "2048 bytes"),
        (["--wait", "x"], "--wait"), (["--wait", "86401"], "86400"), (["--jobs", "0"], "--jobs"),
    ])
    func wrongUsageIsStatus64WithAHint(arguments: [String], said: String) throws {
        let run = try Bench(withKey: false).run(["notify"] + arguments)
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.errors.contains(said))
        #expect(run.errors.contains("ntfdecrypt: hint: "))
    }

    @Test func optionsThatMakeNoSenseAreAllThatIsSaid() throws {
        let run = try Bench(withKey: false).run(["notify", "--keystore", "elsewhere"])
        #expect(run.status == 64)
        #expect(run.errors.split(separator: "\n").count == 2)
    }

    @Test func whoTakesNoLinesStillGetsClicks() throws {
        let (run, notes) = try session("""
            start clicking; $N notify --app-uri a:b < $PUSH >/dev/full 2>/dev/null; echo $?; cat opened
            """)
        #expect(run.lines == ["74", "a:b token-1 /dev/null"])
        #expect(notes.count == 1)
    }

    @Test func theBusIsNotLinked() throws {
        let run = try Bench(withKey: false).shell("ldd $N")
        #expect(run.output.contains("libsodium"))
        #expect(!run.output.contains("libsystemd") && !run.output.contains("libdbus"))
    }
}
