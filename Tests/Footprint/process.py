"""A release executable that is fed pushes and looked at while it waits for more."""

import os
import pathlib
import subprocess
import threading

root = pathlib.Path(__file__).resolve().parents[2]


def executable(name):
    return str(root / "dist" / "bin" / name)


def status(pid):
    """The fields of /proc/PID/status, sizes in KiB as numbers."""
    fields = {}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        words = value.split()
        fields[name] = int(words[0]) if words[1:] == ["kB"] else value.strip()
    return fields


class Running:
    """One run; `feed` returns when every line of the answer has come."""

    def __init__(self, arguments, environment=None, prefix=()):
        self.answered = 0
        self.process = subprocess.Popen(
            [*prefix, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment)

    @property
    def pid(self):
        return self.process.pid

    def feed(self, pushes):
        """Writes pushes (bytes, a line each) and reads as many lines; the outcomes, by kind."""
        def write():
            for start in range(0, len(pushes), 200):
                self.process.stdin.write(b"".join(pushes[start:start + 200]))
            self.process.stdin.flush()

        writer = threading.Thread(target=write)
        writer.start()
        counts = {}
        for _ in pushes:
            line = self.process.stdout.readline()
            if not line:
                break
            outcome = line.split(b'"outcome":"')[1].split(b'"')[0].decode()
            counts[outcome] = counts.get(outcome, 0) + 1
        writer.join()
        self.answered += sum(counts.values())
        return counts

    def status(self):
        return status(self.pid)

    def files(self):
        """The files mapped into the process, by name."""
        maps = pathlib.Path(f"/proc/{self.pid}/maps").read_text().splitlines()
        return {line.split()[5] for line in maps if len(line.split()) > 5 and line.split()[5][0] == "/"}

    def descriptors(self):
        """Number and flags of the open descriptors."""
        found = {}
        for entry in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                text = pathlib.Path(f"/proc/{self.pid}/fdinfo/{entry}").read_text()
            except FileNotFoundError:
                continue
            flags = next(line.split()[1] for line in text.splitlines() if line.startswith("flags"))
            found[int(entry)] = int(flags, 8)
        return found

    def close(self):
        self.process.stdin.close()
        errors = self.process.stderr.read().decode()
        self.process.stdout.close()
        return self.process.wait(timeout=60), errors
