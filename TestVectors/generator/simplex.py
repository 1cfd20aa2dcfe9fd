"""SimpleX: boxes to the token's key, the list inside, and the metadata sealed to a queue's key."""

import nacl.bindings as sodium

from .collection import Collection
from .families import Folder, b64url, drawn, flip, key, plaintext_of
from .published_families import SELF_SIMPLEX_VERIFICATION, SIMPLEX
from .scene import compact

SECRET = bytes(range(1, 33))
PEER = bytes.fromhex("5869aff450549732cbaaed5e5df9b30a6da31cb0e5742bad5ad4a1a768f1a67b")
SHARED = sodium.crypto_scalarmult(SECRET, PEER)
HALVES = {"secret": SECRET.hex(), "peer": PEER.hex()}
TOKEN = key("simplex", HALVES)
QUEUE_SECRET = drawn("simplex queue", 32)
QUEUE_PEER = sodium.crypto_scalarmult_base(drawn("simplex queue server", 32))
NOTIFIER = b64url(drawn("simplex notifier", 24))
QUEUE = key(f"simplex:{NOTIFIER}", {"secret": QUEUE_SECRET.hex(), "peer": QUEUE_PEER.hex()})
MESSAGE_ID = drawn("simplex message", 24)
SENT = 1719000000
APS = {
    "mutable-content": 1,
    "alert": "Encrypted message or another app event",
    "category": "NTF_CAT_CHECK_MESSAGE",
}
TITLE, BODY = "New Message", "Open the app to read it"


def pad(message: bytes, length: int) -> bytes:
    return len(message).to_bytes(2, "big") + message + b"#" * (length - 2 - len(message))


def box(padded: bytes, nonce: bytes, secret=SECRET, peer=PEER) -> bytes:
    return sodium.crypto_box_afternm(padded, nonce, sodium.crypto_box_beforenm(peer, secret))


def meta(ident: bytes = MESSAGE_ID, sent: int = SENT, tail: bytes = b"") -> bytes:
    return bytes([len(ident)]) + ident + sent.to_bytes(8, "big", signed=True) + tail


def item(
    name: str,
    *,
    notifier=NOTIFIER,
    inner: bytes | None = None,
    server="smp8.simplex.im,beccx4yfxxbvyhqypaavemqurytl6hozr47wfc7uuecacjqdvwpw2xid.onion",
    sent="1719000001",
    nonce: bytes | None = None,
    sealed: bytes | None = None,
) -> bytes:
    nonce = drawn(f"{name}, meta nonce", 24) if nonce is None else nonce
    if sealed is None:
        sealed = box(
            pad(meta(), 128) if inner is None else inner,
            nonce[:24].ljust(24, b"\0"),
            QUEUE_SECRET,
            QUEUE_PEER,
        )
    digest = b64url(drawn("simplex server", 32), True)
    return f"smp://{digest}@{server}/{notifier} {sent} {b64url(nonce)} {b64url(sealed, True)}".encode()


def push(name: str, content, *, kind="message", length=3072, padded: bytes | None = None, **changes) -> dict:
    nonce = drawn(f"{name}, nonce", 24)
    sealed = box(pad(plaintext_of(content), length) if padded is None else padded, nonce)
    return {"aps": APS, "notificationData": {"nonce": b64url(nonce), kind: b64url(sealed, True)} | changes}


def collect(vectors: Collection):
    folder = Folder(vectors, "simplex", (TOKEN,), envelope="simplex")
    published(folder)
    good(folder)
    keys(folder)
    damage(folder)
    shapes(folder)


def published(folder: Folder):
    source = "An independent sender; no server has published one"
    halves = {"secret": SIMPLEX["client_priv"], "peer": SIMPLEX["server_pub"]}
    raw = {"shared": SIMPLEX["token_dh_secret"]}
    notifier = "Dqko8yYEUifvJJsGOf89lrXepqSDyubK"
    for name, token in (("halves", halves), ("shared", raw)):
        folder.good(
            "o",
            f"known_message_{name}",
            f"{source}: 4310 bytes, two items, the key as {name}.",
            SIMPLEX["push_json"],
            (key("simplex", token),),
            type="message",
            account=notifier,
            title=TITLE,
            body=BODY,
        )
        folder.good(
            "o",
            f"known_verification_{name}",
            f"{source}: a verification, the key as {name}.",
            SIMPLEX["verification_json"],
            (key("simplex", token),),
            type="verification",
            title="Setting Up Notifications",
            body="Open the app to finish",
        )
    assert len(compact(SIMPLEX["push_json"]).encode()) == 4310
    folder.good(
        "o",
        "known_check",
        f"{source}: nothing sealed.",
        SIMPLEX["check_json"],
        (),
        "plain",
        type="check",
        title="Checking for Messages",
        body="Open the app to see what is new",
    )
    folder.good(
        "o",
        "known_verification_short",
        f"{source}: a padding of 64.",
        SELF_SIMPLEX_VERIFICATION,
        type="verification",
    )
    folder.bad(
        "k",
        "known_message_as_secretbox_key",
        "The key after HSalsa20 is not the raw secret.",
        SIMPLEX["push_json"],
        "authentication-failed",
        keys=(
            key("simplex", {"shared": "abaa0d2c828660ef5129de859f2c4e78dc3f5d493b3d8f1bf0f42a8b454d950a"}),
        ),
    )
    folder.bad(
        "e",
        "known_message_below_limit",
        "4310 bytes above a limit of 4096.",
        SIMPLEX["push_json"],
        "too-large",
        keys=(key("simplex", halves),),
        max_payload=4096,
    )
    folder.good(
        "e",
        "known_message_at_limit",
        "4310 bytes at a limit of 4310.",
        SIMPLEX["push_json"],
        (key("simplex", halves),),
        type="message",
        max_payload=4310,
    )


def good(folder: Folder):
    name = "good"
    folder.good(
        "m",
        "message_one",
        "One item, no key for its queue.",
        push(name, item(name)),
        type="message",
        account=NOTIFIER,
        title=TITLE,
        body=BODY,
    )
    folder.good(
        "m",
        "message_one_with_queue_key",
        "One item and the queue's key.",
        push(name, item(name)),
        (TOKEN, QUEUE),
        type="message",
        account=NOTIFIER,
        id=b64url(MESSAGE_ID),
        created_at=SENT,
    )
    shared = key(f"simplex:{NOTIFIER}", {"shared": sodium.crypto_scalarmult(QUEUE_SECRET, QUEUE_PEER).hex()})
    folder.good(
        "m",
        "message_one_with_raw_queue_key",
        "The queue's key as the raw secret.",
        push(name, item(name)),
        (TOKEN, shared),
        account=NOTIFIER,
        id=b64url(MESSAGE_ID),
        created_at=SENT,
    )
    folder.good(
        "k",
        "key_shared",
        "The token's key as the raw secret.",
        push(name, item(name)),
        (key("simplex", {"shared": SHARED.hex()}),),
        account=NOTIFIER,
    )
    for count in range(2, 7):
        items = [item(f"{name} {n}", notifier=b64url(drawn(f"other {n}", 24))) for n in range(1, count)]
        folder.good(
            "m",
            f"message_{count}",
            f"{count} items: the last one counts.",
            push(f"{name} {count}", b";".join([*items, item(name)])),
            (TOKEN, QUEUE),
            account=NOTIFIER,
            id=b64url(MESSAGE_ID),
        )
        folder.good(
            "m",
            f"message_{count}_last_unknown",
            f"{count} items: the last is of a queue without key.",
            push(f"{name} {count} last", b";".join([item(name), *items])),
            (TOKEN, QUEUE),
            account=b64url(drawn(f"other {count - 1}", 24)),
        )
    for what, server in (
        ("port", "localhost:5001"),
        ("ipv4", "127.0.0.1"),
        ("ipv6", "[::1]"),
        ("three_hosts", "a.im,b.im,c.onion:443"),
        ("empty_port", "smp.im:"),
    ):
        folder.good(
            "m",
            f"server_{what}",
            "Another way to name a server.",
            push(name, item(name, server=server)),
            account=NOTIFIER,
        )
    folder.good(
        "m",
        "verification_32_bytes",
        "A registration code.",
        push(name, bytes(range(32)), kind="verification"),
        type="verification",
    )
    folder.good(
        "m", "sent_before_1970", "A time before 1970.", push(name, item(name, sent="-1")), account=NOTIFIER
    )


def keys(folder: Folder):
    name = "keys"
    sealed = push(name, item(name))
    other = key("simplex", {"secret": "11" * 32, "peer": PEER.hex()})
    folder.good(
        "k",
        "generation_previous",
        "Sealed before the last rotation.",
        sealed,
        (other, TOKEN),
        account=NOTIFIER,
    )
    folder.missing("key_missing", "An empty keystore.", sealed)
    folder.missing("key_of_queue_only", "The queue's key is not the token's.", sealed, keys=(QUEUE,))
    folder.missing("key_missing_verification", "An empty keystore.", push(name, b"c", kind="verification"))
    folder.unopened("key_wrong_secret", "Another secret.", sealed, keys=(other,))
    folder.unopened(
        "key_wrong_peer",
        "Another server.",
        sealed,
        keys=(key("simplex", {"secret": SECRET.hex(), "peer": QUEUE_PEER.hex()}),),
    )
    folder.unopened(
        "key_wrong_shared", "Another raw secret.", sealed, keys=(key("simplex", {"shared": "22" * 32}),)
    )
    folder.unopened(
        "key_of_the_queue",
        "The queue's key in the token's slot.",
        sealed,
        keys=(key("simplex", {"secret": QUEUE_SECRET.hex(), "peer": QUEUE_PEER.hex()}),),
    )
    folder.keystores(sealed)
    folder.good(
        "k",
        "check_while_locked",
        "Nothing sealed, a locked keystore.",
        SIMPLEX["check_json"],
        (),
        "plain",
        keystore="locked",
        type="check",
    )


def damage(folder: Folder):
    name = "damage"
    nonce = drawn(f"{name}, nonce", 24)
    sealed = box(pad(item(name), 512), nonce)

    def sent(sealed: bytes | str, n: bytes = nonce) -> dict:
        text = sealed if isinstance(sealed, str) else b64url(sealed, True)
        return {"notificationData": {"nonce": b64url(n), "message": text}}

    folder.good(
        "o",
        "damage_none",
        "What the damaged ones are made of, unpadded base64 too.",
        sent(b64url(sealed)),
        account=NOTIFIER,
    )
    for part, bit in (
        ("tag_first", 0),
        ("tag_last", 127),
        ("length", 128),
        ("cipher", 8 * 40),
        ("padding", -1),
    ):
        folder.unopened(f"damage_{part}", "One bit.", sent(flip(sealed, bit)))
    for bit in (0, 64, 127, 128, 191):
        folder.unopened(f"damage_nonce_{bit}", "One bit of the nonce.", sent(sealed, flip(nonce, bit)))
    folder.unopened("damage_cut_by_one", "A byte missing.", sent(sealed[:-1]))
    folder.unopened("damage_longer_by_one", "A byte more.", sent(sealed + b"\0"))
    folder.unopened(
        "damage_tag_behind",
        "The tag behind the ciphertext, as in SimpleX' files.",
        sent(sealed[16:] + sealed[:16]),
    )
    folder.unopened("damage_tag_only", "A tag and nothing under it.", sent(sealed[:16]))
    folder.unopened(
        "damage_secretbox",
        "Sealed by NaCl's secretbox with the raw secret.",
        sent(sodium.crypto_secretbox(pad(item(name), 512), nonce, SHARED)),
    )
    for length in (0, 1, 15):
        folder.malformed(f"box_of_{length}_bytes", "Shorter than a tag.", sent(sealed[:length]))
    for length in (0, 12, 16, 22, 23, 25, 26, 32, 48):
        folder.malformed(
            f"nonce_of_{length}_bytes",
            f"A nonce of {length} bytes; SimpleX itself would cut or fill it.",
            sent(sealed, (nonce + nonce)[:length]),
        )
    zeros = bytes(23) + b"\0"
    cut = box(pad(item(name), 512), zeros)
    folder.malformed(
        "nonce_short_of_zeros", "A nonce of 23 zeros; filled up it would open.", sent(cut, bytes(23))
    )
    folder.malformed("nonce_long_of_zeros", "A nonce of 25 zeros; cut it would open.", sent(cut, bytes(25)))
    text = b64url(sealed, True)
    for what, comment, spelled in (
        ("standard", "A letter of the other base64.", "+" + text[1:]),
        ("space", "A space.", text[:10] + " " + text[10:]),
        (
            "padding_half",
            "Half of the padding.",
            text.rstrip("=") + "=" if text.endswith("==") else text.rstrip("=") + "==",
        ),
        ("padding_inside", "Padding in the middle.", text[:8] + "==" + text[8:]),
        ("line_feed", "A line feed behind.", text + "\n"),
    ):
        folder.malformed(f"text_{what}", comment, sent(spelled))


def shapes(folder: Folder):
    name = "shapes"
    whole = push(name, item(name))["notificationData"]
    wrap = lambda data: {"aps": APS, "notificationData": data}  # noqa: E731
    folder.good(
        "e",
        "shape_in_fcm_data",
        "In the data of an FCM send body.",
        {"message": {"data": wrap(whole)}},
        type="message",
    )
    folder.good("e", "shape_other_names", "Names nobody knows.", wrap(whole | {"x": 1}), type="message")
    folder.malformed("shape_without_nonce", "No nonce.", wrap({"message": whole["message"]}))
    folder.malformed("shape_nonce_only", "A nonce and nothing sealed.", wrap({"nonce": whole["nonce"]}))
    folder.malformed("shape_empty", "An empty object.", wrap({}))
    folder.malformed("shape_check_false", "checkMessages is false.", wrap({"checkMessages": False}))
    folder.malformed("shape_check_text", "checkMessages is a text.", wrap({"checkMessages": "true"}))
    folder.malformed("shape_check_number", "checkMessages is 1.", wrap({"checkMessages": 1}))
    folder.malformed(
        "shape_message_and_verification",
        "Two things at once.",
        wrap(whole | {"verification": whole["message"]}),
    )
    folder.malformed("shape_message_and_check", "Two things at once.", wrap(whole | {"checkMessages": True}))
    for field in ("nonce", "message"):
        for kind, value in (
            ("number", 5),
            ("null", None),
            ("list", [whole[field]]),
            ("object", {}),
            ("bool", True),
            ("empty", ""),
        ):
            folder.malformed(
                f"shape_{field}_{kind}", f"The {field} is a {kind}.", wrap(whole | {field: value})
            )
        twice = compact(wrap(whole))[:-2] + f",{compact(field)}:{compact(whole[field])}}}}}"
        folder.malformed(f"shape_{field}_twice", f"The {field} twice.", twice)
    folder.malformed(
        "shape_data_twice",
        "Two objects.",
        '{"notificationData":{"checkMessages":true},"notificationData":{"checkMessages":true}}',
    )
