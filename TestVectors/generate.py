#!/usr/bin/env python3
"""Writes the vectors, the demo files and the counts in README.md; `--check` only compares.

pip install -r Tests/Interop/requirements.txt
python3 TestVectors/generate.py [--check]
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "Tests" / "Interop")]

from generator import (  # noqa: E402
    alby,
    alby_messages,
    bark_bisq,
    bisq,
    content,
    demo,
    envelope,
    envelope_fields,
    keys,
    message,
    nacl,
    opening,
    payload,
    simplex,
    simplex_inside,
    wallets,
    webpush,
    webpush_forms,
    webpush_labels,
    webpush_messages,
    webpush_older,
    webpush_records,
    zulip,
)
from generator.collection import STAGES, Collection  # noqa: E402

COUNTS_BEGIN, COUNTS_END = "<!-- counts, written by generate.py -->\n", "<!-- end of counts -->\n"
BLOCKTANK = (payload, envelope, envelope_fields, keys, opening, message, content)
FAMILIES = (
    webpush,
    webpush_labels,
    webpush_records,
    webpush_older,
    webpush_forms,
    webpush_messages,
    simplex,
    simplex_inside,
    zulip,
    nacl,
    alby,
    alby_messages,
    bark_bisq,
    bisq,
    wallets,
)
EXPECTS = ("accepted", "refused", "decrypted", "plain", "fallback")


def counts(vectors: Collection) -> str:
    table = Counter((v.stage, v.expect) for v in vectors)
    refusals = sum(n for (_, expect), n in table.items() if expect in ("refused", "fallback"))
    lines = [
        f"Files: {len(vectors)}",
        "",
        f"Refusals: {refusals}",
        "",
        "| stage | " + " | ".join(EXPECTS) + " | all |",
        "|---" + "|---:" * (len(EXPECTS) + 1) + "|",
    ]
    for stage in (*STAGES, "all"):
        row = [
            sum(n for (s, e), n in table.items() if e == expect and stage in (s, "all")) for expect in EXPECTS
        ]
        lines.append(f"| {stage} | " + " | ".join(str(n or "") for n in row) + f" | {sum(row)} |")
    lines += ["", "| folder | files | refusals |", "|---|---:|---:|"]
    for folder in dict.fromkeys(v.folder for v in vectors):
        here = [v for v in vectors if v.folder == folder]
        bad = sum(v.expect in ("refused", "fallback") for v in here)
        lines.append(f"| {folder} | {len(here)} | {bad} |")
    return "\n".join(lines) + "\n"


def wanted() -> dict[Path, bytes]:
    vectors = Collection()
    for part in (*BLOCKTANK, *FAMILIES):
        part.collect(vectors)
    files = {HERE / v.path: v.bytes() for v in vectors}
    files |= {HERE / "demo" / name: data for name, data in demo.files().items()}
    readme = HERE / "README.md"
    before, _, rest = readme.read_text("utf-8").partition(COUNTS_BEGIN)
    _, _, after = rest.partition(COUNTS_END)
    files[readme] = (before + COUNTS_BEGIN + counts(vectors) + COUNTS_END + after).encode()
    return files


def present() -> set[Path]:
    return {*HERE.rglob("*.vector"), *(HERE / "demo").glob("*")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail on any difference")
    options = parser.parse_args()
    files = wanted()
    faults = [f"extra: {path.relative_to(HERE)}" for path in sorted(present() - files.keys())]
    for path, data in sorted(files.items()):
        if path.is_file() and path.read_bytes() == data:
            continue
        faults.append(f"{'differs' if path.exists() else 'missing'}: {path.relative_to(HERE)}")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if not options.check:
        for path in present() - files.keys():
            path.unlink()
    for fault in faults:
        print(fault if options.check else f"wrote: {fault}")
    print(f"{len(files)} files, {len(faults)} {'at fault' if options.check else 'written or removed'}")
    return 1 if options.check and faults else 0


if __name__ == "__main__":
    sys.exit(main())
