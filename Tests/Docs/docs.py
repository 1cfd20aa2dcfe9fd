"""Holds the pages to what they say: their commands run, their Swift compiles, their JSON parses,
and what they point at is there. CONTRIBUTING.md tells how code blocks are written for it.

    python3 Tests/Docs/docs.py            every page
    python3 Tests/Docs/docs.py PAGE…      these
"""

import concurrent.futures
import itertools
import json
import pathlib
import re
import sys
import time
import xml.dom.minidom

import commands
import helps
import pages
import swiftblocks
from pages import root


class Report:
    def __init__(self):
        self.counts, self.problems = {}, []

    def check(self, kind, problem):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if problem:
            self.problems.append(problem)


def is_json(block):
    """One value, or one a line."""
    try:
        json.loads(block.text)
    except ValueError:
        try:
            for line in block.lines:
                if line.strip():
                    json.loads(line)
        except ValueError as error:
            return f"{block.place}: is no JSON: {error}"
    return None


def is_xml(block):
    """A document, or a part of one."""
    text = block.text.strip()
    try:
        xml.dom.minidom.parseString(text if text.startswith("<?") else f"<part>{text}</part>")
    except Exception as error:
        return f"{block.place}: is no XML: {error}"
    return None


def has_no_commands(block):
    for line in block.lines:
        if commands.ours.match(line):
            return f"{block.place}: a command in a block that is neither sh nor console: {line}"
    return None


def link_problem(page, number, target, anchors):
    if target.startswith(("http://", "https://", "mailto:")):
        return None
    path, _, anchor = target.partition("#")
    aim = (page.path.parent / path).resolve() if path else page.path
    if not aim.exists():
        return f"{page.name}:{number}: there is no {target}"
    if anchor and aim.suffix == ".md" and anchor not in anchors(aim):
        return f"{page.name}:{number}: {path or page.name} has no heading #{anchor}"
    return None


def help_problem(page, number, span):
    problem = helps.problem(span)
    return f"{page.name}:{number}: {problem}" if problem else None


def path_problem(page, number, span):
    """Backticks around a path of ours: its first part is a folder here, or a target's."""
    first, _, rest = span.partition("/")
    is_path = first and rest and re.fullmatch(r"[\w.+/*-]+", span)
    if not is_path or first == "dist" or first.startswith(".build"):
        return None
    for base in (root, root / "Sources"):
        if (base / first).is_dir() and first != ".git":
            if any(base.glob(span.rstrip("/"))):
                return None
            return f"{page.name}:{number}: there is no {span}"
    return None


def test_problem(page, number, span, tests):
    """Backticks around a test, or a suite of them."""
    match = re.fullmatch(r"([A-Z]\w*Tests)(?:\.(\w+))?", span)
    if match and (match[1], match[2] or "") not in tests:
        return f"{page.name}:{number}: there is no test {span}"
    return None


def tests():
    """Every suite, and every function beside it."""
    found = set()
    for path in (root / "Tests").rglob("*Tests.swift"):
        source = path.read_text()
        functions = re.findall(r"func (\w+)\(", source)
        for suite in [path.stem, *re.findall(r"(?:struct|class|enum) (\w+Tests)", source)]:
            found |= {(suite, name) for name in ["", *functions]}
    return found


def rooms_problem(folder):
    """Every target with Swift in it has its place in docs/architecture.md."""
    if f"`{folder.name}`" in (root / "docs" / "architecture.md").read_text():
        return None
    return f"docs/architecture.md: says nothing of {folder.name}"


def table_problem(page, rows):
    """A table has a line of dashes under its head, and as many cells in each row."""
    number, _ = rows[0]
    if len(rows) < 2 or not re.fullmatch(r"[|:\- ]+", rows[1][1]):
        return f"{page.name}:{number}: a row without a table"
    counts = {line.replace("\\|", "").count("|") for _, line in rows}
    return None if len(counts) == 1 else f"{page.name}:{number}: rows of different lengths"


def copied_problem(page, wanted):
    """The figures of a table that follows `<!-- from PAGE -->` stand in that page, too."""
    source = page.path.read_text()
    for match in re.finditer(r"<!-- from (\S+) -->\n((?:\|.*\n)+)", source):
        whole = (root / match[1]).read_text()
        for row in match[2].splitlines()[2:]:
            for cell in [cell.strip() for cell in row.strip("|").split("|")][1:]:
                wanted(None if cell in whole else f"{page.name}: {match[1]} does not say {cell}")


def run_commands(page, elsewhere):
    blocks = [block for block in page.blocks if block.language in ("sh", "console")]
    found = []
    if blocks:
        place = commands.Place(page)
        try:
            for block in blocks:
                found.append(
                    commands.run_sh(place, block, elsewhere) if block.language == "sh"
                    else commands.run_console(place, block))
        finally:
            place.remove()
    return found


def main(names):
    started = time.monotonic()
    report, elsewhere = Report(), commands.Elsewhere()
    chosen = [
        page for page in pages.every()
        if not names or page.path in [pathlib.Path(name).resolve() for name in names]]
    known, known_tests = {}, tests()

    def anchors(path):
        if path not in known:
            known[path] = set(pages.Page(path).anchors())
        return known[path]

    for folder in sorted((root / "Sources").iterdir()):
        if any(folder.glob("**/*.swift")):
            report.check("rooms", rooms_problem(folder))
    for problem in elsewhere.problems():
        report.check("commands run elsewhere", problem)
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        running = [("pages' commands", pool.submit(run_commands, page, elsewhere))
                   for page in chosen]
        compiling = [pool.submit(swiftblocks.problem, block)
                     for page in chosen for block in page.blocks if block.language == "swift"]
        for page in chosen:
            check_still(page, report, anchors, known_tests)
        for _, answer in running:
            for problem in answer.result():
                report.check("blocks run", problem)
        for answer in compiling:
            report.check("Swift compiled", answer.result())
    for problem in report.problems:
        print(f"docs: error: {problem}", file=sys.stderr)
    print(f"docs: {len(chosen)} pages, "
          + ", ".join(f"{count} {kind}" for kind, count in report.counts.items())
          + f"; {len(report.problems)} problems, {time.monotonic() - started:.1f} s")
    return 1 if report.problems or not chosen else 0


def check_still(page, report, anchors, known_tests):
    for block in page.blocks:
        if block.language == "json":
            report.check("JSON", is_json(block))
        elif block.language in ("xml", "plist"):
            report.check("XML", is_xml(block))
        if block.language not in ("sh", "console"):
            report.check("blocks without commands", has_no_commands(block))
    for number, target in page.links():
        report.check("links", link_problem(page, number, target, anchors))
    for number, span in page.code_spans():
        report.check(
            "words in backticks",
            path_problem(page, number, span) or help_problem(page, number, span)
            or test_problem(page, number, span, known_tests))
    for is_table, rows in itertools.groupby(page.prose, lambda line: line[1].startswith("|")):
        if is_table:
            report.check("tables", table_problem(page, list(rows)))
    copied_problem(page, lambda problem: report.check("copied figures", problem))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
