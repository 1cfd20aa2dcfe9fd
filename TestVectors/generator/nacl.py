"""Threema, Home Assistant, Session and Reown: one key, one nonce, one tag each."""

import json

import nacl.bindings as sodium
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from .collection import Collection
from .families import (
    KEY,
    KEY_TEXT,
    NONCE,
    OTHER,
    Boxes,
    Folder,
    b64,
    key,
    not_messages,
    plaintext_of,
    secretbox,
)
from .published_families import REOWN_TYPE0, SELF_HA, SELF_THREEMA, SESSION_PUSH
from .scene import compact

CATALOG = {"title": "New Message", "body": "Open the app to read it"}


def collect(vectors: Collection):
    home_assistant(Folder(vectors, "nacl", (key("homeassistant", KEY_TEXT),), envelope="home-assistant"))
    threema(Folder(vectors, "nacl", (key("threema", KEY_TEXT),), envelope="threema"))
    session(Folder(vectors, "nacl", (key("session", KEY_TEXT),), envelope="session"))
    reown(Folder(vectors, "nacl", (key(f"reown:{TOPIC}", KEY_TEXT),), envelope="reown"))


def slots(folder: Folder, name: str, slot: str, push):
    """The key that is there, and the keys that are not."""
    wrong = key(slot, OTHER.hex())
    folder.good(
        "k", f"{name}_key_previous", "Sealed before the last rotation.", push, (wrong, key(slot, KEY_TEXT))
    )
    folder.unopened(f"{name}_key_wrong", "Another key.", push, keys=(wrong,))
    folder.missing(f"{name}_key_missing", "An empty keystore.", push)
    others = [
        key(s, KEY_TEXT) for s in ("threema", "session", "homeassistant", "bisq", "zulip:10") if s != slot
    ]
    folder.missing(
        f"{name}_key_of_others", "The same bytes under the names of other formats.", push, keys=tuple(others)
    )
    folder.bad(
        "k", f"{name}_keystore_locked", "The keystore is locked.", push, "keystore-locked", keystore="locked"
    )
    folder.bad(
        "k",
        f"{name}_keystore_corrupt",
        "The keystore is corrupt.",
        push,
        "keystore-unavailable",
        keystore="corrupt",
    )


def kinds(folder: Folder, prefix: str, field: str, whole: dict, wrap=lambda fields: fields):
    twice = compact(wrap(whole))
    inner = compact(whole)
    folder.malformed(
        f"{prefix}_field_{field}_twice",
        f"The {field} twice.",
        twice.replace(inner, inner[:-1] + f",{compact(field)}:{compact(whole[field])}}}"),
    )


def home_assistant(folder: Folder):
    push = lambda message: {
        "encrypted": True,
        "encrypted_data": b64(NONCE + secretbox(message)),
        "webhook_id": "w1",
    }  # noqa: E731
    hello = {"message": "hello"}
    folder.good(
        "o", "ha_known", "An independent sender.", SELF_HA, type="message", title="New Message", body="hello"
    )
    legacy = KEY.hex()[:32].encode().ljust(32, b"\0")
    folder.good(
        "o",
        "ha_known_legacy_key",
        "The key as versions before 2022.3 made it from the same digits.",
        {
            "encrypted": True,
            "encrypted_data": "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7emJZaEUO39M7UvB4ZIxUAmi7drw2YGUuYfPk/Ppb/ELHoPM=",
        },
        (key("homeassistant", legacy.hex()),),
        body="hello",
    )
    folder.good(
        "m",
        "ha_title",
        "With a title.",
        push(hello | {"title": "Door", "data": {"tag": "x"}}),
        title="Door",
        body="hello",
    )
    folder.good(
        "m",
        "ha_title_null",
        "A title that is null.",
        push(hello | {"title": None}),
        **CATALOG | {"body": "hello"},
    )
    folder.good(
        "m",
        "ha_message_empty",
        "An empty message.",
        push({"title": "Door", "message": ""}),
        title="Door",
        body=CATALOG["body"],
    )
    slots(folder, "ha", "homeassistant", push(hello))
    Boxes(folder, "ha_box", lambda text: {"encrypted": True, "encrypted_data": text}).damage(
        NONCE + secretbox(hello), {"nonce": 0, "tag": 24, "cipher": 40}, 40
    )
    kinds(folder, "ha", "encrypted", push(hello))
    kinds(folder, "ha", "encrypted_data", push(hello))
    data = push(hello)["encrypted_data"]
    folder.unknown("ha_encrypted_false", "encrypted is false.", {"encrypted": False, "encrypted_data": data})
    folder.unknown("ha_encrypted_number", "encrypted is 1.", {"encrypted": 1, "encrypted_data": data})
    folder.unknown(
        "ha_encrypted_text",
        "encrypted is the text true: Simplepush's.",
        {"encrypted": "true", "encrypted_data": data},
    )
    folder.unknown("ha_without_encrypted", "No mark.", {"encrypted_data": data})
    folder.unknown("ha_without_data", "Nothing sealed.", {"encrypted": True})
    not_messages(folder, "ha", push, hello)
    folder.bad_message("ha_without_message", "No message.", push({"title": "Door"}))
    for kind, value in (("number", 1), ("list", []), ("null", None)):
        folder.bad_message(f"ha_message_{kind}", f"The message is a {kind}.", push({"message": value}))
    folder.bad_message("ha_message_twice", "Two messages.", push('{"message":"a","message":"b"}'))
    folder.bad_message("ha_title_number", "The title is a number.", push(hello | {"title": 1}))


def threema(folder: Folder):
    wrap = lambda box, nonce=b64(NONCE): {"threema": {"nonce": nonce, "box": box}}  # noqa: E731
    push = lambda message: wrap(b64(secretbox(message)))  # noqa: E731
    new = {"cmd": "newmsg", "from": "ABCDEFGH", "messageId": "0123456789abcdef", "voip": False}
    ident = new["messageId"]
    folder.good(
        "o", "threema_known", "An independent sender.", SELF_THREEMA, type="message", id=ident, **CATALOG
    )
    folder.good(
        "m", "threema_group", "In a group.", push(new | {"cmd": "newgroupmsg"}), type="message", id=ident
    )
    folder.good(
        "m",
        "threema_call",
        "A call.",
        push(new | {"voip": True}),
        type="call",
        title="Incoming Call",
        body="Open the app to answer it",
        id=ident,
    )
    folder.good(
        "m", "threema_call_text", "A call, said by a text.", push(new | {"voip": "true"}), type="call"
    )
    folder.good(
        "m", "threema_no_call_text", "No call, said by a text.", push(new | {"voip": "false"}), type="message"
    )
    folder.good("m", "threema_voip_null", "A call or not: null.", push(new | {"voip": None}), type="message")
    folder.good("m", "threema_least", "The command alone.", push({"cmd": "newmsg"}), type="message")
    slots(folder, "threema", "threema", push(new))
    Boxes(folder, "threema_box", wrap).damage(secretbox(new), {"tag": 0, "cipher": 16}, 16)
    for length in (0, 8, 12, 16, 22, 23, 25, 26, 48):
        folder.malformed(
            f"threema_nonce_{length}",
            f"A nonce of {length} bytes.",
            wrap(b64(secretbox(new)), b64((NONCE + NONCE)[:length])),
        )
    folder.unopened(
        "threema_nonce_flipped",
        "One bit of the nonce.",
        wrap(b64(secretbox(new)), b64(bytes([NONCE[0] ^ 1]) + NONCE[1:])),
    )
    fields = push(new)["threema"]
    for field in fields:
        kinds(folder, "threema", field, fields, lambda inner: {"threema": inner})
    for kind, value in (("number", 1), ("null", None), ("list", [])):
        folder.malformed(f"threema_nonce_{kind}", f"The nonce is a {kind}.", wrap(b64(secretbox(new)), value))
    folder.malformed("threema_without_nonce", "No nonce.", {"threema": {"box": fields["box"]}})
    folder.malformed("threema_empty", "An empty object.", {"threema": {}})
    not_messages(folder, "threema", push, new)
    for name, message, reason in (
        ("cmd_unknown", {"cmd": "ping"}, "unknown-type"),
        ("cmd_empty", {"cmd": ""}, "unknown-type"),
        ("cmd_missing", {"from": "ABCDEFGH"}, "malformed-message"),
        ("cmd_number", {"cmd": 1}, "malformed-message"),
        ("cmd_twice", '{"cmd":"newmsg","cmd":"newmsg"}', "malformed-message"),
        ("voip_number", new | {"voip": 1}, "malformed-message"),
        ("id_number", new | {"messageId": 5}, "malformed-message"),
        ("id_too_long", new | {"messageId": "x" * 129}, "malformed-message"),
    ):
        folder.bad_message(f"threema_{name}", "Not what Threema writes.", push(message), reason)


def bencoded(*parts: bytes) -> bytes:
    return b"l" + b"".join(b"%d:%s" % (len(part), part) for part in parts) + b"e"


def session(folder: Folder):
    def seal(plaintext: bytes, secret=KEY) -> bytes:
        return NONCE + sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, b"", NONCE, secret)

    wrap = lambda text: {"spns": True, "enc_payload": text}  # noqa: E731
    push = lambda plaintext: wrap(b64(seal(plaintext)))  # noqa: E731
    details = {"@": "05" + "ab" * 32, "#": "hash1", "n": 0, "t": 1700000000000, "z": 0, "l": 4}
    inner = plaintext_of(details)
    good = bencoded(inner, b"\1\2\3\4")
    shown = {"type": "message", "id": "hash1"} | CATALOG
    folder.good("m", "session_message", "Details and the sealed message.", push(good), **shown)
    folder.good(
        "m",
        "session_details_only",
        "A message that was too long to send along.",
        push(bencoded(inner)),
        **shown,
    )
    folder.good("m", "session_data_empty", "An empty second string.", push(bencoded(inner, b"")), **shown)
    folder.good(
        "m",
        "session_data_binary",
        "A second string with brackets and zeros.",
        push(bencoded(inner, b"le\0:e" * 9)),
        **shown,
    )
    for zeros in (1, 3, 255, 1000):
        folder.good(
            "o", f"session_padding_{zeros}", f"{zeros} zeros behind.", push(good + bytes(zeros)), **shown
        )
    folder.good("m", "session_without_hash", "No hash.", push(bencoded(b'{"@":"05"}')), type="message")
    folder.good("e", "session_spns_text", "spns is a text.", push(good) | {"spns": "1"}, **shown)
    folder.good("e", "session_spns_number", "spns is a number.", push(good) | {"spns": 1}, **shown)
    folder.bad_message(
        "session_published_bare",
        "From session-foundation/libsession-util tests/test_session_encrypt.cpp: opens, and is no list.",
        SESSION_PUSH,
        keys=(key("session", "0123456789abcdef0123456789abcdeffedcba9876543210fedcba9876543210"),),
    )
    slots(folder, "session", "session", push(good))
    Boxes(folder, "session_box", wrap).damage(
        seal(good), {"nonce": 0, "nonce_end": 23, "cipher": 24, "tag": len(seal(good)) - 1}, 40
    )
    folder.unopened("session_as_secretbox", "Sealed by NaCl's secretbox.", wrap(b64(NONCE + secretbox(good))))
    kinds(folder, "session", "spns", push(good))
    kinds(folder, "session", "enc_payload", push(good))
    folder.unknown("session_without_spns", "No mark.", {"enc_payload": b64(seal(good))})
    folder.unknown("session_without_payload", "A mark and nothing else.", {"spns": True})
    for name, plaintext in (
        ("empty", b""),
        ("zeros", bytes(20)),
        ("list_empty", b"le"),
        ("list_open", good[:-1]),
        ("list_of_list", b"l" + good + b"e"),
        ("dictionary", b"d1:a1:be"),
        ("three_strings", bencoded(inner, b"a", b"b")),
        ("number_first", b"li5e" + good[1:]),
        ("json", inner),
        ("json_string", bencoded(json.dumps("x").encode())),
        ("json_array", bencoded(b"[]")),
        ("json_cut", bencoded(inner[:-1])),
        ("length_too_long", b"l9999:" + inner + b"e"),
        ("length_by_one_too_long", b"l%d:%se" % (len(inner) + 2, inner)),
        ("length_by_one_too_short", b"l%d:%se" % (len(inner) - 1, inner)),
        ("length_negative", b"l-1:" + inner + b"e"),
        ("length_huge", b"l99999999999999999999999:" + inner + b"e"),
        ("length_missing", b"l:" + inner + b"e"),
        ("trailing", good + b"x"),
        ("trailing_end", good + b"e"),
        ("hash_number", bencoded(b'{"#":5}')),
        ("hash_twice", bencoded(b'{"#":"a","#":"b"}')),
        ("hash_too_long", bencoded(plaintext_of({"#": "x" * 129}))),
        ("not_utf8", bencoded(b'{"#":"\xff"}')),
    ):
        folder.bad_message(f"session_{name}", "Not what Session writes.", push(plaintext))


TOPIC = "a" * 64


def reown(folder: Folder):
    nonce = bytes(range(12))

    def seal(message, kind=b"\0", secret=KEY) -> bytes:
        return kind + nonce + ChaCha20Poly1305(secret).encrypt(nonce, plaintext_of(message), None)

    def wrap(text, tag=1108, topic=TOPIC) -> dict:
        return {"topic": topic, "message": text, "tag": tag, "aps": {"mutable-content": 1}}

    call = {"id": 1700000000000001, "jsonrpc": "2.0", "method": "wc_sessionRequest", "params": {}}
    push = lambda message, tag=1108: wrap(b64(seal(message)), tag)  # noqa: E731
    for tag, kind, title in (
        (1100, "sessionProposal", "Connection Request"),
        (1108, "sessionRequest", "Wallet Request"),
        (1116, "sessionAuthenticate", "Sign-In Request"),
    ):
        folder.good(
            "m",
            f"reown_tag_{tag}",
            "A tag that is known.",
            push(call, tag),
            type=kind,
            title=title,
            body="Open your wallet to answer it",
            id=call["id"],
        )
    folder.good(
        "m",
        "reown_id_text",
        "An id that is a text.",
        push(call | {"id": "x1"}),
        type="sessionRequest",
        id="x1",
    )
    folder.good("m", "reown_without_id", "No id.", push({"method": "x"}), type="sessionRequest")
    folder.bad_message(
        "reown_published_bare",
        "From reown-com/reown-swift ChaChaPolyCodec_Test: opens, and is no JSON.",
        REOWN_TYPE0,
        keys=(
            key(
                f"reown:{REOWN_TYPE0['topic']}",
                "0653ca620c7b4990392e1c53c4a51c14a2840cd20f0f1524cf435b17b6fe988c",
            ),
        ),
    )
    two = (key(f"reown:{'b' * 64}", OTHER.hex()), key(f"reown:{TOPIC}", KEY_TEXT))
    folder.good("k", "reown_topic_of_two", "Two topics.", push(call), two, type="sessionRequest")
    folder.unopened(
        "reown_topic_swapped", "The other topic's key.", wrap(b64(seal(call)), topic="b" * 64), keys=two
    )
    folder.missing(
        "reown_topic_unknown", "A topic without key.", wrap(b64(seal(call)), topic="c" * 64), keys=two
    )
    slots(folder, "reown", f"reown:{TOPIC}", push(call))
    sealed = seal(call)
    Boxes(folder, "reown_box", wrap).damage(
        sealed, {"nonce": 1, "cipher": 13, "tag": len(sealed) - 1}, 29, spelling=False
    )
    text = b64(sealed)
    for name, spelled in (
        ("space", text[:8] + " " + text[8:]),
        ("padding_inside", "AA==" + text),
        ("other_alphabet", "A_-" + text[3:]),
        ("one_character_more", text.rstrip("=") + "AAAA"[: 1 + -len(text.rstrip("=")) % 4]),
    ):
        folder.malformed(f"reown_box_{name}", "Not base64 as it should be.", wrap(spelled))
    for kind in (1, 2, 3, 48, 255):
        folder.malformed(
            f"reown_type_{kind}", f"An envelope of type {kind}.", wrap(b64(bytes([kind]) + sealed[1:]))
        )
    folder.malformed(
        "reown_type_1_whole", "Type 1 with its public key.", wrap(b64(b"\1" + bytes(32) + sealed[1:]))
    )
    folder.malformed(
        "reown_type_2_whole", "Type 2, which is not encrypted.", wrap(b64(b"\2" + plaintext_of(call)))
    )
    folder.unopened(
        "reown_without_type", "The type left out of one whose nonce begins with zero.", wrap(b64(sealed[1:]))
    )
    for tag in (0, 1, 1101, 1109, 1117, 4000, -1):
        folder.bad(
            "m",
            f"reown_tag_{tag if tag >= 0 else 'negative'}_unknown",
            f"The tag {tag}.",
            push(call, tag),
            "unknown-type",
        )
    folder.unknown("reown_tag_text", "The tag as a text.", push(call, "1108"))
    folder.unknown("reown_without_tag", "No tag.", {"topic": TOPIC, "message": text})
    folder.unknown("reown_without_topic", "No topic.", {"message": text, "tag": 1108})
    folder.unknown("reown_without_message", "No message.", {"topic": TOPIC, "tag": 1108})
    for field, value in (("topic", TOPIC), ("message", text), ("tag", 1108)):
        kinds(folder, "reown", field, wrap(text))
    not_messages(folder, "reown", push, call)
    for name, message in (
        ("id_list", call | {"id": [1]}),
        ("id_fraction", '{"id":1.5}'),
        ("id_twice", '{"id":1,"id":2}'),
        ("id_too_long", {"id": "x" * 129}),
    ):
        folder.bad_message(f"reown_{name}", "Not an id.", push(message))
