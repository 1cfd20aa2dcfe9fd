"""Stage content: the whole line, to the byte."""

from . import scene
from .collection import Collection
from .scene import (
    CREATED,
    DEADLINE,
    HASH,
    NOW,
    ORDER,
    WAKE_ID,
    Spelled,
    apns,
    compact,
    fallback,
    message_v0,
    message_v1,
    v0,
    v1,
    wake,
)

INCOMING = '"category":"INCOMING_PAYMENT",'


def line(title, body, ntf, thread=None, category="") -> str:
    success = f',"relevance-score":1,{category}"thread-id":"blocktank.{thread}"' if thread else ""
    return (
        f'{{"aps":{{"alert":{{"title":"{title}","body":"{body}"}},"sound":"default",'
        f'"interruption-level":"time-sensitive"{success}}},"ntf":{{{ntf}}}}}'
    )


def collect(vectors: Collection):
    def add(name, comment, expect, push, wanted, keys=scene.KEYS, **more):
        vectors.add(
            "content",
            name,
            comment,
            expect,
            push,
            keys if "keystore" not in more else (),
            line=wanted,
            **more,
        )

    texts = {
        "incomingHtlc": ("Payment Incoming", "Open now to receive - funds are being held", INCOMING),
        "cjitPaymentArrived": ("Payment Incoming", "Open now to receive via new channel", INCOMING),
        "orderPaymentConfirmed": ("Channel Ready", "Open Bitkit to complete setup", ""),
        "mutualClose": ("Channel Closed", "Funds moved to savings", ""),
        "wakeToTimeout": ("Payment Pending", "Open Bitkit to process pending payment", ""),
    }
    for kind, (title, text, category) in texts.items():
        add(
            f"line_{kind.lower()}",
            f"The line of {kind}.",
            "decrypted",
            apns(v0(f"line {kind}", message_v0(kind, None))),
            line(
                title,
                text,
                f'"outcome":"decrypted","envelope":"blocktank-v0","type":"{kind}","createdAt":"{CREATED}","stored":false',
                kind,
                category,
            ),
        )
    every = {"amountMsat": 18446744073709551615, "lspId": "lsp", "orderId": ORDER, "paymentHash": HASH}
    fields = f'"paymentHash":"{HASH}","orderId":"{ORDER}","lspId":"lsp","amountMsat":18446744073709551615'
    add(
        "line_every_field_v0",
        "Every field of v0, in the order of the line and not of the message.",
        "decrypted",
        apns(v0("line every", message_v0("cjitPaymentArrived", every))),
        line(
            *texts["cjitPaymentArrived"][:2],
            f'"outcome":"decrypted","envelope":"blocktank-v0","type":"cjitPaymentArrived",{fields},"createdAt":"{CREATED}","stored":false',
            "cjitPaymentArrived",
            INCOMING,
        ),
    )
    add(
        "line_every_field_v1_expired",
        "Every field of v1, past its deadline.",
        "decrypted",
        wake(v1("line every 1", message_v1(payload=every))),
        line(
            *texts["incomingHtlc"][:2],
            f'"outcome":"decrypted","envelope":"wake-v1","type":"incomingHtlc","id":"{WAKE_ID}",{fields},"deadline":{DEADLINE},"stored":false,"expired":true',
            "incomingHtlc",
            INCOMING,
        ),
        now=DEADLINE + 1,
    )
    add(
        "line_escapes",
        "What must be escaped in the line and what must not.",
        "decrypted",
        apns(
            v0(
                "line escapes",
                message_v0("mutualClose", {"orderId": Spelled(r'"a\"b\\c\/d\b\t\n\f\r\u0001\u0017"')}, None),
            )
        ),
        line(
            "Channel Closed",
            "Funds moved to savings",
            r'"outcome":"decrypted","envelope":"blocktank-v0","type":"mutualClose","orderId":"a\"b\\c/d\b\t\n\f\r\u0001\u0017","stored":false',
            "mutualClose",
        ),
    )
    add(
        "line_app_name",
        "Another app's name, with a quote in it.",
        "decrypted",
        apns(v0("line app", message_v0("wakeToTimeout", None, None))),
        line(
            "Payment Pending",
            r"Open My \"Wallet\" to process pending payment",
            '"outcome":"decrypted","envelope":"blocktank-v0","type":"wakeToTimeout","stored":false',
            "wakeToTimeout",
        ),
        app_name='My "Wallet"',
    )
    add(
        "line_plain_wake_fallback",
        "Nothing was sealed.",
        "plain",
        fallback({"v": 1, "id": WAKE_ID, "topic": "blocktank.orderPaymentConfirmed"}),
        line(
            "Channel Ready",
            "Open Bitkit to complete setup",
            f'"outcome":"plain","envelope":"wake-fallback","type":"orderPaymentConfirmed","id":"{WAKE_ID}","stored":false',
            "orderPaymentConfirmed",
        ),
        (),
    )
    add(
        "line_plain_silent",
        "A silent push.",
        "plain",
        compact({"type": "incoming_htlc_wake", "payment_hash": HASH, "amount_msat": 21000}),
        line(
            *texts["incomingHtlc"][:2],
            f'"outcome":"plain","envelope":"incoming-htlc-wake","type":"incomingHtlc","paymentHash":"{HASH}","amountMsat":21000,"stored":false',
            "incomingHtlc",
            INCOMING,
        ),
        (),
    )
    general = "Open {} to check for new activity"
    for name, comment, body, reason, app, more in (
        ("malformed_json", "The line of a push that is not JSON.", "{", "malformed-json", "Bitkit", {}),
        (
            "unknown_envelope",
            "The line of a push with nothing in it.",
            "{}",
            "unknown-envelope",
            "Bitkit",
            {},
        ),
        (
            "too_large",
            "The line of a push that is too large.",
            "[0]",
            "too-large",
            "Bitkit",
            {"max_payload": 2},
        ),
        (
            "app_name",
            "The fallback with another app's name.",
            "[]",
            "unknown-envelope",
            "Wallet",
            {"app_name": "Wallet"},
        ),
    ):
        add(
            f"fallback_{name}",
            comment,
            "fallback",
            body,
            line(app, general.format(app), f'"outcome":"fallback","reason":"{reason}","stored":false'),
            reason=reason,
            **more,
        )
    # Whether these lines name the envelope they found is not asserted; title and body are.
    vectors.add(
        "content",
        "fallback_keystore_locked",
        "A locked keystore asks to unlock, in another app's name.",
        "fallback",
        apns(v0("line locked")),
        reason="keystore-locked",
        keystore="locked",
        app_name="Wallet",
        title="Wallet",
        body="Unlock your device and open Wallet to check for new activity",
    )
    for name, comment, plaintext, reason in (
        (
            "unknown_type",
            "An unknown type gets the text of a fallback.",
            message_v0("refund", None),
            "unknown-type",
        ),
        (
            "malformed_message",
            "A known type in a broken message gets the text of a fallback.",
            message_v0(payload=[]),
            "malformed-message",
        ),
    ):
        vectors.add(
            "content",
            f"fallback_{name}",
            comment,
            "fallback",
            apns(v0(f"line {name}", plaintext)),
            scene.KEYS,
            reason,
            title="Bitkit",
            body=general.format("Bitkit"),
        )
