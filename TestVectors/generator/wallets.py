"""Phoenix and Breez, whose pushes are in the clear: what they are about, and what to do."""

from .collection import Collection
from .families import Folder
from .scene import HASH, compact

NODE = "ab" * 20


def collect(vectors: Collection):
    phoenix(Folder(vectors, "wallets", (), envelope="phoenix"))
    breez(Folder(vectors, "wallets", (), envelope="breez"))


def phoenix(folder: Folder):
    published = '{"aps":{"alert":{"title":"Missed incoming payment"},"mutable-content":1},"reason":"IncomingPayment","gcm.message_id":1605136272123442,"google.c.a.e":1,"google.c.fid":"dRLLO-mxUxbDvmV1urj5Tt","google.c.sender.id":458618232423}'
    folder.good(
        "e",
        "phoenix_published",
        "From ACINQ/phoenix PushNotification.swift.",
        published,
        outcome="plain",
        type="incomingPayment",
        title="Payment Incoming",
        body="Open your wallet now to receive it",
    )
    for reason, kind, title, body in (
        ("IncomingPayment", "incomingPayment", "Payment Incoming", "Open your wallet now to receive it"),
        ("IncomingOnionMessage", "incomingOnionMessage", "Payment Request", "Open your wallet to answer it"),
        ("IncomingOnionMessage$", "incomingOnionMessage", "Payment Request", "Open your wallet to answer it"),
        ("PendingSettlement", "pendingSettlement", "Payment Pending", "Open your wallet to settle it"),
    ):
        name = reason.lower().replace("$", "_dollar")
        folder.good(
            "m",
            f"phoenix_{name}",
            "A reason that is known.",
            {"reason": reason, "node_id_hash": NODE},
            outcome="plain",
            type=kind,
            title=title,
            body=body,
            account=NODE,
        )
    one = {"reason": "IncomingPayment"}
    folder.good(
        "e",
        "phoenix_node_in_capitals",
        "A node in capitals.",
        one | {"node_id_hash": NODE.upper()},
        outcome="plain",
        account=NODE,
    )
    folder.good(
        "e",
        "phoenix_node_null",
        "A node that is null.",
        one | {"node_id_hash": None},
        outcome="plain",
        type="incomingPayment",
    )
    folder.good(
        "e",
        "phoenix_in_fcm_data",
        "In the data of an FCM send body.",
        {"message": {"data": one | {"node_id_hash": NODE}}},
        outcome="plain",
        account=NODE,
    )
    folder.good(
        "k",
        "phoenix_while_locked",
        "A locked keystore is not asked.",
        one,
        outcome="plain",
        keystore="locked",
        type="incomingPayment",
    )
    for reason in ("incomingPayment", "IncomingPayment$", "IncomingOnionMessage$$", "", "Test"):
        name = f"{reason.lower().replace('$', 'x') or 'empty'}_{len(reason)}"
        folder.bad(
            "e",
            f"phoenix_unknown_{name}",
            f"A reason {reason!r} for a node.",
            {"reason": reason, "node_id_hash": NODE},
            "unknown-type",
        )
        folder.unknown(
            f"phoenix_somebody_{name}", f"A reason {reason!r} and no node: anybody's.", {"reason": reason}
        )
    for kind, value in (("number", 1), ("null", None), ("list", ["IncomingPayment"]), ("bool", True)):
        folder.unknown(f"phoenix_reason_{kind}", f"The reason is a {kind}.", {"reason": value})
    for kind, value in (("number", 1), ("list", [NODE]), ("object", {}), ("too_long", "a" * 129)):
        folder.malformed(f"phoenix_node_{kind}", f"The node is a {kind}.", one | {"node_id_hash": value})
    folder.malformed(
        "phoenix_reason_twice", "Two reasons.", '{"reason":"IncomingPayment","reason":"IncomingPayment"}'
    )
    folder.malformed(
        "phoenix_node_twice",
        "Two nodes.",
        f'{{"reason":"IncomingPayment","node_id_hash":"{NODE}","node_id_hash":"{NODE}"}}',
    )


def breez(folder: Folder):
    def push(kind, payload) -> dict:
        text = payload if isinstance(payload, str) else compact(payload)
        return {"aps": {"mutable-content": 1}, "notification_type": kind, "notification_payload": text}

    url = "https://e.invalid/reply"
    event = compact({"id": "e1", "kind": 23194, "content": "x", "tags": []})
    for kind, payload, name, title, body, more in (
        (
            "swap_updated",
            {"id": "s1", "status": "transaction.mempool"},
            "swapUpdated",
            "Swap Updated",
            "Open your wallet to continue it",
            {"id": "s1"},
        ),
        (
            "invoice_request",
            {"offer": "lno1", "invoice_request": "lnr1", "reply_url": url},
            "invoiceRequest",
            "Payment Incoming",
            "Open your wallet to send an invoice",
            {},
        ),
        (
            "lnurlpay_info",
            {"callback_url": url, "reply_url": url},
            "lnurlpayInfo",
            "Payment Request",
            "Open your wallet to answer it",
            {},
        ),
        (
            "lnurlpay_invoice",
            {"amount": 21000, "reply_url": url},
            "lnurlpayInvoice",
            "Payment request: 21 sats",
            "Open your wallet to send an invoice",
            {"amount_msat": 21000},
        ),
        (
            "lnurlpay_verify",
            {"payment_hash": HASH, "reply_url": url},
            "lnurlpayVerify",
            "Payment Being Checked",
            "Open your wallet to confirm it",
            {"payment_hash": HASH},
        ),
        (
            "nwc_event",
            {"event": event},
            "nwcEvent",
            "Wallet Request",
            "Open your wallet to answer it",
            {"id": "e1"},
        ),
    ):
        shown = {"type": name, "title": title, "body": body} | more
        folder.good(
            "m", f"breez_{kind}", "A type that is known.", push(kind, payload), outcome="plain", **shown
        )
        folder.good(
            "e",
            f"breez_{kind}_in_body",
            "In an object, as Expo sends it.",
            {"body": push(kind, payload)},
            outcome="plain",
            **shown,
        )
    good = push("lnurlpay_invoice", {"amount": 5000000000})
    folder.good(
        "m",
        "breez_amount_grouped",
        "An amount of more digits.",
        good,
        outcome="plain",
        title="Payment request: 5,000,000 sats",
    )
    folder.good(
        "m",
        "breez_amount_missing",
        "No amount.",
        push("lnurlpay_invoice", {"reply_url": url}),
        outcome="plain",
        title="Payment Request",
    )
    folder.good(
        "e",
        "breez_in_fcm_data",
        "In the data of an FCM send body.",
        {"message": {"data": good}},
        outcome="plain",
        type="lnurlpayInvoice",
    )
    folder.good(
        "k",
        "breez_while_corrupt",
        "A corrupt keystore is not asked.",
        good,
        outcome="plain",
        keystore="corrupt",
        type="lnurlpayInvoice",
    )
    for kind in ("", "SWAP_UPDATED", "swap", "payment_received", "nwc_event "):
        folder.bad(
            "e",
            f"breez_unknown_{kind.strip().lower() or 'empty'}_{len(kind)}",
            f"A type {kind!r}.",
            push(kind, {}),
            "unknown-type",
        )
    for kind, value in (("number", 1), ("null", None), ("list", ["swap_updated"])):
        folder.malformed(f"breez_type_{kind}", f"The type is a {kind}.", push(value, {}))
    for name, payload in (
        ("empty", ""),
        ("text", "hello"),
        ("cut", '{"amount":1'),
        ("list", "[]"),
        ("string", '"x"'),
        ("number", "1"),
        ("trailing", "{} x"),
    ):
        folder.malformed(
            f"breez_payload_{name}", "A payload that is no JSON object.", push("lnurlpay_invoice", payload)
        )
    for kind, value in (("number", 1), ("list", []), ("bool", True)):
        folder.malformed(
            f"breez_payload_is_{kind}", f"The payload is a {kind}.", good | {"notification_payload": value}
        )
    for name, payload in (
        ("negative", {"amount": -1}),
        ("text", {"amount": "21000"}),
        ("fraction", '{"amount":1.5}'),
        ("huge", {"amount": 2**64}),
        ("twice", '{"amount":1,"amount":2}'),
    ):
        folder.malformed(f"breez_amount_{name}", "An amount that is none.", push("lnurlpay_invoice", payload))
    for name, payload in (
        ("short", {"payment_hash": HASH[:-1]}),
        ("letters", {"payment_hash": "g" * 64}),
        ("number", {"payment_hash": 5}),
    ):
        folder.malformed(
            f"breez_hash_{name}", "A payment hash that is none.", push("lnurlpay_verify", payload)
        )
    for name, payload in (
        ("object", {"event": {"id": "e1"}}),
        ("cut", {"event": '{"id":'}),
        ("list", {"event": "[]"}),
        ("id_number", {"event": '{"id":1}'}),
    ):
        folder.malformed(f"breez_event_{name}", "An event that is none.", push("nwc_event", payload))
    for name, payload in (
        ("number", {"id": 5}),
        ("too_long", {"id": "x" * 129}),
        ("twice", '{"id":"a","id":"b"}'),
    ):
        folder.malformed(f"breez_swap_id_{name}", "An id that is none.", push("swap_updated", payload))
    folder.malformed(
        "breez_type_twice",
        "Two types.",
        '{"notification_type":"swap_updated","notification_type":"swap_updated","notification_payload":"{}"}',
    )
    folder.malformed(
        "breez_payload_twice",
        "Two payloads.",
        '{"notification_type":"swap_updated","notification_payload":"{}","notification_payload":"{}"}',
    )
    folder.unknown("breez_payload_alone", "A payload without type.", {"notification_payload": "{}"})
