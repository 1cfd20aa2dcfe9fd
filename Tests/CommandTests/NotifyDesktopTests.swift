import Foundation
import Testing

/// `notify` as a person has it: a real notification daemon, dunst, on an X server without a screen,
/// and the key in a real Secret Service.
@Suite struct NotifyDesktopTests {
    @Test func aPushIsOpenedWithTheKeyringsKeyAndShownAndAClickOpensTheApp() throws {
        let bench = try Bench(withKey: false)
        try """
            <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
            <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>
            <allow own="*"/></policy></busconfig>
            """.write(toFile: bench.path + "/bus.conf", atomically: true, encoding: .utf8)
        try """
            [global]
                mouse_left_click = do_action, close_current
            [all]
                script = \(bench.path)/tell
                timeout = 0
            """.write(toFile: bench.path + "/dunstrc", atomically: true, encoding: .utf8)
        try "#!/bin/sh\necho \"$1|$2|$3|$5\" > \(bench.path)/shown\n"
            .write(toFile: bench.path + "/tell", atomically: true, encoding: .utf8)
        try "#!/bin/sh\necho \"$*\" > \(bench.path)/opened\n"
            .write(toFile: bench.path + "/xdg-open", atomically: true, encoding: .utf8)
        let run = try bench.shell("""
            export HOME=$PWD XDG_RUNTIME_DIR=$PWD PATH=$PWD:$PATH
            unset NTFDECRYPT_KEYSTORE; chmod 700 tell xdg-open; mkfifo display shown opened
            dbus-daemon --config-file=bus.conf --fork --print-address=3 --print-pid=4 3>address 4>bus 2>/dev/null
            export DBUS_SESSION_BUS_ADDRESS=$(cat address)
            Xvfb -displayfd 3 -nolisten tcp 3>display 2>/dev/null & x=$!
            trap 'kill -KILL $(cat bus) $x $keyring $dunst 2>/dev/null' EXIT
            export DISPLAY=:$(head -n 1 display)
            dunst -conf dunstrc 2>/dev/null & dunst=$!
            printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
            keyring=$!
            gdbus wait --session --timeout 60 org.freedesktop.secrets
            gdbus wait --session --timeout 60 org.freedesktop.Notifications

            export NTFDECRYPT_KEYSTORE=secret-service
            echo \(Bench.secret) | $N keys import blocktank >/dev/null
            $N doctor | grep -o '^ok  .*dunst'
            $N notify --app-uri 'bitkit://wake?order={orderId}' < \(Bench.root.path)/TestVectors/demo/blocktank.push.json \
                > line & filter=$!
            timeout -s KILL 60 head -n 1 shown
            eval "$(timeout -s KILL 60 xdotool search --sync --onlyvisible --class Dunst getwindowgeometry --shell)"
            xdotool mousemove $((X + 20)) $((Y + 20)) click 1
            timeout -s KILL 60 head -n 1 opened
            wait $filter
            grep -o '"outcome":"[a-z]*"' line
            """)
        #expect(run.lines == [
            "ok       notifications    dunst",
            "Bitkit|Payment Incoming|Open now to receive - funds are being held|NORMAL",
            "bitkit://wake?order=abc", "\"outcome\":\"decrypted\"",
        ])
        #expect(run.errors == "")
    }

    /// Read back from the picture, as far as a program can read.
    @Test func thePictureOfTheDocumentationCanBeTakenAnewAndRead() throws {
        let run = try Bench(withKey: false).shell("""
            NTFDECRYPT=$N \(Bench.root.path)/script/screenshot $PWD/picture.png && tesseract picture.png - 2>/dev/null
            wc -c < picture.png
            """)
        #expect(run.status == 0)
        #expect(run.output.contains("Payment Incoming\n"))
        #expect(run.output.contains("Open now to receive - funds are being held\n"))
        #expect(try #require(run.lines.last.flatMap { Int($0) }) < 60_000)
        let published = try Bench(withKey: false).shell(
            "tesseract \(Bench.root.path)/docs/desktop-notification.png - 2>/dev/null")
        #expect(published.output.contains("Open now to receive - funds are being held\n"))
    }
}
