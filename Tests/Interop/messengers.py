"""Random pushes of the messengers: SimpleX, Zulip, Home Assistant, Threema and Session."""

import nacl.bindings as sodium
from blocktank import Draw
from family import Case, Family, b64, b64url, compact, maybe, words


class SimpleX(Family):
    name = envelope = "simplex"

    def __init__(self, seed: str):
        super().__init__(seed)
        self.token = self.draw.bytes(32), sodium.crypto_scalarmult_base(self.draw.bytes(32))
        self.key("simplex", {"secret": self.token[0].hex(), "peer": self.token[1].hex()})
        self.queues = {}
        for index in range(3):
            ident = b64url(self.draw.bytes(24))
            pair = self.draw.bytes(32), sodium.crypto_scalarmult_base(self.draw.bytes(32))
            self.queues[ident] = pair
            if index == 0:
                self.key(f"simplex:{ident}", {"secret": pair[0].hex(), "peer": pair[1].hex()})
            elif index == 1:
                self.key(f"simplex:{ident}", {"shared": sodium.crypto_scalarmult(*pair).hex()})

    @staticmethod
    def box(message: bytes, length: int, nonce: bytes, pair) -> bytes:
        padded = len(message).to_bytes(2, "big") + message.ljust(length - 2, b"#")
        return sodium.crypto_box_afternm(padded, nonce, sodium.crypto_box_beforenm(pair[1], pair[0]))

    def case(self, draw: Draw) -> Case:
        kind = draw.pick(("message", "message", "message", "verification"))
        nonce, shown, items = draw.bytes(24), {}, []
        for _ in range(1 + draw.below(6)):
            ident = draw.pick(tuple(self.queues))
            inner, message_id, sent = draw.bytes(24), draw.bytes(24), draw.below(2**31)
            meta = self.box(b"\x18" + message_id + sent.to_bytes(8, "big"), 128, inner, self.queues[ident])
            host = draw.pick(("smp8.simplex.im", "a.onion,b.im", "localhost:5001"))
            items.append(
                f"smp://{b64url(draw.bytes(32), True)}@{host}/{ident} {sent} {b64url(inner)} {b64url(meta, True)}"
            )
            known = ident in list(self.queues)[:2]
            shown = {
                "account": ident,
                "id": b64url(message_id) if known else None,
                "createdAt": str(sent) if known else None,
            }
        content = ";".join(items).encode() if kind == "message" else draw.bytes(32)
        length = 3072 if draw.chance(50) else len(content) + 2 + draw.below(50)

        def seal(content: bytes) -> dict:
            sealed = self.box(content, max(length, len(content) + 2), nonce, self.token)
            return {"notificationData": {"nonce": b64url(nonce), kind: b64url(sealed, True)}}

        wanted = self.answer(kind, **(shown if kind == "message" else {}))
        path = ("notificationData", kind)
        return Case(
            seal(content),
            wanted,
            content,
            seal,
            path,
            "b64url",
            fields=(("notificationData", "nonce"), ("notificationData",)),
        )


class Zulip(Family):
    name = envelope = "zulip"

    def __init__(self, seed: str):
        super().__init__(seed)
        self.secrets = {ident: self.shared(f"zulip:{ident}") for ident in (0, 10, 11, 2**32 - 1)}

    def case(self, draw: Draw) -> Case:
        ident = draw.pick(tuple(self.secrets))
        nonce = draw.bytes(24)
        sender, content, number = words(draw, 2), words(draw, 20), draw.below(2**40)
        kind = draw.pick(("channel", "channel", "direct", "direct", "remove", "test"))
        message = {"type": "message", "message_id": number, "sender_full_name": sender, "content": content}
        shown = {"body": content, "id": str(number)}
        if kind == "channel":
            channel, topic = words(draw, 2), words(draw, 3)
            message |= {"recipient_type": "channel", "channel_name": channel, "topic": topic}
            shown |= {"title": f"#{channel} > {topic}", "subtitle": f"{sender}:"}
        elif kind == "direct":
            message |= {"recipient_type": "direct", "recipient_user_ids": [1, 2]}
            shown |= {"title": sender}
        else:
            message = {"type": kind} | ({"message_ids": [number]} if kind == "remove" else {"time": 5})
            shown = {}
        spelled_id = draw.pick((ident, str(ident)))
        name = draw.pick(("push_key_id", "push_key_id", "push_account_id"))

        def seal(plaintext: bytes) -> dict:
            sealed = nonce + sodium.crypto_secretbox(plaintext, nonce, self.secrets[ident])
            push = {name: spelled_id, "encrypted_data": b64(sealed)}
            return {"message": {"data": push}} if fcm else push

        fcm = draw.chance(20)
        prefix = ("message", "data") if fcm else ()
        wanted = self.answer(
            {"remove": "removed", "test": "test"}.get(kind, "message"), account=str(ident), **shown
        )
        plaintext = compact(message)
        return Case(
            seal(plaintext), wanted, plaintext, seal, (*prefix, "encrypted_data"), fields=((*prefix, name),)
        )


class HomeAssistant(Family):
    name, envelope = "home-assistant", "home-assistant"

    def case(self, draw: Draw) -> Case:
        if not self.keys:
            self.secret = self.shared("homeassistant")
        nonce, body = draw.bytes(24), words(draw, 12)
        title = words(draw) if draw.chance(60) else None
        plaintext = compact(
            {"message": body} | ({"title": title} if title else {}) | maybe(draw, 40, {"data": {"tag": "x"}})
        )

        def seal(plaintext: bytes) -> dict:
            return {
                "encrypted": True,
                "encrypted_data": b64(nonce + sodium.crypto_secretbox(plaintext, nonce, self.secret)),
                "webhook_id": "w",
            }

        wanted = self.answer("message", title=title or "New Message", body=body)
        return Case(seal(plaintext), wanted, plaintext, seal, ("encrypted_data",), fields=(("encrypted",),))


class Threema(Family):
    name = envelope = "threema"

    def case(self, draw: Draw) -> Case:
        if not self.keys:
            self.secret = self.shared("threema")
        nonce, ident = draw.bytes(24), draw.bytes(8).hex()
        voip = draw.pick((True, False, "true", "false", None))
        plaintext = compact(
            {
                "cmd": draw.pick(("newmsg", "newgroupmsg")),
                "from": "ABCDEFGH",
                "messageId": ident,
                "voip": voip,
            }
        )

        def seal(plaintext: bytes) -> dict:
            return {
                "threema": {
                    "nonce": b64(nonce),
                    "box": b64(sodium.crypto_secretbox(plaintext, nonce, self.secret)),
                }
            }

        wanted = self.answer("call" if voip in (True, "true") else "message", id=ident)
        return Case(
            seal(plaintext),
            wanted,
            plaintext,
            seal,
            ("threema", "box"),
            fields=(("threema", "nonce"), ("threema",)),
        )


class Session(Family):
    name = envelope = "session"

    def case(self, draw: Draw) -> Case:
        if not self.keys:
            self.secret = self.shared("session")
        nonce, digest = draw.bytes(24), b64url(draw.bytes(32))
        parts = [
            compact({"@": "05" + draw.bytes(32).hex(), "#": digest, "n": 0, "t": draw.below(2**41), "l": 4})
        ]
        parts += [draw.bytes(draw.below(300))] if draw.chance(70) else []
        zeros = draw.pick((0, 1, 100, 255))
        plaintext = b"l" + b"".join(b"%d:%s" % (len(part), part) for part in parts) + b"e"

        def seal(plaintext: bytes) -> dict:
            sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
                plaintext + bytes(zeros), b"", nonce, self.secret
            )
            return {"spns": True, "enc_payload": b64(nonce + sealed)}

        return Case(
            seal(plaintext),
            self.answer("message", id=digest),
            plaintext,
            seal,
            ("enc_payload",),
            fields=(("spns",),),
        )
