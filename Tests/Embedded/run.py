"""Runs every vector, and one push many times, through the core as Embedded Swift compiles it."""

import json
import pathlib
import re
import subprocess
import sys

TEST_VECTORS = pathlib.Path(__file__).resolve().parent.parent.parent / "TestVectors"
PUSHES = 1000
ANONYMOUS_KIB_MAX = 512
RESIDENT_KIB_MAX = 2048


def check(what, is_kept):
    if not is_kept:
        sys.exit(f"run: error: {what}")


def vectors(core):
    paths = sorted(str(path) for path in TEST_VECTORS.rglob("*.vector"))
    promised = re.search(r"^Files: (\d+)$", (TEST_VECTORS / "README.md").read_text(), re.M)[1]
    run = subprocess.run([core, "vectors"], input="\n".join(paths) + "\n", text=True, capture_output=True)
    print(run.stdout + run.stderr, end="")
    check(f"not each of the {promised} vectors passed", run.stdout == f"{promised} passed, 0 failed\n")


def push(core):
    key = (TEST_VECTORS / "demo" / "blocktank.key").read_bytes().strip()
    sealed = (TEST_VECTORS / "demo" / "blocktank.push.json").read_bytes()
    run = subprocess.run([core, "push", str(PUSHES)], input=b"blocktank " + key + b"\n" + sealed,
                         capture_output=True, check=True)
    print(run.stdout.decode() + run.stderr.decode(), end="")
    figures = {words[0]: words[1:] for words in map(str.split, run.stderr.decode().splitlines())}
    check("the push was not opened", json.loads(run.stdout)["ntf"]["outcome"] == "decrypted")
    check("a push after the first made an allocation", figures["allocations"][1] == "0")
    check(f"more than {RESIDENT_KIB_MAX} KiB resident", int(figures["VmHWM:"][0]) <= RESIDENT_KIB_MAX)
    check(f"more than {ANONYMOUS_KIB_MAX} KiB anonymous", int(figures["RssAnon:"][0]) <= ANONYMOUS_KIB_MAX)


vectors(sys.argv[1])
push(sys.argv[1])
