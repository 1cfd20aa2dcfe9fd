"""Opens Blocktank pushes by a way of its own: the curve in plain Python, GCM from the block cipher.

Slow and in no way constant-time; it only ever sees keys that were made up for a test.
"""

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

P = 2**256 - 2**32 - 977
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def decompress(point: bytes) -> tuple[int, int] | None:
    if len(point) != 33 or point[0] not in (2, 3):
        return None
    x = int.from_bytes(point[1:], "big")
    square = (x**3 + 7) % P
    y = pow(square, (P + 1) // 4, P)
    if x >= P or y * y % P != square:
        return None
    return (x, y if y & 1 == point[0] & 1 else P - y)


def compress(point: tuple[int, int]) -> bytes:
    return bytes([2 + (point[1] & 1)]) + point[0].to_bytes(32, "big")


def double(p):
    x, y, z = p
    s = 4 * x * y * y % P
    m = 3 * x * x % P
    out = (m * m - 2 * s) % P
    return (out, (m * (s - out) - 8 * pow(y, 4, P)) % P, 2 * y * z % P)


def add(p, q):
    """`p` in Jacobian coordinates plus `q` in affine ones."""
    if p is None:
        return (*q, 1)
    x, y, z = p
    zz = z * z % P
    h = (q[0] * zz - x) % P
    r = (q[1] * zz * z - y) % P
    if h == 0:
        return double(p) if r == 0 else None
    hh = h * h % P
    v = x * hh % P
    out = (r * r - h * hh - 2 * v) % P
    return (out, (r * (v - out) - y * h * hh) % P, z * h % P)


def multiply(scalar: int, point: tuple[int, int]) -> tuple[int, int]:
    total = None
    for bit in bin(scalar)[2:]:
        total = double(total) if total else None
        if bit == "1":
            total = add(total, point)
    x, y, z = total
    inverse = pow(z, -1, P)
    return (x * inverse**2 % P, y * inverse**3 % P)


def derive_key(device_secret: bytes, public_key: bytes, label: bytes) -> bytes:
    point = decompress(public_key)
    shared = compress(multiply(int.from_bytes(device_secret, "big"), point))
    return hashlib.sha256(hashlib.sha256(shared + label).digest()).digest()


def ghash(h: int, data: bytes) -> int:
    tag = 0
    for at in range(0, len(data), 16):
        tag ^= int.from_bytes(data[at : at + 16].ljust(16, b"\0"), "big")
        product, term = 0, h
        for bit in range(127, -1, -1):
            if tag >> bit & 1:
                product ^= term
            term = term >> 1 ^ (0xE1 << 120 if term & 1 else 0)
        tag = product
    return tag


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def gcm_open(key: bytes, iv: bytes, cipher: bytes, tag: bytes) -> bytes | None:
    block = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update
    h = int.from_bytes(block(bytes(16)), "big")
    if len(iv) == 12:
        start = int.from_bytes(iv + b"\0\0\0\1", "big")
    else:
        start = ghash(h, padded(iv) + (len(iv) * 8).to_bytes(16, "big"))
    lengths = (len(cipher) * 8).to_bytes(16, "big")
    check = ghash(h, padded(cipher) + lengths)
    if check ^ int.from_bytes(block(start.to_bytes(16, "big")), "big") != int.from_bytes(tag, "big"):
        return None
    out = bytearray()
    for at in range(0, len(cipher), 16):
        counter = start >> 32 << 32 | (start + 1 + at // 16) & 0xFFFFFFFF
        stream = block(counter.to_bytes(16, "big"))
        out += bytes(a ^ b for a, b in zip(cipher[at : at + 16], stream))
    return bytes(out)


def open_sealed(
    device_secret: bytes, label: bytes, cipher: bytes, iv: bytes, tag: bytes, public_key: bytes
) -> bytes | None:
    return gcm_open(derive_key(device_secret, public_key, label), iv, cipher, tag)
