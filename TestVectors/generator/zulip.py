"""Zulip: a secretbox under one of several keys."""

from .collection import Collection
from .families import KEY, KEY_TEXT, NONCE, OTHER, Boxes, Folder, b64, key, not_messages, secretbox
from .published_families import SELF_ZULIP_TEST
from .scene import compact

KEYS = (key("zulip:10", KEY_TEXT),)
DIRECT = {
    "type": "message",
    "recipient_type": "direct",
    "recipient_user_ids": [10, 11],
    "content": "hello",
    "message_id": 1234,
    "realm_name": "Zulip Dev",
    "realm_url": "http://zulip.testserver",
    "sender_id": 11,
    "sender_full_name": "Iago",
    "sender_avatar_url": "http://zulip.testserver/a.png",
    "time": 1754577820,
    "user_id": 10,
}
CHANNEL = {k: v for k, v in DIRECT.items() if k != "recipient_user_ids"} | {
    "recipient_type": "channel",
    "channel_id": 3,
    "channel_name": "Denmark",
    "topic": "copenhagen",
}
TEST = {
    "type": "test",
    "realm_name": "Zulip Dev",
    "realm_url": "http://zulip.testserver",
    "time": 1754577820,
    "user_id": 10,
}
REMOVE = {
    "type": "remove",
    "realm_url": "http://zulip.testserver",
    "user_id": 10,
    "message_ids": [1234, 1235],
}


def push(message, ident=10, secret: bytes = KEY, name="push_key_id") -> dict:
    return {
        "aps": {"mutable-content": 1, "alert": {"title": "New notification"}},
        name: ident,
        "encrypted_data": b64(NONCE + secretbox(message, secret)),
    }


def collect(vectors: Collection):
    folder = Folder(vectors, "zulip", KEYS, envelope="zulip")
    good(folder)
    keys(folder)
    ids(folder)
    shapes(folder)
    Boxes(folder, "box", lambda text: {"push_key_id": 10, "encrypted_data": text}).damage(
        NONCE + secretbox(TEST), {"nonce": 0, "nonce_end": 23, "tag": 24, "cipher": 40}, 40
    )
    folder.unopened(
        "box_without_nonce",
        "The nonce of zeros left out.",
        {"push_key_id": 10, "encrypted_data": b64(secretbox(TEST, nonce=bytes(24)))},
    )
    folder.unopened(
        "box_tag_behind",
        "The tag behind the ciphertext.",
        {"push_key_id": 10, "encrypted_data": b64(NONCE + secretbox(TEST)[16:] + secretbox(TEST)[:16])},
    )
    messages(folder)


def good(folder: Folder):
    folder.good(
        "o",
        "known_test",
        "An independent sender; no server has published one.",
        SELF_ZULIP_TEST,
        type="test",
        title="Test Notification",
        body="Notifications reach this device",
    )
    tagged = key("zulip:10", "31" + KEY_TEXT)
    folder.good(
        "k",
        "key_33_bytes",
        "The key with the tag of its algorithm, as the server has it.",
        SELF_ZULIP_TEST,
        (tagged,),
        type="test",
    )
    folder.good(
        "m",
        "message_channel",
        "In a channel: the place, and from whom.",
        push(CHANNEL),
        type="message",
        title="#Denmark > copenhagen",
        subtitle="Iago:",
        body="hello",
        id=1234,
    )
    folder.good(
        "m",
        "message_direct",
        "To one person.",
        push(DIRECT),
        type="message",
        title="Iago",
        body="hello",
        id=1234,
    )
    folder.good(
        "m",
        "message_group",
        "To several.",
        push(DIRECT | {"recipient_user_ids": [10, 11, 12]}),
        title="Iago",
        body="hello",
    )
    old = {k: v for k, v in DIRECT.items() if k != "recipient_user_ids"} | {"pm_users": "10,11,12"}
    folder.good(
        "m",
        "message_group_before_429",
        "To several, as version 11 writes it.",
        push(old),
        title="Iago",
        body="hello",
    )
    folder.good(
        "m",
        "message_mention",
        "With a group that was mentioned.",
        push(CHANNEL | {"mentioned_user_group_id": 5, "mentioned_user_group_name": "all"}),
        title="#Denmark > copenhagen",
    )
    folder.good(
        "m",
        "message_remove",
        "Read elsewhere.",
        push(REMOVE),
        type="removed",
        title="Messages Read",
        body="They were read on another device",
    )
    folder.good(
        "m",
        "message_topic_empty",
        "A topic without name.",
        push(CHANNEL | {"topic": ""}),
        subtitle="Iago:",
        body="hello",
    )
    folder.good(
        "m",
        "message_content_empty",
        "A message without text, as a picture has it.",
        push(DIRECT | {"content": ""}),
        title="Iago",
        body="Open the app to read it",
    )
    folder.good(
        "m",
        "message_beyond_ascii",
        "Names and text beyond ASCII.",
        push(
            CHANNEL
            | {
                "channel_name": "Größe",
                "topic": "日本",
                "sender_full_name": "Zoë",
                "content": "\N{WATERMELON}",
            }
        ),
        title="#Größe > 日本",
        subtitle="Zoë:",
        body="\N{WATERMELON}",
    )
    folder.good(
        "m",
        "message_entities_stay",
        "No HTML here.",
        push(DIRECT | {"content": "a &amp; b"}),
        body="a &amp; b",
    )
    folder.good(
        "m",
        "message_names_nobody_knows",
        "Names nobody knows.",
        push(DIRECT | {"x": {"type": "test"}}),
        type="message",
    )


def keys(folder: Folder):
    both = (key("zulip:10", KEY_TEXT), key("zulip:11", OTHER.hex()))
    folder.good(
        "k", "keys_first_of_two", "Two live keys: the id says which.", push(TEST, 10), both, type="test"
    )
    folder.good(
        "k",
        "keys_second_of_two",
        "Two live keys: the id says which.",
        push(TEST, 11, OTHER),
        both,
        type="test",
    )
    folder.good(
        "k",
        "keys_previous_generation",
        "A key that was replaced under its id.",
        push(TEST),
        (key("zulip:10", OTHER.hex()), *KEYS),
        type="test",
    )
    folder.unopened("keys_swapped", "Sealed with the other of two keys.", push(TEST, 10, OTHER), keys=both)
    folder.unopened(
        "keys_wrong", "Another key under the id.", push(TEST), keys=(key("zulip:10", OTHER.hex()),)
    )
    folder.missing(
        "keys_other_id",
        "A key under another id, although it is the right one.",
        push(TEST, 12),
        keys=(key("zulip:10", KEY_TEXT), key("zulip:120", KEY_TEXT), key("zulip:1", KEY_TEXT)),
    )
    folder.missing("keys_none", "An empty keystore.", push(TEST))
    folder.missing(
        "keys_other_formats",
        "Keys of other formats only.",
        push(TEST),
        keys=(key("threema", KEY_TEXT), key("bisq", KEY_TEXT)),
    )
    folder.keystores(push(TEST))
    mixed = push(TEST) | {"encrypted": True}
    folder.good(
        "e",
        "ambiguous_zulip_key",
        "Home Assistant's marks too, and a key of Zulip.",
        mixed,
        KEYS,
        type="test",
        envelope="zulip",
    )
    hello = push({"message": "hello"}, secret=OTHER) | {"encrypted": True}
    ours = (key("homeassistant", OTHER.hex()),)
    folder.good(
        "e",
        "ambiguous_home_assistant_key",
        "Zulip's marks too, and a key of Home Assistant.",
        hello,
        ours,
        type="message",
        body="hello",
        envelope="home-assistant",
    )
    folder.good(
        "e",
        "ambiguous_both_keys_first",
        "Both keys: Zulip's opens it.",
        mixed,
        (*KEYS, *ours),
        type="test",
        envelope="zulip",
    )
    folder.good(
        "e",
        "ambiguous_both_keys_second",
        "Both keys: Home Assistant's opens it.",
        hello,
        (*KEYS, *ours),
        type="message",
        envelope="home-assistant",
    )
    folder.missing("ambiguous_no_key", "Both marks and no key.", mixed)


def ids(folder: Folder):
    for number in (0, 1, 4294967295):
        mine = (key(f"zulip:{number}", KEY_TEXT),)
        folder.good("e", f"id_{number}", f"The id {number}.", push(TEST, number), mine, type="test")
        folder.good(
            "e",
            f"id_{number}_text",
            f"The id {number} as FCM spells it.",
            push(TEST, str(number)),
            mine,
            type="test",
        )
    folder.good(
        "e",
        "id_of_version_11",
        "The id's name in version 11.",
        push(TEST, name="push_account_id"),
        type="test",
    )
    folder.good(
        "e",
        "id_of_version_11_text",
        "The id's name in version 11, as FCM spells it.",
        {"message": {"data": push(TEST, "10", name="push_account_id")}},
        type="test",
    )
    for name, value in (
        ("two_to_the_32", 2**32),
        ("two_to_the_32_text", str(2**32)),
        ("two_to_the_64", 2**64),
        ("negative", -1),
        ("negative_text", "-1"),
        ("empty", ""),
        ("zeros_before", "010"),
        ("plus", "+10"),
        ("space", " 10"),
        ("hexadecimal", "0xa"),
        ("letters", "ten"),
        ("list", [10]),
        ("object", {}),
        ("bool", True),
    ):
        folder.malformed(f"id_{name}", f"The id is {value!r}.", push(TEST, value))
    for name, spelled in (("fraction", "10.0"), ("exponent", "1e1")):
        folder.malformed(
            f"id_{name}",
            f"The id is {spelled}.",
            compact(push(TEST)).replace('"push_key_id":10', f'"push_key_id":{spelled}'),
        )


def shapes(folder: Folder):
    whole = push(TEST)
    folder.good(
        "e", "shape_top_only", "Without aps.", {k: v for k, v in whole.items() if k != "aps"}, type="test"
    )
    folder.unknown("shape_without_data", "No encrypted_data.", {"push_key_id": 10})
    folder.unknown("shape_without_id", "No id.", {"encrypted_data": whole["encrypted_data"]})
    folder.unknown(
        "shape_names_in_capitals",
        "Names in capitals.",
        {"PUSH_KEY_ID": 10, "ENCRYPTED_DATA": whole["encrypted_data"]},
    )
    for field in ("push_key_id", "encrypted_data"):
        folder.malformed(
            f"shape_{field}_twice",
            "A field twice.",
            compact(whole)[:-1] + f",{compact(field)}:{compact(whole[field])}}}",
        )


def messages(folder: Folder):
    not_messages(folder, "message", push, TEST)

    def bad(name, comment, message, reason="malformed-message"):
        folder.bad_message(f"message_{name}", comment, push(message), reason)

    for kind in ("", "Message", "reaction", "message "):
        bad(
            f"type_{kind.strip().lower() or 'empty'}_{len(kind)}",
            f"A type {kind!r}.",
            DIRECT | {"type": kind},
            "unknown-type",
        )
    bad("type_missing", "No type.", {"message_id": 1})
    for kind, value in (("number", 1), ("null", None), ("list", ["test"])):
        bad(f"type_{kind}", f"The type is a {kind}.", TEST | {"type": value})
    bad("type_twice", "Two types.", compact(TEST)[:-1] + ',"type":"test"}')
    for field in ("content", "sender_full_name", "message_id", "recipient_type"):
        bad(f"direct_without_{field}", f"No {field}.", {k: v for k, v in DIRECT.items() if k != field})
        bad(f"direct_{field}_list", f"The {field} is a list.", DIRECT | {field: []})
    for field in ("channel_name", "topic"):
        bad(f"channel_without_{field}", f"No {field}.", {k: v for k, v in CHANNEL.items() if k != field})
        bad(f"channel_{field}_number", f"The {field} is a number.", CHANNEL | {field: 5})
        bad(
            f"channel_{field}_twice",
            f"The {field} twice.",
            compact(CHANNEL)[:-1] + f',{compact(field)}:"x"}}',
        )
    bad("recipient_unknown", "A recipient of another kind.", DIRECT | {"recipient_type": "galaxy"})
    bad("remove_without_ids", "Nothing to remove.", {"type": "remove"})
    bad("remove_ids_text", "The ids as a text.", REMOVE | {"message_ids": "1,2"})
