"""Web Push: RFC 8291's aes128gcm, the older aesgcm, and the forms relays send them in.

Whole pushes are sealed by http_ece; what http_ece does not make by `Tests/Interop/webpush.py`.
"""

import http_ece
import webpush as ece
from ciphers import First
from cryptography.hazmat.primitives.asymmetric import ec
from rules import to_z85

from .collection import Collection
from .families import Folder, b64url, drawn, flip, key, plaintext_of, unb64url
from .published_families import RELAYED, WEB_128, WEB_OLD

SECRET = bytes.fromhex("ab5757a70dd4a53e553a6bbf71ffefea2874ec07a6b379e3c48f895a02dc33de")
AUTH = bytes.fromhex("05305932a1c7eabe13b6cec9fda48882")
PUBLIC = First.p256_public(SECRET)
TEXT = b"When I grow up, I want to be a watermelon"
MASTODON = {
    "access_token": "t",
    "preferred_locale": "en",
    "notification_id": 42,
    "notification_type": "mention",
    "icon": "https://e.invalid/a.png",
    "title": "alice &amp; bob",
    "body": "hi",
}


def subscription(secret: bytes = SECRET, auth: bytes = AUTH, label: str = "") -> str:
    return key("webpush" + label, {"secret": secret.hex(), "auth": auth.hex()})


KEYS = (subscription(),)


def sender(name: str) -> bytes:
    return b"\0" + drawn(f"{name}, sender", 31)


def salt(name: str) -> bytes:
    return drawn(f"{name}, salt", 16)


def private(secret: bytes):
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())


def whole(name: str, message, rs=4096, coding="aes128gcm") -> bytes:
    """By http_ece."""
    return http_ece.encrypt(
        plaintext_of(message),
        salt=salt(name),
        private_key=private(sender(name)),
        dh=PUBLIC,
        auth_secret=AUTH,
        rs=rs,
        version=coding,
    )


def records(name: str, padded: list[bytes], coding="aes128gcm", **more) -> bytes:
    return ece.seal(
        coding, more.pop("to", PUBLIC), more.pop("auth", AUTH), sender(name), salt(name), padded, **more
    )


def request(body: bytes | str, **more) -> dict:
    text = body if isinstance(body, str) else b64url(body)
    return {"webpush": {"content-encoding": "aes128gcm", "body": text} | more}


def old(name: str, body: bytes, rs: int | None = None, **changes) -> dict:
    fields = {
        "content-encoding": "aesgcm",
        "body": b64url(body),
        "crypto-key": f"dh={b64url(First.p256_public(sender(name)))}",
        "encryption": f"salt={b64url(salt(name))}" + (f"; rs={rs}" if rs is not None else ""),
    }
    return {"webpush": fields | changes}


def collect(vectors: Collection):
    folder = Folder(vectors, "webpush", KEYS, type="message")
    published(folder)
    shapes(folder)
    damage(folder)


def published(folder: Folder):
    for v in WEB_128:
        push, keys = request(v["body"]), (subscription(unb64url(v["secret"]), unb64url(v["auth"])),)
        if "plaintext" in v:
            folder.good(
                "o",
                v["name"],
                f"From {v['source']}.",
                push,
                keys,
                body=v["plaintext"],
                envelope="webpush-aes128gcm",
            )
        else:
            folder.malformed(v["name"], f"From {v['source']}.", push, keys=keys)
    for v in WEB_OLD:
        fields = {
            "content-encoding": "aesgcm",
            "body": v["body"],
            "crypto-key": f"dh={v['dh']}",
            "encryption": f"salt={v['salt']}; rs={v['rs']}",
        }
        keys = (subscription(unb64url(v["secret"]), unb64url(v["auth"])),)
        if "plaintext" in v:
            folder.good(
                "o",
                v["name"],
                f"From {v['source']}.",
                {"webpush": fields},
                keys,
                body=v["plaintext"],
                envelope="webpush-aesgcm",
            )
        else:
            folder.malformed(v["name"], f"From {v['source']}.", {"webpush": fields}, keys=keys)

    draft = (subscription(unb64url(WEB_OLD[-1]["secret"]), unb64url(WEB_OLD[-1]["auth"])),)
    for name, push in RELAYED.items():
        if name == "draft_in_relay_form":
            folder.good(
                "o",
                f"known_{name}",
                "The draft's vector as Mastodon's relay sends it.",
                push,
                draft,
                body="I am the walrus",
            )
        else:
            folder.good(
                "o",
                f"known_{name.removeprefix('self_')}",
                "An independent sender with the keys of RFC 8291.",
                push,
                title="alice & bob",
                body="hi",
                id=42,
                account="acct",
            )


def shapes(folder: Folder):
    shown = {"title": "alice & bob", "body": "hi", "id": 42}
    body = whole("shape", MASTODON)
    folder.good(
        "e",
        "shape_request",
        "The request as an object.",
        request(body),
        envelope="webpush-aes128gcm",
        **shown,
    )
    folder.good(
        "e",
        "shape_request_padded_base64",
        "Base64url with its padding.",
        request(b64url(body, True)),
        **shown,
    )
    folder.good(
        "e",
        "shape_request_in_fcm_data",
        "In the data of an FCM send body.",
        {"message": {"data": request(body)}},
        **shown,
    )
    folder.good(
        "e",
        "shape_request_among_others",
        "Beside aps and names nobody knows.",
        {"aps": {"alert": "x"}, "q": [1], **request(body)},
        **shown,
    )
    folder.good(
        "e",
        "shape_relay_128",
        "Mastodon's relay, aes128gcm.",
        relay(body),
        envelope="webpush-aes128gcm",
        **shown,
    )
    older = whole("shape old", MASTODON, coding="aesgcm")
    folder.good(
        "e",
        "shape_request_old",
        "aesgcm with its header texts.",
        old("shape old", older),
        envelope="webpush-aesgcm",
        **shown,
    )
    folder.good(
        "e",
        "shape_icecubes",
        "IceCubes' relay.",
        icecubes("shape old", older),
        envelope="webpush-aesgcm",
        **shown,
    )
    folder.good(
        "e",
        "shape_relay_old",
        "Mastodon's relay, aesgcm.",
        relay_old("shape old", older),
        envelope="webpush-aesgcm",
        **shown,
    )


def relay(body: bytes, **more) -> dict:
    aps = {"alert": "\N{TRUMPET}", "mutable-content": 1, "content-available": 1}
    return {"aps": aps, "p": to_z85(body)} | more


def relay_old(name: str, body: bytes, **more) -> dict:
    public = First.p256_public(sender(name))
    return relay(body) | {"k": to_z85(public), "s": to_z85(salt(name))} | more


def icecubes(name: str, body: bytes, **more) -> dict:
    public = First.p256_public(sender(name))
    return {
        "aps": {"mutable-content": 1},
        "m": b64url(body),
        "k": b64url(public),
        "s": b64url(salt(name)),
    } | more


def damage(folder: Folder):
    body = whole("damage", TEXT * 2, 40)
    push = request
    for name, at in (
        ("salt", 0),
        ("point_x", 22),
        ("first_record", 86),
        ("first_tag", 86 + 30),
        ("last_tag", len(body) - 1),
        ("second_record", 86 + 40),
    ):
        damaged = flip(body, at * 8 + 7)
        if name == "point_x":
            folder.malformed("damage_point_x", "One bit of the sender's point: off the curve.", push(damaged))
        else:
            folder.unopened(f"damage_{name}", "One bit.", push(damaged))
    stranger = First.p256_public(sender("stranger"))
    folder.unopened(
        "damage_point_of_another", "Another point of the curve.", push(body[:21] + stranger + body[86:])
    )
    folder.unopened("damage_point_of_device", "The device's own point.", push(body[:21] + PUBLIC + body[86:]))
    folder.unopened(
        "damage_point_mirrored",
        "The same X and the other Y.",
        push(body[:21] + mirrored(body[21:86]) + body[86:]),
    )
    folder.unopened(
        "wrong_auth", "Another authentication secret.", push(body), keys=(subscription(auth=bytes(16)),)
    )
    folder.unopened(
        "wrong_secret", "Another private key.", push(body), keys=(subscription(secret=bytes([1] * 32)),)
    )
    folder.unopened(
        "records_swapped",
        "Two records in the other order.",
        push(body[:86] + body[126:166] + body[86:126] + body[166:]),
    )
    folder.unopened("records_repeated", "A record twice.", push(body[:126] + body[86:]))
    folder.unopened("record_missing_in_front", "The first record missing.", push(body[:86] + body[126:]))
    folder.unopened("trailing_byte_in_last_record", "A byte more.", push(body + b"\0"))
    folder.unopened("trailing_record", "A record of zeros more.", push(whole("trailing", TEXT) + bytes(5000)))
    for count, what in (
        (0, "Nothing."),
        (1, "A byte."),
        (16, "The salt alone."),
        (20, "Salt and record size."),
        (21, "No key."),
        (85, "A byte missing in the point."),
        (86, "No record."),
        (87, "One byte of a record."),
        (102, "A tag and nothing under it."),
    ):
        folder.malformed(f"cut_at_{count}", what, push(body[:count]))
    folder.unopened("cut_at_103", "A record of seventeen bytes, cut out of a longer one.", push(body[:103]))
    folder.unopened("cut_in_second_record", "Cut in the second record.", push(body[: 86 + 40 + 20]))
    folder.malformed(
        "cut_behind_second_record_by_16", "Sixteen bytes of a third record.", push(body[: 86 + 80 + 16])
    )
    folder.malformed(
        "cut_at_first_record",
        "Cut between records: the last one left does not say it is the last.",
        push(body[: 86 + 40]),
    )
    folder.malformed("cut_at_second_record", "Cut behind the second record.", push(body[: 86 + 80]))


def mirrored(point: bytes) -> bytes:
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    return point[:33] + (prime - int.from_bytes(point[33:], "big")).to_bytes(32, "big")


def whole_old(name: str, message: bytes, rs=4096) -> bytes:
    if rs <= 4:
        # http_ece counts a record of `rs` differently from its own receiver when it is that small.
        return records(name, ece.cut("aesgcm", message, rs), "aesgcm")
    return whole(name, message, rs, "aesgcm")
