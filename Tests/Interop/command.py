"""Runs the command under test on a keystore and group directories of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS_MAX = 300


class Command:
    def __init__(self, path: str):
        self.path = str(Path(path).resolve())
        self.room = tempfile.TemporaryDirectory(prefix="ntfdecrypt-interop-")
        self.groups = 0

    def directory(self, name: str) -> Path:
        return Path(self.room.name) / name

    def run(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("NTFDECRYPT_", "XDG_"))}
        environment |= {"HOME": self.room.name, "LC_ALL": "C"}
        return subprocess.run(
            [self.path, *arguments], input=stdin, capture_output=True, timeout=SECONDS_MAX, env=environment
        )

    def keys(self, keystore: str, *arguments: str, stdin: bytes = b"") -> bytes:
        done = self.run("keys", *arguments, "--keystore", f"file:{self.directory(keystore)}", stdin=stdin)
        if done.returncode != 0:
            sys.exit(
                f"interop: error: keys {arguments[0]} ended with {done.returncode}: {done.stderr.decode()}"
            )
        return done.stdout

    def open(self, stdin: bytes, *options: str, keystore: str = "keys") -> tuple[list[str], int, str]:
        """The lines, the exit status and standard error of a filter run, with a fresh group directory."""
        self.groups += 1
        group = self.directory(f"group-{self.groups}")
        done = self.run(
            "--keystore", f"file:{self.directory(keystore)}", "--group-dir", str(group), *options, stdin=stdin
        )
        text = done.stdout.decode("utf-8", "surrogateescape")
        lines = text.split("\n")
        if lines and lines[-1] == "":
            lines.pop()
        return lines, done.returncode, done.stderr.decode("utf-8", "replace")
