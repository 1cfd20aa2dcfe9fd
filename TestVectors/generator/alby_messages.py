"""What Alby Go is told: the notifications of NIP-47, whole and broken."""

from .alby import NEW, RECEIVED, push
from .collection import Collection
from .families import Folder, not_messages


def collect(vectors: Collection):
    messages(Folder(vectors, "alby", (NEW,), envelope="alby-nip44", unauthenticated=None))


def messages(folder: Folder):
    def shown(name, comment, message, **wanted):
        folder.good("m", f"message_{name}", comment, push(message), **wanted)

    def payment(kind="payment_received", **fields):
        return {"notification_type": kind, "notification": fields}

    wallet = "Open your wallet to see it"
    shown(
        "received",
        "A payment.",
        payment(amount=21000),
        type="paymentReceived",
        title="Received 21 sats",
        body=wallet,
        amount_msat=21000,
    )
    shown(
        "sent",
        "One of ours.",
        payment("payment_sent", amount=1000),
        type="paymentSent",
        title="Sent 1 sats",
        body=wallet,
    )
    shown(
        "held",
        "One that is held.",
        payment("hold_invoice_accepted", amount=5000),
        type="holdInvoiceAccepted",
        title="Payment held: 5 sats",
        body="Open your wallet to settle it",
    )
    for msat, sats in (
        (0, "0"),
        (1, "0"),
        (999, "0"),
        (1000, "1"),
        (1999, "1"),
        (999999, "999"),
        (1000000, "1,000"),
        (123456789, "123,456"),
        (5000000000000, "5,000,000,000"),
        (2**53 + 1, "9,007,199,254,740"),
        (2**64 - 1, "18,446,744,073,709,551"),
    ):
        shown(
            f"amount_{msat}",
            f"{msat} millisatoshi, rounded down.",
            payment(amount=msat),
            title=f"Received {sats} sats",
            amount_msat=msat,
        )
    shown(
        "description",
        "With a description.",
        payment("payment_sent", amount=1000, description="two coffees"),
        title="Sent 1 sats",
        body="two coffees",
    )
    shown("description_empty", "An empty description.", payment(amount=1000, description=""), body=wallet)
    shown(
        "description_null", "A description that is null.", payment(amount=1000, description=None), body=wallet
    )
    shown("without_amount", "No amount.", payment(description="tip"), title="Payment Received", body="tip")
    shown(
        "amount_null", "An amount that is null.", payment(amount=None), title="Payment Received", body=wallet
    )
    shown(
        "without_details",
        "The type alone.",
        {"notification_type": "payment_received"},
        title="Payment Received",
        body=wallet,
    )
    shown(
        "details_null",
        "Details that are null.",
        {"notification_type": "payment_received", "notification": None},
        title="Payment Received",
    )
    shown(
        "metadata",
        "With what else NIP-47 sends.",
        payment(amount=1000, type="incoming", metadata={"comment": "hi"}, fees_paid=0, settled_at=1),
        title="Received 1 sats",
    )
    shown(
        "description_override",
        "A right-to-left override does not get through.",
        payment(amount=1000, description="a\u202eb\u2066c"),
        body="abc",
    )
    not_messages(folder, "message", push, RECEIVED, empty=False)

    def bad(name, comment, message, reason="malformed-message"):
        folder.bad_message(f"message_{name}", comment, push(message), reason)

    for kind in ("", "payment", "Payment_received", "payment_failed"):
        bad(f"type_{kind.lower() or 'empty'}_unknown", f"A type {kind!r}.", payment(kind), "unknown-type")
    bad("type_missing", "No type.", {"notification": {"amount": 1}})
    bad("type_number", "A type that is a number.", {"notification_type": 1})
    bad("type_twice", "Two types.", '{"notification_type":"payment_sent","notification_type":"payment_sent"}')
    for name, amount in (
        ("negative", -1),
        ("text", "21000"),
        ("list", [1]),
        ("bool", True),
        ("two_to_the_64", 2**64),
    ):
        bad(f"amount_{name}", f"The amount is {amount!r}.", payment(amount=amount))
    for name, spelled in (("fraction", "1.0"), ("exponent", "1e3"), ("twice", '1,"amount":2')):
        bad(
            f"amount_{name}",
            f"The amount is {spelled}.",
            '{"notification_type":"payment_sent","notification":{"amount":%s}}' % spelled,
        )
    for kind, value in (("text", "x"), ("list", []), ("number", 1)):
        bad(
            f"details_{kind}",
            f"The details are a {kind}.",
            {"notification_type": "payment_sent", "notification": value},
        )
    bad(
        "details_twice",
        "Details twice.",
        '{"notification_type":"payment_sent","notification":{},"notification":{}}',
    )
    bad("description_number", "A description that is a number.", payment(amount=1, description=5))
