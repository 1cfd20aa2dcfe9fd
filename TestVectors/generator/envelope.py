"""Stage envelope: where the sealed fields lie in a push, and how they must be spelled."""

import published

from . import scene
from .collection import Collection
from .scene import Spelled, apns, compact, fallback, fcm, top, v0, v1, wake

STAGE = "envelope"
SERVER = published.V0_SERVER
SERVER_KEYS = (SERVER.device_secret,)
HTLC = {"type": "incomingHtlc", "title": "Payment Incoming"}


def collect(vectors: Collection):
    places(vectors)
    plain(vectors)
    unknown(vectors)
    refused_places(vectors)
    framing(vectors)


def places(vectors: Collection):
    def good(name, comment, body, envelope, keys=scene.KEYS, **more):
        vectors.add(STAGE, name, comment, "decrypted", body, keys, envelope=envelope, **HTLC | more)

    source = "From synonymdev/bitkit-core src/modules/wake/test_vectors/pushes.json"
    good(
        "place_published_apns_v0",
        f"{source}, apns_v0: fields inside aps.alert.",
        published.PUSH_APNS_V0,
        "blocktank-v0",
        SERVER_KEYS,
        order_id="abc",
        created_at="2024-01-01T00:00:00.000Z",
    )
    good(
        "place_published_apns_v1",
        f"{source}, apns_v1_background: wake object.",
        published.PUSH_APNS_V1_BACKGROUND,
        "wake-v1",
        (published.V1_ENVELOPE.device_secret,),
        deadline=1790000060,
        id="01a0c450-6c00-7000-8000-000000000001",
        lsp_id="blocktank-lsp",
        payment_hash="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    )
    good(
        "place_published_fcm_v0",
        f"{source}, fcm_v0: a whole FCM send body.",
        published.PUSH_FCM_V0,
        "blocktank-v0",
        SERVER_KEYS,
        order_id="abc",
    )
    good("place_top_level", "A payload object beside aps.", top(v0("top")), "blocktank-v0")
    good(
        "place_flat",
        "FCM data as an app receives it: flat, with a message that is text and no envelope.",
        compact(
            v0("flat")
            | {
                "title": "Background Operation Request",
                "message": "Please open your wallet.",
                "sound": "default",
            }
        ),
        "blocktank-v0",
    )
    good(
        "place_wake_text",
        "The wake container as JSON text in a string, spread out and with escapes.",
        compact(
            {
                "wake": '{ "v" : 1,\n'
                + compact(scene.sealed("waketext", label=b"wake-v1").fields())[1:].replace(
                    "cipher", "\\u0063ipher"
                )
            }
        ),
        "wake-v1",
    )
    good(
        "place_fcm_wake_text",
        "A wake container in the data of an FCM send body.",
        fcm({"wake": compact(v1("fcmwake"))}),
        "wake-v1",
    )
    good(
        "place_wake_before_payload",
        "A wake container and a v0 payload of another type: wake is read.",
        compact(
            {
                "aps": {"alert": {"payload": v0("before", scene.message_v0("mutualClose"))}},
                "wake": v1("before1"),
            }
        ),
        "wake-v1",
    )
    good(
        "place_nested_before_top",
        "Two payloads of different types: the one in aps.alert is read.",
        compact(
            {
                "payload": v0("nested1", scene.message_v0("mutualClose")),
                "aps": {"alert": {"payload": v0("nested2")}},
            }
        ),
        "blocktank-v0",
    )
    good(
        "place_fcm_android_first",
        "android.data is read before data.",
        fcm(v0("android1", scene.message_v0("mutualClose")), v0("android2")),
        "blocktank-v0",
    )
    good(
        "place_fcm_empty_android",
        "An empty android.data leaves data to be read.",
        fcm(v0("common"), {}),
        "blocktank-v0",
    )
    good(
        "place_top_before_fcm",
        "Keys at the top are read before an FCM body's.",
        compact(
            {
                "message": {"data": v0("inner", scene.message_v0("mutualClose"))},
                "wake": v1("outer"),
            }
        ),
        "wake-v1",
    )
    good(
        "spelling_hex_upper",
        "Hex fields in upper case.",
        apns({k: x if k == "cipher" else x.upper() for k, x in v0("upper").items()}),
        "blocktank-v0",
    )
    good(
        "spelling_iv_12_in_v0",
        "Twelve bytes of IV are as good as sixteen, in v0.",
        apns(v0("iv12", iv_length=12)),
        "blocktank-v0",
    )
    good(
        "spelling_iv_16_in_v1",
        "Sixteen bytes of IV are as good as twelve, in v1.",
        wake(v1("iv16", iv_length=16)),
        "wake-v1",
    )
    escaped = SERVER.fields() | {
        "cipher": Spelled('"' + SERVER.cipher.replace("/", "\\/").replace("N", "\\u004e") + '"')
    }
    body = apns(escaped).replace('"aps"', r'"\u0061ps"').replace('"iv"', r'"i\u0076"')
    good(
        "spelling_json_escapes",
        "Escapes in keys and values stand for the same characters.",
        body,
        "blocktank-v0",
        SERVER_KEYS,
    )
    good(
        "spelling_unknown_keys",
        "Keys nobody knows, at every level and even twice, change nothing.",
        compact(
            {
                "x": [1],
                "aps": {"y": {}, "alert": {"payload": {"z": None, "Cipher": 1, "iv ": 2} | v0("unknown")}},
            }
        ).replace('"x":[1]', '"x":[1],"x":[2]'),
        "blocktank-v0",
    )


def plain(vectors: Collection):
    ident = {"v": 1, "id": scene.WAKE_ID, "topic": "blocktank.cjitPaymentArrived"}
    hash64, silent = scene.HASH, {
        "type": "incoming_htlc_wake",
        "payment_hash": scene.HASH,
        "amount_msat": 100_000,
    }

    def good(name, comment, body, **more):
        vectors.add(STAGE, name, comment, "plain", body, **more)

    def bad(name, comment, body, reason="malformed-envelope"):
        vectors.add(STAGE, name, comment, "fallback", body, scene.KEYS, reason)

    good(
        "fallback_object",
        "wake_fallback says its type in the clear; no key is needed.",
        fallback(ident),
        envelope="wake-fallback",
        type="cjitPaymentArrived",
        id=scene.WAKE_ID,
        title="Payment Incoming",
    )
    good(
        "fallback_text",
        "wake_fallback as JSON text in a string; the id comes out in lower case.",
        compact({"wake_fallback": compact(ident | {"id": scene.WAKE_ID.upper()})}),
        envelope="wake-fallback",
        id=scene.WAKE_ID,
    )
    good(
        "fallback_before_wake",
        "wake_fallback is read before wake.",
        compact({"wake": v1("fallbackfirst"), "wake_fallback": ident}),
        envelope="wake-fallback",
        type="cjitPaymentArrived",
    )
    good(
        "silent_push",
        "The silent push that precedes an alert push.",
        compact({"aps": {"content-available": 1}} | silent),
        envelope="incoming-htlc-wake",
        type="incomingHtlc",
        payment_hash=hash64,
        amount_msat=100_000,
    )
    bad("fallback_version_text", "The version is a number.", fallback(ident | {"v": "1"}))
    bad("fallback_id_missing", "Without an id.", fallback({"v": 1, "topic": "blocktank.mutualClose"}))
    bad(
        "fallback_id_no_uuid",
        "The id is a UUID and nothing else.",
        fallback(ident | {"id": "{" + scene.WAKE_ID + "}"}),
    )
    bad("fallback_topic_number", "The topic is a string.", fallback(ident | {"topic": 5}))
    bad(
        "fallback_text_broken",
        "The string holds no JSON text.",
        compact({"wake_fallback": compact(ident)[:-1]}),
    )
    bad(
        "fallback_broken_before_wake",
        "A broken wake_fallback is not passed over for a good wake.",
        compact({"wake": v1("brokenfallback"), "wake_fallback": {}}),
    )
    bad(
        "fallback_topic_unknown",
        "A topic of somebody else.",
        fallback(ident | {"topic": "paykit.sync"}),
        "unknown-type",
    )
    bad("silent_hash_short", "A payment hash of 31 bytes.", compact(silent | {"payment_hash": hash64[2:]}))
    bad("silent_amount_text", "The amount is a number.", compact(silent | {"amount_msat": "100000"}))
    bad(
        "silent_amount_fraction",
        "1.0 is no integer token.",
        compact(silent | {"amount_msat": Spelled("1.0")}),
    )
    bad("silent_amount_too_large", "One more than 64 bits hold.", compact(silent | {"amount_msat": 2**64}))


def unknown(vectors: Collection):
    for name, comment, body in (
        ("place_array", "An array carries nothing.", "[]"),
        ("place_bare_text", "A string carries nothing, whatever it spells.", compact(compact(v0("bare")))),
        ("place_empty_object", "Nothing that anyone knows.", "{}"),
        (
            "place_plain_alert",
            "An alert without anything sealed.",
            '{"aps":{"alert":{"title":"Hi","body":"there"}}}',
        ),
        ("place_alert_text", "The short form of an alert.", '{"aps":{"alert":"payload"}}'),
        (
            "place_other_wallet",
            "Another wallet's cleartext push, of no kind we know.",
            '{"aps":{"alert":{"title":"Missed incoming payment"}},"reason":"SomethingElse"}',
        ),
        (
            "place_top_level_foreign",
            "A payload object with none of the four fields.",
            '{"payload":{"type":"payment"}}',
        ),
        (
            "place_top_level_text",
            "A payload that is a string belongs to somebody else.",
            '{"payload":"cipher"}',
        ),
        ("place_flat_iv_and_tag", "iv and tag alone mark nothing.", '{"iv":"00","tag":"00"}'),
        ("place_key_case", "Keys are case sensitive.", compact({"Cipher": "", "publickey": "", "WAKE": 7})),
        (
            "place_fcm_no_data",
            "An FCM send body without data.",
            '{"message":{"token":"t","notification":{"title":"x"}}}',
        ),
    ):
        vectors.add(STAGE, name, comment, "fallback", body, scene.KEYS, "unknown-envelope", title="Bitkit")


def broken(vectors: Collection, name, comment, body, keys=scene.KEYS):
    vectors.add(STAGE, name, comment, "fallback", body, keys, "malformed-envelope")


def refused_places(vectors: Collection):
    for name, comment, body in (
        ("place_wake_number", "wake is neither object nor text.", '{"wake":7}'),
        ("place_wake_null", "A wake that is null is there, and no container.", '{"wake":null}'),
        (
            "place_top_level_version",
            "A version in a v0 container at the top.",
            top({"v": 1} | v0("topversion")),
        ),
        ("place_wake_text_empty", "The empty string is no JSON text.", '{"wake":""}'),
        (
            "place_wake_text_twice",
            "JSON text of JSON text.",
            compact({"wake": compact(compact(v1("twice")))}),
        ),
        (
            "place_wake_text_trailing_comma",
            "The text in the string is as strict as the one around it.",
            compact({"wake": compact(v1("comma"))[:-1] + ",}"}),
        ),
        (
            "place_wake_broken_before_payload",
            "A broken wake is not passed over for a good payload.",
            compact({"wake": 7, "aps": {"alert": {"payload": v0("passedover")}}}),
        ),
        ("place_payload_text", "The payload in aps.alert is an object.", '{"aps":{"alert":{"payload":"x"}}}'),
        (
            "place_payload_cleartext",
            "A test server's payload that is not sealed at all.",
            apns({"type": "payment"}),
        ),
        (
            "place_payload_broken_before_flat",
            "A broken payload is not passed over for good flat fields.",
            compact({"aps": {"alert": {"payload": {}}}} | v0("notflat")),
        ),
    ):
        broken(vectors, name, comment, body)


def framing(vectors: Collection):
    def bad(name, comment, body, reason="malformed-json", **more):
        vectors.add(STAGE, name, comment, "fallback", body, scene.KEYS, reason, **more)

    body = apns(v0("framing"))
    bad("json_open_brace", "The least that is cut short.", "{")
    bad("json_twice", "Two pushes in one.", body + body)
    bad("json_byte_order_mark", "A byte order mark before a good push.", b"\xef\xbb\xbf" + body.encode())
    bad(
        "json_lone_surrogate_elsewhere",
        "Half a surrogate pair in a key nobody reads.",
        body[:-1] + r',"x":"\ud800"}',
    )
    bad(
        "json_not_utf8_elsewhere",
        "Bytes that are not UTF-8 in a value nobody reads.",
        body[:-1].encode() + b',"x":"\xff"}',
    )
    bad(
        "json_too_deep_elsewhere",
        "65 brackets in a value nobody reads.",
        body[:-1] + ',"x":' + "[" * 64 + "]" * 64 + "}",
    )
    padded = body[:-1] + ',"x":"' + "x" * (16384 - len(body) - 7) + '"}'
    assert len(padded) == 16384
    vectors.add(
        STAGE, "size_16384", "As large as is allowed.", "decrypted", padded, scene.KEYS, type="incomingHtlc"
    )
    bad("size_16385", "One byte more than is allowed.", padded[:-2] + 'x"}', "too-large", title="Bitkit")
    bad("size_16385_garbage", "Size is looked at before sense.", "}" * 16385, "too-large")
    bad(
        "size_over_max_payload",
        "One byte more than the caller allows.",
        body,
        "too-large",
        max_payload=len(body) - 1,
    )
