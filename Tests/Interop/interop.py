#!/usr/bin/env python3
"""Seals pushes with other people's cryptography and holds ntfdecrypt to every line it writes.

    pip install -r Tests/Interop/requirements.txt
    python3 Tests/Interop/interop.py --ntfdecrypt dist/bin/ntfdecrypt

Without --ntfdecrypt only the measure itself is checked: the published vectors, and that two
implementations written apart agree on every push made here.
"""

import argparse
import json
import sys
import time

sys.dont_write_bytecode = True

import damage
import familytest
import model
import mutation
import pushes
import registration
import sealing
from blocktank import Draw
from command import Command
from measure import the_measure
from spelling import Style
from tally import Tally, refused, same


def agreed(tally: Tally, name: str, data: bytes, device: bytes, wanted: model.Answer):
    got = model.process(data, model.Setting([device], now=int(time.time())))
    got.stored = wanted.stored
    tally.check(
        got.line() == wanted.line(),
        f"{name}, by the model",
        f"  wanted {wanted.line()}\n  got    {got.line()}",
    )


SEPARATORS = (b"\n", b"\n", b"\r\n", b"\n\n\n", b" \n")


def stream(items: list[bytes], draw: Draw) -> bytes:
    return b"".join(item + draw.pick(SEPARATORS) for item in items[:-1]) + items[-1]


def good_pushes(seed: str, count: int, device: bytes) -> list[pushes.Push]:
    """`count` sealed ones, and after each twentieth a plain one."""
    made = []
    for index in range(count):
        made.append(pushes.make(seed, index, device))
        if index % 20 == 19:
            made.append(pushes.make(seed, count + index, device, place=pushes.PLAIN_PLACES[index // 20 % 3]))
    return made


def the_good(tally: Tally, command: Command | None, seed: str, count: int, device: bytes):
    tally.begin("good")
    made = good_pushes(seed, count, device)
    data = [push.bytes() for push in made]
    for index, (push, item) in enumerate(zip(made, data)):
        agreed(tally, f"good {index} ({push.place})", item, device, push.answer)
    if not command:
        return
    text = stream(data, Draw(f"{seed}/separators"))
    lines, status, errors = command.open(text)
    for index, push in enumerate(made):
        same(tally, f"{index} ({push.place}, {push.style.layout})", push.answer.line(), nth(lines, index))
    tally.check(len(lines) == len(made), f"{len(lines)} lines for {len(made)} pushes")
    tally.check(status == 0, f"exit status {status}", errors[:2000])
    tally.check(errors == "", "nothing on standard error", errors[:2000])
    tally.begin("good, four jobs")
    parallel, status, errors = command.open(text, "--jobs", "4")
    tally.check(parallel == lines, "the same bytes in the same order", first_difference(lines, parallel))
    tally.check(status == 0, f"exit status {status}", errors[:2000])
    # Pushes without a line feed between them, down to nothing at all: JSON values one after another.
    tally.begin("good, one after another")
    wanted = [push.answer.line() for push in made[:30]]
    together, _, _ = command.open(b"".join(data[:30]))
    tally.check(together == wanted, "nothing between pushes", first_difference(wanted, together))


def nth(lines: list[str], index: int) -> str | None:
    return lines[index] if index < len(lines) else None


def first_difference(wanted: list[str], got: list[str]) -> str:
    for index in range(max(len(wanted), len(got))):
        if nth(wanted, index) != nth(got, index):
            return f"  line {index + 1}\n  wanted {nth(wanted, index)}\n  got    {nth(got, index)}"
    return ""


def the_damaged(tally: Tally, command: Command | None, seed: str, count: int, device: bytes):
    tally.begin("damaged")
    draw = Draw(f"{seed}/damaged")
    items, wanted = [], []
    for index in range(count):
        name, reason, places, function = damage.KINDS[index % len(damage.KINDS)]
        neighbour = pushes.make(f"{seed}/neighbour", index, device)
        items.append(neighbour.bytes())
        wanted.append((f"good before {name} {index}", neighbour.answer))
        push = pushes.make(f"{seed}/damaged", index, device, place=draw.pick(places), one_line=True)
        items.append(function(push))
        wanted.append((f"{name} {index} ({push.place})", reason))
        got = model.process(items[-1], model.Setting([device]))
        tally.check(
            got.reason == reason,
            f"{name} {index} ({push.place}), by the model",
            f"  wanted {reason}, got {got.reason}",
        )
    last = pushes.make(f"{seed}/neighbour", count, device)
    items.append(last.bytes())
    wanted.append(("good after all", last.answer))
    if not command:
        return
    text = stream(items, draw)
    lines, status, errors = command.open(text)
    for index, (name, what) in enumerate(wanted):
        if isinstance(what, str):
            refused(tally, name, what, nth(lines, index))
        else:
            same(tally, name, what.line(), nth(lines, index))
    tally.check(len(lines) == len(wanted), f"{len(lines)} lines for {len(wanted)} pushes")
    tally.check(status == 1, f"exit status {status} instead of 1", errors[:2000])
    parallel, status, _ = command.open(text, "--jobs", "4")
    tally.check(parallel == lines, "the same bytes with four jobs", first_difference(lines, parallel))
    tally.check(status == 1, f"exit status {status} instead of 1 with four jobs")


def the_framing(tally: Tally, command: Command, seed: str, device: bytes):
    """Damage between pushes: what comes before and after is unharmed, and each costs one line."""
    tally.begin("framing")
    draw = Draw(f"{seed}/framing")
    sample = pushes.make(f"{seed}/framing", 0, device, place="apns")
    compact, pretty = sample.bytes(Style()), sample.bytes(Style("pretty"))
    quote = compact.index(sample.container["cipher"][:20].encode())
    cases = [(f"cut in a string ({at})", compact[: quote + at], "malformed-json") for at in (0, 1, 30)]
    cases += [(f"garbage {text!r}", text, "malformed-json") for text in
              (b"hello", b"}", b"]", b"}}}", b"{]", b"{,}", b"[1 2]", b"nul", b"'x'", b"// comment", b"\x00\xff\xfe", b"\xef\xbb\xbf", b"-", b"{a:1}",
               b'"half', b'{"a":"\x01"}', b"<html>{}</html>", b"\\", b":", b",")]  # fmt: skip
    cases += [("100 KB in a string", b'{"x":"' + b"x" * 100_000 + b'"}', "too-large"),
              ("100 KB of members", b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(8000)) + b"}", "too-large"),
              ("100 KB never closed", b'{"x":"' + b"x" * 100_000, "too-large"),
              ("100 KB of open brackets", b"[" * 100_000, None),
              ("100 KB of nothing sensible", b"x" * 100_000, None)]  # fmt: skip
    cases += [(f"cut after {text[-9:]!r}", text, "malformed-json") for text in
              (compact[: compact.index(b":") + 1], compact[: compact.index(b"{", 1) + 1], compact[:-1], compact[:-2],
               compact[: compact.index(b",") + 1] if b"," in compact else compact[:-1], b"[1,2", b"[")]  # fmt: skip
    loose = [("pretty, a comma missing", pretty.replace(b",\n", b"\n", 1)), ("pretty, a comma too many", pretty.replace(b"\n}", b",\n}", 1)),
             ("pretty, cut in a string", pretty[: pretty.index(sample.container["cipher"][:20].encode()) + 10])]  # fmt: skip
    for index, (name, text, reason) in enumerate([*cases, *((name, text, ...) for name, text in loose)]):
        around = [
            pushes.make(f"{seed}/framing/{index}", n, device, place=draw.pick(pushes.PLACES))
            for n in range(4)
        ]
        before, after = around[:2], around[2:]
        styles = (None, None) if reason is ... else (None, Style("pretty"))
        data = (
            b"\n".join(
                [*(p.bytes() for p in before), text, after[0].bytes(Style()), after[1].bytes(styles[1])]
            )
            + b"\n"
        )
        lines, status, errors = command.open(data)
        good = [push.answer.line() for push in around]
        kept = [line for line in lines if '"outcome":"fallback"' not in line]
        tally.check(kept == good, f"{name}: the pushes around it", first_difference(good, kept))
        fallen = [line for line in lines if '"outcome":"fallback"' in line]
        reasons = [json.loads(line)["ntf"]["reason"] for line in fallen]
        count_right = len(fallen) == 1 if reason is not ... else len(fallen) >= 1
        tally.check(count_right, f"{name}: {len(fallen)} fallback lines ({', '.join(reasons)})")
        if reason not in (None, ...):
            tally.check(reasons[:1] == [reason], f"{name}: {', '.join(reasons)} instead of {reason}")
        tally.check(status == 1, f"{name}: exit status {status} instead of 1", errors[:500])
    for name, data in (("nothing", b""), ("blank lines", b"\n \r\n\t\n")):
        lines, status, errors = command.open(data)
        tally.check(
            lines == [] and status == 0, f"{name}: {len(lines)} lines, exit status {status}", errors[:500]
        )


def the_keys(tally: Tally, command: Command, seed: str, device: bytes):
    tally.begin("keys")
    sample = [pushes.make(f"{seed}/keys", n, device) for n in range(10)]
    data = b"\n".join(push.bytes() for push in sample)
    command.keys("stranger", "import", "blocktank", stdin=Draw(f"{seed}/stranger").secret().hex().encode())
    lines, status, _ = command.open(data, keystore="stranger")
    for index in range(len(sample)):
        refused(tally, f"somebody else's key {index}", "authentication-failed", nth(lines, index))
    tally.check(status == 1, f"exit status {status} instead of 1")
    command.keys("rotated", "import", "blocktank", stdin=device.hex().encode())
    for rotation in range(2):
        command.keys("rotated", "rotate", "blocktank")
        lines, status, _ = command.open(data, keystore="rotated")
        for index, push in enumerate(sample):
            if rotation == 0:
                same(tally, f"sealed before the rotation {index}", push.answer.line(), nth(lines, index))
            else:
                refused(
                    tally, f"sealed two rotations ago {index}", "authentication-failed", nth(lines, index)
                )
        tally.check(status == rotation, f"exit status {status} instead of {rotation}")
    command.keys("emptied", "import", "blocktank", stdin=device.hex().encode())
    command.keys("emptied", "delete", "blocktank")
    lines, status, _ = command.open(data, keystore="emptied")
    for index in range(len(sample)):
        refused(tally, f"no key {index}", "key-missing", nth(lines, index))
    tally.check(status == 1, f"exit status {status} instead of 1")


def the_repeated(tally: Tally, command: Command, seed: str, device: bytes):
    """The same push twice is one record, and the second line says so."""
    tally.begin("repeated")
    sample = [pushes.make(f"{seed}/repeated", n, device) for n in range(10)]
    data = b"\n".join(push.bytes() for push in sample)
    lines, status, _ = command.open(data + b"\n" + data)
    for index, push in enumerate(sample):
        same(tally, f"first {index}", push.answer.line(), nth(lines, index))
        push.answer.duplicate = True
        same(tally, f"second {index}", push.answer.line(), nth(lines, len(sample) + index))
    tally.check(status == 0, f"exit status {status}")


def the_mutated(tally: Tally, command: Command, seed: str, count: int, device: bytes):
    """Faults drawn by lot, and the model says what must come of them: as one stream, and as vectors."""
    tally.begin("mutated")
    payloads = list(mutation.drawn(f"{seed}/mutated", count, device))
    # A stream only keeps payloads apart that are JSON at all.
    whole = [(data, answer) for data, answer in payloads if answer.reason != "malformed-json"]
    lines, _, _ = command.open(b"\n".join(data for data, _ in whole), "--no-store")
    for index, (_, answer) in enumerate(whole):
        answer.expired = answer.deadline is not None and answer.deadline < time.time()
        if answer.outcome == "fallback":
            refused(tally, f"in a stream {index}", answer.reason, nth(lines, index))
        else:
            same(tally, f"in a stream {index}", answer.line(), nth(lines, index))
        answer.expired = answer.deadline is not None and answer.deadline < model.Setting().now
    tally.check(len(lines) == len(whole), f"{len(lines)} lines for {len(whole)} payloads")
    folder = command.directory("mutated")
    mutation.write(folder, payloads, device)
    done = command.run("vectors", str(folder))
    output = done.stdout.decode("utf-8", "replace").rstrip()
    last, wanted = output.rsplit("\n", 1)[-1], f"{count} passed, 0 failed, 0 skipped"
    faults = "\n".join(line for line in output.split("\n")[:-1] if "fail" in line.lower())[:3000]
    tally.check(done.returncode == 0 and last == wanted, f"{last} instead of {wanted}", faults)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--ntfdecrypt", metavar="PATH", help="the command under test; without it only the measure is checked"
    )
    parser.add_argument("--count", type=int, default=600, help="good pushes (600)")
    parser.add_argument("--damaged", type=int, default=200, help="damaged pushes (200)")
    parser.add_argument(
        "--mutated", type=int, default=0, help="pushes with faults drawn by lot, through `vectors` (0)"
    )
    parser.add_argument("--family", type=int, default=60, help="good pushes of each other format (60)")
    parser.add_argument("--seed", default="1", help="another seed, other pushes (1)")
    options = parser.parse_args()
    if options.count < 1 or options.damaged < 0:
        parser.error("--count is at least 1, --damaged at least 0")
    tally, seed = Tally(), f"interop {options.seed}"
    device = Draw(f"{seed}/device").secret()
    command = Command(options.ntfdecrypt) if options.ntfdecrypt else None
    the_measure(tally)
    if command:
        command.keys("keys", "import", "blocktank", stdin=device.hex().encode())
    the_good(tally, command, seed, options.count, device)
    the_damaged(tally, command, seed, options.damaged, device)
    familytest.the_families(tally, command, seed, options.family)
    if command:
        the_framing(tally, command, seed, device)
        the_keys(tally, command, seed, device)
        the_repeated(tally, command, seed, device)
        sealing.the_sealed(tally, command, seed)
        registration.the_registered(tally, command, seed)
        if options.mutated:
            the_mutated(tally, command, seed, options.mutated, device)
    tally.clear()
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
