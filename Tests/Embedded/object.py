"""Checks that a file is object code for iOS, asks for nothing unexpected, and says what is in it."""

import pathlib
import re
import struct
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent.parent
MAGIC_64, CPU_ARM64, FILE_OBJECT, PLATFORM_IOS = 0xFEEDFACF, 0x0100000C, 1, 2
SEGMENT_64, SYMTAB, BUILD_VERSION = 0x19, 0x2, 0x32
STAB, KIND, UNDEFINED, IN_SECTION = 0xE0, 0x0E, 0x00, 0x0E
FUNCTIONS_SHOWN = 10
DECLARATION = re.compile(r"^(?:@\w+ |public |private |final )*(?:struct|enum|protocol|class) (\w+)", re.M)


class Object:
    """The parts of a Mach-O object that are asked for here; loader.h has the format."""

    def __init__(self, data):
        self.magic, self.cpu, _, self.kind, commands, *_ = struct.unpack_from("<8I", data)
        self.platform = self.oldest = None
        self.sections, self.symbols = [], []
        if self.magic != MAGIC_64:
            return
        at = 32
        for _ in range(commands):
            command, size = struct.unpack_from("<2I", data, at)
            if command == SEGMENT_64:
                for number in range(struct.unpack_from("<I", data, at + 64)[0]):
                    name, segment, address, length = struct.unpack_from(
                        "<16s16s2Q", data, at + 72 + 80 * number)
                    self.sections.append((text(segment) + "," + text(name), address, length))
            elif command == SYMTAB:
                symbols, count, strings, _ = struct.unpack_from("<4I", data, at + 8)
                for number in range(count):
                    name, kind, section, _, value = struct.unpack_from(
                        "<IBBHQ", data, symbols + 16 * number)
                    if not kind & STAB:
                        start = strings + name
                        name = data[start:data.index(b"\0", start)].decode()
                        self.symbols.append((name, kind & KIND, section, value))
            elif command == BUILD_VERSION:
                self.platform, oldest = struct.unpack_from("<2I", data, at + 8)
                self.oldest = f"{oldest >> 16}.{oldest >> 8 & 255}"
            at += size

    def undefined(self):
        return {name.removeprefix("_") for name, kind, *_ in self.symbols if kind == UNDEFINED}

    def functions(self):
        """Name and bytes of each: up to the next one, since the format has no sizes."""
        number = [name for name, *_ in self.sections].index("__TEXT,__text") + 1
        _, address, length = self.sections[number - 1]
        places = {value: name for name, kind, section, value in self.symbols
                  if kind == IN_SECTION and section == number}
        starts = sorted(places)
        ends = starts[1:] + [address + length]
        return [(places[start], end - start) for start, end in zip(starts, ends)]


def text(name):
    return name.rstrip(b"\0").decode()


def demangled(names):
    run = subprocess.run(["swift", "demangle", "--simplified"], input="\n".join(names), text=True,
                         capture_output=True, check=True)
    return run.stdout.split("\n")


def rooms():
    """For each type that the core declares, its room."""
    found = {}
    sources = root / "Sources"
    for path in [*sources.glob("NotificationPipeline/**/*.swift"), *sources.glob("SecretMemory/*.swift"),
                 root / "Tests" / "Embedded" / "Core.swift"]:
        folders = path.parent.relative_to(root).parts
        for name in DECLARATION.findall(path.read_text()):
            found[name] = "/".join(folders[1:3])
    return found


def room(name, known):
    """Where a function belongs: to the first type of ours in its name."""
    ours = [known[word] for word in re.findall(r"\w+", name) if word in known]
    return ours[0] if ours else "Swift's own, and functions outside of types"


def show_functions(functions):
    names = demangled([name for name, _ in functions])
    named = sorted(((size, name) for name, (_, size) in zip(names, functions)), reverse=True)
    print(f"\n{len(named)} functions, the largest of them:")
    for size, name in named[:FUNCTIONS_SHOWN]:
        print(f"{size:9,}  {name}")
    known, sums = rooms(), {}
    for size, name in named:
        place = room(name, known)
        sums[place] = sums.get(place, 0) + size
    print("\nby room:")
    for place, size in sorted(sums.items(), key=lambda pair: -pair[1]):
        print(f"{size:9,}  {place}")


def are_as_expected(undefined):
    """Whether the object asks for what Tests/Embedded/undefined.txt has, and for nothing else."""
    lines = (root / "Tests" / "Embedded" / "undefined.txt").read_text().splitlines()
    expected = dict(reversed(line.split(" ", 1)) for line in lines)
    print(f"\n{len(undefined)} symbols that are not in it:")
    for origin in dict.fromkeys(expected.values()):
        mine = sorted(name for name in undefined if expected.get(name) == origin)
        print(f"{origin}: {len(mine)}: {' '.join(mine)}")
    extra = undefined - expected.keys()
    # What of the C library is called depends on how the compiler moves memory.
    gone = {name for name in expected.keys() - undefined if expected[name] != "C-library"}
    for name in sorted(extra):
        print(f"object: error: nobody expected {name} (Tests/Embedded/undefined.txt)", file=sys.stderr)
    for name in sorted(gone):
        print(f"object: error: {name} is not needed any more (Tests/Embedded/undefined.txt)", file=sys.stderr)
    return not extra and not gone


def main():
    path = pathlib.Path(sys.argv[1])
    found = Object(path.read_bytes())
    if (found.magic, found.cpu, found.kind) != (MAGIC_64, CPU_ARM64, FILE_OBJECT):
        sys.exit(f"object: error: {path} is no Mach-O object for arm64")
    if found.platform != PLATFORM_IOS:
        sys.exit(f"object: error: {path} is for platform {found.platform}, not for iOS")
    print(f"{path}: Mach-O object, arm64, iOS {found.oldest}")
    for name, _, length in found.sections:
        print(f"{length:9,}  {name}")
    print(f"{sum(length for *_, length in found.sections):9,}  in all")
    show_functions(found.functions())
    sys.exit(not are_as_expected(found.undefined()))


main()
