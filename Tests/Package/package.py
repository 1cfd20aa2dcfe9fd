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
pack = ["script/package", "--as-built", "--output"]
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
    with tempfile.TemporaryDirectory(prefix="ntf-package-") as place:
        first, second = pathlib.Path(place, "1"), pathlib.Path(place, "2")
        begun = time.monotonic()
        subprocess.run([*pack, first], cwd=root, check=True)
        print(f"      packing: {time.monotonic() - begun:.1f} s", flush=True)
        # Meanwhile once more, by somebody elsewhere.
        again = subprocess.Popen(
            [*pack, second], cwd=root, umask=0o077,
            env={**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "TMPDIR": place})
        made = sorted(first.iterdir())
        archive, package = sorted(made, key=lambda file: file.suffix, reverse=True)
        used = subprocess.run([*as_root, sys.executable, here / "use.py", package, archive])
        failed = again.wait() or used.returncode
        for file in made:
            if failed or not filecmp.cmp(file, second / file.name, shallow=False):
                sys.exit(failed or f"package: error: {file.name} is not the same a second time")
        print("package: the same bytes twice")


main()
