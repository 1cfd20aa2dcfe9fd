"""RFC 8259 to the letter, on bytes. Python's own parser takes NaN, lone surrogates and more.

A value is None, a bool, a `Number` (its token), a str, a list, or an `Object` (its pairs, duplicates
and all).
"""

import re

DEPTH_MAX = 64
NUMBER = re.compile(rb"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Malformed(Exception):
    pass


class Number(str):
    def integer(self) -> int | None:
        return int(self) if INTEGER.fullmatch(self) else None


class Object(list):
    """Pairs in the order they came."""

    def all(self, name: str) -> list:
        return [value for key, value in self if key == name]

    def has(self, name: str) -> bool:
        return bool(self.all(name))


def parse(data: bytes):
    text = Text(data)
    value = text.value(0)
    text.space()
    if text.at != len(data):
        raise Malformed("trailing bytes")
    return value


class Text:
    def __init__(self, data: bytes):
        self.data = data
        self.at = 0

    def space(self):
        while self.at < len(self.data) and self.data[self.at] in b" \t\n\r":
            self.at += 1

    def peek(self) -> bytes:
        return self.data[self.at : self.at + 1]

    def take(self, what: bytes) -> bool:
        if self.data.startswith(what, self.at):
            self.at += len(what)
            return True
        return False

    def expect(self, what: bytes):
        if not self.take(what):
            raise Malformed(f"no {what!r} at {self.at}")

    def value(self, depth: int):
        self.space()
        first = self.peek()
        if first in (b"{", b"[") and depth == DEPTH_MAX:
            raise Malformed("too deep")
        if self.take(b"{"):
            return self.object(depth + 1)
        if self.take(b"["):
            return self.array(depth + 1)
        if first == b'"':
            return self.string()
        for word, value in ((b"true", True), (b"false", False), (b"null", None)):
            if self.take(word):
                return value
        match = NUMBER.match(self.data, self.at)
        if not match:
            raise Malformed(f"no value at {self.at}")
        self.at = match.end()
        return Number(match[0].decode())

    def object(self, depth: int) -> Object:
        pairs = Object()
        self.space()
        if self.take(b"}"):
            return pairs
        while True:
            self.space()
            key = self.string()
            self.space()
            self.expect(b":")
            pairs.append((key, self.value(depth)))
            self.space()
            if self.take(b"}"):
                return pairs
            self.expect(b",")

    def array(self, depth: int) -> list:
        items = []
        self.space()
        if self.take(b"]"):
            return items
        while True:
            items.append(self.value(depth))
            self.space()
            if self.take(b"]"):
                return items
            self.expect(b",")

    def string(self) -> str:
        self.expect(b'"')
        out = []
        while True:
            start = self.at
            while (
                self.at < len(self.data) and self.data[self.at] >= 0x20 and self.data[self.at] not in b'"\\'
            ):
                self.at += 1
            try:
                out.append(self.data[start : self.at].decode("utf-8", "strict"))
            except UnicodeDecodeError:
                raise Malformed("not UTF-8") from None
            if self.take(b'"'):
                return "".join(out)
            self.expect(b"\\")
            out.append(self.escape())

    def escape(self) -> str:
        letter = self.peek().decode("latin-1")
        self.at += 1
        if letter in ESCAPES and letter:
            return ESCAPES[letter]
        if letter != "u":
            raise Malformed("unknown escape")
        unit = self.unit()
        if 0xDC00 <= unit <= 0xDFFF:
            raise Malformed("lone surrogate")
        if 0xD800 <= unit <= 0xDBFF:
            self.expect(b"\\u")
            low = self.unit()
            if not 0xDC00 <= low <= 0xDFFF:
                raise Malformed("lone surrogate")
            return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        return chr(unit)

    def unit(self) -> int:
        digits = self.data[self.at : self.at + 4]
        if not re.fullmatch(rb"[0-9a-fA-F]{4}", digits):
            raise Malformed("bad \\u escape")
        self.at += 4
        return int(digits, 16)
