"""What all families of random pushes have in common: a keystore, and a way to draw pushes for it."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass

from blocktank import Draw
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

WORDS = (
    "rain",
    "alice",
    "Zoë",
    "Größe",
    "日本",
    "\N{WATERMELON}",
    "#12",
    "a & b",
    "<b>",
    '"x"',
    "\\o/",
    "0",
    "Denmark",
)
AMOUNTS = (0, 1, 999, 1000, 21000, 1234567, 2**53 + 1, 5000000000000, 2**64 - 1)


@dataclass
class Case:
    """`seal(plaintext)`: the push with the same keys and another message, or None when it has none."""

    push: dict
    wanted: dict
    plaintext: bytes = b""
    seal: Callable | None = None
    field: tuple[str, ...] = ()  # where the sealed text is
    spelled: str = "b64"
    fixed: int = 0  # bytes in front whose damage is noticed before the seal is
    authenticated: bool = True
    opened: Callable | None = None  # by a whole implementation of somebody else's
    fields: tuple[tuple[str, ...], ...] = ()  # every member that matters


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def b64url(data: bytes, padded=False) -> str:
    text = base64.urlsafe_b64encode(data).decode()
    return text if padded else text.rstrip("=")


def compact(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def words(draw: Draw, most=6) -> str:
    return " ".join(draw.pick(WORDS) for _ in range(1 + draw.below(most)))


def maybe(draw: Draw, percent: int, fields: dict) -> dict:
    return fields if draw.chance(percent) else {}


class Family:
    name = ""
    envelope = ""

    def __init__(self, seed: str):
        self.draw = Draw(f"{seed}/{self.name}/keys")
        self.keys: list[tuple[str, str]] = []

    def key(self, slot: str, fields) -> None:
        self.keys.append((slot, fields if isinstance(fields, str) else json.dumps(fields)))

    def shared(self, slot: str) -> bytes:
        secret = self.draw.bytes(32)
        self.key(slot, secret.hex())
        return secret

    def headers(self) -> list[str]:
        return [f"{slot} {text}" for slot, text in self.keys]

    def answer(self, kind: str, **more) -> dict:
        return {"outcome": "decrypted", "envelope": self.envelope, "type": kind} | {
            name: value for name, value in more.items() if value is not None
        }


def cbc(secret: bytes, iv: bytes | None, plaintext: bytes) -> bytes:
    padder = block_padding.PKCS7(128).padder()
    sealer = Cipher(algorithms.AES(secret), modes.CBC(iv) if iv else modes.ECB()).encryptor()
    return sealer.update(padder.update(plaintext) + padder.finalize()) + sealer.finalize()
