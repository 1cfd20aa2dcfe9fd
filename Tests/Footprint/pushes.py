"""Pushes for the published key, sealed with fixed seeds."""

import base64
import hashlib
import json

from coincurve import PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

secret = b"\x22" * 32


def sealed(count):
    """`count` Blocktank pushes of as many senders, a line each."""
    device = PrivateKey(secret).public_key
    pushes = []
    for number in range(1, count + 1):
        sender = PrivateKey(number.to_bytes(32, "big"))
        shared = device.multiply(sender.secret).format()
        key = hashlib.sha256(hashlib.sha256(shared + b"bitkit-notifications").digest()).digest()
        nonce = number.to_bytes(12, "big")
        message = json.dumps({
            "source": "blocktank", "type": "incomingHtlc",
            "payload": {"orderId": f"order-{number}", "amountMsat": number * 1000},
            "createdAt": "2024-01-01T00:00:00.000Z"}).encode()
        box = AESGCM(key).encrypt(nonce, message, None)
        pushes.append(json.dumps({"aps": {"alert": {"title": "Sealed", "body": "Sealed", "payload": {
            "cipher": base64.b64encode(box[:-16]).decode(), "iv": nonce.hex(),
            "tag": box[-16:].hex(), "publicKey": sender.public_key.format().hex()}}}}).encode()
            + b"\n")
    return pushes
