"""Type-checks the Swift of the pages against the modules that were built."""

import json
import pathlib
import subprocess
import tempfile

from commands import given
from pages import root

seconds_max = 120
# What the parts of a manifest that a page shows are elements of.
manifest_parts = {
    ".package(": "Package.Dependency", ".target(": "Target", ".executableTarget(": "Target",
    ".product(": "Target.Dependency",
}


def modules():
    """The debug build has every target, and is there when the tests run."""
    for kind in ("debug", "release"):
        if (root / ".build" / kind / "Modules").is_dir():
            return root / ".build" / kind / "Modules"
    raise SystemExit("docs: nothing is built; run script/build first")


def manifest(block):
    """The block as a manifest, or nothing where it is none."""
    text = block.text.lstrip()
    if "import PackageDescription" in text:
        return text
    for beginning, kind in manifest_parts.items():
        if text.startswith(beginning):
            return f"import PackageDescription\nlet parts: [{kind}] = [\n{text}]\n"
    return None


def problem(block):
    """What the compiler says, or nothing."""
    with tempfile.TemporaryDirectory(prefix="docs-") as folder:
        source = pathlib.Path(folder) / "main.swift"
        files = [str(source)]
        if text := manifest(block):
            api = pathlib.Path(toolchain()) / "lib" / "swift" / "pm" / "ManifestAPI"
            options = ["-I", str(api)]
        else:
            text = block.text
            options = ["-I", str(modules())]
            for library in sorted((root / "Sources").glob("C*/module.modulemap")):
                options += ["-I", str(library.parent)]
            for library in sorted((root / "Sources").glob("C*/include")):
                options += ["-I", str(library)]
            around = given / f"{block.page.stem}.swift"
            if around.exists():
                files.append(str(around))
        source.write_text(text)
        ran = subprocess.run(
            ["swiftc", "-typecheck", "-swift-version", "6", "-module-name", "Snippet", *options,
             *files],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds_max)
        if ran.returncode != 0:
            return f"{block.place}: does not compile:\n{ran.stdout.replace(folder + '/', '')}"
    return None


def toolchain():
    """Where the compiler lies: PREFIX of PREFIX/bin/swiftc."""
    answer = subprocess.run(
        ["swiftc", "-print-target-info"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return pathlib.Path(json.loads(answer)["paths"]["runtimeResourcePath"]).parents[1]
