"""Pushes to measure with: the same bytes on every machine, sealed by other people's cryptography."""

import base64
import hashlib
import json
import uuid

from coincurve import PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LABEL = b"bitkit-notifications"
TITLES = {
    "incomingHtlc": "Payment Incoming",
    "cjitPaymentArrived": "Payment Incoming",
    "orderPaymentConfirmed": "Channel Ready",
    "mutualClose": "Channel Closed",
    "wakeToTimeout": "Payment Pending",
}


def draw(*name) -> bytes:
    """32 bytes that look random, named by what they are for."""
    return hashlib.sha256("/".join(map(str, ("bench", *name))).encode()).digest()


class Sender:
    """Someone who seals to the device: an ephemeral key and what both sides derive from it."""

    def __init__(self, device: PrivateKey, number: int):
        ephemeral = PrivateKey(draw("ephemeral", number))
        point = device.public_key.multiply(ephemeral.secret).format(compressed=True)
        key = hashlib.sha256(hashlib.sha256(point + LABEL).digest()).digest()
        self.public = ephemeral.public_key.format(compressed=True)
        self.box = AESGCM(key)

    def seal(self, plaintext: bytes, iv: bytes) -> dict:
        sealed = self.box.encrypt(iv, plaintext, None)
        return {
            "cipher": base64.b64encode(sealed[:-16]).decode(),
            "iv": iv.hex(),
            "tag": sealed[-16:].hex(),
            "publicKey": self.public.hex(),
        }


def message(number: int) -> dict:
    """What a server tells of: each type in turn, with the fields that type comes with."""
    kind = tuple(TITLES)[number % len(TITLES)]
    payload = {}
    if kind in ("incomingHtlc", "cjitPaymentArrived"):
        payload["paymentHash"] = draw("hash", number).hex()
        payload["amountMsat"] = int.from_bytes(draw("amount", number)[:5], "big")
    if kind in ("orderPaymentConfirmed", "mutualClose"):
        payload["lspId"] = "02" + draw("lsp", number % 3).hex()
    payload["orderId"] = str(uuid.UUID(bytes=draw("order", number)[:16]))
    return {
        "source": "blocktank",
        "type": kind,
        "payload": payload,
        "createdAt": f"2024-09-18T13:33:{number % 60:02}.{number % 1000:03}Z",
    }


def compact(value) -> str:
    return json.dumps(value, separators=(",", ":"))


def push(container) -> str:
    """The body APNs delivers, as Bitkit's server fills it in."""
    alert = {
        "title": "Background Operation Request",
        "body": "Please open your wallet.",
        "payload": container,
    }
    aps = {
        "badge": 0,
        "sound": "ping.aiff",
        "alert": alert,
        "content-available": 1,
        "mutable-content": 1,
    }
    return compact({"aps": aps})


def sealed(sender: Sender, number: int, told=None) -> dict:
    plaintext = compact(told or message(number)).encode()
    return sender.seal(plaintext, draw("iv", number)[:16])


def pushes(device: PrivateKey, count: int, senders: int) -> tuple[list[str], list[tuple]]:
    """Lines, and what each must say: its title, type and order."""
    known = {}
    lines, expected = [], []
    for number in range(count):
        index = number % senders
        if index not in known:
            known[index] = Sender(device, index)
        sender = known[index] if senders == 1 else known.pop(index)
        told = message(number)
        lines.append(push(sealed(sender, number)))
        expected.append((TITLES[told["type"]], told["type"], told["payload"]["orderId"]))
    return lines, expected


def refused(device: PrivateKey) -> tuple[list[str], list[str]]:
    """Lines that every program must refuse, and for what: so that none is fast by looking away."""
    sender = Sender(device, 0)
    good = sealed(sender, 0)
    point = "02" + (5).to_bytes(32, "big").hex()  # no point of the curve has this x
    cases = [
        (push(good | {"tag": f"{int(good['tag'][0], 16) ^ 1:x}" + good["tag"][1:]}), "authentication-failed"),
        (push(good | {"iv": good["iv"][:-1] + "g"}), "malformed-envelope"),
        (push(good | {"iv": good["iv"][:-2]}), "malformed-envelope"),
        (push(good | {"tag": good["tag"][:-2]}), "malformed-envelope"),
        (push(good | {"cipher": good["cipher"][:-1]}), "malformed-envelope"),
        (push(good | {"cipher": "*" + good["cipher"][1:]}), "malformed-envelope"),
        (push(good | {"publicKey": point}), "malformed-envelope"),
        (push(good | {"publicKey": good["publicKey"][2:]}), "malformed-envelope"),
        (push(good | {"v": 1}), "malformed-envelope"),
        (push({name: good[name] for name in ("cipher", "iv", "tag")}), "malformed-envelope"),
        (push(good)[:-1], "malformed-json"),
        (push(good).replace('"badge":0', '"badge":00'), "malformed-json"),
        (push(good).replace("ping.aiff", "ping\\x"), "malformed-json"),
        (compact({"aps": {"alert": {"title": "hello"}}}), "unknown-envelope"),
        (push(sealed(sender, 1, {"type": "other"})), "unknown-type"),
        (push(sealed(sender, 2, {"type": 5})), "malformed-message"),
        (push(sealed(sender, 3, message(3) | {"createdAt": 5})), "malformed-message"),
        (push(sealed(sender, 4, message(4) | {"payload": {"paymentHash": "00"}})), "malformed-message"),
        (push(sealed(sender, 5, message(5) | {"payload": {"orderId": "x" * 129}})), "malformed-message"),
        (push(good | {"padding": "x" * 20_000}), "too-large"),
    ]
    lines, reasons = zip(*cases)
    return list(lines), list(reasons)
