"""A root directory of this release of Debian with nothing in it but what is asked for."""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import tempfile
import time

ROOM = 1 << 30
ENTER = pathlib.Path(__file__).with_name("enter.sh")
SOURCES = ("sources.list", "sources.list.d/debian.sources", "sources.list.d/ubuntu.sources")
SECONDS = 30


def place():
    """A new directory: in memory where there is room and device files work, else on disk."""
    for directory in ("/dev/shm", tempfile.gettempdir()):
        if not os.path.isdir(directory):
            continue
        about = os.statvfs(directory)
        if about.f_flag & (os.ST_NODEV | os.ST_NOEXEC) or about.f_bavail * about.f_frsize < ROOM:
            continue
        return tempfile.mkdtemp(prefix="ntf-root-", dir=directory)
    raise SystemExit(
        "package: error: neither /dev/shm nor the temporary directory has a GiB of room and takes "
        "device files and programs\npackage: hint: TMPDIR=DIR python3 Tests/Package/package.py")


def until(is_done, what, seconds=SECONDS):
    """Asks until the answer is not false, and gives it back."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := is_done():
            return answer
        time.sleep(0.05)
    raise TimeoutError(f"{what}: not within {seconds} seconds")


class CleanRoot:
    def __init__(self, packages):
        self.base = place()
        os.chmod(self.base, 0o755)
        self.path = self.base + "/root"
        self.group = os.path.basename(self.base)
        self.holder = self.manager = None
        try:
            self.make(packages)
        except BaseException:
            self.remove()
            raise

    def make(self, packages):
        release = platform.freedesktop_os_release()["VERSION_CODENAME"]
        sources = [
            str(file) for file in (pathlib.Path("/etc/apt") / name for name in SOURCES)
            if file.is_file() and file.read_text().strip()]
        if not sources:
            raise SystemExit(
                "package: error: the sources of this release are in none of "
                f"{', '.join('/etc/apt/' + name for name in SOURCES)}")
        # What this machine needs to reach its mirror at all.
        settings = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True)
        options = [
            f"--aptopt={line}" for line in settings.stdout.splitlines()
            if re.match(r"Acquire::(Check-|https?::Proxy)", line)]
        run = subprocess.run(
            ["mmdebstrap", "--mode=root", "--quiet", "--variant=apt", "--format=directory",
             f"--include={','.join(packages)}", "--skip=cleanup/apt",
             '--aptopt=Acquire::Languages "none"', *options, release, self.path, *sources],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode:
            raise SystemExit(f"{run.stdout}package: error: mmdebstrap ended with {run.returncode}")

    def enter(self, display):
        """Starts the namespaces; `display` is the socket of an X server outside."""
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--cgroup", "--ipc", "--fork", "--kill-child",
             "sh", ENTER, self.path, self.group, display],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "ready\n":
            raise SystemExit(
                "package: error: there are no mounts and namespaces here for a clean root\n"
                "package: hint: a container needs --privileged, or its own virtual machine")
        number = self.holder.pid
        self.first = pathlib.Path(f"/proc/{number}/task/{number}/children").read_text().split()[0]

    def words(self, command, user="root", environment=()):
        """The command line that runs `command` inside."""
        user_words = [] if user == "root" else [
            "setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--inh-caps=-all"]
        home = "/root" if user == "root" else f"/home/{user}"
        variables = {
            "HOME": home, "LANG": "C.UTF-8", "USER": user,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            **dict(environment)}
        return [
            "nsenter", f"--target={self.first}", "--mount", "--pid", "--cgroup", "--ipc", *user_words,
            "env", "-i", f"--chdir={home}", *(f"{name}={value}" for name, value in variables.items()),
            *command]

    def run(self, *command, user="root", input="", environment=(), status=0):
        """Runs a command inside and returns what it printed; another status than `status` is an error."""
        if user != "root":
            number = self.run("id", "-u", user).strip()
            environment = {
                "XDG_RUNTIME_DIR": f"/run/user/{number}",
                "DBUS_SESSION_BUS_ADDRESS": f"unix:path=/run/user/{number}/bus", **dict(environment)}
        data = input.encode() if isinstance(input, str) else input
        run = subprocess.run(
            self.words(command, user, environment), input=data, capture_output=True, timeout=120)
        if status is not None and run.returncode != status:
            raise RuntimeError(
                f"{' '.join(command)} ended with {run.returncode}, not {status}\n"
                f"{run.stdout.decode()}{run.stderr.decode()}")
        return run.stdout.decode()

    def add_user(self, name):
        self.run("useradd", "--create-home", "--user-group", name)
        number = self.run("id", "-u", name).strip()
        self.run("install", "-d", "-m", "700", "-o", name, "-g", name, f"/run/user/{number}")

    def start_manager(self, user, environment):
        """The user's systemd, as a login starts it, in a network of its own in which there is nothing."""
        group = f"/sys/fs/cgroup/{self.group}"
        self.run("chown", "-R", user, group)
        command = self.words(["systemd", "--user"], user, {
            "XDG_RUNTIME_DIR": f"/run/user/{self.run('id', '-u', user).strip()}", **environment})
        at = command.index("setpriv")
        command[at:at] = [
            "unshare", "--net", "sh", "-c", f'echo $$ > {group}/cgroup.procs; exec "$@"', "sh"]
        self.manager = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(
            lambda: "running" in self.run(
                "systemctl", "--user", "is-system-running", user=user, status=None).split(),
            "systemd --user")

    def files(self):
        """Every path that is there, but for what dpkg and apt keep, and people's own."""
        left_out = ("var/lib/dpkg", "var/lib/apt", "var/cache", "var/log", "home", "root")
        found = set()
        for directory, below, names in os.walk(self.path):
            inner = os.path.relpath(directory, self.path)
            if inner in left_out:
                below.clear()
                continue
            found.update(os.path.normpath(os.path.join(inner, name)) for name in below + names)
        return found

    def remove(self):
        """Ends everything inside, and leaves nothing."""
        if self.holder:
            self.holder.stdin.close()
            try:
                self.holder.wait(SECONDS)
            except subprocess.TimeoutExpired:
                self.holder.kill()
                self.holder.wait()
            if self.manager:
                self.manager.wait(SECONDS)
            subprocess.run(
                ["unshare", "--mount", "--cgroup", "sh", "-c",
                 'mount -t cgroup2 cgroup2 /mnt; [ ! -d "/mnt/$1" ] || '
                 'find "/mnt/$1" -depth -type d -exec rmdir {} \\;', "sh", self.group])
        # Not across a mount: were one left, what it shows is not ours to remove.
        with open("/proc/self/mounts") as mounts:
            if any(f" {self.path}" in line for line in mounts):
                raise SystemExit(f"package: error: something is still mounted below {self.path}")
        shutil.rmtree(self.base)
