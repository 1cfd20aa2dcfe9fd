"""Pushes that are well sealed, and wrong inside."""

from damagekinds import V0, V1, kind, line
from pushes import Push
from spelling import Pairs, Raw


def with_message(push: Push, plaintext) -> bytes:
    plaintext = plaintext if isinstance(plaintext, bytes) else line(plaintext, push.draw)
    push.container = push.seal(plaintext)
    return push.bytes()


@kind("malformed-message")
def message_not_json(push):
    good = line(push.message, push.draw)
    return with_message(
        push,
        push.draw.pick(
            (
                b"",
                b"hello",
                good[:-1],
                good + b"\0",
                good + good,
                b"\xef\xbb\xbf" + good,
                good[:-1] + b',"x":"\xff"}',
            )
        ),
    )


@kind("malformed-message")
def message_of_other_kind(push):
    return with_message(push, push.draw.pick(([push.message], "x", 7, None, True, [])))


@kind("malformed-message")
def message_without_type(push):
    name = "topic" if push.is_v1 else "type"
    return with_message(push, {k: v for k, v in push.message.items() if k != name})


@kind("malformed-message")
def message_type_of_other_kind(push):
    return with_message(
        push,
        push.message | {"topic" if push.is_v1 else "type": push.draw.pick((None, 5, True, [], {}, ["x"]))},
    )


@kind("malformed-message")
def message_type_twice(push):
    name = "topic" if push.is_v1 else "type"
    return with_message(push, Pairs([(name, push.message[name]), *push.message.items()]))


@kind("malformed-message")
def message_payload_twice(push):
    pairs = [(k, v) for k, v in push.message.items() if k != "payload"]
    return with_message(push, Pairs([("payload", None), *pairs, ("payload", {})]))


@kind("malformed-message")
def message_payload_of_other_kind(push):
    return with_message(push, push.message | {"payload": push.draw.pick(("{}", 7, [], True, False, [{}]))})


@kind("malformed-message")
def amount_of_other_kind(push):
    wrong = (
        Raw("1.0"),
        Raw("1e3"),
        Raw("1E0"),
        Raw("100.5"),
        -1,
        2**64,
        2**64 + 1,
        10**40,
        "1",
        "",
        True,
        False,
        [],
        {},
        [1],
    )
    return with_message(push, push.message | {"payload": {"amountMsat": push.draw.pick(wrong)}})


@kind("malformed-message")
def hash_of_other_kind(push):
    spelled = push.draw.bytes(32).hex()
    wrong = (
        spelled[1:],
        spelled + "0",
        spelled + "00",
        "",
        "0x" + spelled[2:],
        "g" + spelled[1:],
        spelled[:63] + "\uff11",
        7,
        True,
        [spelled],
        {},
    )
    return with_message(push, push.message | {"payload": {"paymentHash": push.draw.pick(wrong)}})


@kind("malformed-message")
def text_too_long(push):
    text = push.draw.pick(("x" * 129, "\u00fc" * 65, "\U0001f600" * 33, "x" * 900))
    return with_message(push, push.message | {"payload": {push.draw.pick(("orderId", "lspId")): text}})


@kind("malformed-message")
def text_of_other_kind(push):
    return with_message(
        push,
        push.message
        | {"payload": {push.draw.pick(("orderId", "lspId")): push.draw.pick((7, True, [], {}, Raw("0.5")))}},
    )


@kind("malformed-message")
def payload_field_twice(push):
    name, value = push.draw.pick(
        (("orderId", "a"), ("lspId", "b"), ("amountMsat", 1), ("paymentHash", "ab" * 32))
    )
    return with_message(push, push.message | {"payload": Pairs([(name, value), ("x", 1), (name, value)])})


@kind("malformed-message", V0)
def created_of_other_kind(push):
    return with_message(push, push.message | {"createdAt": push.draw.pick((7, True, [], "2" * 129))})


@kind("malformed-message", V1)
def wake_field_missing(push):
    name = push.draw.pick(("v", "id", "urgency", "deadline"))
    return with_message(push, {k: v for k, v in push.message.items() if k != name})


@kind("malformed-message", V1)
def wake_field_of_other_kind(push):
    ident = push.message["id"]
    wrong = [("v", x) for x in (2, 0, "1", None, Raw("1.0"), True)]
    wrong += [
        ("id", x)
        for x in (
            ident[1:],
            ident + "0",
            "{" + ident + "}",
            ident.replace("-", ""),
            "g" + ident[1:],
            7,
            None,
            "",
        )
    ]
    wrong += [("urgency", x) for x in ("time-sensitive", "Alert", "", None, 10, ["alert"])]
    wrong += [
        ("deadline", x)
        for x in ("1700000060", Raw("1700000060.0"), Raw("17e8"), None, True, 2**64, 10**30, [])
    ]
    return with_message(push, push.message | dict([push.draw.pick(wrong)]))


@kind("unknown-type")
def type_unknown(push):
    wrong = (
        "refund",
        push.kind.lower(),
        push.kind.upper(),
        push.kind + " ",
        " " + push.kind,
        push.kind + "\0",
        "blocktank." + push.kind,
        "",
        "paykitPaymentRequest",
    )
    prefix = "blocktank." if push.is_v1 else ""
    return with_message(
        push, push.message | {"topic" if push.is_v1 else "type": prefix + push.draw.pick(wrong)}
    )


@kind("unknown-type", V1)
def topic_of_somebody_else(push):
    return with_message(
        push,
        push.message
        | {
            "topic": push.draw.pick(("paykit.", "Blocktank.", "", "blocktank", ".", "blocktank:")) + push.kind
        },
    )
