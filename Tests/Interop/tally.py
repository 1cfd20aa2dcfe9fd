"""Counts what passed and what failed, and compares lines of output."""

import json
import sys
import time

import model

SHOWN_MAX = 20


class Tally:
    """Counts, shows the first faults, and a progress line on a terminal."""

    def __init__(self):
        self.passed = self.failed = 0
        self.part = ""
        self.drawn = 0.0

    def begin(self, part: str):
        self.part = part
        self.progress(force=True)

    def check(self, good: bool, what: str, detail: str = ""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            if self.failed <= SHOWN_MAX:
                self.clear()
                print(f"FAILED {self.part}: {what}\n{detail}".rstrip())
            elif self.failed == SHOWN_MAX + 1:
                print("(further faults are only counted)")
        self.progress()

    def progress(self, force=False):
        if sys.stderr.isatty() and (force or time.monotonic() - self.drawn > 0.1):
            self.drawn = time.monotonic()
            print(
                f"\r\033[K{self.part}: {self.passed} passed, {self.failed} failed",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def clear(self):
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def same(tally: Tally, name: str, wanted: str, got: str | None):
    """The line to the byte; where it differs, the fields that do."""
    if got == wanted:
        tally.check(True, name)
        return
    detail = f"  wanted {wanted}\n  got    {got}"
    try:
        mine, theirs = flat(json.loads(wanted)), flat(json.loads(got))
        keys = [
            key
            for key in {**mine, **theirs}
            if mine.get(key) != theirs.get(key) or type(mine.get(key)) is not type(theirs.get(key))
        ]
        detail += f"\n  differ {', '.join(keys) or 'in spelling only'}"
    except (TypeError, ValueError):
        pass
    tally.check(False, name, detail)


def flat(value, name="") -> dict:
    if isinstance(value, dict):
        return {k: v for key, item in value.items() for k, v in flat(item, f"{name}.{key}").items()}
    return {name: value}


def refused(tally: Tally, name: str, reason: str, got: str | None):
    """A fallback line with this reason, the texts of a fallback, and nothing stored."""
    try:
        line = json.loads(got)
        ours, alert = line["ntf"], line["aps"]["alert"]
        wanted = model.Answer("fallback", reason)
        good = ours["outcome"] == "fallback" and ours["reason"] == reason and ours["stored"] is False
        good = good and (alert["title"], alert["body"]) == wanted.texts and line["aps"]["sound"] == "default"
        good = good and not {"relevance-score", "category", "thread-id"} & line["aps"].keys()
    except (TypeError, ValueError, KeyError):
        good = False
    tally.check(good, name, f"  wanted a fallback for {reason}\n  got    {got}")
