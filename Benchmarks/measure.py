"""The measuring itself: one run of one program at a time."""

import array
import fcntl
import os
import subprocess
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path

SECONDS_MAX = 120
IDLE_LOOKS = 3


class Fault(Exception):
    """Something without which there are no figures."""


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Time:
    """Seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Memory:
    """KiB."""

    resident_peak: int
    anonymous: int


def lines_of(program: Program, path: Path, status: int) -> list[bytes]:
    with path.open("rb") as source:
        done = subprocess.run(
            program.command, stdin=source, capture_output=True, timeout=SECONDS_MAX
        )
    if done.returncode != status:
        errors = done.stderr.decode("utf-8", "replace").strip()
        raise Fault(f"{program.name} ended with {done.returncode} on {path.name}: {errors}")
    return done.stdout.splitlines()


def time_of(program: Program, path: Path, stopwatch: Path) -> Time:
    done = subprocess.run(
        [stopwatch, path, *program.command], stdout=subprocess.PIPE, timeout=SECONDS_MAX, check=True
    )
    wall, user, system, status = map(int, done.stdout.split())
    if status != 0:
        raise Fault(f"{program.name} ended with {status} on {path.name}")
    return Time(wall / 1e9, (user + system) / 1e6)


def memory_of(program: Program, data: bytes) -> Memory:
    """What a program takes when it has worked all of `data` off and waits for more.

    Asked of /proc while it lives: ru_maxrss of a child begins with its parent's size.
    """
    process = subprocess.Popen(
        program.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        process.stdin.write(data)
        process.stdin.flush()
        await_idle(process)
        fields = proc_status(process)
        process.stdin.close()
        if process.wait(SECONDS_MAX) != 0:
            raise Fault(f"{program.name} ended with {process.returncode}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return Memory(int(fields["VmHWM"].split()[0]), int(fields["RssAnon"].split()[0]))


def await_idle(process: subprocess.Popen):
    """Until its input is read and it sleeps, and did nothing between several looks."""
    deadline = time.monotonic() + SECONDS_MAX
    unread = array.array("i", [0])
    looks, before = 0, None
    while looks < IDLE_LOOKS:
        if process.poll() is not None or time.monotonic() > deadline:
            raise Fault(f"{process.args[0]} did not wait for more input")
        time.sleep(0.01)
        fcntl.ioctl(process.stdin, termios.FIONREAD, unread)
        fields = proc_status(process)
        now = (fields["State"][0], fields["voluntary_ctxt_switches"])
        is_idle = unread[0] == 0 and now[0] == "S" and now == before
        looks, before = (looks + 1 if is_idle else 0), now


def proc_status(process: subprocess.Popen) -> dict[str, str]:
    text = Path(f"/proc/{process.pid}/status").read_text()
    return {name: value.strip() for name, value in (line.split(":", 1) for line in text.splitlines())}


def allocations_of(program: Program, path: Path, meter: Path) -> int | None:
    """Heap allocations of a whole run; None for a program nothing can be preloaded into."""
    with tempfile.TemporaryDirectory() as place, path.open("rb") as source:
        told = Path(place) / "count"
        environment = os.environ | {"LD_PRELOAD": str(meter), "NTF_METER": str(told)}
        subprocess.run(
            program.command, stdin=source, stdout=subprocess.DEVNULL, env=environment,
            timeout=SECONDS_MAX, check=True,
        )
        return int(told.read_text()) if told.exists() else None
