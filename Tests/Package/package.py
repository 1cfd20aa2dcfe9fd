"""Packs what lies in dist/bin twice, and uses the Debian package in a clean root."""

import filecmp
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]
NEEDED = {"mmdebstrap": "mmdebstrap", "Xvfb": "xvfb", "tesseract": "tesseract-ocr",
          "unshare": "util-linux", "nsenter": "util-linux"}


def main():
    missing = sorted({package for program, package in NEEDED.items() if not shutil.which(program)})
    if missing:
        sys.exit(f"package: error: missing: {', '.join(missing)}\n"
                 "package: hint: script/bootstrap --tests, on Debian")
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    if as_root and not shutil.which("sudo"):
        sys.exit("package: error: a clean root needs root, or sudo\n"
                 "package: hint: as root: python3 Tests/Package/package.py")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ntf-package-") as place:
        made = []
        for number in ("1", "2"):
            output = pathlib.Path(place, number)
            subprocess.run(["script/package", "--as-built", "--output", output], cwd=root, check=True)
            made.append(sorted(output.iterdir()))
        archive, package = sorted(made[0], key=lambda file: file.suffix, reverse=True)
        for first, second in zip(*made, strict=True):
            if first.name != second.name or not filecmp.cmp(first, second, shallow=False):
                sys.exit(f"package: error: {first.name} is not the same a second time")
        print(f"ok    the same bytes twice\n      packing twice: {time.monotonic() - begun:.1f} s")
        sys.exit(subprocess.run([*as_root, sys.executable, here / "use.py", package, archive]).returncode)


main()
