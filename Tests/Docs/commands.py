"""Runs the commands of a page, in order, in a home directory of the page's own."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from pages import root

seconds_max = 60
given = pathlib.Path(__file__).parent / "given"
ours = re.compile(r"^\s*(?:\$ )?(?:\S+=\S* )*"
                  r"((ntfdecrypt|ntfhost|ntfextension|swift|apt-get|sudo)(\s|$)|script/\w|dist/bin/)")
end_of_command = "\x1e"


class Elsewhere:
    """What is not run here, by the beginning of the command: the file that runs it instead, and the
    words that stand there where they are others."""

    def __init__(self):
        self.places = {}
        for line in (pathlib.Path(__file__).parent / "elsewhere.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                command, place, *words = line.split("\t")
                self.places[command] = (place, words[0] if words else command)

    def holds(self, command):
        return any(
            command == known or command.startswith(known + " ") for known in self.places)

    def problems(self):
        for command, (place, words) in self.places.items():
            path = root / place
            if not path.exists():
                yield f"Tests/Docs/elsewhere.txt: there is no {place}"
            elif words not in path.read_text():
                yield f"Tests/Docs/elsewhere.txt: {place} does not run {command}"


class Place:
    """A home directory with a key and pushes, thrown away afterwards."""

    def __init__(self, page):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="docs-"))
        (self.path / "home").mkdir()
        self.work = self.path / "work"
        self.work.mkdir()
        (self.work / "TestVectors").symlink_to(root / "TestVectors")
        demo = root / "TestVectors" / "demo"
        push = (demo / "blocktank.push.json").read_text().strip() + "\n"
        (self.work / "push.json").write_text(push)
        (self.work / "pushes.jsonl").write_text(push * 3)
        shutil.copy(demo / "blocktank.key", self.work / "secret.hex")
        self.environment = {
            "HOME": str(self.path / "home"), "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
            "PATH": f"{root / 'dist' / 'bin'}:{os.environ['PATH']}",
        }
        own = given / f"{page.path.stem}.sh"
        first = own.read_text() if own.exists() else "ntfdecrypt keys import blocktank < secret.hex"
        self.shell(first, "-eu", check=True)

    def shell(self, script, *options, check=False):
        return subprocess.run(
            ["bash", *options], input=script, text=True, cwd=self.work, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds_max, check=check)

    def remove(self):
        shutil.rmtree(self.path)


def joined(lines):
    """Lines with those that go on behind a backslash made one."""
    command = ""
    for line in lines:
        command += line
        if line.endswith("\\"):
            command += "\n"
        else:
            yield command
            command = ""
    if command:
        yield command


def run_sh(place, block, elsewhere):
    commands = [line for line in joined(block.lines) if not elsewhere.holds(bare(line))]
    try:
        ran = place.shell("\n".join(commands) + "\n", "-eux", "-o", "pipefail")
    except subprocess.TimeoutExpired:
        return f"{block.place}: took longer than {seconds_max} s"
    if ran.returncode != 0:
        return f"{block.place}: ended with {ran.returncode}:\n{ran.stdout[-2000:]}"
    return None


def bare(command):
    """Without a comment behind it."""
    return re.sub(r"\s+#.*$", "", command.strip())


def run_console(place, block):
    commands, shown = [], []
    for line in joined(block.lines):
        if line.startswith("$ "):
            commands.append(line[2:])
            shown.append([])
        elif commands:
            shown[-1].append(line.rstrip())
        else:
            return f"{block.place}: begins with no command"
    script = "".join(
        f"{command}\nstatus=$?; echo '{end_of_command}'$status; (exit $status)\n"
        for command in commands)
    try:
        ran = place.shell(script, "-u")
    except subprocess.TimeoutExpired:
        return f"{block.place}: took longer than {seconds_max} s"
    parts = re.split(f"{end_of_command}(\\d+)\n", ran.stdout)
    outputs, statuses = parts[0::2], parts[1::2]
    for number, (command, expected) in enumerate(zip(commands, shown)):
        if number >= len(statuses):
            return f"{block.place}: ended at {command}: {ran.stdout[-2000:]}"
        says_status = commands[number + 1:number + 2] == ["echo $?"]
        if statuses[number] != "0" and not says_status:
            return f"{block.place}: {command} ended with {statuses[number]}:\n{outputs[number]}"
        if not is_like(outputs[number], expected):
            wanted = "\n".join(expected)
            return f"{block.place}: {command}\nprinted\n{outputs[number]}and not\n{wanted}"
    return None


def is_like(output, expected):
    """Whether the output is as shown: `…` is anything, on a line of its own any lines."""
    pattern = ""
    for line in expected:
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += "[^\n]*".join(re.escape(part) for part in line.split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, output) is not None
