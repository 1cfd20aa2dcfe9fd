"""The many ways to write one JSON value down."""

from dataclasses import dataclass

from blocktank import Draw
from model import SHORT

SHORT_ESCAPES = SHORT | {"/": "\\/"}
SPACES = (" ", "\t", "  ", "")


@dataclass(frozen=True)
class Style:
    """`layout`: compact, pretty (indented), or loose (blanks anywhere; line feeds too if `lines`)."""

    layout: str = "compact"
    escapes: int = 0  # per cent of the characters that are written as an escape
    shuffle: bool = False
    lines: bool = True


@dataclass(frozen=True)
class Raw:
    """JSON text to be written as it stands."""

    text: str


class Pairs(list):
    """An object whose keys keep their order, or come twice."""


def spell(value, style: Style, draw: Draw, depth: int = 0) -> str:
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, str):
        return quoted(value, style, draw)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (dict, Pairs)):
        pairs = list(value.items()) if isinstance(value, dict) else list(value)
        if style.shuffle and isinstance(value, dict):
            pairs = draw.shuffled(pairs)
        colon = {"compact": ":", "pretty": ": "}.get(style.layout) or gap(style, draw) + ":" + gap(
            style, draw
        )
        items = [quoted(k, style, draw) + colon + spell(v, style, draw, depth + 1) for k, v in pairs]
        return bracketed("{}", items, style, draw, depth)
    return bracketed("[]", [spell(item, style, draw, depth + 1) for item in value], style, draw, depth)


def bracketed(pair: str, items: list[str], style: Style, draw: Draw, depth: int) -> str:
    if style.layout == "pretty" and items:
        inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
        return pair[0] + inner + ("," + inner).join(items) + outer + pair[1]
    if style.layout != "loose":
        return pair[0] + ",".join(items) + pair[1]
    text = ",".join(gap(style, draw) + item + gap(style, draw) for item in items)
    return pair[0] + (text or gap(style, draw)) + pair[1]


def gap(style: Style, draw: Draw) -> str:
    return draw.pick(SPACES + (("\n", "\r\n\t") if style.lines else ()))


def quoted(text: str, style: Style, draw: Draw) -> str:
    out = []
    for c in text:
        if style.escapes and draw.chance(style.escapes):
            out.append(SHORT_ESCAPES[c] if c in SHORT_ESCAPES and draw.chance(50) else escaped(c, draw))
        else:
            out.append(SHORT.get(c) or (escaped(c, draw) if c < " " else c))
    return '"' + "".join(out) + '"'


def escaped(c: str, draw: Draw) -> str:
    units = c.encode("utf-16-be")
    digits = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
    return "".join("\\u" + (d.upper() if draw.chance(50) else d) for d in digits)
