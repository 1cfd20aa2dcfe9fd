#!/usr/bin/env python3
"""Measures ntfdecrypt beside the same job done by others. `script/bench` builds all of it first."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.dont_write_bytecode = True

import inputs
import report
from coincurve import PrivateKey
from measure import Fault, Program, allocations_of, lines_of, memory_of, time_of

ROOT = Path(__file__).resolve().parent.parent
BASE = "plain C"
OURS = "ntfdecrypt"
SPREAD = "ntfdecrypt --jobs"
MEMORY_RUNS = 5
# Above this others work on the machine too, and wall times say little.
LOAD_QUIET = 1.0


class Sizes:
    """How much is measured. Payloads a run, runs, rounds."""

    def __init__(self, quick: bool):
        self.small = 200 if quick else 1_000
        self.large = 1_200 if quick else 11_000
        self.metered = (100, 600)
        self.rounds = 3 if quick else 11
        self.starts = 20 if quick else 200


class Progress:
    """One line on a terminal, nothing elsewhere."""

    def __init__(self):
        self.drawn = 0.0

    def show(self, what: str, done: int, of: int):
        if sys.stderr.isatty() and (time.monotonic() - self.drawn > 0.1 or done == of):
            self.drawn = time.monotonic()
            bar = "█" * (20 * done // of)
            print(f"\r\x1b[K{what:<28} {bar:<20} {done}/{of}", end="", file=sys.stderr, flush=True)

    def clear(self):
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class Bench:
    def __init__(self, place: Path, built: Path, sizes: Sizes):
        self.place, self.built, self.sizes = place, built, sizes
        self.progress = Progress()
        self.device = PrivateKey(inputs.draw("device"))
        self.key = place / "device.key"
        self.key.touch(0o600)
        self.key.write_text(self.device.secret.hex() + "\n")
        self.programs = self.find_programs()
        self.make_inputs()

    def find_programs(self) -> list[Program]:
        ours = ROOT / "dist/bin/ntfdecrypt"
        extension = ROOT / "dist/bin/ntfextension"
        store = f"file:{self.place}/keystore"
        with self.key.open("rb") as secret:
            subprocess.run(
                [ours, "keys", "import", "blocktank", "--keystore", store],
                stdin=secret, stdout=subprocess.DEVNULL, check=True,
            )
        options = ("--keystore", store, "--no-store")
        programs = [Program(OURS, (str(ours), *options))]
        if extension.exists():
            programs.append(Program("ntfextension", (str(extension), *options)))
        script = (sys.executable, str(ROOT / "Benchmarks/python/filter.py"), str(self.key))
        return programs + [
            Program(BASE, (str(self.built / "plain_c"), str(self.key))),
            Program("plain C, yyjson", (str(self.built / "plain_c_yyjson"), str(self.key))),
            Program("wallet", (str(self.built / "wallet"), str(self.key))),
            Program("Python", script),
        ]

    def make_inputs(self):
        sizes = self.sizes
        self.lines, self.expected = {}, {}
        for kind, senders in (("distinct", sizes.large), ("repeating", 1)):
            self.progress.show(f"making inputs: {kind}", 0, 1)
            lines, expected = inputs.pushes(self.device, sizes.large, senders)
            self.lines[kind], self.expected[kind] = lines, expected
            for count in (1, *sizes.metered, sizes.small, sizes.large):
                self.path(kind, count).write_text("\n".join(lines[:count]) + "\n")

    def path(self, kind: str, count: int) -> Path:
        return self.place / f"{kind}-{count}.jsonl"

    def check(self):
        """Every program says the same of every line: without that there are no figures."""
        lines, reasons = inputs.refused(self.device)
        path = self.place / "refused.jsonl"
        path.write_text("\n".join(lines) + "\n")
        cases = [
            (self.path(kind, self.sizes.large), 0, self.expected[kind]) for kind in self.expected
        ]
        cases.append((path, 1, [("Bitkit", None, None, reason) for reason in reasons]))
        total = len(cases) * len(self.programs)
        for index, (path, status, expected) in enumerate(cases):
            first = None
            for number, program in enumerate(self.programs):
                self.progress.show("checking outputs", index * len(self.programs) + number, total)
                said = [json.loads(line) for line in lines_of(program, path, status)]
                self.compare(program, path, said, first, expected)
                first = first or said

    def compare(self, program: Program, path: Path, said: list, first: list | None, expected: list):
        if len(said) != len(expected):
            raise Fault(
                f"{program.name} wrote {len(said)} lines for the {len(expected)} of {path.name}"
            )
        for number, (notification, wanted) in enumerate(zip(said, expected), 1):
            known = notification["ntf"]
            shown = (notification["aps"]["alert"]["title"], known.get("type"), known.get("orderId"))
            if "reason" in known:
                shown += (known["reason"],)
            if shown != wanted or (first and notification != first[number - 1]):
                other = f", {self.programs[0].name} {json.dumps(first[number - 1])}" if first else ""
                raise Fault(
                    f"{program.name} says {json.dumps(notification)} of line {number} of {path.name}"
                    f"; wanted is {wanted}{other}"
                )

    def start_up(self) -> dict[str, float]:
        """Seconds of wall time from start to exit with one push: the shortest of all runs."""
        best = {}
        for run in range(self.sizes.starts):
            self.progress.show("start-up", run, self.sizes.starts)
            for program in self.programs:
                took = time_of(program, self.path("distinct", 1), self.built / "stopwatch")
                best[program.name] = min(best.get(program.name, took.wall), took.wall)
        return best

    def a_payload(self, kind: str) -> tuple[dict[str, float], dict[str, float]]:
        """Seconds a payload, of processor and of wall time.

        The shortest long run less the shortest short run, so that start-up does not count.
        """
        sizes = self.sizes
        cores = len(os.sched_getaffinity(0))
        spread = Program(SPREAD, (*self.programs[0].command, "--jobs", str(cores)))
        programs = self.programs + ([spread] if kind == "distinct" and cores > 1 else [])
        cpu, wall = {}, {}
        for turn in range(sizes.rounds):
            self.progress.show(f"a payload, {kind}", turn, sizes.rounds)
            for program in programs:
                for count in (sizes.small, sizes.large):
                    took = time_of(program, self.path(kind, count), self.built / "stopwatch")
                    key = (program.name, count)
                    cpu[key] = min(cpu.get(key, took.cpu), took.cpu)
                    wall[key] = min(wall.get(key, took.wall), took.wall)
        more = sizes.large - sizes.small

        def slopes(times: dict) -> dict[str, float]:
            return {
                program.name: (times[program.name, sizes.large] - times[program.name, sizes.small])
                / more
                for program in programs
            }

        return slopes(cpu), slopes(wall)

    def memory(self, count: int) -> tuple[dict[str, int], dict[str, int]]:
        """KiB after `count` payloads: peak resident, and anonymous while waiting for more.

        The median of some runs: what is mapped around a touched page differs from run to run.
        """
        data = self.path("distinct", count).read_bytes()
        found = {program.name: [] for program in self.programs}
        for turn in range(MEMORY_RUNS):
            self.progress.show(f"memory, {count} pushes", turn, MEMORY_RUNS)
            for program in self.programs:
                found[program.name].append(memory_of(program, data))
        return (
            {name: median(run.resident_peak for run in runs) for name, runs in found.items()},
            {name: median(run.anonymous for run in runs) for name, runs in found.items()},
        )

    def allocations(self) -> dict[str, float]:
        """Calls that take heap, a payload; programs that cannot be metered are missing."""
        few, many = self.sizes.metered
        found = {}
        for number, program in enumerate(self.programs):
            self.progress.show("heap allocations", number, len(self.programs))
            counts = [
                allocations_of(program, self.path("distinct", count), self.built / "meter.so")
                for count in (few, many)
            ]
            if None not in counts:
                found[program.name] = (counts[1] - counts[0]) / (many - few)
        if found.get("Python", 0) <= 0:
            raise Fault("the meter counted no allocation of Python: it is not alive")
        return found

    def run(self) -> str:
        """The report, as Markdown."""
        load = os.getloadavg()[0]
        if load > LOAD_QUIET:
            print(f"bench: note: the machine is busy (load average {load:.1f})", file=sys.stderr)
        self.check()
        sizes = self.sizes
        starts = self.start_up()
        distinct_cpu, distinct_wall = self.a_payload("distinct")
        repeating_cpu, repeating_wall = self.a_payload("repeating")
        one_resident, one_anonymous = self.memory(1)
        many_resident, many_anonymous = self.memory(sizes.large)
        rows = [
            ("start-up, one push", report.milliseconds, starts),
            ("a payload, distinct senders, user+sys", report.microseconds, distinct_cpu),
            ("a payload, distinct senders, wall", report.microseconds, distinct_wall),
            ("a payload, one repeating sender, user+sys", report.microseconds, repeating_cpu),
            ("a payload, one repeating sender, wall", report.microseconds, repeating_wall),
            ("peak RSS, one push", report.mebibytes, one_resident),
            ("anonymous memory, one push", report.mebibytes, one_anonymous),
            (f"peak RSS, {sizes.large} pushes", report.mebibytes, many_resident),
            (f"anonymous memory, {sizes.large} pushes", report.mebibytes, many_anonymous),
            ("heap allocations a payload", report.calls, self.allocations()),
        ]
        self.progress.clear()
        names = [program.name for program in self.programs]
        parts = [report.table(names, BASE, rows)]
        if SPREAD in distinct_wall:
            cores = len(os.sched_getaffinity(0))
            gain = distinct_wall[OURS] / distinct_wall[SPREAD]
            parts.append(
                f"`--jobs {cores}`: {report.microseconds(distinct_wall[SPREAD])} a payload of wall "
                f"time with distinct senders, {gain:.2f} times as fast as one thread."
            )
        cheaper = distinct_cpu[OURS] / repeating_cpu[OURS]
        parts.append(
            f"To ntfdecrypt a payload of a sender it knows is {cheaper:.2f} times as cheap as one of "
            "a new sender."
        )
        parts.append(
            "In parentheses: times plain C, which reads JSON with jansson; the other one reads it "
            "with yyjson, about the fastest there is. Before anything was measured, all programs "
            "wrote the same for every line. Times are the shortest of "
            f"{sizes.starts} starts and of {sizes.rounds} rounds, the programs taking turns; a "
            f"payload is the difference of {sizes.large} and {sizes.small} pushes. Peak RSS is "
            "VmHWM, anonymous memory RssAnon, read while the program waits for more input, the median "
            f"of {MEMORY_RUNS} runs. Python's "
            "small objects do not come from the heap one by one and are not counted; its libsecp256k1 is "
            "coincurve's own, and multiplies in a time that depends on the key."
        )
        parts.append(report.circumstances(ROOT, load, os.getloadavg()[0]))
        return "\n\n".join(parts) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--built", type=Path, required=True, help="where the other programs are")
    parser.add_argument(
        "--quick", action="store_true", help="a small run for trying out; writes no document"
    )
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith(("NTFDECRYPT_", "XDG_"))]:
        del os.environ[name]
    os.environ |= {"LC_ALL": "C", "SWIFT_BACKTRACE": "enable=no"}
    with tempfile.TemporaryDirectory(prefix="ntfdecrypt-bench-") as place:
        os.environ["HOME"] = place
        bench = Bench(Path(place), options.built.resolve(), Sizes(options.quick))
        try:
            text = bench.run()
        except (Fault, OSError, subprocess.SubprocessError) as fault:
            bench.progress.clear()
            print(f"bench: error: {fault}", file=sys.stderr)
            return 1
    print(text, end="")
    if not options.quick:
        report.write(ROOT / "docs/measurements.md", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
