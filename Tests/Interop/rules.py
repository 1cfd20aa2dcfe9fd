"""What every reader of the model needs: refusals, members of objects, and the spellings of bytes."""

import base64
import binascii
import re
from dataclasses import dataclass, field

import strictjson
from ciphers import First
from strictjson import Malformed, Number, Object

HEX64 = re.compile(r"[0-9a-fA-F]{64}")
TEXT_BYTES_MAX = 128
UINT64_MAX = 2**64 - 1


class Refused(Exception):
    def __init__(self, reason: str):
        self.reason = reason


@dataclass
class Setting:
    keys: list[bytes] = field(default_factory=list)  # of slot blocktank, newest generation first
    slots: dict[str, list[dict]] = field(default_factory=dict)  # the others: fields by name
    keystore: str = "ready"
    now: int = 1_700_000_000
    max_payload: int = 16384
    app: str = "Bitkit"
    ciphers: type = First


def one(container: Object, name: str, reason: str = "malformed-envelope"):
    """The value of a key that may be there once; None when it is not (see `has` for null)."""
    values = container.all(name)
    if len(values) > 1:
        raise Refused(reason)
    return values[0] if values else None


def is_text(value) -> bool:
    return isinstance(value, str) and not isinstance(value, Number)


def text(container: Object, name: str, reason: str) -> str:
    value = one(container, name, reason)
    if not is_text(value):
        raise Refused(reason)
    return value


def optional_text(container: Object, name: str, reason: str) -> str | None:
    value = one(container, name, reason)
    return None if value is None else text(container, name, reason)


def bounded(value: str, reason: str = "malformed-message") -> str:
    if len(value.encode()) > TEXT_BYTES_MAX:
        raise Refused(reason)
    return value


def identifier(container: Object, name: str, reason: str) -> str | None:
    """A number or a text that names something."""
    value = one(container, name, reason)
    if value is None:
        return None
    if isinstance(value, Number) and value.integer() is not None or is_text(value):
        return bounded(str(value), reason)
    raise Refused(reason)


def amount_in(container: Object, name: str, reason: str) -> int | None:
    value = one(container, name, reason)
    if value is None:
        return None
    number = value.integer() if isinstance(value, Number) else None
    if number is None or not 0 <= number <= UINT64_MAX:
        raise Refused(reason)
    return number


def json_object(data: bytes, reason: str) -> Object:
    try:
        value = strictjson.parse(data)
    except Malformed:
        raise Refused(reason) from None
    if not isinstance(value, Object):
        raise Refused(reason)
    return value


def from_hex(spelled: str, lengths: tuple[int, ...]) -> bytes:
    if not re.fullmatch(r"([0-9a-fA-F]{2})*", spelled) or len(spelled) // 2 not in lengths:
        raise Refused("malformed-envelope")
    return bytes.fromhex(spelled)


def from_base64(spelled, url: bool = False, loose: bool = True, reason="malformed-envelope") -> bytes:
    """Strict base64; with `loose` the padding may be missing as a whole."""
    if not is_text(spelled):
        raise Refused(reason)
    padded = spelled + "=" * (-len(spelled) % 4) if loose and not spelled.endswith("=") else spelled
    if url:
        if "+" in spelled or "/" in spelled:
            raise Refused(reason)
        padded = padded.replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(padded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Refused(reason) from None
    if base64.b64encode(data).decode() != padded:
        raise Refused(reason)
    return data


Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"


def to_z85(data: bytes) -> str:
    """Mastodon's relay: a tail of r bytes is r + 1 digits."""
    out = ""
    for at in range(0, len(data), 4):
        group = data[at : at + 4]
        number, digits = int.from_bytes(group, "big"), ""
        for _ in range(len(group) + 1):
            number, digit = divmod(number, 85)
            digits = Z85[digit] + digits
        out += digits
    return out


def from_z85(spelled) -> bytes:
    if not is_text(spelled) or any(c not in Z85 for c in spelled):
        raise Refused("malformed-envelope")
    out = b""
    for at in range(0, len(spelled), 5):
        group, number = spelled[at : at + 5], 0
        for c in group:
            number = number * 85 + Z85.index(c)
        if len(group) == 1 or number >= 1 << 8 * (len(group) - 1):
            raise Refused("malformed-envelope")
        out += number.to_bytes(len(group) - 1, "big")
    return out
