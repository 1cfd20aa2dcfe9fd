#!/usr/bin/env python3
"""The filter's job for Blocktank v0 pushes as a script: json, coincurve, cryptography.

    filter.py KEYFILE < pushes.jsonl        KEYFILE: the device's secret, 64 hex digits
"""

import base64
import binascii
import json
import sys
from hashlib import sha256
from pathlib import Path

from coincurve import PublicKey
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PAYLOAD_BYTES_MAX = 16 * 1024
FIELD_BYTES_MAX = 128
LABEL = b"bitkit-notifications"
TEXTS = {
    "incomingHtlc": ("Payment Incoming", "Open now to receive - funds are being held"),
    "cjitPaymentArrived": ("Payment Incoming", "Open now to receive via new channel"),
    "orderPaymentConfirmed": ("Channel Ready", "Open Bitkit to complete setup"),
    "mutualClose": ("Channel Closed", "Funds moved to savings"),
    "wakeToTimeout": ("Payment Pending", "Open Bitkit to process pending payment"),
}
FALLBACK = ("Bitkit", "Open Bitkit to check for new activity")


class Refusal(Exception):
    def __init__(self, reason: str, envelope: str | None = None):
        self.reason, self.envelope = reason, envelope


def reject_constant(name: str):
    raise ValueError(name)


def unique(pairs: list) -> dict:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def read_json(text: bytes, refusal: Refusal):
    try:
        return json.loads(
            text.decode(), parse_constant=reject_constant, object_pairs_hook=unique
        )
    except ValueError:
        raise refusal from None


def container(push) -> dict:
    if isinstance(push, dict):
        aps = push.get("aps")
        alert = aps.get("alert") if isinstance(aps, dict) else None
        if isinstance(alert, dict) and "payload" in alert:
            return alert["payload"]
        for place in (push.get("payload"), push):
            if isinstance(place, dict) and ("cipher" in place or "publicKey" in place):
                return place
    raise Refusal("unknown-envelope")


def read_box(place) -> tuple[bytes, bytes, bytes, PublicKey]:
    try:
        if not isinstance(place, dict) or "v" in place:
            raise ValueError("not v0")
        cipher = base64.b64decode(place["cipher"], validate=True)
        iv, tag, public = (binascii.unhexlify(place[name]) for name in ("iv", "tag", "publicKey"))
        if len(iv) not in (12, 16) or len(tag) != 16 or len(public) != 33:
            raise ValueError("length")
        return cipher, iv, tag, PublicKey(public)
    except (KeyError, TypeError, ValueError):
        raise Refusal("malformed-envelope") from None


def open_box(box: tuple, secret: bytes) -> bytes:
    cipher, iv, tag, public = box
    point = public.multiply(secret).format(compressed=True)
    key = sha256(sha256(point + LABEL).digest()).digest()
    try:
        return AESGCM(key).decrypt(iv, cipher + tag, None)
    except InvalidTag:
        raise Refusal("authentication-failed", "blocktank-v0") from None


def is_text(value) -> bool:
    return isinstance(value, str) and len(value.encode()) <= FIELD_BYTES_MAX


def is_hash(value) -> bool:
    try:
        return isinstance(value, str) and len(value) == 64 and len(binascii.unhexlify(value)) == 32
    except ValueError:
        return False


def is_amount(value) -> bool:
    return type(value) is int and 0 <= value < 2**64


def read_message(text: bytes) -> dict:
    malformed = Refusal("malformed-message", "blocktank-v0")
    message = read_json(text, malformed)
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise malformed
    if message["type"] not in TEXTS:
        raise Refusal("unknown-type", "blocktank-v0")
    payload = message.get("payload") or {}
    if not isinstance(payload, dict):
        raise malformed
    fields = {"type": message["type"]}
    for name, source, fits in (
        ("paymentHash", payload, is_hash),
        ("orderId", payload, is_text),
        ("lspId", payload, is_text),
        ("amountMsat", payload, is_amount),
        ("createdAt", message, is_text),
    ):
        value = source.get(name)
        if value is None:
            continue
        if not fits(value):
            raise malformed
        fields[name] = value
    return fields


def aps(text: tuple[str, str]) -> dict:
    return {
        "alert": {"title": text[0], "body": text[1]},
        "sound": "default",
        "interruption-level": "time-sensitive",
    }


def process(line: bytes, secret: bytes) -> dict:
    if len(line) > PAYLOAD_BYTES_MAX:
        raise Refusal("too-large")
    push = read_json(line, Refusal("malformed-json"))
    fields = read_message(open_box(read_box(container(push)), secret))
    shown = aps(TEXTS[fields["type"]])
    shown["relevance-score"] = 1
    if fields["type"] in ("incomingHtlc", "cjitPaymentArrived"):
        shown["category"] = "INCOMING_PAYMENT"
    shown["thread-id"] = "blocktank." + fields["type"]
    known = {"outcome": "decrypted", "envelope": "blocktank-v0"} | fields | {"stored": False}
    return {"aps": shown, "ntf": known}


def fallback(refusal: Refusal) -> dict:
    known = {"outcome": "fallback", "reason": refusal.reason}
    if refusal.envelope:
        known["envelope"] = refusal.envelope
    return {"aps": aps(FALLBACK), "ntf": known | {"stored": False}}


def main() -> int:
    secret = bytes.fromhex(Path(sys.argv[1]).read_text().strip())
    status = 0
    for line in sys.stdin.buffer:
        try:
            notification = process(line.rstrip(b"\n"), secret)
        except Refusal as refusal:
            notification, status = fallback(refusal), 1
        print(json.dumps(notification, separators=(",", ":"), ensure_ascii=False))
    return status


if __name__ == "__main__":
    sys.exit(main())
