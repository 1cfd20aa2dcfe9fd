"""What `keys register` prints: signed as Lightning nodes sign, checked with the node's public key."""

import hashlib
import json
import re
import time
from datetime import UTC, datetime

from blocktank import Draw, public_key
from coincurve import PublicKey
from command import Command

STORE = "keys-register"
COUNT = 20
ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769"
MEMBERS = {"deviceToken", "features", "isProduction", "isoTimestamp", "nodeId", "publicKey", "signature"}
FEATURES = {"incomingHtlc", "mutualClose", "orderPaymentConfirmed", "cjitPaymentArrived", "wakeToTimeout"}
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def digest(message: str) -> bytes:
    """LSM: SHA-256 twice, behind the words all of these signatures are for."""
    once = hashlib.sha256(b"Lightning Signed Message:" + message.encode()).digest()
    return hashlib.sha256(once).digest()


def from_zbase32(text: str) -> bytes:
    """104 characters of 5 bits each are 65 bytes."""
    number = 0
    for character in text:
        number = number << 5 | ALPHABET.index(character)
    return number.to_bytes(65, "big")


def signer(signature: bytes, message: str) -> str:
    """Who signed, recovered from the signature; it has the one `s` of two that is low."""
    assert len(signature) == 65 and signature[0] in range(31, 35), "another header"
    assert int.from_bytes(signature[33:], "big") <= ORDER // 2, "a high s"
    recoverable = signature[1:] + bytes([signature[0] - 31])
    return PublicKey.from_signature_and_message(recoverable, digest(message), hasher=None).format().hex()


class Node:
    """A node, a device token and what goes on the command line, by lot."""

    def __init__(self, draw: Draw, number: int):
        self.secret = draw.secret()
        self.id = public_key(self.secret).hex()
        self.token = draw.bytes((32, 33, 64, 100)[number % 4]).hex()
        self.is_hex, self.is_production = number % 2 == 1, number % 3 == 1
        self.timestamp = None if number % 5 == 0 else f"20{number + 10:02}-02-28T23:59:{number:02}.00{number % 10}Z"

    def arguments(self) -> list[str]:
        flags = ["--hex"] * self.is_hex + ["--production"] * self.is_production
        stamp = ["--timestamp", self.timestamp] if self.timestamp else []
        return ["--device-token", self.token, "--node-id", self.id, "--node-key-fd", "0", *flags, *stamp]

    def fault(self, output: bytes, device: str) -> str | None:
        """What is wrong with a body, if anything is."""
        line, rest = output.decode().split("\n")
        body = json.loads(line)
        if rest or body.keys() != MEMBERS:
            return "another form"
        if self.secret.hex() in line:
            return "the node's secret is in it"
        if (body["deviceToken"], body["nodeId"], body["publicKey"]) != (self.token, self.id, device):
            return "another device, node or key"
        if body["isProduction"] is not self.is_production or set(body["features"]) != {
            f"blocktank.{name}" for name in FEATURES
        }:
            return "another service or other features"
        stamp = body["isoTimestamp"]
        if self.timestamp not in (None, stamp) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stamp):
            return f"another time: {stamp}"
        if self.timestamp is None:
            made = datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp()
            if not time.time() - 60 < made <= time.time():
                return f"not now: {stamp}"
        read = bytes.fromhex if self.is_hex else from_zbase32
        found = signer(read(body["signature"]), f"bitkit-notifications{self.token}{stamp}")
        return None if found == self.id else f"signed by {found}, not by {self.id}"


def the_registered(tally, command: Command, seed: str):
    tally.begin("registration")
    draw = Draw(f"{seed}/registration")
    device = draw.secret()
    command.keys(STORE, "import", "blocktank", stdin=device.hex().encode())
    store = ("--keystore", f"file:{command.directory(STORE)}")
    for number in range(COUNT):
        node = Node(draw, number)
        done = command.run("keys", "register", *node.arguments(), *store, stdin=node.secret.hex().encode())
        try:
            fault = node.fault(done.stdout, public_key(device).hex())
        except Exception as error:  # whatever is raised on the way is a fault of ours
            fault = f"{type(error).__name__}: {error}"
        shown = f"  {fault}\n  {done.stdout[:600]!r}\n  {done.stderr.decode()[:300]}"
        tally.check(fault is None and done.returncode == 0, f"registration {number}", shown)
        # Signing has no randomness in it.
        if node.timestamp:
            again = command.run("keys", "register", *node.arguments(), *store, stdin=node.secret.hex().encode())
            tally.check(again.stdout == done.stdout, f"registration {number} again")
        for wrong in (draw.secret().hex(), "00" * 32, node.secret.hex()[:-2]):
            refused = command.run("keys", "register", *node.arguments(), *store, stdin=wrong.encode())
            tally.check(
                refused.returncode == 64 and refused.stdout == b"" and wrong.encode() not in refused.stderr,
                f"registration {number} signed by another key",
                refused.stderr.decode()[:300],
            )
