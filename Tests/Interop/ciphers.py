"""Opening by two sets of other people's primitives, so that no set is believed alone.

`First` is OpenSSL (cryptography) and libsodium (PyNaCl); `Second` is pycryptodome and, where it has
none, plain Python. Each function answers None for what does not open.
"""

import hashlib
import hmac

import nacl.bindings as sodium
from Crypto.Cipher import AES, ChaCha20, ChaCha20_Poly1305
from Crypto.PublicKey import ECC
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError

P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
UNCOMPRESSED = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint


class First:
    @staticmethod
    def p256_public(secret: bytes) -> bytes:
        private = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
        return private.public_key().public_bytes(*UNCOMPRESSED)

    @staticmethod
    def p256_shared(secret: bytes, point: bytes) -> bytes | None:
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            return None
        private = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
        return private.exchange(ec.ECDH(), public)

    @staticmethod
    def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt, info).derive(secret)

    @staticmethod
    def gcm(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
        try:
            return AESGCM(key).decrypt(nonce, sealed, None)
        except InvalidTag:
            return None

    @staticmethod
    def cbc(key: bytes, iv: bytes | None, sealed: bytes) -> bytes:
        mode = modes.CBC(iv) if iv is not None else modes.ECB()
        opener = Cipher(algorithms.AES(key), mode).decryptor()
        return opener.update(sealed) + opener.finalize()

    @staticmethod
    def secretbox(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
        try:
            return sodium.crypto_secretbox_open(sealed, nonce, key)
        except CryptoError:
            return None

    @staticmethod
    def x25519(secret: bytes, peer: bytes) -> bytes:
        return sodium.crypto_scalarmult(secret, peer)

    @staticmethod
    def box_key(secret: bytes, peer: bytes) -> bytes:
        return sodium.crypto_box_beforenm(peer, secret)

    @staticmethod
    def chacha20_poly1305(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
        try:
            if len(nonce) == 24:
                return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, b"", nonce, key)
            return ChaCha20Poly1305(key).decrypt(nonce, sealed, None)
        except (CryptoError, InvalidTag):
            return None

    @staticmethod
    def chacha20(key: bytes, nonce: bytes, data: bytes) -> bytes:
        return Cipher(algorithms.ChaCha20(key, bytes(4) + nonce), None).decryptor().update(data)


class Second:
    @staticmethod
    def p256_public(secret: bytes) -> bytes:
        return (
            ECC.construct(curve="P-256", d=int.from_bytes(secret, "big"))
            .public_key()
            .export_key(format="SEC1")
        )

    @staticmethod
    def p256_shared(secret: bytes, point: bytes) -> bytes | None:
        x, y = (int.from_bytes(point[at : at + 32], "big") for at in (1, 33))
        # pycryptodome takes coordinates above the prime, and 0, 0 for the point at infinity.
        if max(x, y) >= P256_PRIME or (x, y) == (0, 0):
            return None
        try:
            public = ECC.construct(curve="P-256", point_x=x, point_y=y)
        except ValueError:
            return None
        return int((public.pointQ * int.from_bytes(secret, "big")).x).to_bytes(32, "big")

    @staticmethod
    def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
        pseudorandom = hmac.digest(salt, secret, "sha256")
        out = block = b""
        for count in range(1, 1 + -(-length // 32)):
            block = hmac.digest(pseudorandom, block + info + bytes([count]), "sha256")
            out += block
        return out[:length]

    @staticmethod
    def gcm(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
        try:
            return AES.new(key, AES.MODE_GCM, nonce=nonce).decrypt_and_verify(sealed[:-16], sealed[-16:])
        except ValueError:
            return None

    @staticmethod
    def cbc(key: bytes, iv: bytes | None, sealed: bytes) -> bytes:
        block = AES.new(key, AES.MODE_CBC, iv=iv) if iv is not None else AES.new(key, AES.MODE_ECB)
        return block.decrypt(sealed)

    @staticmethod
    def secretbox(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
        stream = xsalsa20(key, nonce, 32 + len(sealed) - 16)
        if poly1305(stream[:32], sealed[16:]) != sealed[:16]:
            return None
        return xor(sealed[16:], stream[32:])

    @staticmethod
    def x25519(secret: bytes, peer: bytes) -> bytes:
        return ladder(secret, peer)

    @staticmethod
    def box_key(secret: bytes, peer: bytes) -> bytes:
        return hsalsa20(ladder(secret, peer), bytes(16))

    @staticmethod
    def chacha20_poly1305(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
        try:
            opener = ChaCha20_Poly1305.new(key=key, nonce=nonce)
            return opener.decrypt_and_verify(sealed[:-16], sealed[-16:])
        except ValueError:
            return None

    @staticmethod
    def chacha20(key: bytes, nonce: bytes, data: bytes) -> bytes:
        return ChaCha20.new(key=key, nonce=nonce).decrypt(data)


def hkdf_expand(pseudorandom: bytes, info: bytes, length: int) -> bytes:
    out = block = b""
    for count in range(1, 1 + -(-length // 32)):
        block = hmac.digest(pseudorandom, block + info + bytes([count]), "sha256")
        out += block
    return out[:length]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# X25519 and XSalsa20-Poly1305 in plain Python: slow, and in no way constant-time.

PRIME = 2**255 - 19


def ladder(secret: bytes, peer: bytes) -> bytes:
    k = int.from_bytes(secret, "little") & ~7 & (1 << 254) - 1 | 1 << 254
    u = int.from_bytes(peer, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for bit in range(254, -1, -1):
        b = k >> bit & 1
        if swap ^ b:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = b
        a, c = (x2 + z2) % PRIME, (x2 - z2) % PRIME
        aa, cc = a * a % PRIME, c * c % PRIME
        e = (aa - cc) % PRIME
        da, cb = (x3 - z3) * a % PRIME, (x3 + z3) * c % PRIME
        x3, z3 = (da + cb) ** 2 % PRIME, u * (da - cb) ** 2 % PRIME
        x2, z2 = aa * cc % PRIME, e * (aa + 121665 * e) % PRIME
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, -1, PRIME) % PRIME).to_bytes(32, "little")


SIGMA = b"expand 32-byte k"
MASK = 0xFFFFFFFF
COLUMNS = ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11))
ROWS = ((0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14))


def words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]


def salsa_rounds(state: list[int]) -> list[int]:
    x = list(state)
    for _ in range(10):
        for a, b, c, d in (*COLUMNS, *ROWS):
            for to, p, q, shift in ((b, a, d, 7), (c, b, a, 9), (d, c, b, 13), (a, d, c, 18)):
                total = x[p] + x[q] & MASK
                x[to] ^= total << shift & MASK | total >> 32 - shift
    return x


def salsa_state(key: bytes, middle: bytes) -> list[int]:
    s, k, m = words(SIGMA), words(key), words(middle)
    return [s[0], *k[:4], s[1], *m, s[2], *k[4:], s[3]]


def hsalsa20(key: bytes, middle: bytes) -> bytes:
    x = salsa_rounds(salsa_state(key, middle))
    return b"".join(x[at].to_bytes(4, "little") for at in (0, 5, 10, 15, 6, 7, 8, 9))


def xsalsa20(key: bytes, nonce: bytes, length: int) -> bytes:
    inner, out = hsalsa20(key, nonce[:16]), b""
    for counter in range(-(-length // 64)):
        state = salsa_state(inner, nonce[16:] + counter.to_bytes(8, "little"))
        out += b"".join((a + b & MASK).to_bytes(4, "little") for a, b in zip(state, salsa_rounds(state)))
    return out[:length]


def poly1305(key: bytes, data: bytes) -> bytes:
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at : at + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right))
