"""What a page of Markdown holds: code blocks, links, headings, and words in backticks."""

import dataclasses
import pathlib
import re

root = pathlib.Path(__file__).resolve().parents[2]
not_ours = (".git", ".build", "dist", "node_modules", ".swiftpm", ".venv")

fence = re.compile(r"^(\s*)(`{3,}|~{3,})\s*([\w+-]*)")
code_span = re.compile(r"(?<!`)`([^`]+)`(?!`)")
link = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\]\([^)]*\))*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
inner_image = re.compile(r"!\[[^\]]*\]\(<?([^)\s>]+)")
attribute = re.compile(r"(?:src|srcset|href)=\"([^\"]+)\"")
comment = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclasses.dataclass
class Block:
    """A code block; `language` is empty for an indented one and for a fence that names none."""

    page: pathlib.Path
    line: int
    language: str
    lines: list

    @property
    def place(self):
        return f"{self.page.relative_to(root)}:{self.line}"

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"


class Page:
    def __init__(self, path):
        self.path = path
        self.blocks = []
        self.prose = []  # (number, line) outside of code blocks
        self.read(comment.sub(blank, path.read_text()).splitlines())

    @property
    def name(self):
        return str(self.path.relative_to(root))

    def read(self, lines):
        number, before = 0, ""
        while number < len(lines):
            line, start = lines[number], number + 1
            if opening := fence.match(line):
                number = self.fenced(lines, number, opening)
            elif line.startswith("    ") and not before.strip():
                number = self.indented(lines, number)
            else:
                self.prose.append((start, line))
                number += 1
            before = lines[number - 1]

    def fenced(self, lines, number, opening):
        indentation, mark, language = opening.groups()
        block = Block(self.path, number + 1, language, [])
        number += 1
        while number < len(lines) and lines[number].strip() != mark:
            block.lines.append(lines[number].removeprefix(indentation))
            number += 1
        self.blocks.append(block)
        return number + 1

    def indented(self, lines, number):
        block = Block(self.path, number + 1, "", [])
        while number < len(lines) and lines[number][:4].strip() == "":
            block.lines.append(lines[number][4:])
            number += 1
        self.blocks.append(block)
        return number

    def links(self):
        for number, line in self.prose:
            bare = code_span.sub("", line)
            for pattern in (link, inner_image, attribute):
                for target in pattern.findall(bare):
                    yield number, target.split()[0]

    def code_spans(self):
        for number, line in self.prose:
            for span in code_span.findall(line):
                yield number, span

    def anchors(self):
        """As GitHub makes them of headings."""
        seen = {}
        for _, line in self.prose:
            if heading := re.match(r"#{1,6}\s+(.*?)\s*#*$", line):
                text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).replace("`", "").lower()
                slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
                count = seen.get(slug, 0)
                seen[slug] = count + 1
                yield slug if count == 0 else f"{slug}-{count}"


def blank(match):
    return "\n" * match[0].count("\n")


def every():
    """Every page of the project, none of what was built or fetched."""
    for path in sorted(root.rglob("*.md")):
        if not any(part.startswith(not_ours) for part in path.relative_to(root).parts):
            yield Page(path)
