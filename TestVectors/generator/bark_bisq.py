"""Bark in all its modes, and Bisq."""

from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .collection import Collection
from .families import KEY_TEXT, Boxes, Folder, b64, flip, key, not_messages, plaintext_of
from .published_families import BARK_APPRISE_GCM128, BARK_DOC_EN
from .scene import compact

TEXTS = {16: "1234567890123456", 24: "123456789012345678901234", 32: "12345678901234567890123456789012"}
# Which lengths there may be, only the key's mode says: what does not fit it is a wrong key first.
MISFIT = "authentication-failed"
IV12, IV16 = "fixed-iv-123", "1111111111111111"
HELLO = {"title": "Weather", "body": "rain", "sound": "birdsong"}


def bark_key(mode: str, length: int = 16, iv: str | None = None, text: str | None = None) -> str:
    fields = {"secret": (text or TEXTS[length]).encode().hex(), "mode": mode}
    return key("bark", fields | ({"iv": iv.encode().hex()} if iv else {}))


def seal(message, mode: str, length: int = 16, iv: str | None = None, padded: bytes | None = None) -> bytes:
    secret = TEXTS[length].encode()
    if mode == "gcm":
        return AESGCM(secret).encrypt((iv or IV12).encode(), plaintext_of(message), None)
    if padded is None:
        padder = block_padding.PKCS7(128).padder()
        padded = padder.update(plaintext_of(message)) + padder.finalize()
    sealer = Cipher(
        algorithms.AES(secret), modes.ECB() if mode == "ecb" else modes.CBC((iv or IV16).encode())
    ).encryptor()
    return sealer.update(padded) + sealer.finalize()


def push(sealed: bytes | str | None, iv=None) -> dict:
    text = b64(sealed) if isinstance(sealed, bytes) else sealed
    return {"aps": {"mutable-content": 1}, "ciphertext": text} | ({"iv": iv} if iv is not None else {})


def collect(vectors: Collection):
    gcm = Folder(vectors, "bark_bisq", (bark_key("gcm"),), envelope="bark")
    published(gcm.with_keys(envelope="bark", type="message"))
    sizes(gcm)
    vectors_of_init(gcm)
    modes_and_keys(gcm)
    damage_gcm(gcm)
    blocks(gcm)
    messages(gcm)


def published(folder: Folder):
    docs = "From Finb/Bark docs"
    cbc = "d3QhjQjP5majvNt5CjsvFWwqqj2gKl96RFj5OO+u6ynTt7lkyigDYNA3abnnCLpr"
    folder.good(
        "o",
        "published_docs_cbc",
        f"{docs}/encryption.md.",
        push(cbc, IV16),
        (bark_key("cbc"),),
        body="test",
        unauthenticated=True,
    )
    folder.good(
        "o",
        "published_docs_cbc_en",
        f"{docs}/en-us/encryption.md.",
        BARK_DOC_EN,
        (bark_key("cbc"),),
        body="test",
        unauthenticated=True,
    )
    source = "From caronc/apprise tests/test_plugin_bark.py"
    apprise = {
        16: BARK_APPRISE_GCM128["ciphertext"],
        24: "QyuvztP2Yktq2khUWXw6hYrjLnhuc+kC44lyGOaVYBRJC4vsYaB6RewayvX+4ZKjUUIifRWDtIiVFq/KgA==",
        32: "a9CkBbe9d0qkskyAzKyb4pV/WjH6D1J/JLm0EOUTMcoTpJEs10gqANkkLKaOPqVXL0yo0AaxElYjmLmynw==",
    }
    for length, text in apprise.items():
        folder.good(
            "o",
            f"published_apprise_gcm_{length * 8}",
            f"{source}.",
            push(text, IV12),
            (bark_key("gcm", text="k" * length),),
            body="Encrypted weather",
            title="New Message",
        )
    folder.good(
        "o",
        "known_ecb",
        "An independent sender.",
        push("MeYXzikaiTfg9t7jmEeRDg=="),
        (bark_key("ecb"),),
        body="ecb",
        unauthenticated=True,
    )


def sizes(folder: Folder):
    for mode, iv in (("gcm", IV12), ("cbc", IV16), ("ecb", None)):
        for length in TEXTS:
            more = {} if mode == "gcm" else {"unauthenticated": True}
            folder.good(
                "o",
                f"{mode}_{length * 8}",
                f"AES-{length * 8} in {mode.upper()}.",
                push(seal(HELLO, mode, length), iv),
                (bark_key(mode, length),),
                title="Weather",
                body="rain",
                **more,
            )


def misfit(folder: Folder, name: str, comment: str, push, **more):
    folder.bad("o", name, comment, push, MISFIT, **more)


def vectors_of_init(folder: Folder):
    shown = {"title": "Weather", "body": "rain"}
    folder.good(
        "o",
        "iv_of_key_gcm",
        "The IV that goes with the key.",
        push(seal(HELLO, "gcm")),
        (bark_key("gcm", iv=IV12),),
        **shown,
    )
    folder.good(
        "o",
        "iv_of_key_cbc",
        "The IV that goes with the key.",
        push(seal(HELLO, "cbc")),
        (bark_key("cbc", iv=IV16),),
        **shown,
    )
    folder.good(
        "o",
        "iv_of_push_gcm",
        "The push's IV counts, not the key's.",
        push(seal(HELLO, "gcm", iv="another-iv-1"), "another-iv-1"),
        (bark_key("gcm", iv=IV12),),
        **shown,
    )
    folder.good(
        "o",
        "iv_of_push_cbc",
        "The push's IV counts, not the key's.",
        push(seal(HELLO, "cbc", iv="2" * 16), "2" * 16),
        (bark_key("cbc", iv=IV16),),
        **shown,
    )
    folder.good(
        "o", "iv_ignored_ecb", "ECB takes no IV.", push(seal(HELLO, "ecb"), IV16), (bark_key("ecb"),), **shown
    )
    folder.good(
        "o",
        "iv_null",
        "An IV that is null is none.",
        compact(push(seal(HELLO, "gcm")))[:-1] + ',"iv":null}',
        (bark_key("gcm", iv=IV12),),
        **shown,
    )
    folder.good(
        "o",
        "iv_beyond_ascii",
        "Twelve bytes of UTF-8.",
        push(seal(HELLO, "gcm", iv="grüße-iv-1"), "grüße-iv-1"),
        (bark_key("gcm"),),
        **shown,
    )
    misfit(folder, "iv_missing_gcm", "No IV at all.", push(seal(HELLO, "gcm")))
    misfit(folder, "iv_missing_cbc", "No IV at all.", push(seal(HELLO, "cbc")), keys=(bark_key("cbc"),))
    folder.unopened("iv_wrong_gcm", "Another IV.", push(seal(HELLO, "gcm"), "fixed-iv-124"))
    folder.unopened(
        "iv_of_key_wrong",
        "The right IV in the key, another in the push.",
        push(seal(HELLO, "gcm"), "fixed-iv-124"),
        keys=(bark_key("gcm", iv=IV12),),
    )
    for mode, right in (("gcm", 12), ("cbc", 16)):
        for length in (0, 1, 11, 12, 13, 15, 16, 17, 32):
            if length != right:
                misfit(
                    folder,
                    f"iv_of_{length}_{mode}",
                    f"An IV of {length} characters.",
                    push(seal(HELLO, mode), "1" * length),
                    keys=(bark_key(mode),),
                )
    for kind, value in (("number", 111111111111), ("list", [IV12]), ("object", {}), ("bool", True)):
        folder.malformed(f"iv_{kind}", f"The IV is a {kind}.", push(seal(HELLO, "gcm"), value))
    folder.malformed(
        "iv_twice", "Two IVs.", compact(push(seal(HELLO, "gcm"), IV12))[:-1] + f',"iv":"{IV12}"}}'
    )


def modes_and_keys(folder: Folder):
    sealed = {mode: push(seal(HELLO, mode), iv) for mode, iv in (("gcm", IV12), ("cbc", IV16), ("ecb", None))}
    for mode, other in (
        ("gcm", "cbc"),
        ("gcm", "ecb"),
        ("cbc", "gcm"),
        ("cbc", "ecb"),
        ("ecb", "gcm"),
        ("ecb", "cbc"),
    ):
        keys = (bark_key(other, iv={"gcm": IV12, "cbc": IV16}.get(other)),)
        # CBC's last block under ECB is padding turned by the block before: it only rarely fits.
        misfit(
            folder,
            f"mode_{other}_key_for_{mode}",
            f"Sealed in {mode.upper()}, a key for {other.upper()}.",
            sealed[mode],
            keys=keys,
        )
    for mode in ("gcm", "cbc", "ecb"):
        folder.unopened(
            f"key_wrong_{mode}", "Another key.", sealed[mode], keys=(bark_key(mode, text="x" * 16),)
        )
        folder.unopened(
            f"key_longer_{mode}",
            "A key of 256 bits that begins with the right one.",
            sealed[mode],
            keys=(bark_key(mode, 32),),
        )
    folder.good(
        "k",
        "key_previous",
        "Sealed before the last rotation.",
        sealed["gcm"],
        (bark_key("gcm", text="x" * 16), bark_key("gcm")),
        title="Weather",
    )
    folder.good(
        "k",
        "key_previous_mode",
        "Sealed before the last rotation, which changed the mode.",
        sealed["gcm"],
        (bark_key("cbc"), bark_key("gcm")),
        title="Weather",
    )
    folder.missing("key_missing", "An empty keystore.", sealed["gcm"])
    folder.missing(
        "key_of_others",
        "Keys of other formats.",
        sealed["gcm"],
        keys=(key("bisq", KEY_TEXT), key("session", KEY_TEXT)),
    )
    folder.keystores(sealed["gcm"])


def damage_gcm(folder: Folder):
    sealed = seal(HELLO, "gcm")
    boxes = Boxes(folder, "gcm_box", lambda text: push(text, IV12), short=MISFIT)
    boxes.damage(
        sealed,
        {"cipher": 0, "cipher_end": len(sealed) - 17, "tag": len(sealed) - 16, "tag_end": len(sealed) - 1},
        16,
        spelling=False,
    )
    folder.good(
        "e",
        "box_in_fcm_data",
        "In the data of an FCM send body.",
        {"message": {"data": push(sealed, IV12)}},
        title="Weather",
    )
    text = b64(sealed)
    for name, spelled in (
        ("space", text[:8] + " " + text[8:]),
        ("padding_inside", "AA==" + text),
        ("other_alphabet", "-_" + text[2:]),
        ("line_feed", text + "\n"),
    ):
        folder.malformed(f"box_text_{name}", "Not base64 as it should be.", push(spelled, IV12))
    for kind, value in (("number", 1), ("null", None), ("list", [text]), ("object", {})):
        folder.malformed(
            f"box_{kind}", f"The ciphertext is a {kind}.", push(sealed, IV12) | {"ciphertext": value}
        )
    folder.malformed(
        "box_field_twice", "Two ciphertexts.", compact(push(sealed, IV12))[:-1] + f',"ciphertext":"{text}"}}'
    )
    folder.unknown("box_missing", "An IV and nothing else.", {"iv": IV12})


def blocks(folder: Folder):
    """What pads a block is all that CBC and ECB can notice."""
    whole = plaintext_of({"body": "0123"})
    for mode, iv in (("cbc", IV16), ("ecb", None)):
        keys = (bark_key(mode),)
        for fill in (0, 1, 15):
            text = plaintext_of({"body": "0" * (21 + fill)})
            folder.good(
                "o",
                f"{mode}_padding_{16 - len(text) % 16}",
                f"{16 - len(text) % 16} bytes of padding.",
                push(seal(text, mode), iv),
                keys,
                type="message",
                unauthenticated=True,
            )
        block = whole.ljust(32, b" ")[:32]
        for name, last in (
            ("zero", bytes(16)),
            ("17", b"\x11" * 16),
            ("uneven", bytes(13) + b"\3\2\3"),
            ("none", b"}" * 16),
        ):
            folder.unopened(
                f"{mode}_bad_padding_{name}",
                "Padding nobody writes.",
                push(seal("", mode, padded=block + last), iv),
                keys=keys,
            )
        sealed = seal(HELLO, mode)
        for length in (1, 15, 17, 31):
            misfit(
                folder,
                f"{mode}_of_{length}_bytes",
                f"{length} bytes, which are no blocks.",
                push(sealed[:length], iv),
                keys=keys,
            )
        misfit(folder, f"{mode}_empty", "No block.", push("", iv), keys=keys)
        folder.unopened(f"{mode}_block_missing", "The last block missing.", push(sealed[:-16], iv), keys=keys)
        folder.bad_message(
            f"{mode}_all_padding",
            "A block of padding, and so nothing inside.",
            push(seal(b"", mode), iv),
            keys=keys,
        )
        folder.bad_message(
            f"{mode}_first_block_flipped",
            "One bit: nothing notices but JSON.",
            push(flip(sealed, 3), iv),
            keys=keys,
        )


def messages(folder: Folder):
    def sent(message) -> dict:
        return push(seal(message, "gcm"), IV12)

    def shown(name, comment, message, **wanted):
        folder.good("m", f"message_{name}", comment, sent(message), type="message", **wanted)

    shown(
        "all",
        "Everything that is shown.",
        HELLO | {"subtitle": "today", "id": "w1", "badge": 1},
        title="Weather",
        subtitle="today",
        body="rain",
        id="w1",
    )
    shown(
        "capitals",
        "Names in capitals.",
        {"TITLE": "Weather", "SubTitle": "today", "BODY": "rain", "Id": 7},
        title="Weather",
        subtitle="today",
        body="rain",
        id=7,
    )
    shown(
        "numbers",
        "Numbers for texts.",
        {"title": 1, "subtitle": 2, "body": 3},
        title="1",
        subtitle="2",
        body="3",
    )
    shown("body_only", "No title.", {"body": "rain"}, title="New Message", body="rain")
    shown("nothing", "Nothing to show.", {"sound": "x"}, title="New Message", body="Open the app to read it")
    shown(
        "nulls", "Null is as good as missing.", {"title": None, "body": None, "id": None}, title="New Message"
    )
    shown("markup_stays", "Markup is text.", {"body": "<b>x</b> &amp;"}, body="<b>x</b> &amp;")
    shown(
        "other_kinds",
        "What is neither text nor number is not shown.",
        {"title": [], "body": {}},
        title="New Message",
        body="Open the app to read it",
    )
    not_messages(folder, "message", sent, HELLO)
    for name, message in (("id_list", HELLO | {"id": []}), ("id_too_long", {"id": "x" * 129})):
        folder.bad_message(f"message_{name}", "Of the wrong kind.", sent(message))
    folder.bad_message("message_title_twice", "Two titles.", sent('{"title":"a","title":"b"}'))
    folder.bad_message(
        "message_title_in_two_cases", "Two titles, one in capitals.", sent('{"title":"a","TITLE":"b"}')
    )
