"""Commands in the middle of a sentence: their subcommands and options have to be in the help."""

import functools
import re
import subprocess

from pages import root

programs = ("ntfdecrypt", "ntfhost", "ntfextension")


@functools.cache
def help_of(*words):
    return subprocess.run(
        [str(root / "dist" / "bin" / words[0]), *words[1:], "--help"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def subcommands(text):
    """The names under SUBCOMMANDS, which stand two spaces in."""
    behind = text.partition("SUBCOMMANDS:")[2]
    return re.findall(r"^  ([a-z-]+)", behind, re.MULTILINE)


def problem(span):
    """What is wrong with a command in backticks, or nothing."""
    words = span.split()
    if len(words) < 2 or words[0] not in programs:
        return None
    way, text = [words[0]], help_of(words[0])
    for word in words[1:]:
        if not re.fullmatch(r"[a-z]+", word) or not subcommands(text):
            break
        if word not in subcommands(text) and len(way) == 1:
            return f"{words[0]} has no {word}"
        if word not in subcommands(text):
            break
        way.append(word)
        text = help_of(*way)
    if way == ["ntfdecrypt"]:
        text = help_of("ntfdecrypt", "open")
    # What stands behind two dashes is the extension's.
    for word in " ".join(words).partition(" -- ")[0].split():
        if re.fullmatch(r"--[a-z-]+", word) and word not in text:
            return f"{' '.join(way)} has no {word}"
    return None
