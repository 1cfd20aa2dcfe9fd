"""What a lease, the heartbeat, presence and pending parts cost an extension."""

import json
import os
import pathlib
import subprocess

from process import Running, executable, root

COST = 256


def run(program, rounds, place, group, environment=None):
    found = subprocess.run(
        [program, str(rounds), f"{place.path}/{group}", f"{place.path}/keystore",
         str(root / "TestVectors/demo/blocktank.push.json")],
        capture_output=True, text=True, check=True, env=environment)
    return json.loads(found.stdout)


def measure(report, place):
    program = executable("coordinationcost")
    without = run(program, 0, place, "group-0")
    for rounds in (1, 1000):
        took = run(program, rounds, place, f"group-{rounds}")
        for name in ("peakRSS", "anonymous"):
            report.budget(f"coordination, {rounds} rounds: {name} more", took[name] - without[name], COST)
    meter = place.path + "/cost-meter.so"
    subprocess.run(["clang", "-O2", "-shared", "-fPIC", "-o", meter, str(root / "Benchmarks/meter.c")],
                   check=True)
    loaded = subprocess.run(
        ["swift", "build", "-c", "release", "--static-swift-stdlib", "--show-bin-path"], cwd=root,
        capture_output=True, text=True, check=True).stdout.strip() + "/coordinationcost"

    def counted(rounds):
        out = place.path + "/cost-count"
        run(loaded, rounds, place, f"group-counted-{rounds}",
            dict(os.environ, LD_PRELOAD=meter, NTF_METER=out, SWIFT_DETERMINISTIC_HASHING="1"))
        return int(pathlib.Path(out).read_text())

    few, many = counted(50), counted(1050)
    report.check("coordination: 1000 rounds allocate nothing", few == many > 0, f"{few} and {many}")
    extension(report, place)


def extension(report, place):
    """The extension that hears its app, against the one that does not."""
    push = (root / "TestVectors/demo/blocktank.push.json").read_bytes().replace(b"\n", b"") + b"\n"
    peaks = []
    for options in ([], ["--coordinate"]):
        running = Running(place.arguments("ntfextension") + options)
        for _ in range(3):
            running.feed([push])
        fields = running.status()
        peaks.append((fields["VmHWM"], fields["RssAnon"]))
        running.close()
    report.budget("ntfextension --coordinate: peak resident more", peaks[1][0] - peaks[0][0], COST)
    report.budget("ntfextension --coordinate: anonymous more", peaks[1][1] - peaks[0][1], COST)
