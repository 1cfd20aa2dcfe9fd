"""The keys of the formats beside Blocktank's, and what their scenarios have in common."""

import base64
import json

from blocktank import Draw

from .collection import Collection
from .scene import compact

KEY = bytes(range(32))
OTHER = bytes(range(32, 64))
NONCE = bytes(range(100, 124))
KEY_TEXT = KEY.hex()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def b64url(data: bytes, padded: bool = False) -> str:
    text = base64.urlsafe_b64encode(data).decode()
    return text if padded else text.rstrip("=")


def unb64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def drawn(name: str, length: int) -> bytes:
    return Draw(f"ntfdecrypt vectors, {name}").bytes(length)


def key(slot: str, text: str | dict) -> str:
    return f"{slot} {text if isinstance(text, str) else json.dumps(text, separators=(',', ':'))}"


def flip(data: bytes, bit: int) -> bytes:
    bit %= len(data) * 8
    out = bytearray(data)
    out[bit // 8] ^= 0x80 >> bit % 8
    return bytes(out)


def plaintext_of(message) -> bytes:
    if isinstance(message, bytes):
        return message
    return (message if isinstance(message, str) else compact(message)).encode()


class Folder:
    """Adds to one folder; a scenario says its stage first, `e`, `k`, `o` or `m`."""

    STAGES = {"e": "envelope", "k": "keys", "o": "opening", "m": "message", "c": "content"}

    def __init__(self, vectors: Collection, folder: str, keys: tuple[str, ...], **common):
        self.vectors, self.folder, self.keys, self.common = vectors, folder, keys, common

    def with_keys(self, *keys: str, **common) -> "Folder":
        return Folder(self.vectors, self.folder, keys or self.keys, **(common or self.common))

    def good(self, stage: str, name: str, comment: str, push, keys=None, outcome="decrypted", **more):
        self.vectors.add(
            self.STAGES[stage],
            name,
            comment,
            outcome,
            push if isinstance(push, (str, bytes)) else compact(push),
            self.keys if keys is None else keys,
            folder=self.folder,
            **self.common | more,
        )

    def bad(self, stage: str, name: str, comment: str, push, reason: str, keys=None, **more):
        self.vectors.add(
            self.STAGES[stage],
            name,
            comment,
            "fallback",
            push if isinstance(push, (str, bytes)) else compact(push),
            (self.keys if keys is None else keys) if "keystore" not in more else (),
            reason,
            folder=self.folder,
            **more,
        )

    def malformed(self, name: str, comment: str, push, **more):
        self.bad("e", name, comment, push, "malformed-envelope", **more)

    def unknown(self, name: str, comment: str, push, **more):
        self.bad("e", name, comment, push, "unknown-envelope", **more)

    def unopened(self, name: str, comment: str, push, **more):
        self.bad("o", name, comment, push, "authentication-failed", **more)

    def missing(self, name: str, comment: str, push, keys=(), **more):
        self.bad("k", name, comment, push, "key-missing", keys=keys, **more)

    def bad_message(self, name: str, comment: str, push, reason="malformed-message", **more):
        self.bad("m", name, comment, push, reason, **more)

    def keystores(self, push):
        for state, reason in (
            ("locked", "keystore-locked"),
            ("unavailable", "keystore-unavailable"),
            ("corrupt", "keystore-unavailable"),
        ):
            self.bad("k", f"keystore_{state}", f"The keystore is {state}.", push, reason, keystore=state)


class Boxes:
    """One format whose sealed bytes are one field: the damage every such format must refuse.

    `push(sealed)` wraps; `short` is the reason for less than a nonce and a tag.
    """

    def __init__(self, folder: Folder, prefix: str, push, encode=b64, short="malformed-envelope"):
        self.folder, self.prefix, self.push, self.encode = folder, prefix, push, encode
        self.short = short

    def spelled(self, name: str, comment: str, text):
        self.folder.malformed(f"{self.prefix}_{name}", comment, self.push(text))

    def damage(self, sealed: bytes, parts: dict[str, int], least: int, spelling=True):
        """`parts`: a byte's place by the name of what it belongs to."""
        folder, prefix, push, encode = self.folder, self.prefix, self.push, self.encode
        for part, at in parts.items():
            folder.unopened(
                f"{prefix}_{part}_flipped", f"One bit of the {part}.", push(encode(flip(sealed, at * 8 + 7)))
            )
        folder.unopened(f"{prefix}_cut_by_one", "A byte missing at the end.", push(encode(sealed[:-1])))
        folder.unopened(
            f"{prefix}_longer_by_one", "A zero byte more at the end.", push(encode(sealed + b"\0"))
        )
        folder.unopened(f"{prefix}_twice", "Everything twice.", push(encode(sealed + sealed)))
        folder.unopened(
            f"{prefix}_least", "As short as can be, with nothing inside.", push(encode(sealed[:least]))
        )
        for name, comment, length in (
            ("below_least", "A byte shorter than nothing sealed.", least - 1),
            ("empty", "No byte.", 0),
        ):
            stage = "e" if self.short == "malformed-envelope" else "o"
            folder.bad(stage, f"{prefix}_{name}", comment, push(encode(sealed[:length])), self.short)
        if not spelling:
            return
        text = encode(sealed)
        self.spelled("space", "A space in the text.", text[:8] + " " + text[8:])
        self.spelled("line_feed", "A line feed behind the text.", text + "\n")
        self.spelled(
            "one_character_more",
            "A character more than whole bytes.",
            text.rstrip("=") + "AAAAA"[: 1 + -len(text.rstrip("=")) % 4],
        )
        self.spelled("padding_inside", "Padding in front of more text.", "AA==" + text)
        wrong = text.translate(
            str.maketrans("+/" if encode is b64 else "-_", "-_" if encode is b64 else "+/")
        )
        if wrong == text:
            wrong = ("_" if encode is b64 else "/") + text[1:]
        self.spelled("other_alphabet", "The letters of the other base64.", wrong)
        self.spelled("number", "A number for the text.", 7)
        self.spelled("null", "Null for the text.", None)
        self.spelled("list", "A list for the text.", [text])


def secretbox(message, secret: bytes = KEY, nonce: bytes = NONCE) -> bytes:
    """Tag first, without the nonce."""
    import nacl.bindings

    return nacl.bindings.crypto_secretbox(plaintext_of(message), nonce, secret)


def not_messages(folder: Folder, prefix: str, seal, required: dict, *, empty: bool = True):
    """Plaintexts that open and are no message: `seal(plaintext)` gives the push. `empty`: whether
    the format can seal nothing at all."""

    def bad(name, comment, plaintext, reason="malformed-message"):
        folder.bad_message(f"{prefix}_{name}", comment, seal(plaintext), reason)

    whole = plaintext_of(required)
    if empty:
        bad("plaintext_empty", "Nothing inside.", b"")
    bad("plaintext_text", "Text that is no JSON.", b"hello")
    bad("plaintext_array", "A list.", b"[" + whole + b"]")
    bad("plaintext_string", "The JSON as a string of JSON.", json.dumps(whole.decode()).encode())
    bad("plaintext_not_utf8", "A byte that is not UTF-8.", whole[:-1] + b',"x":"\xff"}')
    bad("plaintext_trailing_bytes", "Something behind the object.", whole + b" x")
    bad("plaintext_cut", "The last bracket missing.", whole[:-1])
    bad("plaintext_zero_byte", "A zero byte behind the object.", whole + b"\0")
