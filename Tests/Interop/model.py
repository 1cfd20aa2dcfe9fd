"""The rules of the pipeline once more, in Python, without regard for speed or memory.

`process` answers with what the notification line must be. Written from the documents, not from the
Swift code, so that the two can be held against each other.
"""

import re
from dataclasses import dataclass

import envelopes
import messages
import secondopinion
import strictjson
from blocktank import LABEL_V0, LABEL_V1, TYPES
from rules import HEX64, UINT64_MAX, Refused, Setting, amount_in, bounded, from_base64, from_hex, one, text
from strictjson import Malformed, Number, Object

FIELDS = ("cipher", "iv", "tag", "publicKey")
KEYSTORE_TROUBLE = {
    "locked": "keystore-locked",
    "unavailable": "keystore-unavailable",
    "corrupt": "keystore-unavailable",
}
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

TEXTS = {
    "incomingHtlc": ("Payment Incoming", "Open now to receive - funds are being held"),
    "cjitPaymentArrived": ("Payment Incoming", "Open now to receive via new channel"),
    "orderPaymentConfirmed": ("Channel Ready", "Open {app} to complete setup"),
    "mutualClose": ("Channel Closed", "Funds moved to savings"),
    "wakeToTimeout": ("Payment Pending", "Open {app} to process pending payment"),
}
FALLBACK = ("{app}", "Open {app} to check for new activity")
LOCKED = ("{app}", "Unlock your device and open {app} to check for new activity")
WITH_ACTIONS = ("incomingHtlc", "cjitPaymentArrived")


@dataclass
class Answer:
    outcome: str
    reason: str | None = None
    envelope: str | None = None
    type: str | None = None
    id: str | None = None
    payment_hash: str | None = None
    order_id: str | None = None
    lsp_id: str | None = None
    amount_msat: int | None = None
    created_at: str | None = None
    deadline: int | None = None
    expired: bool = False
    stored: bool = False
    duplicate: bool = False
    app: str = "Bitkit"
    family: str = "blocktank"
    own_title: str | None = None
    own_body: str | None = None
    subtitle: str | None = None
    account: str | None = None
    unauthenticated: bool = False

    @property
    def texts(self) -> tuple[str, str]:
        if self.outcome != "fallback" and self.family != "blocktank":
            return messages.texts(self)
        pair = LOCKED if self.reason == "keystore-locked" else TEXTS.get(self.type, FALLBACK)
        if self.outcome == "fallback" and self.reason != "keystore-locked":
            pair = FALLBACK
        return tuple(text.replace("{app}", self.app) for text in pair)

    def line(self) -> str:
        title, body = self.texts
        aps = [
            ("alert", Raw(members([("title", title), ("body", body)]))),
            ("sound", "default"),
            ("interruption-level", "time-sensitive"),
        ]
        if self.outcome != "fallback":
            aps.append(("relevance-score", 1))
            if self.type in WITH_ACTIONS:
                aps.append(("category", "INCOMING_PAYMENT"))
            aps.append(("thread-id", f"blocktank.{self.type}"))
        ours = [
            ("outcome", self.outcome),
            ("reason", self.reason),
            ("envelope", self.envelope),
            ("type", self.type),
            ("id", self.id),
            ("paymentHash", self.payment_hash),
            ("orderId", self.order_id),
            ("lspId", self.lsp_id),
            ("amountMsat", self.amount_msat),
            ("createdAt", self.created_at),
            ("deadline", self.deadline),
            ("stored", self.stored),
            ("duplicate", self.duplicate or None),
            ("expired", self.expired or None),
        ]
        return members([("aps", Raw(members(aps))), ("ntf", Raw(members(ours)))])


class Raw(str):
    """A piece of JSON that is written as it is."""


SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def quoted(text: str) -> str:
    return (
        '"'
        + "".join(SHORT.get(c) or (f"\\u{ord(c):04x}" if c < " " or c == "\x7f" else c) for c in text)
        + '"'
    )


def members(pairs) -> str:
    out = []
    for name, value in pairs:
        if value is None:
            continue
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, int) or isinstance(value, Raw):
            value = str(value)
        else:
            value = quoted(value)
        out.append(f"{quoted(name)}:{value}")
    return "{" + ",".join(out) + "}"


# The way of the data.


def process(payload: bytes, setting: Setting) -> Answer:
    answer = Answer("decrypted", app=setting.app)
    try:
        run(payload, setting, answer)
        return answer
    except Refused as refusal:
        # An envelope that breaks its rules is not named.
        envelope = None if refusal.reason == "malformed-envelope" else answer.envelope
        return Answer("fallback", refusal.reason, envelope, app=setting.app)


def run(payload: bytes, setting: Setting, answer: Answer):
    if len(payload) > setting.max_payload:
        raise Refused("too-large")
    try:
        push = strictjson.parse(payload)
    except Malformed:
        raise Refused("malformed-json") from None
    tried: set[str] = set()
    refused = Refused("unknown-envelope")
    while True:
        found = locate(push, tried)
        if found is None:
            raise refused
        family = "blocktank" if isinstance(found, tuple) else found.family
        try:
            return read(found, setting, answer)
        except Refused as refusal:
            # The same shape may be another format's, for which there is a key.
            if refusal.reason not in ("key-missing", "authentication-failed"):
                raise
            # The first one counts, but a key that was there says more than one that was not.
            if not tried or refused.reason == "key-missing" != refusal.reason:
                refused, first = refusal, answer.envelope
            tried.add(family)
            if locate(push, tried) is None:
                answer.envelope = first
                raise refused from None


def read(found, setting: Setting, answer: Answer):
    if isinstance(found, tuple):
        place, value = found
        if place == "silent":
            silent(value, answer)
        elif place == "wake_fallback":
            wake_fallback(value, answer)
        else:
            encrypted(place, value, setting, answer)
        return
    answer.family = found.family
    if isinstance(found, envelopes.Plain):
        answer.outcome, answer.envelope = "plain", found.family
        messages.plain(found, answer)
        return
    answer.envelope, answer.account = found.envelope, found.account
    if setting.keystore != "ready":
        raise Refused(KEYSTORE_TROUBLE[setting.keystore])
    keys = next((setting.slots[slot] for slot in found.slots if setting.slots.get(slot)), None)
    if keys is None:
        raise Refused("key-missing")
    for key in keys:
        plaintext = found.open(key, setting.ciphers)
        if plaintext is not None:
            break
    else:
        raise Refused("authentication-failed")
    answer.unauthenticated = found.envelope == "alby-nip04" or key.get("mode") in ("cbc", "ecb")
    messages.read(plaintext, found, answer, setting)


def locate(push, tried: set[str]):
    """`(place, value)` for Blocktank's, else what `envelopes` found."""
    if not isinstance(push, Object):
        return None
    for data in (lambda: push, lambda: fcm_data(push, "android"), lambda: fcm_data(push)):
        place = data()
        if place is None:
            continue
        found = locate_in(place) if "blocktank" not in tried else None
        found = envelopes.find(place, tried) if found is None else found
        if found is not None and not (tried and isinstance(found, envelopes.Plain)):
            return found
    return None


def locate_in(data: Object) -> tuple[str, object] | None:
    wake = locate_wake(data)
    if wake:
        return wake
    aps = one(data, "aps")
    alert = one(aps, "alert") if isinstance(aps, Object) else None
    if isinstance(alert, Object) and alert.has("payload"):
        return "v0", one(alert, "payload")
    nested = one(data, "payload")
    if isinstance(nested, Object) and is_flat(nested):
        return "v0", nested
    if is_flat(data):
        return "v0", data
    if one(data, "type") == "incoming_htlc_wake":
        return "silent", data
    return None


def fcm_data(push: Object, platform: str | None = None) -> Object | None:
    """A data map in the body of an FCM send request."""
    parent = one(push, "message")
    if platform and isinstance(parent, Object):
        parent = one(parent, platform)
    data = one(parent, "data") if isinstance(parent, Object) else None
    return data if isinstance(data, Object) else None


def locate_wake(container: Object) -> tuple[str, object] | None:
    for name, place in (("wake_fallback", "wake_fallback"), ("wake", "v1")):
        if container.has(name):
            return place, unwrapped(one(container, name))
    return None


def unwrapped(value):
    """An object, or the object whose JSON text the string holds."""
    if isinstance(value, str) and not isinstance(value, Number):
        try:
            return strictjson.parse(value.encode())
        except Malformed:
            raise Refused("malformed-envelope") from None
    return value


def is_flat(container: Object) -> bool:
    return container.has("cipher") or container.has("publicKey")


def is_version_1(container: Object, reason: str) -> bool:
    value = one(container, "v", reason)
    return isinstance(value, Number) and value == "1"


def kind_of(topic: str, reason: str = "unknown-type") -> str:
    prefix, _, kind = topic.partition(".")
    if prefix != "blocktank" or kind not in TYPES:
        raise Refused(reason)
    return kind


def silent(push: Object, answer: Answer):
    reason = "malformed-envelope"
    answer.envelope = "incoming-htlc-wake"
    answer.outcome = "plain"
    payment_hash = text(push, "payment_hash", reason)
    if not HEX64.fullmatch(payment_hash):
        raise Refused(reason)
    amount = amount_in(push, "amount_msat", reason)
    if amount is None:
        raise Refused(reason)
    answer.type, answer.payment_hash, answer.amount_msat = "incomingHtlc", payment_hash, amount


def wake_fallback(value, answer: Answer):
    reason = "malformed-envelope"
    answer.envelope = "wake-fallback"
    if not isinstance(value, Object) or not is_version_1(value, reason):
        raise Refused(reason)
    answer.id = uuid(value, reason)
    answer.type = kind_of(text(value, "topic", reason))
    answer.outcome = "plain"


def encrypted(place: str, value, setting: Setting, answer: Answer):
    reason = "malformed-envelope"
    answer.envelope = "wake-v1" if place == "v1" else "blocktank-v0"
    if not isinstance(value, Object):
        raise Refused(reason)
    if place == "v1" and not is_version_1(value, reason) or place == "v0" and value.has("v"):
        raise Refused(reason)
    cipher = from_base64(text(value, "cipher", reason), loose=False)
    iv = from_hex(text(value, "iv", reason), (12, 16))
    tag = from_hex(text(value, "tag", reason), (16,))
    public_key = from_hex(text(value, "publicKey", reason), (33,))
    if secondopinion.decompress(public_key) is None:
        raise Refused(reason)
    if setting.keystore != "ready":
        raise Refused(KEYSTORE_TROUBLE[setting.keystore])
    if not setting.keys:
        raise Refused("key-missing")
    for secret in setting.keys:
        label = LABEL_V1 if place == "v1" else LABEL_V0
        plaintext = secondopinion.open_sealed(secret, label, cipher, iv, tag, public_key)
        if plaintext is not None:
            break
    else:
        raise Refused("authentication-failed")
    try:
        message = strictjson.parse(plaintext)
    except Malformed:
        raise Refused("malformed-message") from None
    if not isinstance(message, Object):
        raise Refused("malformed-message")
    read = message_v1 if place == "v1" else message_v0
    read(message, answer)
    answer.expired = answer.deadline is not None and setting.now > answer.deadline


def uuid(container: Object, reason: str) -> str:
    value = text(container, "id", reason)
    if not UUID.fullmatch(value):
        raise Refused(reason)
    return value.lower()


def message_v0(message: Object, answer: Answer):
    reason = "malformed-message"
    kind = text(message, "type", reason)
    if kind not in TYPES:
        raise Refused("unknown-type")
    answer.type = kind
    for name in ("createdAt", "source"):
        if one(message, name, reason) is not None:
            value = bounded(text(message, name, reason))
            answer.created_at = value if name == "createdAt" else answer.created_at
    payload_fields(message, answer)


def message_v1(message: Object, answer: Answer):
    reason = "malformed-message"
    if not is_version_1(message, reason):
        raise Refused(reason)
    answer.id = uuid(message, reason)
    topic = text(message, "topic", reason)
    if text(message, "urgency", reason) not in ("background", "alert", "time_sensitive"):
        raise Refused(reason)
    deadline = one(message, "deadline", reason)
    answer.deadline = deadline.integer() if isinstance(deadline, Number) else None
    if answer.deadline is None or not 0 <= answer.deadline <= UINT64_MAX:
        raise Refused(reason)
    answer.type = kind_of(topic)
    payload_fields(message, answer)


def payload_fields(message: Object, answer: Answer):
    reason = "malformed-message"
    payload = one(message, "payload", reason)
    if payload is None:
        return
    if not isinstance(payload, Object):
        raise Refused(reason)
    for name, place in (("paymentHash", "payment_hash"), ("orderId", "order_id"), ("lspId", "lsp_id")):
        if one(payload, name, reason) is not None:
            setattr(answer, place, bounded(text(payload, name, reason)))
    if answer.payment_hash is not None and not HEX64.fullmatch(answer.payment_hash):
        raise Refused(reason)
    answer.amount_msat = amount_in(payload, "amountMsat", reason)
