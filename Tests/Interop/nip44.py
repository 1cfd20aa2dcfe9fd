"""NIP-44 version 2, once more in Python; nostr-sdk is the other opinion."""

import base64
import hashlib
import hmac

from ciphers import First, hkdf_expand
from rules import Refused


def padded_length(length: int) -> int:
    if length <= 32:
        return 32
    power = 1 << (length - 1).bit_length()
    chunk = 32 if power <= 256 else power // 8
    return chunk * ((length - 1) // chunk + 1)


def message_keys(key: bytes, nonce: bytes) -> tuple[bytes, bytes, bytes]:
    out = hkdf_expand(key, nonce, 76)
    return out[:32], out[32:44], out[44:]


def open_payload(key: bytes, payload: bytes, ciphers=First) -> bytes | None:
    nonce, ciphertext, mac = payload[1:33], payload[33:-32], payload[-32:]
    cipher_key, cipher_nonce, mac_key = message_keys(key, nonce)
    if hmac.digest(mac_key, nonce + ciphertext, "sha256") != mac:
        return None
    plaintext = ciphers.chacha20(cipher_key, cipher_nonce, ciphertext)
    length = int.from_bytes(plaintext[:2], "big")
    if length < 1 or len(plaintext) != 2 + padded_length(length):
        raise Refused("malformed-envelope")
    return plaintext[2 : 2 + length]


def seal(key: bytes, nonce: bytes, message: bytes, *, padded: bytes | None = None, version: int = 2) -> str:
    """`padded` stands for what would be encrypted; it exists to make payloads that must be refused."""
    if padded is None:
        padded = len(message).to_bytes(2, "big") + message.ljust(padded_length(len(message)), b"\0")
    cipher_key, cipher_nonce, mac_key = message_keys(key, nonce)
    ciphertext = First.chacha20(cipher_key, cipher_nonce, padded)
    mac = hmac.digest(mac_key, nonce + ciphertext, "sha256")
    return base64.b64encode(bytes([version]) + nonce + ciphertext + mac).decode()


def conversation_key(x: bytes) -> bytes:
    return hmac.digest(b"nip44-v2", x, hashlib.sha256)
