"""Random pushes of the formats beside Blocktank's, sealed by other people's cryptography.

A family is a keystore and a way to draw pushes for it; `draw_case` gives one with what must come out.
"""

import json

import http_ece
import nip44
import webpush as ece
from blocktank import Draw
from ciphers import First
from coincurve import PrivateKey, PublicKey
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from family import AMOUNTS, Case, Family, b64, b64url, cbc, compact, words
from messengers import HomeAssistant, Session, SimpleX, Threema, Zulip
from rules import to_z85


class WebPush(Family):
    name = "webpush"

    def __init__(self, seed: str):
        super().__init__(seed)
        self.accounts = {}
        for label in ("", ":work", ":mastodon.social/7"):
            secret, auth = b"\0" + self.draw.bytes(31), self.draw.bytes(16)
            self.accounts[label] = secret, auth
            self.key("webpush" + label, {"secret": secret.hex(), "auth": auth.hex()})

    def message(self, draw: Draw) -> tuple[bytes, dict]:
        if draw.chance(25):
            text = words(draw, 20)
            return text.encode(), {"title": "New Message", "body": text}
        ident = draw.pick((draw.below(10**9), str(draw.below(10**9)), draw.bytes(13).hex()))
        title, body = words(draw), words(draw, 12)
        escape = (
            lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        )  # noqa: E731
        message = {
            "access_token": "t",
            "notification_id": ident,
            "title": escape(title),
            "body": escape(body),
        }
        return compact(message), {"title": title, "body": body, "id": str(ident)}

    def case(self, draw: Draw) -> Case:
        place = draw.pick(("new", "new", "relay", "old", "icecubes", "relay_old"))
        label = draw.pick(tuple(self.accounts))
        secret, auth = self.accounts[label]
        plaintext, shown = self.message(draw)
        coding = "aes128gcm" if place in ("new", "relay") else "aesgcm"
        rs = 4096 if place in ("icecubes", "relay_old") else draw.pick((18, 25, 64, 100, 4096))
        pad = draw.pick((0, 0, 0, 1, 200)) if rs > 40 else 0
        sender, salt = b"\0" + draw.bytes(31), draw.bytes(16)
        receiver = First.p256_public(secret)
        name = {"label": label[1:]} if label else {}

        def seal(plaintext: bytes) -> dict:
            if pad:
                body = ece.seal(
                    coding, receiver, auth, sender, salt, ece.cut(coding, plaintext, rs, pad), rs=rs
                )
            else:
                private = ec.derive_private_key(int.from_bytes(sender, "big"), ec.SECP256R1())
                options = {"salt": salt, "private_key": private, "dh": receiver, "auth_secret": auth}
                body = http_ece.encrypt(plaintext, rs=rs, version=coding, **options)
            self.body = body
            point = First.p256_public(sender)
            if place == "new":
                return {"webpush": {"content-encoding": coding, "body": b64url(body)} | name}
            if place == "relay":
                return {"aps": {"alert": "x"}, "p": to_z85(body)} | ({"x": label[1:]} if label else {})
            if place == "relay_old":
                return {"p": to_z85(body), "k": to_z85(point), "s": to_z85(salt)} | (
                    {"x": label[1:]} if label else {}
                )
            if place == "icecubes":
                return {"m": b64url(body), "k": b64url(point), "s": b64url(salt)} | (
                    {"i": label[1:]} if label else {}
                )
            headers = {"crypto-key": f"dh={b64url(point)}", "encryption": f"salt={b64url(salt)}; rs={rs}"}
            return {"webpush": {"content-encoding": coding, "body": b64url(body)} | headers | name}

        push = seal(plaintext)
        body = self.body

        def opened() -> bytes:
            private = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
            point = None if coding == "aes128gcm" else First.p256_public(sender)
            options = {} if coding == "aes128gcm" else {"salt": salt, "rs": rs, "dh": point}
            return http_ece.decrypt(body, private_key=private, auth_secret=auth, version=coding, **options)

        self.envelope = f"webpush-{coding}"
        spelled = "z85" if place.startswith("relay") else "b64url"
        path = {"relay": ("p",), "relay_old": ("p",), "icecubes": ("m",)}.get(place, ("webpush", "body"))
        members = {
            "icecubes": (("k",), ("s",)),
            "relay_old": (("k",), ("s",)),
            "old": (("webpush", "crypto-key"), ("webpush", "encryption"), ("webpush", "content-encoding")),
        }
        return Case(
            push,
            self.answer("message", account=label[1:] or None, **shown),
            plaintext,
            seal,
            path,
            spelled,
            86 if coding == "aes128gcm" else 0,
            opened=opened,
            fields=members.get(place, ()),
        )


class Reown(Family):
    name = envelope = "reown"

    def __init__(self, seed: str):
        super().__init__(seed)
        self.topics = {}
        for _ in range(3):
            topic = self.draw.bytes(32).hex()
            self.topics[topic] = self.shared(f"reown:{topic}")

    def case(self, draw: Draw) -> Case:
        topic, nonce = draw.pick(tuple(self.topics)), draw.bytes(12)
        tag, kind = draw.pick(
            ((1100, "sessionProposal"), (1108, "sessionRequest"), (1116, "sessionAuthenticate"))
        )
        ident = draw.pick((draw.below(2**53), draw.bytes(6).hex()))
        plaintext = compact({"id": ident, "jsonrpc": "2.0", "method": "wc_x", "params": {"x": words(draw)}})

        def seal(plaintext: bytes) -> dict:
            sealed = b"\0" + nonce + ChaCha20Poly1305(self.topics[topic]).encrypt(nonce, plaintext, None)
            return {"topic": topic, "tag": tag, "message": b64(sealed)}

        wanted = self.answer(kind, id=str(ident), account=topic)
        return Case(
            seal(plaintext), wanted, plaintext, seal, ("message",), fixed=1, fields=(("topic",), ("tag",))
        )


class Alby(Family):
    name = "alby"

    def __init__(self, seed: str):
        super().__init__(seed)
        self.apps = {}
        for index in range(3):
            app, mine = PrivateKey(self.draw.secret()), PrivateKey(self.draw.secret())
            public = app.public_key.format()[1:].hex()
            x = PublicKey(b"\2" + bytes.fromhex(public)).multiply(mine.secret).format()[1:]
            secret = nip44.conversation_key(x) if index < 2 else x
            self.apps[public] = secret, index < 2, mine.secret
            self.key(f"alby:{public}", {"secret": secret.hex(), "version": "1.0" if index < 2 else "0.0"})

    def case(self, draw: Draw) -> Case:
        app = draw.pick(tuple(self.apps))
        secret, new, mine = self.apps[app]
        kind, title = draw.pick(
            (
                ("payment_received", "Received {} sats"),
                ("payment_sent", "Sent {} sats"),
                ("hold_invoice_accepted", "Payment held: {} sats"),
            )
        )
        amount, description = draw.pick((*AMOUNTS, draw.below(2**64))), (
            words(draw, 30) if draw.chance(60) else None
        )
        details = {"amount": amount, "type": "incoming"} | (
            {"description": description} if description else {}
        )
        plaintext = compact({"notification_type": kind, "notification": details})
        nonce, text = draw.bytes(32), draw.chance(50)

        def seal(plaintext: bytes) -> dict:
            if new:
                content = nip44.seal(secret, nonce, plaintext or b" ")
            else:
                content = f"{b64(cbc(secret, nonce[:16], plaintext))}?iv={b64(nonce[:16])}"
            body = {"appPubkey": app, "content": content}
            return {"body": compact(body).decode() if text else body}

        push = seal(plaintext)

        def opened() -> bytes:
            from nostr_sdk import PublicKey as NostrKey, SecretKey, nip04_decrypt, nip44_decrypt

            body = json.loads(push["body"]) if text else push["body"]
            opener = nip44_decrypt if new else nip04_decrypt
            return opener(SecretKey.parse(mine.hex()), NostrKey.parse(app), body["content"]).encode()

        self.envelope = "alby-nip44" if new else "alby-nip04"
        names = {
            "payment_received": "paymentReceived",
            "payment_sent": "paymentSent",
            "hold_invoice_accepted": "holdInvoiceAccepted",
        }
        wanted = self.answer(
            names[kind],
            account=app,
            title=title.format(f"{amount // 1000:,}"),
            body=description,
            amountMsat=amount,
            unauthenticated=None if new else True,
        )
        path = () if text or not new else ("body", "content")
        members = (("body",),) if text else (("body", "appPubkey"), ("body", "content"))
        return Case(
            push, wanted, plaintext, seal, path, fixed=1, authenticated=new, opened=opened, fields=members
        )


class Bark(Family):
    envelope = "bark"

    def __init__(self, seed: str, mode: str, length: int):
        self.name, self.mode = f"bark-{mode}-{length * 8}", mode
        super().__init__(seed)
        self.secret = b64(self.draw.bytes(length))[:length].encode()
        self.iv = b64(self.draw.bytes(16))[: {"gcm": 12, "cbc": 16, "ecb": 0}[mode]]
        fields = {"secret": self.secret.hex(), "mode": mode}
        self.key("bark", fields | ({"iv": self.iv.encode().hex()} if self.iv else {}))

    def case(self, draw: Draw) -> Case:
        own = self.mode != "ecb" and draw.chance(60)
        iv = b64(draw.bytes(16))[: len(self.iv)] if own else self.iv
        title, body, ident = words(draw), words(draw, 20), draw.bytes(4).hex()
        case = draw.pick((str, str.upper, str.title))
        plaintext = compact({case("title"): title, case("body"): body, "id": ident, "badge": 1})

        def seal(plaintext: bytes) -> dict:
            if self.mode == "gcm":
                sealed = AESGCM(self.secret).encrypt(iv.encode(), plaintext, None)
            else:
                sealed = cbc(self.secret, iv.encode(), plaintext)
            return {"ciphertext": b64(sealed)} | ({"iv": iv} if own else {})

        wanted = self.answer(
            "message", title=title, body=body, id=ident, unauthenticated=None if self.mode == "gcm" else True
        )
        return Case(
            seal(plaintext),
            wanted,
            plaintext,
            seal,
            ("ciphertext",),
            authenticated=self.mode == "gcm",
            fields=(("iv",),) if own else (),
        )


class Bisq(Family):
    name = envelope = "bisq"

    def case(self, draw: Draw) -> Case:
        if not self.keys:
            self.secret = self.shared("bisq")
        nonce, title, body, ident, trade = (
            draw.bytes(12),
            words(draw),
            words(draw, 12),
            draw.bytes(4).hex(),
            draw.bytes(5).hex(),
        )
        plaintext = compact(
            {"id": ident, "title": title, "message": body, "category": "trade", "tradeId": trade}
        )

        def seal(plaintext: bytes) -> dict:
            return {"encrypted": b64(nonce + AESGCM(self.secret).encrypt(nonce, plaintext, None))}

        wanted = self.answer("message", title=title, body=body, id=ident, orderId=trade)
        return Case(seal(plaintext), wanted, plaintext, seal, ("encrypted",))


class Wallets(Family):
    name = "plain-wallets"

    def case(self, draw: Draw) -> Case:
        if draw.chance(40):
            reason, kind = draw.pick(
                (
                    ("IncomingPayment", "incomingPayment"),
                    ("PendingSettlement", "pendingSettlement"),
                    ("IncomingOnionMessage", "incomingOnionMessage"),
                    ("IncomingOnionMessage$", "incomingOnionMessage"),
                )
            )
            node = draw.bytes(20).hex()
            spelled = node.upper() if draw.chance(30) else node
            wanted = {"outcome": "plain", "envelope": "phoenix", "type": kind, "account": node}
            return Case(
                {"reason": reason, "node_id_hash": spelled}, wanted, fields=(("reason",), ("node_id_hash",))
            )
        amount, ident, digest = draw.pick(AMOUNTS), draw.bytes(32).hex(), draw.bytes(32).hex()
        kind, payload, wanted = draw.pick((
            ("swap_updated", {"id": ident, "status": "x"}, {"type": "swapUpdated", "id": ident}),
            ("invoice_request", {"offer": "lno1"}, {"type": "invoiceRequest"}),
            ("lnurlpay_info", {"callback_url": "x"}, {"type": "lnurlpayInfo"}),
            ("lnurlpay_invoice", {"amount": amount}, {"type": "lnurlpayInvoice", "amountMsat": amount, "title": f"Payment request: {amount // 1000:,} sats"}),
            ("lnurlpay_verify", {"payment_hash": digest}, {"type": "lnurlpayVerify", "paymentHash": digest}),
            ("nwc_event", {"event": compact({"id": ident}).decode()}, {"type": "nwcEvent", "id": ident}),
        ))  # fmt: skip
        push = {"notification_type": kind, "notification_payload": compact(payload).decode()}
        inside = draw.chance(40)
        prefix = ("body",) if inside else ()
        members = ((*prefix, "notification_type"), (*prefix, "notification_payload"))
        return Case(
            {"body": push} if inside else push,
            {"outcome": "plain", "envelope": "breez"} | wanted,
            fields=members,
        )


def every(seed: str) -> list[Family]:
    plain = (WebPush, SimpleX, Zulip, HomeAssistant, Threema, Session, Reown, Alby, Bisq, Wallets)
    barks = [Bark(seed, mode, length) for mode in ("gcm", "cbc", "ecb") for length in (16, 24, 32)]
    return [family(seed) for family in plain] + barks
