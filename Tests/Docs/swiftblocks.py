"""Compiles the Swift of the pages against the modules that were built, as far as it can be wrong."""

import json
import pathlib
import re
import subprocess
import tempfile

from commands import given
from pages import root

seconds_max = 120
declaration = re.compile(r"(@|public |final |class |struct |enum |actor |extension |protocol |func )")
# What the parts of a manifest that a page shows are elements of.
manifest_parts = {
    ".package(": "Package.Dependency", ".target(": "Target", ".executableTarget(": "Target",
    ".product(": "Target.Dependency",
}


def builds():
    """The options of each build there is. The debug one has every target; that of script/apple has
    Apple's modules as well, which StandIn… stands in for."""
    for place in (".build-test/debug", ".build/release", ".build-apple/debug"):
        modules = root / place / "Modules"
        if modules.is_dir():
            yield ["-I", str(modules), *stand_ins(modules), *headers(modules)]


def stand_ins(modules):
    """The names that Package.swift gives the stand-ins; Foundation's is added to the real one."""
    for module in sorted(modules.glob("StandIn*.swiftmodule")):
        name = module.stem.removeprefix("StandIn")
        if name == "Foundation":
            yield from ("-Xfrontend", "-import-module", "-Xfrontend", module.stem)
        else:
            yield from ("-module-alias", f"{'os' if name == 'OS' else name}={module.stem}")
    yield from ("-Xfrontend", "-disable-cross-import-overlays")


def headers(modules):
    """Where the C libraries' modules are described, and those of C targets."""
    for place in sorted(root.glob("Sources/C*/module.modulemap")):
        yield from ("-I", str(place.parent))
    for place in sorted(modules.parent.glob("*.build/module.modulemap")):
        yield from ("-Xcc", f"-fmodule-map-file={place}")


def manifest(block):
    """The block as a manifest, or nothing where it is none."""
    text = block.text.lstrip()
    if "import PackageDescription" in text:
        return text
    for beginning, kind in manifest_parts.items():
        if text.startswith(beginning):
            return f"import PackageDescription\nlet parts: [{kind}] = [\n{text}]\n"
    return None


def program(block):
    """The block behind what its page takes for granted. Statements stand in a function: what lies
    outside of one lives for ever, and cannot be used up."""
    around = given / f"{block.page.stem}.swift"
    before = around.read_text().splitlines() if around.exists() else []
    imports = [line for line in before + block.lines if line.startswith("import ")]
    text = [line for line in before if line not in imports]
    text.append(f'#sourceLocation(file: "{block.page.name}", line: {block.line + 1})')
    text += ["" if line in imports else line for line in block.lines]
    if not any(declaration.match(line) for line in block.lines):
        text = ["func page() async throws {", *text, "}"]
    return "\n".join([*imports, *text]) + "\n"


def is_example(block):
    """Whether it stands word for word in the example that script/apple compiles."""
    return any(
        block.text.strip("\n") in source.read_text()
        for source in (root / "Examples").rglob("*.swift"))


def problem(block):
    """What the compiler says with every build there is, or nothing where it says nothing with one."""
    if is_example(block):
        return None
    with tempfile.TemporaryDirectory(prefix="docs-") as folder:
        source = pathlib.Path(folder) / "main.swift"
        if text := manifest(block):
            api = toolchain() / "lib" / "swift" / "pm" / "ManifestAPI"
            tries = [["-I", str(api)]]
        else:
            text, tries = program(block), list(builds())
        source.write_text(text)
        said = "nothing is built; run script/build first"
        for options in tries:
            ran = subprocess.run(
                ["swiftc", "-emit-sil", "-o", "/dev/null", "-swift-version", "6", "-module-name",
                 "Snippet", *options, str(source)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds_max)
            if ran.returncode == 0:
                return None
            said = ran.stdout.replace(folder + "/", "")
    return f"{block.place}: does not compile:\n{said}"


def toolchain():
    """Where the compiler lies: PREFIX of PREFIX/bin/swiftc."""
    answer = subprocess.run(
        ["swiftc", "-print-target-info"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return pathlib.Path(json.loads(answer)["paths"]["runtimeResourcePath"]).parents[1]
