"""Good pushes in every place and spelling, each with the line that must come of it."""

import uuid
from dataclasses import dataclass, field

from blocktank import LABEL_V0, LABEL_V1, TYPES, Draw, public_key, seal
from model import Answer
from spelling import Raw, Style, spell

PLACES = (
    "apns",
    "top",
    "flat",
    "fcm_both",
    "fcm_android",
    "fcm_data",
    "wake",
    "wake_text",
    "fcm_wake_text",
    "fcm_wake",
)
PLAIN_PLACES = ("fallback", "fallback_text", "silent")
V1_PLACES = ("wake", "wake_text", "fcm_wake_text", "fcm_wake")
AMOUNTS = (0, 1, 999, 100_000, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1)
NAMES = (
    "order",
    "Stra\u00dfe",
    "\u6ce8\u6587",
    "\u0417\u0430\u043a\u0430\u0437",
    "\U0001f4b8\u200d\u26a1",
    'a"b\\c/d',
    "tab\tend\n\u0001",
)
EXTRA = {
    "badge": 0,
    "note": "\u00fcber \u26a1 \U0001f600",
    "list": [1, [2, {"cipher": "no", "v": 2}], None, True],
    "none": None,
    "size": Raw("-1.5e+300"),
    "Cipher": "x",
    "": {"": ""},
}
FAR, PAST = 4_102_444_800, 1_000_000_000


@dataclass
class Push:
    """What is sent, in pieces that damage can be done to, and what must come out."""

    place: str
    kind: str
    style: Style
    draw: Draw
    device: bytes
    answer: Answer
    message: dict = field(default_factory=dict)
    container: dict | None = None

    @property
    def is_v1(self) -> bool:
        return self.place in V1_PLACES

    def seal(self, plaintext: bytes | None = None, **changes) -> dict:
        """The container; `changes` go to the sealer."""
        draw = self.draw
        if plaintext is None:
            inner = Style(
                draw.pick(("compact", "compact", "pretty", "loose")),
                draw.pick((0, 0, 10)),
                self.style.shuffle,
            )
            plaintext = spell(self.message, inner, draw).encode()
        iv = draw.bytes(draw.pick((12, 16)))
        call = {"label": LABEL_V1 if self.is_v1 else LABEL_V0} | changes
        to = public_key(call.pop("to", self.device))
        fields = seal(plaintext, to, draw.secret(draw.pick((2, 3))), iv, **call).fields()
        case = draw.pick(
            (str.lower, str.upper, lambda text: "".join(draw.pick((c, c.upper())) for c in text))
        )
        for name in ("iv", "tag", "publicKey"):
            fields[name] = case(fields[name])
        return ({"v": 1} if self.is_v1 else {}) | fields

    def body(self, style: Style | None = None) -> dict:
        """The push around the container, as a value."""
        draw, it = self.draw, self.container
        extra = {k: EXTRA[k] for k in draw.shuffled(EXTRA)[: draw.pick((0, 0, 1, 3))]}
        if isinstance(it, dict):
            it = it | {k: EXTRA[k] for k in extra if k != "size"} if draw.chance(30) else it
        text = lambda: spell(it, Style("compact", draw.pick((0, 5)), self.style.shuffle), draw)  # noqa: E731
        alert = {"title": "Background Operation Request", "body": "Please open your wallet."}
        aps = {"alert": alert, "sound": "ping.aiff", "mutable-content": 1}
        server = {
            "title": "Background Operation Request",
            "message": "Please open your wallet.",
            "sound": "default",
        }
        whole = {
            "apns": lambda: {"aps": aps | {"alert": alert | {"payload": it}}},
            "top": lambda: {"aps": aps, "payload": it},
            "flat": lambda: (it | server) if isinstance(it, dict) else it,
            "fcm_both": lambda: send(it, it),
            "fcm_android": lambda: send(it, None),
            "fcm_data": lambda: send(None, it),
            "wake": lambda: {"aps": {"content-available": 1}, "wake": it},
            "wake_text": lambda: {"wake": text()},
            "fcm_wake_text": lambda: send({"wake": text()}, None),
            "fcm_wake": lambda: send(None, {"wake": it}),
            "fallback": lambda: {"aps": aps, "wake_fallback": it},
            "fallback_text": lambda: {"wake_fallback": text()},
            "silent": lambda: {"aps": {"content-available": 1}} | it,
        }[self.place]()
        return whole | extra if isinstance(whole, dict) else whole

    def bytes(self, style: Style | None = None) -> bytes:
        return spell(self.body(), style or self.style, self.draw).encode()


def send(android, data) -> dict:
    message = {"token": "e5Hj9fKqTmW:made-up"}
    if android is not None:
        message["android"] = {"priority": "high", "ttl": "60s", "data": android}
    if data is not None:
        message["data"] = data
    return {"message": message}


def make(seed: str, index: int, device: bytes, place: str | None = None, one_line=False) -> Push:
    """The `index`-th push; places, types and combinations of fields come in turn, the rest is drawn."""
    draw = Draw(f"{seed}/{index}")
    place = place or PLACES[index % len(PLACES)]
    kind = TYPES[index // len(PLACES) % len(TYPES)]
    layout = draw.pick(
        ("compact", "compact", "loose") if one_line else ("compact", "compact", "pretty", "loose")
    )
    style = Style(layout, draw.pick((0, 0, 3, 40)), draw.chance(50), lines=not one_line)
    push = Push(place, kind, style, draw, device, Answer("decrypted", stored=True))
    fields = payload_fields(push, index)
    if place in PLAIN_PLACES:
        as_plain(push, fields)
    else:
        (as_v1 if push.is_v1 else as_v0)(push, fields)
        push.container = push.seal()
    return push


def payload_fields(push: Push, index: int) -> dict:
    draw, answer, combination = (
        push.draw,
        push.answer,
        (index // len(PLACES) + 3 * (index % len(PLACES))) % 16,
    )
    if push.place == "silent":
        combination = 9
    elif push.place in PLAIN_PLACES:
        return {}
    fields = {}
    if combination & 1:
        spelled = draw.bytes(32).hex()
        answer.payment_hash = fields["paymentHash"] = spelled.upper() if draw.chance(20) else spelled
    if combination & 2:
        order = draw.pick(
            (draw.pick(NAMES) + "-" + draw.bytes(6).hex(), str(uuid.UUID(bytes=draw.bytes(16))))
        )
        if draw.chance(20):
            order += "x" * (128 - len(order.encode()))
        answer.order_id = fields["orderId"] = order
    if combination & 4:
        answer.lsp_id = fields["lspId"] = draw.pick((draw.pick(NAMES), "02" + draw.bytes(32).hex(), ""))
    if combination & 8:
        answer.amount_msat = fields["amountMsat"] = draw.pick(AMOUNTS + (draw.below(2**64),))
    return fields


def with_payload(push: Push, message: dict, fields: dict):
    draw = push.draw
    if draw.chance(30):
        fields = fields | {"secretMessage": "hello", "more": EXTRA["list"], "orderid": 5}
    if draw.chance(20):
        fields = {name: None for name in ("paymentHash", "orderId", "lspId", "amountMsat")} | fields
    if fields or draw.chance(30):
        message["payload"] = fields
    elif draw.chance(50):
        message["payload"] = None
    if draw.chance(20):
        message["extra"] = EXTRA["note"]


def as_v0(push: Push, fields: dict):
    push.answer.envelope, push.answer.type = "blocktank-v0", push.kind
    push.message = {"source": "blocktank", "type": push.kind}
    if push.draw.chance(80):
        created = f"2024-09-18T13:33:52.{push.draw.below(1000):03}Z"
        push.answer.created_at = push.message["createdAt"] = created
    with_payload(push, push.message, fields)


def as_v1(push: Push, fields: dict):
    draw, answer = push.draw, push.answer
    ident = str(uuid.UUID(bytes=draw.bytes(16)))
    answer.envelope, answer.type, answer.id = "wake-v1", push.kind, ident
    answer.expired = draw.chance(15)
    answer.deadline = (PAST if answer.expired else FAR) + draw.below(1000)
    push.message = {
        "v": 1,
        "id": ident.upper() if draw.chance(30) else ident,
        "topic": f"blocktank.{push.kind}",
        "urgency": draw.pick(("background", "alert", "time_sensitive")),
        "deadline": answer.deadline,
    }
    with_payload(push, push.message, fields)


def as_plain(push: Push, fields: dict):
    answer = push.answer
    answer.outcome = "plain"
    if push.place == "silent":
        push.kind = answer.type = "incomingHtlc"
        answer.envelope = "incoming-htlc-wake"
        push.container = {
            "type": "incoming_htlc_wake",
            "payment_hash": fields["paymentHash"],
            "amount_msat": fields["amountMsat"],
        }
        return
    answer.id = str(uuid.UUID(bytes=push.draw.bytes(16)))
    answer.envelope, answer.type = "wake-fallback", push.kind
    push.container = {"v": 1, "id": answer.id, "topic": f"blocktank.{push.kind}"}
