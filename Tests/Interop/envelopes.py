"""The envelopes beside Blocktank's, as the documents describe them: where they lie, how they open.

`find` answers with the first one a payload can be; `Sealed.open` with the plaintext under one key.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import nip44
import rules
import webpush
from ciphers import hsalsa20
from rules import Refused, from_base64, is_text, one, text
from strictjson import Malformed, Number, Object, parse

BROKEN = "malformed-envelope"
LABEL64 = re.compile(r"[0-9a-f]{64}")


@dataclass
class Sealed:
    """`open(key, ciphers)`: the plaintext, or None for a key that does not fit."""

    family: str
    envelope: str
    slots: tuple[str, ...]  # the first that has a key counts
    open: Callable
    type: str | None = None
    account: str | None = None


@dataclass
class Plain:
    family: str
    type: str
    fields: Object | None = None


def find(push: Object, excluded: set[str]) -> Sealed | Plain | None:
    for family, read in READERS.items():
        found = read(push) if family not in excluded else None
        if found is not None:
            return found
    return None


def broken(condition) -> None:
    if condition:
        raise Refused(BROKEN)


# Web Push.


def read_webpush(push: Object) -> Sealed | None:
    request = one(push, "webpush")
    if push.has("webpush"):
        broken(not isinstance(request, Object))
        return web_request(request)
    m, k, s = (one(push, name) for name in "mks")
    if is_text(m) and is_text(k) and is_text(s):
        parts = [from_base64(value, url=True) for value in (m, k, s)]
        return web_sealed("webpush-aesgcm", webpush.Box.aesgcm(*parts, 4096), one(push, "i"))
    p = one(push, "p")
    if not is_text(p):
        return None
    if is_text(k) and is_text(s):
        parts = [rules.from_z85(value) for value in (p, k, s)]
        return web_sealed("webpush-aesgcm", webpush.Box.aesgcm(*parts, 4096), one(push, "x"))
    try:
        box = webpush.Box.aes128gcm(rules.from_z85(p))
    except Refused:
        # Telegram's, unless a character says otherwise.
        if re.fullmatch(r"[A-Za-z0-9_=-]*", p):
            return None
        raise
    return web_sealed("webpush-aes128gcm", box, one(push, "x"))


def web_request(request: Object) -> Sealed:
    coding = text(request, "content-encoding", BROKEN)
    body = from_base64(one(request, "body"), url=True)
    label = one(request, "label")
    if coding == "aes128gcm":
        return web_sealed("webpush-aes128gcm", webpush.Box.aes128gcm(body), label)
    broken(coding != "aesgcm")
    headers = webpush.headers(text(request, "crypto-key", BROKEN), text(request, "encryption", BROKEN))
    broken(headers is None)
    dh, salt, record = headers
    box = webpush.Box.aesgcm(body, from_base64(dh, url=True), from_base64(salt, url=True), record)
    return web_sealed("webpush-aesgcm", box, label)


def web_sealed(envelope: str, box, label) -> Sealed:
    broken(label is not None and not is_text(label))
    slots = (f"webpush:{label}", "webpush") if label else ("webpush",)
    return Sealed(
        "webpush",
        envelope,
        slots,
        lambda key, ciphers: box.open(key["secret"], key["auth"], ciphers),
        account=label,
    )


# NaCl and its relatives.


def secretbox(sealed: bytes, nonce: bytes | None = None):
    nonce, sealed = (sealed[:24], sealed[24:]) if nonce is None else (nonce, sealed)
    broken(len(nonce) != 24 or len(sealed) < 16)
    return lambda key, ciphers: ciphers.secretbox(key["secret"], nonce, sealed)


def read_simplex(push: Object) -> Sealed | Plain | None:
    data = one(push, "notificationData")
    if not isinstance(data, Object):
        return None
    kinds = [name for name in ("message", "verification", "checkMessages") if data.has(name)]
    broken(len(kinds) != 1)
    value = one(data, kinds[0])
    if kinds[0] == "checkMessages":
        broken(value is not True)
        return Plain("simplex", "check")
    nonce = from_base64(one(data, "nonce"), url=True)
    sealed = from_base64(value, url=True)
    broken(len(nonce) != 24 or len(sealed) < 16)

    def open_box(key, ciphers):
        return unpadded(crypto_box(key, nonce, sealed, ciphers))

    return Sealed("simplex", "simplex", ("simplex",), open_box, kinds[0])


def crypto_box(key: dict, nonce: bytes, sealed: bytes, ciphers) -> bytes | None:
    if "shared" in key:
        inner = hsalsa20(key["shared"], bytes(16))
    else:
        inner = ciphers.box_key(key["secret"], key["peer"])
    return ciphers.secretbox(inner, nonce, sealed)


def unpadded(plaintext: bytes | None) -> bytes | None:
    """A length of two bytes in front; what stands behind the message does not matter."""
    if plaintext is None:
        return None
    length = int.from_bytes(plaintext[:2], "big")
    broken(len(plaintext) < 2 or length > len(plaintext) - 2)
    return plaintext[2 : 2 + length]


def read_zulip(push: Object) -> Sealed | None:
    newer, older = one(push, "push_key_id"), one(push, "push_account_id")
    ident = newer if push.has("push_key_id") else older
    if not (push.has("push_key_id") or push.has("push_account_id")) or not push.has("encrypted_data"):
        return None
    broken(not re.fullmatch(r"0|[1-9][0-9]*", str(ident)) or not isinstance(ident, str))
    broken(int(ident) >= 2**32)
    return Sealed(
        "zulip",
        "zulip",
        (f"zulip:{ident}",),
        secretbox(from_base64(one(push, "encrypted_data"))),
        account=str(ident),
    )


def read_homeassistant(push: Object) -> Sealed | None:
    if one(push, "encrypted") is not True or not push.has("encrypted_data"):
        return None
    sealed = from_base64(one(push, "encrypted_data"))
    return Sealed("homeassistant", "home-assistant", ("homeassistant",), secretbox(sealed))


def read_threema(push: Object) -> Sealed | Plain | None:
    data = one(push, "threema")
    if not isinstance(data, Object):
        return None
    if not data.has("box"):
        return Plain("threema", "", data)
    nonce, box = from_base64(one(data, "nonce")), from_base64(one(data, "box"))
    return Sealed("threema", "threema", ("threema",), secretbox(box, nonce))


def aead(sealed: bytes, nonce_length: int, name: str):
    broken(len(sealed) < nonce_length + 16)
    nonce, rest = sealed[:nonce_length], sealed[nonce_length:]
    return lambda key, ciphers: getattr(ciphers, name)(key["secret"], nonce, rest)


def read_session(push: Object) -> Sealed | None:
    if not push.has("spns") or not push.has("enc_payload"):
        return None
    one(push, "spns")
    opened = aead(from_base64(one(push, "enc_payload")), 24, "chacha20_poly1305")

    def open_box(key, ciphers):
        plaintext = opened(key, ciphers)
        return None if plaintext is None else plaintext.rstrip(b"\0")

    return Sealed("session", "session", ("session",), open_box)


def read_reown(push: Object) -> Sealed | None:
    topic, message, tag = (one(push, name) for name in ("topic", "message", "tag"))
    if not is_text(topic) or not is_text(message) or not isinstance(tag, Number):
        return None
    sealed = from_base64(message)
    broken(not LABEL64.fullmatch(topic) or sealed[:1] != b"\0")
    opened = aead(sealed[1:], 12, "chacha20_poly1305")
    kinds = {1100: "sessionProposal", 1108: "sessionRequest", 1116: "sessionAuthenticate"}
    kind = kinds.get(tag.integer())
    if kind is None:
        raise Refused("unknown-type")
    return Sealed("reown", "reown", (f"reown:{topic}",), opened, kind, topic)


# Alby, Bark, Bisq.


def read_alby(push: Object) -> Sealed | None:
    body = one(push, "body")
    if is_text(body):
        try:
            body = parse(body.encode())
        except Malformed:
            return None
    if not isinstance(body, Object) or not (body.has("appPubkey") and body.has("content")):
        return None
    app, content = text(body, "appPubkey", BROKEN).lower(), text(body, "content", BROKEN)
    broken(not LABEL64.fullmatch(app))
    if "?iv=" in content:
        ciphertext, iv = (from_base64(part) for part in content.split("?iv=", 1))
        broken(len(iv) != 16 or not ciphertext or len(ciphertext) % 16)
        version, envelope = "0.0", "alby-nip04"
        opened = lambda key, ciphers: unpad_pkcs7(ciphers.cbc(key["secret"], iv, ciphertext))  # noqa: E731
    else:
        payload = from_base64(content, loose=False)
        broken(not 99 <= len(payload) <= 65603 or payload[0] != 2)
        version, envelope = "1.0", "alby-nip44"
        opened = lambda key, ciphers: nip44.open_payload(key["secret"], payload, ciphers)  # noqa: E731
    return Sealed(
        "alby",
        envelope,
        (f"alby:{app}",),
        lambda key, ciphers: opened(key, ciphers) if key["version"] == version else None,
        account=app,
    )


def unpad_pkcs7(plaintext: bytes) -> bytes | None:
    count = plaintext[-1] if plaintext else 0
    if not 1 <= count <= 16 or plaintext[-count:] != bytes([count]) * count:
        return None
    return plaintext[:-count]


def read_bark(push: Object) -> Sealed | None:
    if not push.has("ciphertext"):
        return None
    sealed = from_base64(one(push, "ciphertext"))
    iv = one(push, "iv")
    broken(iv is not None and not is_text(iv))

    def open_box(key, ciphers):
        """None too where only the key's mode says that a length is wrong."""
        mode, vector = key["mode"], key.get("iv") if iv is None else iv.encode()
        if mode == "ecb":
            vector = None
        elif vector is None or len(vector) != (12 if mode == "gcm" else 16):
            return None
        if mode == "gcm":
            return ciphers.gcm(key["secret"], vector, sealed) if len(sealed) >= 16 else None
        if not sealed or len(sealed) % 16:
            return None
        return unpad_pkcs7(ciphers.cbc(key["secret"], vector, sealed))

    return Sealed("bark", "bark", ("bark",), open_box)


def read_bisq(push: Object) -> Sealed | None:
    value = one(push, "encrypted")
    if not is_text(value) or value == "true":
        return None
    return Sealed("bisq", "bisq", ("bisq",), aead(from_base64(value), 12, "gcm"))


# In the clear.


def read_phoenix(push: Object) -> Plain | None:
    reason = one(push, "reason")
    kinds = {"IncomingPayment": "incomingPayment", "PendingSettlement": "pendingSettlement"}
    kinds |= dict.fromkeys(("IncomingOnionMessage", "IncomingOnionMessage$"), "incomingOnionMessage")
    if not is_text(reason):
        return None
    if reason not in kinds:
        if push.has("node_id_hash"):
            raise Refused("unknown-type")
        return None
    return Plain("phoenix", kinds[reason], push)


def read_breez(push: Object) -> Plain | None:
    body = one(push, "body")
    data = body if isinstance(body, Object) else push
    kinds = {"swap_updated": "swapUpdated", "invoice_request": "invoiceRequest", "nwc_event": "nwcEvent"}
    kinds |= {f"lnurlpay_{name}": f"lnurlpay{name.title()}" for name in ("info", "invoice", "verify")}
    if not data.has("notification_type"):
        return None
    name = text(data, "notification_type", BROKEN)
    if name not in kinds:
        raise Refused("unknown-type")
    return Plain("breez", kinds[name], data)


READERS = {
    "webpush": read_webpush,
    "simplex": read_simplex,
    "zulip": read_zulip,
    "threema": read_threema,
    "session": read_session,
    "homeassistant": read_homeassistant,
    "reown": read_reown,
    "alby": read_alby,
    "bark": read_bark,
    "bisq": read_bisq,
    "phoenix": read_phoenix,
    "breez": read_breez,
}
