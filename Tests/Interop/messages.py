"""What the opened envelopes say, and in which words it is shown."""

import base64
import html
import re
import unicodedata

import envelopes
from rules import (
    Refused,
    amount_in,
    bounded,
    from_base64,
    identifier,
    is_text,
    json_object,
    one,
    optional_text,
    text,
)
from strictjson import Malformed, Object, parse

BROKEN = "malformed-message"
TITLE_BYTES_MAX, BODY_BYTES_MAX = 128, 512

# title, body, title with the amount
TEXTS = {
    "message": ("New Message", "Open the app to read it"),
    "call": ("Incoming Call", "Open the app to answer it"),
    "verification": ("Setting Up Notifications", "Open the app to finish"),
    "check": ("Checking for Messages", "Open the app to see what is new"),
    "removed": ("Messages Read", "They were read on another device"),
    "test": ("Test Notification", "Notifications reach this device"),
    "paymentReceived": ("Payment Received", "Open your wallet to see it", "Received {sats} sats"),
    "paymentSent": ("Payment Sent", "Open your wallet to see it", "Sent {sats} sats"),
    "holdInvoiceAccepted": ("Payment Held", "Open your wallet to settle it", "Payment held: {sats} sats"),
    "incomingPayment": ("Payment Incoming", "Open your wallet now to receive it"),
    "incomingOnionMessage": ("Payment Request", "Open your wallet to answer it"),
    "pendingSettlement": ("Payment Pending", "Open your wallet to settle it"),
    "swapUpdated": ("Swap Updated", "Open your wallet to continue it"),
    "invoiceRequest": ("Payment Incoming", "Open your wallet to send an invoice"),
    "lnurlpayInfo": ("Payment Request", "Open your wallet to answer it"),
    "lnurlpayInvoice": (
        "Payment Request",
        "Open your wallet to send an invoice",
        "Payment request: {sats} sats",
    ),
    "lnurlpayVerify": ("Payment Being Checked", "Open your wallet to confirm it"),
    "nwcEvent": ("Wallet Request", "Open your wallet to answer it"),
    "sessionProposal": ("Connection Request", "Open your wallet to answer it"),
    "sessionRequest": ("Wallet Request", "Open your wallet to answer it"),
    "sessionAuthenticate": ("Sign-In Request", "Open your wallet to answer it"),
}
URGENCY = {"message": ("active", 0.5), "test": ("active", 0.5), "call": ("active", 1)}
URGENCY |= dict.fromkeys(("verification", "check", "removed"), ("passive", 0))


def texts(answer) -> tuple[str, str]:
    title, body, *with_amount = TEXTS[answer.type]
    if with_amount and answer.amount_msat is not None:
        title = with_amount[0].replace("{sats}", f"{answer.amount_msat // 1000:,}")
    return answer.own_title or title, answer.own_body or body


def clean(value: str | None, bytes_max: int, entities: bool = False) -> str | None:
    """White space is one space; what does not show or turns text around is left out; what is too
    long ends in an ellipsis. Joiners, marks and emoji sequences are beyond this model."""
    if value is None:
        return None
    value = html.unescape(value) if entities else value
    shown = [" " if c.isspace() else c for c in value if c.isspace() or unicodedata.category(c)[0] != "C"]
    value = " ".join("".join(shown).split())
    if len(value.encode()) <= bytes_max:
        return value or None
    following = ""
    while len(value.encode()) > bytes_max - 3 or following and unicodedata.combining(following):
        value, following = value[:-1], value[-1]
    return value.rstrip() + "…"


def say(answer, title=None, body=None, subtitle=None, entities=False):
    answer.own_title = clean(title, TITLE_BYTES_MAX, entities)
    answer.own_body = clean(body, BODY_BYTES_MAX, entities)
    answer.subtitle = clean(subtitle, TITLE_BYTES_MAX)


def read(plaintext: bytes, envelope, answer, setting):
    answer.type = "message"
    if envelope.family in ("simplex", "reown"):
        answer.type = envelope.type
    READERS[envelope.family](plaintext, answer, setting)


def read_webpush(plaintext: bytes, answer, _):
    try:
        message = parse(plaintext)
    except Malformed:
        message = None
    if not isinstance(message, Object):
        try:
            say(answer, body=plaintext.decode("utf-8"))
        except UnicodeDecodeError:
            raise Refused(BROKEN) from None
        return
    answer.id = identifier(message, "notification_id", BROKEN)
    say(
        answer,
        optional_text(message, "title", BROKEN),
        optional_text(message, "body", BROKEN),
        entities=message.has("notification_id"),
    )


B64 = rb"[A-Za-z0-9_=-]"
ITEM = re.compile(rb"smp://%b+@[!-.0-~]+/(%b+) -?[0-9]+ (%b{32}) (%b+)" % (B64, B64, B64, B64))


def read_simplex(plaintext: bytes, answer, setting):
    if answer.type == "verification":
        return
    items = [ITEM.fullmatch(item) for item in plaintext.split(b";")]
    if not all(items):
        raise Refused(BROKEN)
    answer.account = bounded(items[-1][1].decode())
    # That there is a message is known, whatever is wrong with what stands beside it.
    try:
        nonce, sealed = (from_base64(items[-1][n].decode(), url=True) for n in (2, 3))
    except Refused:
        return
    if len(nonce) != 24 or len(sealed) < 16:
        return
    for key in setting.slots.get(f"simplex:{answer.account}", ()):
        try:
            inner = envelopes.unpadded(envelopes.crypto_box(key, nonce, sealed, setting.ciphers))
        except Refused:
            return
        if inner is None:
            continue
        if len(inner) >= 33 and inner[0] == 24:
            answer.id = base64.urlsafe_b64encode(inner[1:25]).decode()
            answer.created_at = str(int.from_bytes(inner[25:33], "big", signed=True))
        return


def read_zulip(plaintext: bytes, answer, _):
    message = json_object(plaintext, BROKEN)
    kind = text(message, "type", BROKEN)
    if kind == "remove":
        if not isinstance(one(message, "message_ids", BROKEN), list) or isinstance(
            one(message, "message_ids"), Object
        ):
            raise Refused(BROKEN)
        answer.type = "removed"
    elif kind == "test":
        answer.type = "test"
    elif kind == "message":
        answer.id = identifier(message, "message_id", BROKEN)
        if answer.id is None:
            raise Refused(BROKEN)
        sender, content = text(message, "sender_full_name", BROKEN), text(message, "content", BROKEN)
        recipient = text(message, "recipient_type", BROKEN)
        if recipient == "channel":
            place = text(message, "channel_name", BROKEN), text(message, "topic", BROKEN)
            say(answer, "#{} > {}".format(*place), content, f"{sender}:")
        elif recipient == "direct":
            say(answer, sender, content)
        else:
            raise Refused(BROKEN)
    else:
        raise Refused("unknown-type")


def read_homeassistant(plaintext: bytes, answer, _):
    message = json_object(plaintext, BROKEN)
    say(answer, optional_text(message, "title", BROKEN), text(message, "message", BROKEN))


def read_threema(plaintext: bytes, answer, _):
    threema(json_object(plaintext, BROKEN), answer)


def threema(message: Object, answer):
    if text(message, "cmd", BROKEN) not in ("newmsg", "newgroupmsg"):
        raise Refused("unknown-type")
    voip = one(message, "voip", BROKEN)
    if voip not in (None, True, False) and not is_text(voip):
        raise Refused(BROKEN)
    answer.type = "call" if voip in (True, "true") else "message"
    ident = optional_text(message, "messageId", BROKEN)
    answer.id = None if ident is None else bounded(ident)


def read_session(plaintext: bytes, answer, _):
    if plaintext[:1] != b"l" or plaintext[-1:] != b"e":
        raise Refused(BROKEN)
    strings, rest = [], plaintext[1:-1]
    while rest:
        length, colon, rest = rest.partition(b":")
        if not colon or not re.fullmatch(rb"[0-9]{1,9}", length) or int(length) > len(rest):
            raise Refused(BROKEN)
        strings.append(rest[: int(length)])
        rest = rest[int(length) :]
    if not 1 <= len(strings) <= 2:
        raise Refused(BROKEN)
    ident = optional_text(json_object(strings[0], BROKEN), "#", BROKEN)
    answer.id = None if ident is None else bounded(ident)


def read_reown(plaintext: bytes, answer, _):
    answer.id = identifier(json_object(plaintext, BROKEN), "id", BROKEN)


def read_alby(plaintext: bytes, answer, _):
    message = json_object(plaintext, BROKEN)
    kinds = {"payment_received": "paymentReceived", "payment_sent": "paymentSent"}
    kinds["hold_invoice_accepted"] = "holdInvoiceAccepted"
    kind = text(message, "notification_type", BROKEN)
    if kind not in kinds:
        raise Refused("unknown-type")
    answer.type = kinds[kind]
    details = one(message, "notification", BROKEN)
    if details is None:
        return
    if not isinstance(details, Object):
        raise Refused(BROKEN)
    answer.amount_msat = amount_in(details, "amount", BROKEN)
    say(answer, body=optional_text(details, "description", BROKEN))


def read_bark(plaintext: bytes, answer, _):
    message = Object((key.lower(), value) for key, value in json_object(plaintext, BROKEN))
    shown = [one(message, name, BROKEN) for name in ("title", "body", "subtitle")]
    say(answer, *(str(value) if isinstance(value, str) else None for value in shown))
    answer.id = identifier(message, "id", BROKEN)


def read_bisq(plaintext: bytes, answer, _):
    message = json_object(plaintext, BROKEN)
    say(answer, optional_text(message, "title", BROKEN), text(message, "message", BROKEN))
    answer.id = identifier(message, "id", BROKEN)
    order = optional_text(message, "tradeId", BROKEN)
    answer.order_id = None if order is None else bounded(order)


READERS = {name[5:]: value for name, value in list(globals().items()) if name.startswith("read_")}


def plain(envelope, answer):
    """Envelopes that were in the clear; what is wrong with them is wrong with the envelope."""
    answer.type = envelope.type
    broken = "malformed-envelope"
    if envelope.family == "threema":
        try:
            threema(envelope.fields, answer)
        except Refused as refusal:
            raise Refused(refusal.reason if refusal.reason == "unknown-type" else broken) from None
    elif envelope.family == "phoenix":
        node = optional_text(envelope.fields, "node_id_hash", broken)
        answer.account = None if node is None else bounded(node, broken).lower()
    elif envelope.family == "breez":
        payload = optional_text(envelope.fields, "notification_payload", broken)
        if payload is not None:
            breez(json_object(payload.encode(), broken), answer, broken)


def breez(payload: Object, answer, broken: str):
    if answer.type == "swapUpdated":
        ident = optional_text(payload, "id", broken)
        answer.id = None if ident is None else bounded(ident, broken)
    elif answer.type == "lnurlpayInvoice":
        answer.amount_msat = amount_in(payload, "amount", broken)
    elif answer.type == "lnurlpayVerify":
        digest = optional_text(payload, "payment_hash", broken)
        if digest is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", digest):
            raise Refused(broken)
        answer.payment_hash = digest
    elif answer.type == "nwcEvent":
        event = optional_text(payload, "event", broken)
        if event is not None:
            ident = optional_text(json_object(event.encode(), broken), "id", broken)
            answer.id = None if ident is None else bounded(ident, broken)
