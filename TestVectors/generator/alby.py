"""Alby Go: NIP-44 and NIP-04 under the secret of one wallet connection.

NIP-44 is sealed by `Tests/Interop/nip44.py` with the conversation key of nip44.vectors.json's first
vector (secrets 1 and 2), so that nostr-sdk can open what is whole.
"""

import base64

import nip44
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .collection import Collection
from .families import Folder, b64, flip, key, plaintext_of
from .published_families import SELF_ALBY_NIP44
from .scene import compact

APP = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
OTHER_APP = "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
CONVERSATION = bytes.fromhex("c41c775356fd92eadc63ff5a0dc1da211b268cbea22316767095b2871ea1412d")
X = bytes.fromhex("7ce22696eb0e303ddaa491bdf2a56b79d249f2d861b8e012a933e01dc4beba81")
NEW = key(f"alby:{APP}", {"secret": CONVERSATION.hex(), "version": "1.0"})
OLD = key(f"alby:{APP}", {"secret": X.hex(), "version": "0.0"})
NONCE = bytes(range(32))
IV = bytes(range(16))
RECEIVED = {
    "notification_type": "payment_received",
    "notification": {"amount": 21000, "description": "coffee"},
}


def body(content, app=APP) -> dict:
    return {"body": {"appPubkey": app, "content": content}}


def push(message, app=APP, **more) -> dict:
    return body(nip44.seal(CONVERSATION, NONCE, plaintext_of(message), **more), app)


def push_old(message, secret: bytes = X, padded: bytes | None = None) -> dict:
    if padded is None:
        padder = block_padding.PKCS7(128).padder()
        padded = padder.update(plaintext_of(message)) + padder.finalize()
    sealer = Cipher(algorithms.AES(secret), modes.CBC(IV)).encryptor()
    return body(f"{b64(sealer.update(padded))}?iv={b64(IV)}")


def of_length(length: int) -> bytes:
    """A message of so many bytes."""
    frame = plaintext_of({"notification_type": "payment_sent", "x": ""})
    return frame[:-2] + b"x" * (length - len(frame)) + frame[-2:]


def collect(vectors: Collection):
    folder = Folder(vectors, "alby", (NEW,), envelope="alby-nip44", unauthenticated=None)
    older = Folder(vectors, "alby", (OLD,), envelope="alby-nip04", unauthenticated=True)
    shapes(folder)
    keys(folder, older)
    payloads(folder)
    paddings(folder)
    legacy(older)


def shapes(folder: Folder):
    shown = {"type": "paymentReceived", "title": "Received 21 sats", "body": "coffee", "amount_msat": 21000}
    folder.good("o", "known_nip44", "An independent sender.", SELF_ALBY_NIP44, **shown)
    whole = push(RECEIVED)
    folder.good("e", "shape_text", "FCM: the object as JSON text.", {"body": compact(whole["body"])}, **shown)
    folder.good(
        "e",
        "shape_fcm",
        "FCM: the text in the data of a send body.",
        {"message": {"data": {"body": compact(whole["body"])}}},
        **shown,
    )
    folder.good(
        "e", "shape_app_in_capitals", "The public key in capitals.", push(RECEIVED, APP.upper()), **shown
    )
    folder.unknown("shape_body_words", "A body that is words.", {"body": "Hello"})
    folder.unknown("shape_body_other_object", "A body that is something else's.", {"body": {"x": 1}})
    folder.unknown("shape_without_app", "No public key.", {"body": {"content": whole["body"]["content"]}})
    folder.unknown("shape_without_content", "No content.", {"body": {"appPubkey": APP}})
    folder.unknown("shape_body_list", "The object in a list.", {"body": [whole["body"]]})
    for app in ("", APP[:-1], APP[:-2], APP + "0", "g" + APP[1:], "02" + APP):
        folder.malformed(
            f"shape_app_{len(app)}_{app[:1] or 'x'}",
            f"A public key of {len(app)} characters.",
            push(RECEIVED, app),
        )
    for kind, value in (("number", 1), ("null", None), ("list", [APP])):
        folder.malformed(f"shape_app_{kind}", f"The public key is a {kind}.", push(RECEIVED, value))
        folder.malformed(f"shape_content_{kind}", f"The content is a {kind}.", body(value))
    for field in ("appPubkey", "content"):
        inner = compact(whole["body"])
        folder.malformed(
            f"shape_{field.lower()}_twice",
            f"The {field} twice.",
            f'{{"body":{inner[:-1]},{compact(field)}:{compact(whole["body"][field])}}}}}',
        )


def keys(folder: Folder, older: Folder):
    good = push(RECEIVED)
    wrong = key(f"alby:{APP}", {"secret": "11" * 32, "version": "1.0"})
    other = key(f"alby:{OTHER_APP}", {"secret": CONVERSATION.hex(), "version": "1.0"})
    folder.good(
        "k",
        "keys_of_two",
        "Two wallet connections.",
        good,
        (other.replace("c41c", "0000"), NEW),
        type="paymentReceived",
    )
    folder.good(
        "k", "keys_previous", "Sealed before the last rotation.", good, (wrong, NEW), type="paymentReceived"
    )
    folder.unopened("keys_wrong", "Another conversation key.", good, keys=(wrong,))
    folder.unopened(
        "keys_x_for_nip44",
        "The X coordinate itself is not the conversation key.",
        good,
        keys=(key(f"alby:{APP}", {"secret": X.hex(), "version": "1.0"}),),
    )
    folder.unopened(
        "keys_version_0",
        "The right secret under the version of NIP-04.",
        good,
        keys=(key(f"alby:{APP}", {"secret": CONVERSATION.hex(), "version": "0.0"}),),
    )
    folder.missing("keys_other_connection", "A key for another connection.", good, keys=(other,))
    folder.missing("keys_none", "An empty keystore.", good)
    folder.keystores(good)
    sent = push_old(RECEIVED)
    older.good(
        "k", "keys_old", "A key of version 0.0 for NIP-04.", sent, type="paymentReceived", amount_msat=21000
    )
    older.unopened(
        "keys_old_version_1",
        "The right secret under the version of NIP-44.",
        sent,
        keys=(key(f"alby:{APP}", {"secret": X.hex(), "version": "1.0"}),),
    )
    older.missing("keys_old_none", "An empty keystore.", sent)


def payloads(folder: Folder):
    whole = base64.b64decode(push(RECEIVED)["body"]["content"])
    vector = "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABee0G5VSK0/9YypIObAtDKfYEAjD35uVkHyB0F4DwrcNaCXlCWZKaArsGrY6M9wnuTMxWfp1RTN9Xga8no+kF5Vsb"
    folder.bad_message(
        "nip44_published_0",
        "From paulmillr/nip44 nip44.vectors.json, the first: opens, and is no JSON.",
        body(vector),
    )
    for part, at in (
        ("nonce", 1),
        ("nonce_end", 32),
        ("cipher", 33),
        ("cipher_end", len(whole) - 33),
        ("mac", len(whole) - 32),
        ("mac_end", len(whole) - 1),
    ):
        folder.unopened(
            f"nip44_{part}_flipped", f"One bit of the {part}.", body(b64(flip(whole, at * 8 + 7)))
        )
    for count in (1, 16, 32):
        folder.unopened(
            f"nip44_cut_by_{count}", f"{count} bytes missing at the end.", body(b64(whole[:-count]))
        )
    folder.unopened("nip44_longer_by_one", "A zero byte more.", body(b64(whole + b"\0")))
    folder.unopened("nip44_mac_zero", "A MAC of zeros.", body(b64(whole[:-32] + bytes(32))))
    folder.unopened("nip44_least", "99 bytes, the least there can be.", body(b64(whole[:67] + whole[-32:])))
    folder.malformed("nip44_below_least", "98 bytes.", body(b64(whole[:66] + whole[-32:])))
    for length in (0, 1, 32, 33, 65):
        folder.malformed(f"nip44_of_{length}_bytes", f"{length} bytes.", body(b64(whole[:length])))
    folder.unopened(
        "nip44_largest",
        "65603 bytes, the most there can be.",
        body(b64(whole[:33] + bytes(65538) + whole[-32:])),
        max_payload=100000,
    )
    folder.malformed(
        "nip44_above_largest",
        "65604 bytes.",
        body(b64(whole[:33] + bytes(65539) + whole[-32:])),
        max_payload=100000,
    )
    for version in (0, 1, 3, 255):
        folder.malformed(
            f"nip44_version_{version}",
            f"Version {version}, sealed as version 2.",
            push(RECEIVED, version=version),
        )
    text = b64(whole)
    for name, spelled in (
        ("future", "#" + text),
        ("future_words", "#3 something else"),
        ("space", text[:8] + " " + text[8:]),
        ("url", "-_" + text[2:]),
        ("no_padding", b64(whole[:-1]).rstrip("=") + "A"),
        ("padding_inside", "Ag==" + text),
        ("line_feed", text + "\n"),
        ("empty", ""),
        ("hexadecimal", whole.hex() + "0"),
    ):
        folder.malformed(f"nip44_text_{name}", "Not base64 as it should be.", body(spelled))


def paddings(folder: Folder):
    """One message in each class of length, and neighbours of the borders between them."""
    for length in (
        39,
        63,
        64,
        65,
        96,
        97,
        128,
        129,
        160,
        192,
        224,
        255,
        256,
        257,
        319,
        320,
        321,
        384,
        448,
        511,
        512,
        513,
        640,
        1024,
        1025,
        2048,
        3000,
    ):
        folder.good(
            "o",
            f"padding_{length}",
            f"A message of {length} bytes, padded to {nip44.padded_length(length)}.",
            push(of_length(length)),
            type="paymentSent",
        )

    def bad(name, comment, plaintext):
        folder.malformed(f"padding_bad_{name}", comment, push("", padded=plaintext))

    message = plaintext_of(RECEIVED)
    size, right = len(message), nip44.padded_length(len(message))
    prefix = size.to_bytes(2, "big")
    bad("none", "No padding.", prefix + message)
    bad("by_one_short", "A byte of padding missing.", prefix + message.ljust(right - 1, b"\0"))
    bad("by_one_long", "A byte of padding more.", prefix + message.ljust(right + 1, b"\0"))
    bad("next_class", "The padding of the next class.", prefix + message.ljust(right + 32, b"\0"))
    bad("length_zero", "A length of zero.", b"\0\0" + bytes(32))
    bad(
        "length_too_large",
        "A length behind the end.",
        (right + 1).to_bytes(2, "big") + message.ljust(right, b"\0"),
    )
    bad("length_65535", "A length of 65535.", b"\xff\xff" + message.ljust(right, b"\0"))
    bad(
        "length_of_padded",
        "The padded length for the length of a message of 256.",
        (257).to_bytes(2, "big") + bytes(256),
    )
    bad("length_little_endian", "A length the other way round.", prefix[::-1] + message.ljust(right, b"\0"))
    bad(
        "power_of_two",
        "Padded to a power of two, as nobody does.",
        (300).to_bytes(2, "big") + of_length(300).ljust(512, b"\0"),
    )
    folder.good(
        "o",
        "padding_not_zero",
        "Padding need not be zeros, as far as NIP-44 says.",
        push("", padded=prefix + message.ljust(right, b"#")),
        type="paymentReceived",
    )


def legacy(folder: Folder):
    folder.bad_message(
        "nip04_published",
        "From nbd-wtf/nostr-tools nip04.test.ts: opens, and is no JSON.",
        body("zJxfaJ32rN5Dg1ODjOlEew==?iv=EV5bUjcc4OX2Km/zPp4ndQ=="),
    )
    good = push_old(RECEIVED)["body"]["content"]
    sealed, iv = good.split("?iv=")
    raw = base64.b64decode(sealed)
    for length in (45, 46, 47, 48, 49, 64):
        folder.good(
            "o",
            f"nip04_of_{length}",
            f"A message of {length} bytes.",
            push_old(of_length(length)),
            type="paymentSent",
            title="Payment Sent",
        )
    for count in (0, 17, 32, 255):
        end = bytes([count]) * (16 if count in (0, 17, 32, 255) else count)
        folder.unopened(
            f"nip04_padding_{count}", f"Padding bytes of {count}.", push_old("", padded=of_length(48) + end)
        )
    folder.unopened(
        "nip04_padding_uneven", "Padding bytes that differ.", push_old("", padded=of_length(45) + b"\3\2\3")
    )
    folder.unopened(
        "nip04_wrong_key",
        "Another secret: the padding gives it away.",
        body(good),
        keys=(key(f"alby:{APP}", {"secret": "11" * 32, "version": "0.0"}),),
    )
    folder.unopened(
        "nip04_last_block_flipped", "One bit of the last block.", body(f"{b64(flip(raw, -9))}?iv={iv}")
    )
    folder.bad_message(
        "nip04_first_block_flipped",
        "One bit of the first block: nothing notices but JSON.",
        body(f"{b64(flip(raw, 3))}?iv={iv}"),
    )
    folder.bad_message(
        "nip04_iv_flipped",
        "One bit of the IV turns the first bracket.",
        body(f"{sealed}?iv={b64(flip(IV, 7))}"),
    )
    folder.unopened(
        "nip04_last_block_missing", "A block missing at the end.", body(f"{b64(raw[:-16])}?iv={iv}")
    )
    for length in (0, 8, 12, 15, 17, 24, 32):
        folder.malformed(
            f"nip04_iv_of_{length}",
            f"An IV of {length} bytes.",
            body(f"{sealed}?iv={b64((IV + IV)[:length])}"),
        )
    for length in (0, 1, 15, 17, 31):
        folder.malformed(
            f"nip04_of_{length}_bytes",
            f"{length} bytes, which are no blocks.",
            body(f"{b64(raw[:length])}?iv={iv}"),
        )
    for name, spelled in (
        ("iv_twice", f"{good}?iv={iv}"),
        ("iv_empty", f"{sealed}?iv="),
        ("nothing", "?iv="),
        ("space", f"{sealed} ?iv={iv}"),
        ("url", f"-_{sealed[2:]}?iv={iv}"),
        ("iv_url", f"{sealed}?iv=-_{iv[2:]}"),
        ("behind", f"{good}&x=1"),
    ):
        folder.malformed(f"nip04_text_{name}", "Not what NIP-04 writes.", body(spelled))
