"""What `ntfdecrypt seal` makes, opened again by other people's implementations.

A row of the table is a format, the arguments, and the opener; a format that is not in it has no test.
"""

import base64
import json
from dataclasses import dataclass

import http_ece
import keystore
import nacl.bindings as sodium
import nip44
import secondopinion
from blocktank import LABEL_V0, LABEL_V1, Draw, public_key
from ciphers import First, Second
from coincurve import PrivateKey, PublicKey
from command import Command
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from nostr_sdk import PublicKey as NostrKey
from nostr_sdk import SecretKey, nip04_decrypt, nip44_decrypt
from rules import from_z85

STORE = "keys-seal"
LENGTHS = (1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 255, 256, 257, 500, 1000)


def unb64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def unb64url(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


@dataclass
class Row:
    format: str
    arguments: tuple[str, ...]
    open: object  # push -> the message
    slot: str | None = None
    longest: int = 2000
    message: object = None  # draw, length -> bytes; without it any bytes
    key: dict | None = None  # what must be in the slot first
    pushes: int = 1  # a line each, all of them for the opener


class Keys:
    """Secrets by seed, in the keystore and for the openers."""

    def __init__(self, seed: str, command: Command):
        self.draw = Draw(f"{seed}/seal/keys")
        self.command = command

    def give(self, slot: str, fields) -> dict:
        text = fields if isinstance(fields, str) else json.dumps(fields)
        self.command.keys(STORE, "import", slot, stdin=text.encode())
        return keystore.parsed(slot, text)

    def secret(self, slot: str) -> bytes:
        return self.give(slot, self.draw.bytes(32).hex())["secret"]


def rows(keys: Keys) -> list[Row]:
    return [
        *blocktank(keys),
        *webpush(keys),
        *simplex(keys),
        *symmetric(keys),
        *alby(keys),
        *bark(keys),
    ]


def blocktank(keys: Keys) -> list[Row]:
    secret = keys.draw.secret()
    keys.give("blocktank", secret.hex())
    to = ("--to", public_key(secret).hex())

    def opener(label: bytes, find):
        def opened(push: dict) -> bytes:
            box = find(push)
            parts = [unb64(box["cipher"]), *(bytes.fromhex(box[name]) for name in ("iv", "tag", "publicKey"))]
            return secondopinion.open_sealed(secret, label, *parts)

        return opened

    def opened_twice(silent: dict, push: dict) -> bytes:
        """The silent push says what the sealed one does, and nothing more."""
        message = alert(push)
        payload = json.loads(message)["payload"]
        assert silent == {
            "aps": {"content-available": 1},
            "type": "incoming_htlc_wake",
            "payment_hash": payload["paymentHash"],
            "amount_msat": payload["amountMsat"],
        }, "another silent push"
        return message

    v0 = opener(LABEL_V0, lambda push: push["aps"]["alert"]["payload"])
    alert = opener(LABEL_V0, lambda push: push["payload"])
    v1 = opener(LABEL_V1, lambda push: push["wake"])
    return [
        Row("blocktank", to, v0),
        Row("blocktank", (), v0, "blocktank"),
        Row("blocktank", ("--two-push", *to), opened_twice, message=payment, pushes=2),
        Row("blocktank", ("--two-push",), opened_twice, "blocktank", message=payment, pushes=2),
        Row("wake", to, v1),
        Row("wake", (), v1, "blocktank"),
    ]


def payment(draw: Draw, length: int) -> bytes:
    """A payment's message with so many characters of no meaning in it."""
    details = {"paymentHash": draw.bytes(32).hex(), "amountMsat": int.from_bytes(draw.bytes(8), "big")}
    message = {"source": "blocktank", "type": "incomingHtlc", "payload": details, "createdAt": "x" * length}
    return json.dumps(message).encode()


def webpush(keys: Keys) -> list[Row]:
    out = []
    for label in ("", ":work"):
        secret, auth = b"\0" + keys.draw.bytes(31), keys.draw.bytes(16)
        keys.give("webpush" + label, {"secret": secret.hex(), "auth": auth.hex()})
        private = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
        out += [webpush_row(private, auth, label, *form) for form in FORMS]
    return out


FORMS = (
    ("generic", "aes128gcm", 4096),
    ("generic", "aes128gcm", 18),
    ("generic", "aes128gcm", 64),
    ("generic", "aesgcm", 4096),
    ("generic", "aesgcm", 64),
    ("icecubes", "aesgcm", 4096),
    ("mastodon", "aes128gcm", 4096),
    ("mastodon", "aes128gcm", 100),
    ("mastodon", "aesgcm", 4096),
)


def webpush_row(private, auth: bytes, label: str, shape: str, coding: str, rs: int) -> Row:
    def opened(push: dict) -> bytes:
        named = {
            "generic": lambda: push["webpush"].get("label"),
            "icecubes": lambda: push.get("i"),
            "mastodon": lambda: push.get("x"),
        }
        assert (named[shape]() or "") == label[1:], "another label"
        options = {"private_key": private, "auth_secret": auth, "version": coding}
        if shape == "generic":
            request = push["webpush"]
            assert request["content-encoding"] == coding
            body = unb64url(request["body"])
            if coding == "aesgcm":
                salt, *size = (part.strip().split("=", 1)[1] for part in request["encryption"].split(";"))
                options |= {"salt": unb64url(salt), "rs": int(size[0]) if size else 4096}
                options["dh"] = unb64url(request["crypto-key"].removeprefix("dh="))
        else:
            read = unb64url if shape == "icecubes" else from_z85
            body = read(push["m" if shape == "icecubes" else "p"])
            if coding == "aesgcm":
                options |= {"salt": read(push["s"]), "dh": read(push["k"]), "rs": 4096}
        return http_ece.decrypt(body, **options)

    size = () if rs == 4096 else ("--record-size", str(rs))
    arguments = ("--shape", shape, "--encoding", coding, *size)
    return Row("webpush", arguments, opened, "webpush" + label, 150 if rs == 18 else 1500)


def simplex(keys: Keys) -> list[Row]:
    secret, peer = keys.draw.bytes(32), sodium.crypto_scalarmult_base(keys.draw.bytes(32))
    keys.give("simplex", {"secret": secret.hex(), "peer": peer.hex()})

    def opener(kind: str):
        def opened(push: dict) -> bytes:
            data = push["notificationData"]
            nonce, sealed = unb64url(data["nonce"].rstrip("=")), unb64url(data[kind].rstrip("="))
            padded = sodium.crypto_box_open_afternm(sealed, nonce, sodium.crypto_box_beforenm(peer, secret))
            assert len(padded) == 3072 and not padded[2 + int.from_bytes(padded[:2], "big") :].strip(b"#")
            return padded[2 : 2 + int.from_bytes(padded[:2], "big")]

        return opened

    ident = base64.urlsafe_b64encode(keys.draw.bytes(24)).decode()
    queue = keys.draw.bytes(32), sodium.crypto_scalarmult_base(keys.draw.bytes(32))
    keys.give(f"simplex:{ident}", {"shared": sodium.crypto_scalarmult(*queue).hex()})
    address = f"smp://{base64.urlsafe_b64encode(keys.draw.bytes(32)).decode()}@a.im,b.onion:5223/{ident}"
    other = address.replace(ident, "AAAA")

    def opened_queue(push: dict) -> bytes:
        first, last = opener("message")(push).split(b";")
        assert first.startswith(other.encode() + b" 1719000000 ")
        place, sent, nonce, sealed = last.decode().split(" ")
        inner = sodium.crypto_box_open_afternm(
            unb64url(sealed.rstrip("=")), unb64url(nonce), sodium.crypto_box_beforenm(queue[1], queue[0])
        )
        assert len(inner) == 128 and inner[:3] == b"\0\x21\x18" and not inner[35:].strip(b"#")
        assert int.from_bytes(inner[27:35], "big") == int(sent) == 1719000000
        return b"" if place == address else b"another address"

    made = ("--queue", other, "--queue", address, "--time", "1719000000")
    return [
        Row("simplex", (), opener("message"), "simplex"),
        Row("simplex", ("--verification",), opener("verification"), "simplex"),
        Row("simplex", made, opened_queue, "simplex", message=lambda draw, length: b""),
    ]


def symmetric(keys: Keys) -> list[Row]:
    topic = "0f" * 32
    slots = ("zulip:7", "zulip:4294967295", "threema", "homeassistant", "session", f"reown:{topic}", "bisq")
    zulip, zulip_last, threema, assistant, session, reown, bisq = (keys.secret(slot) for slot in slots)

    def box(sealed: bytes, secret: bytes, nonce: bytes | None = None) -> bytes:
        nonce, sealed = (sealed[:24], sealed[24:]) if nonce is None else (nonce, sealed)
        return sodium.crypto_secretbox_open(sealed, nonce, secret)

    def opened_zulip(ident: int, secret: bytes):
        return lambda push: (
            box(unb64(push["encrypted_data"]), secret) if push["push_key_id"] == ident else b"?"
        )

    def opened_session(push: dict) -> bytes:
        sealed = unb64(push["enc_payload"])
        assert "spns" in push and len(sealed) % 256 == 0
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[24:], b"", sealed[:24], session
        ).rstrip(b"\0")

    def opened_session_json(push: dict) -> bytes:
        listed = opened_session(push)
        length, _, rest = listed[1:].partition(b":")
        assert listed[:1] == b"l" and rest[int(length) :] == b"e"
        return rest[: int(length)]

    def opened_reown(push: dict, tag: int = 1108) -> bytes:
        sealed = unb64(push["message"])
        assert push["topic"] == topic and push["tag"] == tag and sealed[0] == 0
        return ChaCha20Poly1305(reown).decrypt(sealed[1:13], sealed[13:], None)

    def opened_bisq(push: dict) -> bytes:
        sealed = unb64(push["encrypted"])
        return AESGCM(bisq).decrypt(sealed[:12], sealed[12:], None)

    def assistant_opened(push: dict) -> bytes:
        return box(unb64(push["encrypted_data"]), assistant) if push["encrypted"] is True else b"?"

    as_json = lambda draw, length: json.dumps({"#": draw.bytes(length).hex()[:length]}).encode()  # noqa: E731
    as_list = lambda draw, length: b"l2:{}%d:%se" % (length, draw.bytes(length - 1) + b"x")  # noqa: E731
    return [
        Row("zulip", (), opened_zulip(7, zulip), "zulip:7"),
        Row("zulip", (), opened_zulip(2**32 - 1, zulip_last), "zulip:4294967295"),
        Row(
            "threema",
            (),
            lambda push: box(unb64(push["threema"]["box"]), threema, unb64(push["threema"]["nonce"])),
            "threema",
        ),
        Row("homeassistant", (), assistant_opened, "homeassistant"),
        Row("session", (), opened_session_json, "session", message=as_json),
        Row("session", (), opened_session, "session", message=as_list),
        Row("reown", (), opened_reown, f"reown:{topic}"),
        Row("reown", ("--tag", "1100"), lambda push: opened_reown(push, 1100), f"reown:{topic}"),
        Row("bisq", (), opened_bisq, "bisq"),
    ]


def alby(keys: Keys) -> list[Row]:
    out = []
    for version in ("1.0", "0.0"):
        app, mine = PrivateKey(keys.draw.secret()), PrivateKey(keys.draw.secret())
        public = app.public_key.format()[1:].hex()
        x = PublicKey(b"\2" + bytes.fromhex(public)).multiply(mine.secret).format()[1:]
        secret = nip44.conversation_key(x) if version == "1.0" else x
        keys.give(f"alby:{public}", {"secret": secret.hex(), "version": version})
        opener = nip44_decrypt if version == "1.0" else nip04_decrypt

        def opened(push: dict, public=public, mine=mine, opener=opener) -> bytes:
            body = push["body"]
            assert body["appPubkey"] == public
            return opener(
                SecretKey.parse(mine.secret.hex()), NostrKey.parse(public), body["content"]
            ).encode()

        text = lambda draw, length: draw.bytes(length).hex()[:length].encode()  # noqa: E731
        out.append(Row("alby", (), opened, f"alby:{public}", message=text))
    return out


def bark(keys: Keys) -> list[Row]:
    """One slot for all: each row puts its own key there."""
    out = []
    for mode in ("gcm", "cbc", "ecb"):
        for length in (16, 24, 32):
            secret = keys.draw.bytes(length).hex()[:length].encode()
            fields = {"secret": secret.hex(), "mode": mode}

            def opened(push: dict, secret=secret, mode=mode) -> bytes:
                sealed, iv = unb64(push["ciphertext"]), push.get("iv", "").encode()
                if mode == "gcm":
                    return Second.gcm(secret, iv, sealed)
                padded = (First if len(secret) == 24 else Second).cbc(
                    secret, iv if mode == "cbc" else None, sealed
                )
                remover = block_padding.PKCS7(128).unpadder()
                return remover.update(padded) + remover.finalize()

            out.append(Row("bark", (), opened, "bark", key=fields))
    return out


def the_sealed(tally, command: Command, seed: str):
    tally.begin("seal")
    keys = Keys(seed, command)
    store = ("--keystore", f"file:{command.directory(STORE)}")
    for number, row in enumerate(rows(keys)):
        name = " ".join(("seal", row.format, *row.arguments, *((row.slot,) if row.slot else ())))[:100]
        if row.key:
            name += f" {row.key['mode']} {len(row.key['secret']) // 2}"
            command.run("keys", "delete", "bark", *store)
            keys.give("bark", row.key)
        slot = ("--slot", row.slot, *store) if row.slot else ()
        draw = Draw(f"{seed}/seal/{number}")
        for length in (n for n in LENGTHS if n <= row.longest):
            message = row.message(draw, length) if row.message else draw.bytes(length - 1) + b"x"
            done = command.run("seal", row.format, *row.arguments, *slot, stdin=message)
            fault = None
            try:
                lines = done.stdout.decode().split("\n")
                got = row.open(*(json.loads(line) for line in lines[: row.pushes]))
                fault = (
                    None
                    if got == message and lines[row.pushes :] == [""]
                    else f"opened to {got!r} instead of {message!r}"
                )
            except Exception as error:  # whatever another implementation raises is a fault of ours
                fault = f"{type(error).__name__}: {error}"
            tally.check(
                fault is None,
                f"{name}, {length} bytes",
                f"  {fault}\n  {done.stdout[:300]!r}\n  {done.stderr.decode()[:300]}",
            )
        message = (row.message(draw, 40) if row.message else b"x" * 40) + (b"\n" if not row.message else b"")
        twice = [
            command.run(
                "seal", row.format, *row.arguments, *slot, "--deterministic", "s", stdin=message
            ).stdout
            for _ in range(2)
        ]
        fresh = [
            command.run("seal", row.format, *row.arguments, *slot, stdin=message).stdout for _ in range(2)
        ]
        tally.check(twice[0] == twice[1] != b"", f"{name}: a seed seals to the same bytes")
        is_without_nonce = row.key is not None and row.key["mode"] == "ecb"
        tally.check((fresh[0] != fresh[1]) != is_without_nonce, f"{name}: without a seed no two are the same")
        if row.message is None:
            done = command.run("seal", row.format, *row.arguments, *slot, stdin=bytes(5000))
            tally.check(
                done.returncode != 0 and done.stdout == b"",
                f"{name}: 5000 bytes are too many",
                done.stderr.decode(),
            )
            done = command.run("seal", row.format, *row.arguments, *slot, stdin=b"")
            tally.check(
                done.returncode != 0 and done.stdout == b"", f"{name}: nothing to seal", done.stderr.decode()
            )
