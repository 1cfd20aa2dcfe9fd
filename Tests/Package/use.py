"""Installs the Debian package in a clean root and uses it there, as root:

    python3 Tests/Package/use.py PACKAGE.deb ARCHIVE.tar.gz
"""

import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

from cleanroot import CleanRoot, until
from screen import Screen

repository = pathlib.Path(__file__).resolve().parents[2]
demo = repository / "TestVectors/demo"
PROGRAMS = ("ntfdecrypt", "ntfdecrypt-audit", "ntfextension", "ntfhost")
UNITS = ("ntfdecrypt.socket", "ntfdecrypt@.service")
# What stands for a desktop in the root, and what shows that pages can be read and units started.
PACKAGES = ("dbus-user-session", "dunst", "mandoc", "socat", "systemd")
DUNSTRC = """[global]
    font = DejaVu Sans 18
    width = 700
    timeout = 0
[urgency_normal]
    timeout = 0
    background = "#000000"
    foreground = "#ffffff"
[urgency_critical]
    timeout = 0
    background = "#000000"
    foreground = "#ffffff"
"""


class Report:
    def __init__(self):
        self.passed, self.failed, self.begun = 0, 0, time.monotonic()

    def check(self, what, is_kept, detail=""):
        self.passed, self.failed = self.passed + bool(is_kept), self.failed + (not is_kept)
        print(f"{'ok  ' if is_kept else 'FAIL'}  {what}{': ' + detail if detail else ''}", flush=True)

    def time(self, what):
        now = time.monotonic()
        print(f"      {what}: {now - self.begun:.1f} s", flush=True)
        self.begun = now


def installed(report, root, package):
    """apt finds in the package what it depends on, and nothing it loads is missing then."""
    shutil.copy(package, root.path + "/home/ntfdecrypt.deb")
    root.run(
        "apt-get", "install", "--yes", "--no-install-recommends", "/home/ntfdecrypt.deb",
        environment={"DEBIAN_FRONTEND": "noninteractive"})
    report.check("the package is there as it was packed", root.run("dpkg", "--verify", "ntfdecrypt") == "")
    for program in PROGRAMS:
        if program == "ntfextension":
            continue
        loaded = root.run("ldd", f"/usr/bin/{program}")
        report.check(f"all that {program} loads is there", "not found" not in loaded)


def every_command(root, program, above=()):
    """The help of a command and of all below it, as the command prints it."""
    text = root.run(program, *above, "--help")
    yield above, text
    below = re.search(r"^SUBCOMMANDS:\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    if below:
        for name in re.findall(r"^  ([a-z]+)", below[1], re.MULTILINE):
            if name != "help":
                yield from every_command(root, program, (*above, name))


def pages(report, root):
    """Every page is clean, and has every command and option that the command itself has."""
    for program in ("ntfdecrypt", "ntfextension", "ntfhost"):
        file = f"/usr/share/man/man1/{program}.1.gz"
        faults = root.run("mandoc", "-T", "lint", file, status=None)
        report.check(f"mandoc finds no fault in {program}.1", faults == "", faults)
        page = re.sub(".\b", "", root.run("mandoc", "-T", "utf8", "-O", "width=1000", file))
        sections = re.split(rf"^   (?={program})", page, flags=re.MULTILINE)
        missing, count = [], 0
        for name, text in every_command(root, program):
            title = " ".join((program, *name))
            section = page if not name else next(
                (one for one in sections if one.startswith(title + "\n")), "")
            options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - {"--help", "--version"}
            count += len(options)
            missing += [f"{title} {option}" for option in sorted(options)
                        if not re.search(re.escape(option) + r"(?![\w-])", section)]
            missing += [] if section else [title]
        report.check(
            f"{program}.1 has every option of the command", count > 0 and not missing,
            ", ".join(missing) or f"{count} options")
    read = root.run("mandoc", "/usr/share/man/man1/ntfdecrypt-audit.1.gz")
    report.check("ntfdecrypt-audit has the same page", "NTFDECRYPT(1)" in read)


def completions(report, root):
    offered = root.run(
        "bash", "-c",
        "source /usr/share/bash-completion/completions/ntfdecrypt\n"
        "COMP_WORDS=(ntfdecrypt in) COMP_CWORD=1; _ntfdecrypt ntfdecrypt in ntfdecrypt\n"
        'echo "${COMPREPLY[@]}"').split()
    report.check("bash completes a command", offered == ["inbox"], str(offered))
    for program in ("ntfdecrypt", "ntfhost"):
        zsh = root.run("cat", f"/usr/share/zsh/vendor-completions/_{program}")
        fish = root.run("cat", f"/usr/share/fish/vendor_completions.d/{program}.fish")
        report.check(
            f"zsh and fish have a completion of {program}",
            zsh.startswith(f"#compdef {program}\n") and f"complete -c '{program}'" in fish)


def filtered(report, root, user):
    """The filter as anybody types it first."""
    key, push = (demo / "blocktank.key").read_text(), (demo / "blocktank.push.json").read_text()
    root.run("ntfdecrypt", "keys", "import", "blocktank", user=user, input=key)
    line = json.loads(root.run("ntfdecrypt", "--no-store", user=user, input=push))
    report.check("a push in, a line out", line["ntf"]["outcome"] == "decrypted", str(line["ntf"]))
    line = json.loads(root.run("ntfextension", "--no-store", user=user, input=push))
    report.check("the extension opens it, too", line["ntf"]["outcome"] == "decrypted")
    line = json.loads(root.run("ntfhost", "run", user=user, input=push))
    report.check("ntfhost finds the extension", line["displayed"] == "modified", str(line))
    root.run("ntfdecrypt", "--no-store", "--audit", user=user, input=push)
    report.check("ntfdecrypt finds its meter", True)
    root.run("ntfdecrypt", "doctor", user=user)
    report.check("the doctor is content", True)


def send(root, user, push, status=0):
    """Writes a push into the socket and gives back the line that comes."""
    number = root.run("id", "-u", "wallet").strip()
    return root.run(
        "socat", "-t", "20", "-", f"UNIX-CONNECT:/run/user/{number}/ntfdecrypt/push.sock",
        user=user, input=push, status=status)


def seen(screen, words):
    """Whether all these words can be read on the screen."""
    return until(lambda: all(word in (text := screen.text()) for word in words) and text, words)


def notified(report, root, screen, user):
    """What is written into the socket is seen on the screen."""
    systemctl = lambda *words, **more: root.run("systemctl", "--user", *words, user=user, **more)
    push = (demo / "blocktank.push.json").read_bytes()
    paths = [f"/usr/lib/systemd/user/{unit}" for unit in UNITS]
    faults = root.run(
        "sh", "-c", 'systemd-analyze --user --man=no verify "$@" 2>&1', "sh", *paths, user=user)
    report.check("systemd-analyze finds no fault in the units", faults == "", faults)
    root.run("rm", "-r", f"/home/{user}/.local/state/ntfdecrypt", user=user)
    systemctl("enable", "--now", "--quiet", "ntfdecrypt.socket")
    number = root.run("id", "-u", user).strip()
    place = f"/run/user/{number}/ntfdecrypt"
    modes = root.run("stat", "-c", "%a %U %F", place, place + "/push.sock").splitlines()
    report.check(
        "the socket is the user's alone", modes == [f"700 {user} directory", f"600 {user} socket"],
        str(modes))
    report.check("nothing is on the screen", not re.search(r"\w{3}", screen.text()))

    line = json.loads(send(root, user, push))
    report.check(
        "the line comes back to the sender",
        line["ntf"]["outcome"] == "decrypted" and line["ntf"]["stored"], str(line["ntf"]))
    text = seen(screen, ("Payment", "Incoming", "funds"))
    report.check("a desktop notification is seen on the screen", True, text)
    records = root.run("ntfdecrypt", "inbox", "list", user=user).splitlines()
    report.check("the app finds its record", len(records) == 1)

    root.run("dunstctl", "close-all", user=user)
    until(lambda: "Payment" not in screen.text(), "an empty screen")
    line = json.loads(send(root, user, "this is no push\n"))
    report.check("what is no push falls back", line["ntf"]["outcome"] == "fallback", str(line["ntf"]))
    text = seen(screen, ("Bitkit", "activity"))
    report.check("and a notification is seen all the same", True, text)
    root.run("ntfdecrypt", "notify", user=user, input="this is no push\n", status=1)
    report.check("its exit status is 1", True)

    # The socket's own mode, not only its directories'.
    root.run("chmod", "755", f"/run/user/{number}", place)
    refused = root.run(
        "sh", "-c", f"socat - UNIX-CONNECT:{place}/push.sock </dev/null 2>&1", user="other", status=1)
    report.check("another user may not connect", "Permission denied" in refused, refused.strip())
    root.run("chmod", "700", f"/run/user/{number}", place)

    # Where a user may have a namespace, the service can write what it must and nothing else.
    dropin = f"/home/{user}/.config/systemd/user/ntfdecrypt@.service.d"
    root.run("install", "-d", dropin, user=user)
    root.run("sh", "-c", f"cat > {dropin}/own.conf", user=user, input=(
        "[Service]\nPrivateUsers=yes\nExecStartPre=sh -c '! touch %h/no && ! touch /tmp/no'\n"))
    systemctl("daemon-reload")
    root.run("rm", "-r", f"/home/{user}/.local/state/ntfdecrypt/group", user=user)
    line = json.loads(send(root, user, push))
    seen(screen, ("Payment", "Incoming"))
    report.check("shut off from all files but its own it does the same", line["ntf"]["stored"])
    until(lambda: systemctl("list-units", "--plain", "--no-legend", "ntfdecrypt@*") == "", "an end")
    report.check("no service is left running, or counted as failed", True)
    systemctl("disable", "--now", "--quiet", "ntfdecrypt.socket")


def purged(report, root, before):
    root.run("apt-get", "purge", "--yes", "--auto-remove", "ntfdecrypt")
    left = sorted(root.files() - before)
    report.check("nothing is left behind", left == [], ", ".join(left))


def unpacked(report, root, archive):
    """The archive, put where its README says, with what its README says."""
    subprocess.run(["tar", "-xzf", archive, "-C", root.path + "/home"], check=True)
    (name,) = root.run("sh", "-c", "ls -d /home/ntfdecrypt-*").split()
    readme = root.run("cat", name + "/README")
    libraries = re.search(r"^    sudo apt-get install (.*)", readme, re.MULTILINE)[1].split()
    root.run("apt-get", "install", "--yes", "--no-install-recommends", *libraries)
    lines = re.search(r"^    cp .*\n    sed .*\n", readme, re.MULTILINE)[0]
    root.run("sh", "-e", user="wallet", input=f"cd {name}\n{lines}")
    for program in PROGRAMS[:2]:
        version = root.run(
            f"/home/wallet/.local/bin/{program}", "--version", user="wallet").strip()
        report.check(f"the archive's {program} runs", name.startswith(f"/home/ntfdecrypt-{version}-"))
    shown = root.run(
        "/home/wallet/.local/bin/ntfhost", "run", user="wallet",
        input=(demo / "blocktank.push.json").read_bytes())
    report.check("and its ntfhost with the extension beside it", '"displayed":"modified"' in shown)
    root.run("systemctl", "--user", "daemon-reload", user="wallet")
    root.run("systemctl", "--user", "start", "ntfdecrypt.socket", user="wallet")
    line = json.loads(send(root, "wallet", "this is no push\n"))
    report.check("and its service", line["ntf"]["outcome"] == "fallback")


def main():
    package, archive = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report, screen, root = Report(), Screen(), None
    try:
        root = CleanRoot(PACKAGES)
        report.time("a clean root")
        root.enter(screen.socket)
        for user in ("wallet", "other"):
            root.add_user(user)
        before = root.files()
        installed(report, root, package)
        report.time("installing")
        pages(report, root)
        completions(report, root)
        filtered(report, root, "wallet")
        report.time("pages and commands")
        root.run("install", "-d", "/home/wallet/.config/dunst", user="wallet")
        root.run("sh", "-c", "cat > ~/.config/dunst/dunstrc", user="wallet", input=DUNSTRC)
        root.start_manager("wallet", {"DISPLAY": screen.display})
        notified(report, root, screen, "wallet")
        report.time("notifications")
        purged(report, root, before)
        unpacked(report, root, archive)
        report.time("purge and archive")
    finally:
        if root:
            root.remove()
        screen.close()
    print(f"package: {report.passed} passed, {report.failed} failed")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
