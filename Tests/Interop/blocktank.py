"""The sender's side of Blocktank pushes, on libsecp256k1 (coincurve) and OpenSSL (cryptography).

Nothing here shares code with the package: it is what the package is measured against.
"""

import base64
import hashlib
from dataclasses import dataclass

from coincurve import PrivateKey, PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LABEL_V0 = b"bitkit-notifications"
LABEL_V1 = b"wake-v1"

TYPES = ("incomingHtlc", "cjitPaymentArrived", "orderPaymentConfirmed", "mutualClose", "wakeToTimeout")


@dataclass(frozen=True)
class Sealed:
    """The four fields as bytes; how they are spelled in a push is the caller's business."""

    cipher: bytes
    iv: bytes
    tag: bytes
    public_key: bytes

    def fields(self) -> dict[str, str]:
        return {
            "cipher": base64.b64encode(self.cipher).decode(),
            "iv": self.iv.hex(),
            "tag": self.tag.hex(),
            "publicKey": self.public_key.hex(),
        }


def public_key(secret: bytes) -> bytes:
    return PrivateKey(secret).public_key.format(compressed=True)


def shared_point(secret: bytes, public: bytes) -> bytes:
    return PublicKey(public).multiply(secret).format(compressed=True)


def derive_key(point: bytes, label: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(point + label).digest()).digest()


def seal(
    plaintext: bytes,
    device_public: bytes,
    ephemeral_secret: bytes,
    iv: bytes,
    label: bytes = LABEL_V0,
    aad: bytes | None = None,
    key: bytes | None = None,
) -> Sealed:
    """Seals `plaintext`; `aad` and `key` exist to make pushes that must be refused."""
    if key is None:
        key = derive_key(shared_point(ephemeral_secret, device_public), label)
    box = AESGCM(key).encrypt(iv, plaintext, aad)
    return Sealed(box[:-16], iv, box[-16:], public_key(ephemeral_secret))


class Draw:
    """Bytes that look random and are the same on every machine: SHA-256 of a seed and a counter."""

    def __init__(self, seed: str):
        self.seed = seed.encode()
        self.count = 0

    def bytes(self, length: int) -> bytes:
        out = b""
        while len(out) < length:
            out += hashlib.sha256(self.seed + b"/%d" % self.count).digest()
            self.count += 1
        return out[:length]

    def below(self, bound: int) -> int:
        return int.from_bytes(self.bytes(16), "big") % bound

    def pick(self, choices):
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def shuffled(self, items) -> list:
        items = list(items)
        for index in range(len(items) - 1, 0, -1):
            other = self.below(index + 1)
            items[index], items[other] = items[other], items[index]
        return items

    def secret(self, prefix: int | None = None) -> bytes:
        """A secret key; with `prefix`, one whose public key begins with that byte (2 or 3)."""
        while True:
            candidate = self.bytes(32)
            if prefix is None or public_key(candidate)[0] == prefix:
                return candidate
