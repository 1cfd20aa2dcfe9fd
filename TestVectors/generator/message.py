"""Stage message: well sealed, and then what is inside."""

from . import scene
from .collection import Collection
from .scene import HASH, ORDER, Spelled, apns, message_v0, message_v1, v0, v1, wake

STAGE = "message"
UINT64_MAX = 2**64 - 1


def collect(vectors: Collection):
    v0_good(vectors)
    v0_bad(vectors)
    v1_good(vectors)
    v1_bad(vectors)


def v0_good(vectors: Collection):
    def good(name, comment, plaintext, kind="incomingHtlc", **more):
        vectors.add(
            STAGE,
            f"v0_{name}",
            comment,
            "decrypted",
            apns(v0(f"message {name}", plaintext)),
            scene.KEYS,
            envelope="blocktank-v0",
            type=kind,
            **more,
        )

    good(
        "captured_order",
        "The fields of an order as they were captured in the wild.",
        message_v0(
            "orderPaymentConfirmed",
            {"lspId": "03b9a456fb45d5ac98c02040d39aec77fa3eeb41fd22cf40b862b393bcfc43473a", "orderId": ORDER},
            "2024-09-13T17:41:59.076Z",
        ),
        "orderPaymentConfirmed",
        order_id=ORDER,
        lsp_id="03b9a456fb45d5ac98c02040d39aec77fa3eeb41fd22cf40b862b393bcfc43473a",
        created_at="2024-09-13T17:41:59.076Z",
    )
    good(
        "payload_absent",
        "A type needs no payload; synonymdev/bitkit-ios reports this one as undecryptable.",
        '{"type":"wakeToTimeout"}',
        "wakeToTimeout",
        title="Payment Pending",
    )
    good(
        "payload_null",
        "A payload of null is none.",
        message_v0("mutualClose", Spelled("null")),
        "mutualClose",
    )
    good(
        "fields_null",
        "Fields of null are none.",
        message_v0(payload={"paymentHash": None, "orderId": None, "lspId": None, "amountMsat": None}),
    )
    good(
        "amount_largest",
        "The largest amount there is.",
        message_v0(payload={"amountMsat": UINT64_MAX}),
        amount_msat=UINT64_MAX,
    )
    good(
        "amount_beyond_double",
        "An amount that no double can hold.",
        message_v0("cjitPaymentArrived", {"amountMsat": 2**53 + 1}),
        "cjitPaymentArrived",
        amount_msat=2**53 + 1,
    )
    good("amount_zero", "Zero is an amount.", message_v0(payload={"amountMsat": 0}), amount_msat=0)
    good(
        "hash_mixed_case",
        "A payment hash comes out as it was written.",
        message_v0(payload={"paymentHash": HASH[:32].upper() + HASH[32:]}),
        payment_hash=HASH[:32].upper() + HASH[32:],
    )
    good(
        "order_128_bytes",
        "As long as is allowed.",
        message_v0(payload={"orderId": "o" * 128}),
        order_id="o" * 128,
    )
    good(
        "order_128_bytes_escaped",
        "128 bytes once the escapes are resolved.",
        message_v0(payload={"orderId": Spelled('"' + r"\u006f" * 128 + '"')}),
        order_id="o" * 128,
    )
    good(
        "unknown_keys",
        "Keys nobody knows, twice even, and known names at the wrong level.",
        message_v0(
            payload={"secretMessage": "hello", "type": "mutualClose", "x": {"orderId": 7}},
            orderId=5,
            amountMsat="x",
            y=1,
        ).replace('"y":1', '"y":1,"y":2'),
    )
    good(
        "spread_out",
        "Whitespace, and an escape in a key and in the type.",
        '\r\n{ "\\u0074ype" :\t"incoming\\u0048tlc" , "payload" : { } }\n',
    )


def v0_bad(vectors: Collection):
    def bad(name, comment, plaintext, reason="malformed-message"):
        vectors.add(
            STAGE,
            f"v0_{name}",
            comment,
            "fallback",
            apns(v0(f"message {name}", plaintext)),
            scene.KEYS,
            reason,
        )

    def field(name, comment, value, key="amountMsat"):
        bad(name, comment, message_v0(payload={key: value}))

    good = message_v0()
    bad("empty", "Nothing, well sealed.", "")
    bad("cut", "A message without its last brace.", good[:-1])
    bad("trailing_nul", "A NUL behind the message.", good + "\0")
    bad("not_utf8", "A byte that is not UTF-8 in a value nobody reads.", good[:-1].encode() + b',"x":"\xff"}')
    bad("lone_surrogate", "Half a surrogate pair in the type.", message_v0(Spelled(r'"incomingHtlc\ud800"')))
    bad("too_deep", "65 brackets in a value nobody reads.", message_v0(x=Spelled("[" * 64 + "]" * 64)))
    bad("array", "A message in an array.", f"[{good}]")
    bad("text", "The text of a message in a string.", scene.compact(good))
    bad("type_missing", "No type.", '{"source":"blocktank","payload":{}}')
    bad("type_number", "A type is a string.", message_v0(5))
    bad(
        "type_twice",
        "Two types: one for who reads the first, one for who reads the last.",
        good.replace('"type":', '"type":"mutualClose","type":'),
    )
    bad(
        "type_twice_by_escape",
        "Two types, one with an escape in its key.",
        good.replace('"type":', r'"\u0074ype":"mutualClose","type":'),
    )
    bad("type_other_case", "Types are case sensitive.", message_v0("incominghtlc"), "unknown-type")
    bad("type_topic", "A topic is no type.", message_v0("blocktank.incomingHtlc"), "unknown-type")
    bad("type_nul", "A NUL belongs to the name.", message_v0("incomingHtlc\0"), "unknown-type")
    bad(
        "type_of_a_fork",
        "A type only a fork knows.",
        message_v0("paykitPaymentRequest", None),
        "unknown-type",
    )
    bad("payload_text", "A payload is an object.", message_v0(payload="{}"))
    bad("payload_array", "A payload is an object.", message_v0(payload=[]))
    bad("payload_twice", "Two payloads.", good.replace('"payload":', '"payload":null,"payload":'))
    bad("created_number", "createdAt is a string.", message_v0(created=1700000000))
    bad("created_129_bytes", "A byte more than is allowed.", message_v0(created="2" * 129))
    bad("created_twice", "Two times.", good[:-1] + ',"createdAt":"now"}')
    field("amount_fraction", "1.0 is no integer token, though some casts call it 1.", Spelled("1.0"))
    field("amount_exponent", "1e3 is no integer token.", Spelled("1e3"))
    field("amount_true", "true is not 1, though some casts call it so.", True)
    field("amount_text", "An amount is a number.", "100000")
    field("amount_negative", "No amount is below zero.", -1)
    field("amount_too_large", "One more than 64 bits hold.", 2**64)
    field("amount_wraps_to_one", "2^64 + 1, which 64 bits take for 1.", 2**64 + 1)
    bad("amount_twice", "Two amounts.", good.replace('"amountMsat":', '"amountMsat":1,"amountMsat":'))
    field("hash_63_digits", "A digit short.", HASH[1:], "paymentHash")
    field("hash_not_hex", "A letter that is no digit.", "z" + HASH[1:], "paymentHash")
    bad(
        "hash_twice",
        "The same hash twice.",
        good.replace('"paymentHash":', f'"paymentHash":"{HASH}","paymentHash":'),
    )
    field("order_number", "An order is a string.", 5, "orderId")
    field("order_129_bytes", "A byte more than is allowed.", "o" * 129, "orderId")
    field(
        "order_129_bytes_umlauts",
        "Sixty-five characters, and a byte more than is allowed.",
        "o" + "\u00f6" * 64,
        "orderId",
    )
    field("lsp_129_bytes", "A byte more than is allowed.", "l" * 129, "lspId")
    bad(
        "order_twice_by_escape",
        "Two orders, one with an escape in its key.",
        message_v0(payload={"orderId": "a"}).replace('"orderId":', r'"order\u0049d":"b","orderId":'),
    )


def v1_good(vectors: Collection):
    def good(name, comment, plaintext, **more):
        vectors.add(
            STAGE,
            f"v1_{name}",
            comment,
            "decrypted",
            wake(v1(f"message1 {name}", plaintext)),
            scene.KEYS,
            envelope="wake-v1",
            **more,
        )

    good(
        "id_upper_case",
        "An id in upper case comes out in lower case.",
        message_v1(id=scene.WAKE_ID.upper()),
        id=scene.WAKE_ID,
        deadline=scene.DEADLINE,
    )
    good(
        "payload_null",
        "A payload of null is none.",
        message_v1(payload=None, urgency="alert", topic="blocktank.mutualClose"),
        type="mutualClose",
    )
    good("payload_absent", "No payload.", message_v1(["payload"], urgency="background"), type="incomingHtlc")
    good(
        "deadline_now",
        "At the deadline it is not yet past.",
        message_v1(deadline=scene.NOW),
        expired=False,
        now=scene.NOW,
    )
    good(
        "deadline_past",
        "A second past the deadline.",
        message_v1(),
        expired=True,
        now=scene.DEADLINE + 1,
        title="Payment Incoming",
    )


def v1_bad(vectors: Collection):
    def bad(name, comment, plaintext, reason="malformed-message"):
        vectors.add(
            STAGE,
            f"v1_{name}",
            comment,
            "fallback",
            wake(v1(f"message1 {name}", plaintext)),
            scene.KEYS,
            reason,
        )

    good = message_v1()
    for key in ("v", "id", "topic", "urgency", "deadline"):
        bad(f"{key}_missing", f"No {key}.", message_v1([key]))
    bad("version_two", "A version to come, inside.", message_v1(v=2))
    bad("version_text", "A version in quotes, inside.", message_v1(v="1"))
    bad("version_twice", "Two versions.", good.replace('"v":1', '"v":1,"v":1'))
    bad("message_of_v0", "A message of v0 in a container of v1.", message_v0())
    bad("id_no_hyphens", "A UUID has hyphens.", message_v1(id=scene.WAKE_ID.replace("-", "")))
    bad("id_hyphen_moved", "Hyphens in other places.", message_v1(id="01890a5da-c96-774b-bcce-b302099a8057"))
    bad("id_not_hex", "A letter that is no digit.", message_v1(id="g" + scene.WAKE_ID[1:]))
    bad(
        "topic_bare_type",
        "A type without blocktank before it.",
        message_v1(topic="incomingHtlc"),
        "unknown-type",
    )
    bad(
        "topic_other_source",
        "A known type from somebody else.",
        message_v1(topic="paykit.incomingHtlc"),
        "unknown-type",
    )
    bad("topic_unknown", "A type nobody knows.", message_v1(topic="blocktank.refund"), "unknown-type")
    bad(
        "topic_longer",
        "A known topic and more.",
        message_v1(topic="blocktank.incomingHtlc.x"),
        "unknown-type",
    )
    bad("topic_twice", "Two topics.", good.replace('"topic":', '"topic":"blocktank.mutualClose","topic":'))
    bad("urgency_unknown", "APNs's name for it is not the wire's.", message_v1(urgency="time-sensitive"))
    bad("deadline_text", "A deadline is a number.", message_v1(deadline=str(scene.DEADLINE)))
    bad("deadline_negative", "No time before 1970.", message_v1(deadline=-1))
    bad("deadline_fraction", "A deadline is whole seconds.", message_v1(deadline=Spelled("1700000060.0")))
    bad("deadline_null", "null is no deadline.", message_v1(deadline=None))
    bad("deadline_too_large", "More than 64 bits hold.", message_v1(deadline=2**64))
    bad("deadline_twice", "Two deadlines.", good.replace('"deadline":', '"deadline":4102444800,"deadline":'))
    bad("payload_text", "A payload is an object.", message_v1(payload="{}"))
    bad(
        "payload_amount_text",
        "The fields of a payload are the same as in v0.",
        message_v1(payload={"amountMsat": "1"}),
    )
