"""Holds the release executables to the budgets of docs/measurements.md."""

import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import coordination
import families
import gossip
from process import Running, executable, root, status
from pushes import sealed, secret

KIB = 1
MIB = 1024
COUNTS = (1, 100, 100_000)
GROWTH = 256 * KIB


class Report:
    def __init__(self):
        self.passed, self.failed, self.rows = 0, 0, []

    def check(self, what, is_kept, detail=""):
        self.passed, self.failed = self.passed + bool(is_kept), self.failed + (not is_kept)
        print(f"{'ok  ' if is_kept else 'FAIL'}  {what}{': ' + detail if detail else ''}", flush=True)

    def budget(self, what, value, limit):
        self.check(what, value <= limit, f"{value} KiB of {limit}")


class Place:
    """A keystore with the published key and a group directory, thrown away afterwards."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="footprint-")
        subprocess.run(
            [executable("ntfdecrypt"), "keys", "import", "blocktank", "--keystore", self.keystore],
            input=secret.hex().encode(), check=True, stdout=subprocess.DEVNULL)

    @property
    def keystore(self):
        return f"file:{self.path}/keystore"

    def arguments(self, name):
        return [executable(name), "--keystore", self.keystore, "--group-dir", self.path + "/group"]

    def remove(self):
        shutil.rmtree(self.path)


def measure(report, title, arguments, pushes, resident, anonymous, environment=None):
    """Peak memory for each count, and what holds between the second count and the last."""
    for count in COUNTS:
        run = Running(arguments, environment)
        lines = (pushes * (count // len(pushes) + 1))[:count]
        outcomes = {}

        def feed(start, end):
            for outcome, number in run.feed(lines[start:end]).items():
                outcomes[outcome] = outcomes.get(outcome, 0) + number

        feed(0, 1)
        descriptors = run.descriptors()
        feed(1, 100)
        early = run.status()
        highest = early["RssAnon"]
        for start in range(100, count, 10_000):
            feed(start, start + 10_000)
            highest = max(highest, run.status()["RssAnon"])
        fields = run.status()
        report.check(f"{title}, {count}: all decrypted", outcomes == {"decrypted": count}, str(outcomes))
        report.budget(f"{title}, {count}: peak resident", fields["VmHWM"], resident)
        report.budget(f"{title}, {count}: peak anonymous", highest, anonymous)
        report.check(
            f"{title}, {count}: descriptors after the first push = after the last",
            sorted(descriptors) == sorted(run.descriptors()), str(sorted(descriptors)))
        report.check(
            f"{title}, {count}: descriptors are close-on-exec",
            all(flags & os.O_CLOEXEC for number, flags in run.descriptors().items() if number > 2))
        if count == COUNTS[-1]:
            report.budget(
                f"{title}: growth from 100 to {count:,}", fields["VmHWM"] - early["VmHWM"], GROWTH)
        ended, _ = run.close()
        report.check(f"{title}, {count}: ends well", ended == 0, str(ended))


def libraries(report, place, pushes):
    text = subprocess.run(
        ["readelf", "-lW", executable("ntfextension")], capture_output=True, text=True, check=True).stdout
    report.check("ntfextension has no interpreter and no dynamic section",
                 "INTERP" not in text and "DYNAMIC" not in text)
    run = Running(place.arguments("ntfextension"))
    run.feed(pushes[:1])
    files = run.files()
    run.close()
    report.check("ntfextension maps its own file only", files == {executable("ntfextension")}, str(files))
    run = Running(place.arguments("ntfdecrypt"))
    run.feed(pushes[:1])
    files = {pathlib.Path(name).name for name in run.files()}
    run.close()
    unwanted = [name for name in files if re.match(r"lib(glib|gio|gobject|secret|Foundation|icu|dbus|systemd)", name)]
    report.check("ntfdecrypt with a file keystore loads no GLib and no Foundation", not unwanted, str(unwanted))


def audit(report):
    command = [executable("ntfdecrypt"), "audit"]
    run = subprocess.run(command + ["--json"], capture_output=True, text=True)
    found = json.loads(run.stdout)
    report.check("the audit passes", run.returncode == 0 and found["ok"])
    report.check("the audit's meter is alive", found["control"] == 1)
    report.check("the audit covers every kind and stage",
                 len(found["kinds"]) == 17 and all(len(kind["stages"]) == 7 for kind in found["kinds"]))
    for stage in ["payload", "envelope", "keys", "opening", "message", "store", "content"]:
        run = subprocess.run(command + ["--spoil", stage], capture_output=True, text=True)
        over = [line for line in run.stdout.splitlines() if "OVER" in line]
        report.check(f"one allocation more in {stage} makes it fail",
                     run.returncode == 1 and over and all(line.split()[0] == stage for line in over))
    capped = subprocess.run(command + ["--memory-cap", "1MiB"], capture_output=True)
    report.check("a cap below what it takes makes it fail", capped.returncode == 1)


def independent(report, place, pushes):
    """The filter's `--audit`, against a meter that is preloaded into the build that has none."""
    meter = place.path + "/meter.so"
    subprocess.run(["clang", "-O2", "-shared", "-fPIC", "-o", meter, str(root / "Benchmarks/meter.c")], check=True)
    # Hashing in a fixed order: start-up allocates the same each time then.
    base = dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1")

    def counted(keystore, count):
        out = place.path + "/count"
        environment = dict(base, LD_PRELOAD=meter, NTF_METER=out)
        subprocess.run([executable("ntfdecrypt"), "--no-store", "--keystore", keystore], env=environment,
                       input=b"".join(pushes[:count]), capture_output=True)
        return int(pathlib.Path(out).read_text())

    def audited(keystore, count):
        run = subprocess.run(
            [executable("ntfdecrypt"), "--audit", "--no-store", "--keystore", keystore], env=base,
            input=b"".join(pushes[:count]), capture_output=True, text=False)
        stages = [line.split() for line in run.stderr.decode().splitlines()]
        return sum(int(words[2]) for words in stages if words and words[0] in (
            "payload", "envelope", "keys", "opening", "message", "store", "content"))

    for name, keystore in [("whole", place.keystore), ("locked", place.keystore + "-locked")]:
        if name == "locked":
            # Each push asks the keystore anew, which allocates: something to agree about.
            shutil.copytree(place.path + "/keystore", place.path + "/keystore-locked")
            os.remove(place.path + "/keystore-locked/device.key")
        meters = [counted(keystore, count) for count in (101, 301)]
        audits = [audited(keystore, count) for count in (101, 301)]
        difference = (meters[1] - meters[0], audits[1] - audits[0])
        report.check(f"200 pushes, {name} keystore: the preloaded meter agrees with the audit",
                     difference[0] == difference[1] and (difference[0] > 0) == (name == "locked"),
                     f"{difference[0]} and {difference[1]} allocations")


def hygiene(report, place, pushes):
    for name in ["ntfdecrypt", "ntfextension"]:
        # With no limit in its own way, so that only the process' own can hold.
        core = place.path + "/core-" + name
        os.mkdir(core)
        run = subprocess.Popen(
            place.arguments(name), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=core,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2))
        run.stdin.write(pushes[0])
        run.stdin.flush()
        run.stdout.readline()
        limits = pathlib.Path(f"/proc/{run.pid}/limits").read_text()
        line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        report.check(f"{name} forbids core files", line.split()[4:6] == ["0", "0"])
        owner = os.stat(f"/proc/{run.pid}/mem").st_uid
        is_closed = owner == 0
        report.check(f"{name} is closed to other processes of the user", is_closed)
        for part in ["cmdline", "environ"]:
            try:
                text = pathlib.Path(f"/proc/{run.pid}/{part}").read_bytes()
            except PermissionError:
                text = b""
            report.check(f"{name}: no secret in {part}", secret not in text and secret.hex().encode() not in text)
        run.send_signal(signal.SIGSEGV)
        run.wait()
        report.check(f"{name} killed by SIGSEGV leaves no core", os.listdir(core) == [], str(os.listdir(core)))
    # Without locked memory: as nobody when we are root, who has no limit.
    limited = ["prlimit", "--memlock=0"]
    if os.geteuid() == 0:
        limited += ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    "--bounding-set=-all", "--inh-caps=-all"]
        for folder, _, files in os.walk(place.path):
            for entry in [folder, *(os.path.join(folder, file) for file in files)]:
                os.chown(entry, 65534, 65534)
    # A copy: the tree may lie where nobody else may go.
    reachable = tempfile.mkdtemp(prefix="footprint-bin-")
    os.chmod(reachable, 0o755)
    shutil.copy(executable("ntfdecrypt"), reachable)
    command = [*limited, reachable + "/ntfdecrypt"]
    run = subprocess.run(
        [*command, *place.arguments("ntfdecrypt")[1:]], input=pushes[0], capture_output=True)
    report.check("without locked memory a push is opened all the same",
                 run.returncode == 0 and b'"outcome":"decrypted"' in run.stdout, run.stderr.decode())
    doctor = subprocess.run([*command, "doctor", "--keystore", place.keystore], capture_output=True, text=True,
                            env=dict(os.environ, HOME=place.path))
    report.check("and the doctor says so", "may reach swap" in doctor.stdout)
    shutil.rmtree(reachable)


def under_the_host(report, place, pushes):
    run = subprocess.run(
        [executable("ntfhost"), "run", *place.arguments("ntfextension")[1:]],
        input=b"".join(pushes[:100]), capture_output=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    report.check("ntfhost: 100 pushes modified by one process",
                 len(lines) == 100 and {line["why"] for line in lines} == {"content"}
                 and len({line["pid"] for line in lines}) == 1)
    report.budget("ntfextension under ntfhost: peak resident",
                  max(line["peakRSS"] for line in lines) // 1024, 4 * MIB)
    report.budget("ntfextension under ntfhost: peak anonymous",
                  max(line["peakAnonymous"] for line in lines) // 1024, MIB)


def secret_service(report, place, pushes):
    """Runs again, inside a session of its own with an unlocked keyring."""
    home = place.path + "/home"
    os.makedirs(home, mode=0o700, exist_ok=True)
    environment = {"HOME": home, "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": home,
                   "FOOTPRINT_INSIDE": place.path}
    script = ("printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && "
              f"exec '{sys.executable}' '{__file__}' --secret-service")
    run = subprocess.run(["dbus-run-session", "--", "sh", "-c", script], env=environment,
                         stdout=subprocess.PIPE, text=True)
    for line in run.stdout.splitlines():
        print(line, flush=True)
    found = re.search(r"^(\d+) passed, (\d+) failed$", run.stdout, re.M)
    report.check("the session with the Secret Service ran", bool(found) and int(found[1]) > 0)
    if found:
        report.passed, report.failed = report.passed + int(found[1]), report.failed + int(found[2])


def inside_session(report, pushes):
    place = os.environ["FOOTPRINT_INSIDE"]
    arguments = [executable("ntfdecrypt"), "--keystore", "secret-service", "--group-dir", place + "/group-service"]
    subprocess.run([executable("ntfdecrypt"), "keys", "import", "blocktank", "--keystore", "secret-service"],
                   input=secret.hex().encode(), check=True, stdout=subprocess.DEVNULL)
    run = Running(arguments)
    # Waiting for its first push, it has asked nobody.
    deadline = time.monotonic() + 30
    while "S (sleeping)" not in run.status()["State"] and time.monotonic() < deadline:
        pass
    before = {pathlib.Path(name).name for name in run.files()}
    run.feed(pushes[:1])
    after = {pathlib.Path(name).name for name in run.files()}
    run.close()
    report.check("GLib is not loaded before the Secret Service is asked",
                 not any(name.startswith("libglib") for name in before))
    report.check("GLib and libsecret are loaded once it is asked",
                 any(name.startswith("libglib") for name in after)
                 and any(name.startswith("libsecret") for name in after))
    measure(report, "ntfdecrypt, Secret Service", arguments, pushes, 16 * MIB, 4 * MIB)
    notify(report, arguments, pushes)


def notify(report, arguments, pushes):
    """Notifications on the desktop: beside the filter, a thread and a connection to the bus."""
    file_keystore = ["--keystore", f"file:{os.environ['FOOTPRINT_INSIDE']}/keystore", "--no-store"]
    log = pathlib.Path(os.environ["FOOTPRINT_INSIDE"], "notes")
    service = subprocess.Popen(
        ["/usr/bin/python3", str(root / "Tests/CommandTests/desktop_service.py"), "full", str(log)])
    subprocess.run(["gdbus", "wait", "--session", "--timeout", "20", "org.freedesktop.Notifications"], check=True)
    for count in (100, 10_000):
        run = Running([arguments[0], "notify", *file_keystore])
        log.write_text("")
        for _ in range(0, count, len(pushes)):
            run.feed(pushes[:count])
        # Every push was shown or is in the number that the last note tells.
        deadline = time.monotonic() + 30
        notes = ""
        while time.monotonic() < deadline and f"(+{count - notes.count('Payment')})" not in notes:
            notes = log.read_text()
        fields = run.status()
        title = f"ntfdecrypt notify, {count}"
        report.budget(f"{title}: peak resident", fields["VmHWM"], 16 * MIB)
        report.budget(f"{title}: anonymous", fields["RssAnon"], 4 * MIB)
        ended, _ = run.close()
        report.check(f"{title}: ends well", ended == 0, str(ended))
    service.kill()
    service.wait()


def main():
    report = Report()
    pushes = sealed(1000)
    if sys.argv[1:] == ["--secret-service"]:
        inside_session(report, pushes)
    else:
        place = Place()
        try:
            measure(report, "ntfextension", place.arguments("ntfextension"), pushes, 4 * MIB, MIB)
            measure(report, "ntfdecrypt", place.arguments("ntfdecrypt"), pushes, 12 * MIB, 2 * MIB)
            families.measure(
                report, place.path, (("ntfextension", 4 * MIB, MIB), ("ntfdecrypt", 12 * MIB, 2 * MIB)))
            coordination.measure(report, place)
            gossip.measure(report)
            libraries(report, place, pushes)
            audit(report)
            independent(report, place, pushes)
            under_the_host(report, place, pushes)
            secret_service(report, place, pushes)
            hygiene(report, place, pushes)
        finally:
            place.remove()
    print(f"{report.passed} passed, {report.failed} failed", flush=True)
    sys.exit(1 if report.failed or not report.passed else 0)


if __name__ == "__main__":
    main()
