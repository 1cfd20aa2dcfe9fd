"""The device, the previous device key, and pushes sealed to them; shared by all stages but the first."""

import json

from blocktank import LABEL_V0, LABEL_V1, Draw, Sealed, public_key, seal

DEVICE = Draw("ntfdecrypt vectors, device").secret()
PREVIOUS = Draw("ntfdecrypt vectors, device before the last rotation").secret()
STRANGER = Draw("ntfdecrypt vectors, somebody else").secret()
KEYS = (DEVICE.hex(),)

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ORDER = "d0a0fcd7-1e90-4893-a46b-fc53f46d84f2"
WAKE_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
CREATED = "2023-11-14T22:13:20.000Z"
NOW = 1_700_000_000
DEADLINE = NOW + 60


def compact(value) -> str:
    """JSON without a space and without an escape; a `Spelled` stays as it is."""
    if isinstance(value, Spelled):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(k)}:{compact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


class Spelled(str):
    """JSON text that is to be written as it stands."""

    __hash__ = str.__hash__


def message_v0(kind="incomingHtlc", payload=..., created=CREATED, **more) -> str:
    message = {"source": "blocktank", "type": kind}
    if payload is ...:
        payload = {"paymentHash": HASH, "amountMsat": 100_000}
    if payload is not None:
        message["payload"] = payload
    if created is not None:
        message["createdAt"] = created
    return compact(message | more)


def message_v1(without=(), **changes) -> str:
    message = {
        "v": 1,
        "id": WAKE_ID,
        "topic": "blocktank.incomingHtlc",
        "urgency": "time_sensitive",
        "deadline": DEADLINE,
        "payload": {"paymentHash": HASH},
    } | changes
    return compact({name: value for name, value in message.items() if name not in without})


def sealed(
    name: str,
    plaintext: str | bytes | None = None,
    label=LABEL_V0,
    to=DEVICE,
    iv_length=None,
    prefix=None,
    **more,
) -> Sealed:
    """Sealed by an ephemeral key and an IV that follow from the scenario's `name`."""
    if plaintext is None:
        plaintext = message_v1() if label == LABEL_V1 else message_v0()
    plaintext = plaintext.encode() if isinstance(plaintext, str) else plaintext
    iv = Draw(f"ntfdecrypt vectors, {name}, iv").bytes(iv_length or (12 if label == LABEL_V1 else 16))
    return seal(plaintext, public_key(to), ephemeral(name, prefix), iv, label, **more)


def ephemeral(name: str, prefix: int | None = None) -> bytes:
    return Draw(f"ntfdecrypt vectors, {name}, ephemeral").secret(prefix)


def v0(name: str, plaintext=None, **more) -> dict:
    return sealed(name, plaintext, **more).fields()


def v1(name: str, plaintext=None, **more) -> dict:
    return {"v": 1} | sealed(name, plaintext, label=LABEL_V1, **more).fields()


def apns(fields) -> str:
    """The deployed place: inside `aps.alert`."""
    alert = {"title": "Background Operation Request", "body": "Please open your wallet.", "payload": fields}
    return compact({"aps": {"alert": alert, "sound": "default", "mutable-content": 1}})


def top(fields) -> str:
    return compact(
        {
            "aps": {
                "alert": {"title": "Payment Incoming", "body": "Open Bitkit to receive"},
                "mutable-content": 1,
            },
            "payload": fields,
        }
    )


def wake(container) -> str:
    return compact({"aps": {"content-available": 1}, "wake": container})


def wake_text(container) -> str:
    """FCM: data values are strings, so the container is JSON text in a string."""
    return compact({"wake": compact(container)})


def fallback(container) -> str:
    return compact(
        {"aps": {"alert": {"title": "Incoming Payment", "body": "Open Bitkit"}}, "wake_fallback": container}
    )


def fcm(data, android=None) -> str:
    message = {"token": "e5Hj9fKqTmW:made-up"}
    if android is not None:
        message["android"] = {"priority": "high", "ttl": "60s", "data": android}
    if data is not None:
        message["data"] = data
    return compact({"message": message})
