"""Good pushes with faults drawn by lot, and what the model says of each."""

from pathlib import Path

import model
import pushes
from blocktank import Draw
from spelling import Style, spell

TOKENS = (b"{", b"}", b"[", b"]", b":", b",", b'"', b"\\", b"\\u", b"\\u0000", b"\\ud83d", b"null", b"true", b"1", b"-0", b"1.0",
          b"1e3", b"\xef\xbb\xbf", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00", b"\x7f", b" ", b"\t", b"\n",
          b"18446744073709551616", b'"v":1,', b'"wake":', b'"wake_fallback":', b'"payload":', b'"cipher":""', b'"aps":{},',
          b'"message":{}', b'"type":"incoming_htlc_wake",', b"=", b"+", b"/")  # fmt: skip


def mutated(data: bytes, draw: Draw) -> bytes:
    for _ in range(draw.pick((1, 1, 1, 2, 4))):
        at, other = draw.below(len(data) + 1), draw.below(len(data) + 1)
        start, end = min(at, other), max(at, other)
        what = draw.below(7)
        if what == 0 and data:
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ 1 << draw.below(8)]) + data[at + 1 :]
        elif what == 1:
            data = data[:at] + data[at + draw.pick((1, 1, 2, 4, 30)) :]
        elif what == 2:
            data = data[:at] + draw.pick(TOKENS) + data[at:]
        elif what == 3:
            token = draw.pick(TOKENS)
            data = data[:at] + token + data[at + len(token) :]
        elif what == 4:
            data = data[:end] + data[start : start + 40] + data[end:]
        elif what == 5:
            data = member_moved(data, draw)
        else:
            data = data[:at]
    return data


def member_moved(data: bytes, draw: Draw) -> bytes:
    """One `"key":` takes the place of another: fields where they do not belong, and twice."""
    pieces = data.split(b'"')
    keys = [at for at in range(1, len(pieces) - 1, 2) if pieces[at + 1].lstrip().startswith(b":")]
    if len(keys) < 2:
        return data
    to, source = draw.pick(keys), draw.pick(keys)
    return b'"'.join([*pieces[:to], pieces[source], *pieces[to + 1 :]])


def drawn(seed: str, count: int, device: bytes):
    """`count` payloads, each with what the model says of it when nothing is stored."""
    setting = model.Setting([device])
    for index in range(count):
        draw = Draw(f"{seed}/{index}")
        place = draw.pick(pushes.PLACES + pushes.PLAIN_PLACES)
        push = pushes.make(seed, index, device, place=place)
        if place not in pushes.PLAIN_PLACES and draw.chance(50):
            push.container = push.seal(mutated(spell(push.message, Style(), draw).encode(), draw))
            data = push.bytes()
        else:
            data = mutated(push.bytes(), draw)
        yield data, model.process(data, setting)


def write(folder: Path, payloads: list, device: bytes):
    """A vector each, with the whole line asserted where it can stand in a header."""
    (folder / "content").mkdir(parents=True)
    for index, (data, answer) in enumerate(payloads):
        head = f"comment: Drawn by lot.\nstage: content\nexpect: {answer.outcome}\n"
        head += f"reason: {answer.reason}\n" if answer.reason else ""
        head += f"line: {answer.line()}\n" if answer.outcome != "fallback" and answer.line().isascii() else ""
        head += f"key: {device.hex()}\n\n"
        (folder / "content" / f"drawn_{index}.vector").write_bytes(head.encode() + data)
    (folder / "README.md").write_text(f"Files: {len(payloads)}\n")
