"""Web Push, RFC 8291 and draft-ietf-webpush-encryption-04, on primitives; http_ece is the other opinion.

Sealing here can do what http_ece cannot: padding, and everything a receiver must refuse.
"""

import re
from dataclasses import dataclass

from ciphers import First
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rules import Refused

INFO_128 = b"WebPush: info\0"


def derived(
    coding: str, receiver: bytes, sender: bytes, shared: bytes, auth: bytes, salt: bytes, ciphers=First
):
    """The content encryption key and the nonce."""
    if coding == "aes128gcm":
        secret = ciphers.hkdf(auth, shared, INFO_128 + receiver + sender, 32)
        context, name = b"", b"aes128gcm"
    else:
        secret = ciphers.hkdf(auth, shared, b"Content-Encoding: auth\0", 32)
        context = b"P-256\0\0\x41" + receiver + b"\0\x41" + sender
        name = b"aesgcm"
    key = ciphers.hkdf(salt, secret, b"Content-Encoding: " + name + b"\0" + context, 16)
    return key, ciphers.hkdf(salt, secret, b"Content-Encoding: nonce\0" + context, 12)


def nonce_of(base: bytes, count: int) -> bytes:
    return base[:4] + (int.from_bytes(base[4:], "big") ^ count).to_bytes(8, "big")


@dataclass
class Box:
    coding: str
    sender: bytes
    salt: bytes
    record: int  # the length of a sealed record, tag and all
    records: bytes

    @staticmethod
    def aes128gcm(body: bytes) -> "Box":
        size, ident = int.from_bytes(body[16:20], "big"), body[20:21]
        if len(body) < 21 or ident != b"\x41" or size < 18 or len(body) <= 86 or body[21] != 4:
            raise Refused("malformed-envelope")
        if 0 < (len(body) - 86) % size <= 16:
            raise Refused("malformed-envelope")
        return Box("aes128gcm", body[21:86], body[:16], size, body[86:])

    @staticmethod
    def aesgcm(body: bytes, sender: bytes, salt: bytes, record: int) -> "Box":
        if len(sender) != 65 or sender[0] != 4 or len(salt) != 16 or record < 3:
            raise Refused("malformed-envelope")
        if len(body) % (record + 16) <= 16:
            raise Refused("malformed-envelope")
        return Box("aesgcm", sender, salt, record + 16, body)

    def open(self, secret: bytes, auth: bytes, ciphers=First) -> bytes | None:
        shared = ciphers.p256_shared(secret, self.sender)
        if shared is None:
            raise Refused("malformed-envelope")
        receiver = ciphers.p256_public(secret)
        key, base = derived(self.coding, receiver, self.sender, shared, auth, self.salt, ciphers)
        out = b""
        for count, at in enumerate(range(0, len(self.records), self.record)):
            plaintext = ciphers.gcm(key, nonce_of(base, count), self.records[at : at + self.record])
            if plaintext is None:
                return None
            last = at + self.record >= len(self.records)
            out += self.delimited(plaintext, last) if self.coding == "aes128gcm" else self.padded(plaintext)
        return out

    @staticmethod
    def delimited(plaintext: bytes, last: bool) -> bytes:
        content = plaintext.rstrip(b"\0")
        if not content or content[-1] != (2 if last else 1):
            raise Refused("malformed-envelope")
        return content[:-1]

    @staticmethod
    def padded(plaintext: bytes) -> bytes:
        length = int.from_bytes(plaintext[:2], "big")
        if len(plaintext) < 2 + length or plaintext[2 : 2 + length].strip(b"\0"):
            raise Refused("malformed-envelope")
        return plaintext[2 + length :]


def headers(crypto_key: str, encryption: str) -> tuple[str, str, int] | None:
    """`dh`, `salt` and `rs` of the two header texts; None when they do not say that clearly."""
    keys, salts = groups(crypto_key), groups(encryption)
    if keys is None or salts is None or len(salts) != 1 or "salt" not in salts[0]:
        return None
    record = salts[0].get("rs", "4096")
    if not re.fullmatch(r"[0-9]{1,9}", record):
        return None
    wanted = salts[0].get("keyid")
    fitting = [g for g in keys if "dh" in g and (wanted is None or g.get("keyid", wanted) == wanted)]
    if len(fitting) != 1:
        return None
    return fitting[0]["dh"], salts[0]["salt"], int(record)


def groups(header: str) -> list[dict[str, str]] | None:
    out = []
    for group in header.split(","):
        found: dict[str, str] = {}
        for part in group.split(";"):
            name, equals, value = part.partition("=")
            name, value = name.strip(" \t").lower(), value.strip(" \t")
            if not equals:
                continue
            if name in found and name in ("dh", "salt", "rs", "keyid"):
                return None
            found[name] = value[1:-1] if len(value) >= 2 and value[0] == value[-1] == '"' else value
        out.append(found)
    return out


# The sender's side.


def seal(
    coding: str,
    receiver: bytes,
    auth: bytes,
    sender_secret: bytes,
    salt: bytes,
    records: list[bytes],
    *,
    rs: int = 4096,
    header_rs: int | None = None,
    key_id: bytes | None = None,
) -> bytes:
    """Seals records that are padded already; for `aes128gcm` the header stands in front."""
    sender = First.p256_public(sender_secret)
    shared = First.p256_shared(sender_secret, receiver)
    key, base = derived(coding, receiver, sender, shared, auth, salt)
    body = b"".join(AESGCM(key).encrypt(nonce_of(base, n), r, None) for n, r in enumerate(records))
    if coding == "aesgcm":
        return body
    ident = sender if key_id is None else key_id
    size = rs if header_rs is None else header_rs
    return salt + size.to_bytes(4, "big") + bytes([len(ident)]) + ident + body


def cut(coding: str, content: bytes, rs: int, pad: int = 0) -> list[bytes]:
    """Records of a content; the padding goes in front of the content, or for aes128gcm behind it."""
    if coding == "aes128gcm":
        room = rs - 17
        whole = content
        pieces = [whole[at : at + room] for at in range(0, len(whole), room)] or [b""]
        out = [piece + b"\1" for piece in pieces[:-1]]
        space = room - len(pieces[-1])
        out.append(pieces[-1] + (b"\2" if pad <= space else b"\1") + bytes(min(pad, space)))
        pad -= min(pad, space)
        while pad:
            here = min(pad, room)
            pad -= here
            out.append((b"\1" if pad else b"\2") + bytes(here))
        return out
    out, rest = [], content
    while True:
        here = min(pad, rs - 2)
        room = rs - 2 - here
        out.append(here.to_bytes(2, "big") + bytes(here) + rest[:room])
        pad, rest = pad - here, rest[room:]
        if not pad and not rest and len(out[-1]) < rs:
            return out
