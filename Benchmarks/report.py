"""The table, and what it was measured on."""

import datetime
import importlib.metadata
import json
import os
import platform
import subprocess
from pathlib import Path

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
HEADING = """\
# Measurements

What `script/bench` measures, in one run: ntfdecrypt beside the same job in plain C on the same
libraries, the way a wallet does it today (Foundation's JSON, swift-crypto) and a Python script.
`script/bench` writes the part between the markers anew.
"""


def first_line(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.splitlines()[0].strip() if done.stdout else "unknown"


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def swift_crypto_version(root: Path) -> str:
    pins = json.loads((root / "Benchmarks/wallet/Package.resolved").read_text())["pins"]
    return next(pin["state"]["version"] for pin in pins if pin["identity"] == "swift-crypto")


def yyjson_version(root: Path) -> str:
    for line in (root / ".build-bench/yyjson/yyjson.h").read_text().splitlines():
        if "YYJSON_VERSION_STRING" in line:
            return line.split('"')[1]
    return "unknown"


def circumstances(root: Path, load_before: float, load_after: float) -> str:
    """Loads well above 1 say that others worked too: then wall times are too long."""
    cores = len(os.sched_getaffinity(0))
    swift = first_line("swift", "--version").split("Swift version ")[-1].split(" ")[0]
    libraries = ", ".join(
        f"{name} {first_line('pkg-config', '--modversion', name)}"
        for name in ("libsecp256k1", "nettle", "libsodium", "jansson")
    )
    modules = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("coincurve", "cryptography")
    )
    return (
        f"{cpu_model()}, {cores} cores, Linux {platform.release()}, "
        f"load average {load_before:.1f} before and {load_after:.1f} after; "
        f"{datetime.date.today().isoformat()}; Swift {swift}, "
        f"{first_line('cc', '--version')}, Python {platform.python_version()}; {libraries}, "
        f"yyjson {yyjson_version(root)}, swift-crypto {swift_crypto_version(root)}, {modules}."
    )


def ratio(value: float, base: float) -> str:
    if base <= 0:
        return ""
    times = value / base
    return f" ({times:.2f}x)" if times < 10 else f" ({times:.0f}x)"


def milliseconds(value: float) -> str:
    return f"{value * 1e3:.2f} ms"


def microseconds(value: float) -> str:
    return f"{value * 1e6:.1f} µs"


def mebibytes(value: float) -> str:
    return f"{value / 1024:.2f} MiB"


def calls(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def table(names: list[str], base: str, rows: list[tuple]) -> str:
    """Rows are (what, how to write a value, values by program); a value may be missing."""
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for what, write, values in rows:
        cells = []
        for name in names:
            value = values.get(name)
            if value is None:
                cells.append("–")
            else:
                cells.append(write(value) + ratio(value, values[base]))
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write(path: Path, text: str):
    """Puts the text between the markers of the file, and leaves the rest of it as it is."""
    before = path.read_text() if path.exists() else f"{HEADING}\n{BEGIN}\n{END}\n"
    if before.count(BEGIN) != 1 or before.count(END) != 1:
        before = before.rstrip("\n") + f"\n\n{BEGIN}\n{END}\n"
    head, rest = before.split(BEGIN)
    tail = rest.split(END)[1]
    path.write_text(f"{head}{BEGIN}\n{text.strip()}\n{END}{tail}")
