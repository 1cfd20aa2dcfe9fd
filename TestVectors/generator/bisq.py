"""Bisq: one box, and the notification inside."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .collection import Collection
from .families import KEY, KEY_TEXT, OTHER, Boxes, Folder, b64, key, not_messages, plaintext_of
from .published_families import SELF_BISQ


def collect(vectors: Collection):
    bisq(Folder(vectors, "bark_bisq", (key("bisq", KEY_TEXT),), envelope="bisq"))


def bisq(folder: Folder):
    nonce = bytes(range(12))

    def sealed(message, secret: bytes = KEY) -> bytes:
        return nonce + AESGCM(secret).encrypt(nonce, plaintext_of(message), None)

    sent = lambda message: {"encrypted": b64(sealed(message))}  # noqa: E731
    trade = {"id": "n1", "title": "Trade", "message": "Payment sent", "category": "trade", "tradeId": "abc"}
    folder.good(
        "o",
        "bisq_known",
        "An independent sender.",
        SELF_BISQ,
        type="message",
        title="Trade",
        body="Payment sent",
        id="n1",
        order_id="abc",
    )
    folder.good(
        "m", "bisq_least", "The message alone.", sent({"message": "x"}), title="New Message", body="x"
    )
    folder.good(
        "m",
        "bisq_nulls",
        "Null is as good as missing.",
        sent(trade | {"tradeId": None, "category": None, "title": None}),
        title="New Message",
        body="Payment sent",
        id="n1",
    )
    folder.good(
        "m",
        "bisq_beyond_ascii",
        "Text beyond ASCII.",
        sent(trade | {"title": "Größe", "message": "日本"}),
        title="Größe",
        body="日本",
    )
    Boxes(folder, "bisq_box", lambda text: {"encrypted": text}).damage(
        sealed(trade), {"nonce": 0, "cipher": 12, "tag": len(sealed(trade)) - 1}, 28, spelling=False
    )
    text = b64(sealed(trade))
    for name, spelled in (
        ("space", text[:8] + " " + text[8:]),
        ("padding_inside", "AA==" + text),
        ("other_alphabet", "-_" + text[2:]),
        ("line_feed", text + "\n"),
        ("one_character_more", text.rstrip("=") + "AAAA"[: 1 + -len(text.rstrip("=")) % 4]),
    ):
        folder.malformed(f"bisq_box_{name}", "Not base64 as it should be.", {"encrypted": spelled})
    wrong = key("bisq", OTHER.hex())
    folder.good(
        "k",
        "bisq_key_previous",
        "Sealed before the last rotation.",
        sent(trade),
        (wrong, key("bisq", KEY_TEXT)),
        title="Trade",
    )
    folder.unopened("bisq_key_wrong", "Another key.", sent(trade), keys=(wrong,))
    folder.missing("bisq_key_missing", "An empty keystore.", sent(trade))
    folder.missing(
        "bisq_key_of_others",
        "The same bytes under another name.",
        sent(trade),
        keys=(key("session", KEY_TEXT), key("threema", KEY_TEXT)),
    )
    for name, value in (
        ("true_text", "true"),
        ("true", True),
        ("number", 1),
        ("null", None),
        ("list", [text]),
        ("object", {}),
    ):
        folder.unknown(
            f"bisq_{name}", f"encrypted is {str(value)[:10]}: somebody else's.", {"encrypted": value}
        )
    folder.malformed("bisq_field_twice", "Twice.", f'{{"encrypted":"{text}","encrypted":"{text}"}}')
    not_messages(folder, "bisq", sent, trade)
    for name, message in (
        ("without_message", {"title": "x"}),
        ("message_number", {"message": 1}),
        ("message_twice", '{"message":"a","message":"b"}'),
        ("id_list", trade | {"id": []}),
        ("trade_number", trade | {"tradeId": 5}),
        ("trade_too_long", trade | {"tradeId": "x" * 129}),
        ("title_number", trade | {"title": 5}),
    ):
        folder.bad_message(f"bisq_{name}", "Not what Bisq writes.", sent(message))
