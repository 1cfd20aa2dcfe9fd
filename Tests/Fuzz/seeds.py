#!/usr/bin/env python3
"""Writes the named inputs of the targets for the formats beside Blocktank's into `corpus`.

.build-interop/venv/bin/python Tests/Fuzz/seeds.py

Sealed by the implementations `TestVectors/generator` uses, with the keys that stand in the targets.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent.parent / "TestVectors"), str(HERE.parent / "Interop")]

import nacl.bindings as sodium  # noqa: E402
from ciphers import hsalsa20  # noqa: E402
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305  # noqa: E402
from generator import alby, bark_bisq, nacl, simplex, webpush, zulip  # noqa: E402
from generator.families import KEY, NONCE, b64, b64url, flip, plaintext_of, secretbox  # noqa: E402


def members(what: str, *values) -> bytes:
    """A line that says what follows, and a line for each member; None leaves it out."""
    lines = [what, *("" if value is None else json.dumps(value, ensure_ascii=False) for value in values)]
    return "\n".join(lines).encode()


def message(what: str, plaintext) -> bytes:
    return what.encode() + b"\n" + plaintext_of(plaintext)


def web_push() -> dict[str, bytes]:
    new, older = webpush.whole("seed", webpush.TEXT, 40), webpush.whole_old("seed", webpush.TEXT, 40)
    request = webpush.old("seed", older, 40)["webpush"]
    fields = [request[name] for name in ("content-encoding", "body", "crypto-key", "encryption")]
    plain = webpush.whole_old("seed plain", webpush.TEXT)
    ice, relay = webpush.icecubes("seed plain", plain), webpush.relay_old("seed plain", plain)
    return {
        "request_new": members("r", "aes128gcm", b64url(new)),
        "request_new_truncated": members("r", "aes128gcm", b64url(new[: 86 + 40])),
        "request_new_delimiter": members("r", "aes128gcm", b64url(webpush.records("seed", [b"x\3"]))),
        "request_old": members("r", *fields),
        "request_old_padding": members(
            "r", "aesgcm", b64url(webpush.records("seed", [b"\0\4\0\0\1\0x"], "aesgcm")), *fields[2:]
        ),
        "request_old_headers": members(
            "r", "aesgcm", fields[1], f'keyid="a"; {fields[2]}, p256ecdsa=BA', f"keyid=a;{fields[3]}"
        ),
        "icecubes": members("m", ice["m"], ice["k"], ice["s"], "work"),
        "relay_new": members(
            "p", webpush.relay(webpush.whole("seed", webpush.TEXT))["p"], None, None, "work"
        ),
        "relay_old": members("p", relay["p"], relay["k"], relay["s"]),
        "sealed_mastodon": message("s", webpush.MASTODON),
        "sealed_text": message("s", "abc \u202e \N{WATERMELON}\u200d\N{WATERMELON} \xe9\u0301"),
        "sealed_entities": message(
            "o", webpush.MASTODON | {"title": "&lt;b&gt; &#x27;&#39; &amp;amp; &bogus;"}
        ),
        "sealed_not_utf8": b"s\nabc\xff\xed\xa0\x80",
    }


def simplex_seeds() -> dict[str, bytes]:
    nonce = bytes(range(24))
    inner = sodium.crypto_box_beforenm(simplex.PEER, simplex.SECRET)
    sealed = lambda padded: b64url(sodium.crypto_box_afternm(padded, nonce, inner), True)  # noqa: E731
    queue = sodium.crypto_secretbox(simplex.pad(simplex.meta(), 128), nonce, hsalsa20(KEY, bytes(16)))
    item = simplex.item("seed", notifier="AAAA", nonce=nonce, sealed=queue)
    other = simplex.item("seed other")
    return {
        "message": members("m", b64url(nonce), sealed(simplex.pad(item, 512))),
        "message_two": members("m", b64url(nonce), sealed(simplex.pad(other + b";" + item, 3072))),
        "message_padding": members("m", b64url(nonce), sealed(b"\0\3ab")),
        "message_tag": members("m", b64url(nonce), sealed(simplex.pad(item, 512))[:-4] + "AAAA"),
        "verification": members("m", b64url(nonce), None, sealed(simplex.pad(bytes(32), 64))),
        "check": members("m", None, None, None, True),
        "sealed_one": b"s\n" + item,
        "sealed_two": b"s\n" + other + b";" + item,
        "sealed_bad_details": b"s\n"
        + simplex.item("seed", notifier="AAAA", nonce=nonce, sealed=flip(queue, 9)),
        "sealed_semicolon": b"s\n" + item + b";",
        "sealed_code": b"v\n" + bytes(range(32)),
    }


def secret_box() -> dict[str, bytes]:
    nonce, listed = bytes(range(12)), nacl.bencoded(b'{"#":"h"}', b"x")
    session = NONCE + sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(listed + bytes(3), b"", NONCE, KEY)
    call = {"id": 1, "method": "wc_sessionRequest"}
    trade = {"id": "n1", "title": "Trade", "message": "Payment sent", "tradeId": "abc"}
    new = {"cmd": "newmsg", "from": "ABCDEFGH", "messageId": "0123456789abcdef", "voip": True}
    return {
        "zulip": members("Z", 10, None, b64(NONCE + secretbox(zulip.TEST))),
        "zulip_older": members("Z", None, "10", b64(NONCE + secretbox(zulip.CHANNEL))),
        "zulip_tag": members("Z", 10, None, b64(NONCE + flip(secretbox(zulip.TEST), 0))),
        "zulip_sealed_channel": message("z", zulip.CHANNEL),
        "zulip_sealed_remove": message("z", zulip.REMOVE),
        "home_assistant": members("H", True, b64(NONCE + secretbox({"message": "hello"}))),
        "home_assistant_or_zulip": members("H", True, b64(NONCE + secretbox({"message": "hello"})), 10),
        "home_assistant_sealed": message("h", {"title": "Door", "message": "hello"}),
        "threema": members("T", b64(secretbox(new)), b64(NONCE)),
        "threema_clear": members("T", None, None, "newmsg", "true"),
        "threema_sealed": message("t", new),
        "session": members("S", True, b64(session)),
        "session_sealed": b"s\n" + listed,
        "reown": members(
            "R",
            nacl.TOPIC,
            b64(b"\0" + nonce + ChaCha20Poly1305(KEY).encrypt(nonce, plaintext_of(call), None)),
            1108,
        ),
        "reown_sealed": message("r", call),
        "bisq": members("B", b64(nonce + AESGCM(KEY).encrypt(nonce, plaintext_of(trade), None))),
        "bisq_sealed": message("b", trade),
    }


def alby_seeds() -> dict[str, bytes]:
    new = alby.push(alby.RECEIVED)["body"]
    old = alby.push_old(alby.RECEIVED, KEY)["body"]
    bad = alby.push("", padded=b"\0\5abcde" + bytes(26))["body"]
    return {
        "nip44": members("b", new["appPubkey"], new["content"]),
        "nip44_text": members("t", new["appPubkey"], new["content"]),
        "nip44_padding": members("b", bad["appPubkey"], bad["content"]),
        "nip44_mac": members("b", new["appPubkey"], new["content"][:-4] + "AAA="),
        "nip44_future": members("b", new["appPubkey"], "#" + new["content"]),
        "nip04": members("b", alby.OTHER_APP, old["content"]),
        "nip04_iv": members("b", alby.OTHER_APP, old["content"][:-4]),
        "sealed_received": message("n", alby.RECEIVED),
        "sealed_amount": message(
            "n", {"notification_type": "payment_sent", "notification": {"amount": 2**64 - 1}}
        ),
        "sealed_description": message(
            "o", alby.RECEIVED | {"notification": {"amount": 1, "description": "\u202e\u200bx"}}
        ),
    }


def bark_seeds() -> dict[str, bytes]:
    sealed = {mode: b64(bark_bisq.seal(bark_bisq.HELLO, mode)) for mode in ("gcm", "cbc", "ecb")}
    return {
        "gcm": members("G", sealed["gcm"], bark_bisq.IV12),
        "gcm_without_iv": members("G", sealed["gcm"]),
        "gcm_tag": members("G", b64(flip(bark_bisq.seal(bark_bisq.HELLO, "gcm"), -1)), bark_bisq.IV12),
        "cbc": members("C", sealed["cbc"], bark_bisq.IV16),
        "cbc_of_gcm": members("C", sealed["gcm"], bark_bisq.IV12),
        "cbc_padding": members("C", b64(bark_bisq.seal("", "cbc", padded=bytes(32))), bark_bisq.IV16),
        "ecb": members("E", sealed["ecb"]),
        "ecb_block": members("E", sealed["ecb"][:20]),
        "sealed_gcm": message("g", {"TITLE": 5, "SubTitle": "x", "body": "rain", "id": "w1"}),
        "sealed_cbc": message("c", {"title": "a", "TITLE": "b"}),
        "sealed_ecb": message("e", bark_bisq.HELLO),
    }


def plain_wallets() -> dict[str, bytes]:
    return {
        "phoenix": members("p", "IncomingPayment", "AB" * 20, 1605136272123442),
        "phoenix_dollar": members("p", "IncomingOnionMessage$", "ab" * 20),
        "phoenix_unknown": members("p", "Test", "ab" * 20),
        "breez_swap": members("b", "swap_updated", '{"id":"s1","status":"x"}'),
        "breez_invoice": members("b", "lnurlpay_invoice", '{"amount":18446744073709551615}'),
        "breez_body": members("e", "lnurlpay_verify", json.dumps({"payment_hash": "ab" * 32})),
        "breez_event": members("b", "nwc_event", json.dumps({"event": '{"id":"e1"}'})),
        "breez_quoted_event": b't\n"nwc_event"\n{"event":"{\\"id\\":\\"e1\\"}"}',
        "breez_quoted_invoice": b't\n"lnurlpay_invoice"\n{"amount":1}',
        "breez_quoted_cut": b't\n"lnurlpay_invoice"\n{"amount":',
    }


def gossip() -> dict[str, bytes]:
    """Rapid gossip sync: portions, kind, then the snapshot or what comes behind its head."""
    published = bytes.fromhex(
        "4c444b016fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d619000000000061e362da00000004021607cf"
        "ce19a4c5e7e6e738663dfafbbbac262e4ff76c2c9b30dbeefc35c0064302247d9db0dfafea745ef8c9e161eb322f73ac"
        "3f8858d8730b6fd97254747ce76b029e01f279986acc83ba235d46d80aede0b7595f410353b93a8ab540bb677f443202"
        "c913118a8895b9e29c89af6e20ed00d95a1f64e4952edbafa84d048f26804c61000000020000ff0899c000021b000000"
        "010000ff0244e200060b0001020300000004002800000000000003e8000003e800000001000000001d8119c0ff0899c0"
        "00021b00003c000000000000000100000064000002e0000000003a5574d8001d000000010000007d000000003a5574d8"
        "ff0244e200060b0001000001"
    )
    assert len(published) == 300
    number = lambda value, width=4: value.to_bytes(width, "big")  # noqa: E731
    key = lambda first=2: bytes([first]) + b"\x11" * 32  # noqa: E731
    defaults = number(40, 2) + number(1000, 8) + number(1) + number(2) + number(495_000_000, 8)
    none = number(0)
    two_nodes = number(2) + key() + key(3)
    version_2 = (
        b"\1\0\3abc" + number(4) + key() + key(0b0100_1011)
        + key(0b1011_1110) + b"\2\6123456\1x" + b"\0\2yy" + b"\0\1z" + key(3)
        + number(3) + b"\0\0\1\0\1" + b"\0\0\1\xff" + number(1 << 63 | 2, 8) + b"\3"
        + b"\0\6\xfe\0\1\0\0w" + b"\0\0\1\xff" + number(1 << 63 | 1, 8) + b"\0" + b"\0\0"
        + number(1) + defaults + b"\1\0"
    )
    bodies = {
        "empty": none + none + none,
        "nodes_only": two_nodes + none + none,
        "too_many_nodes": number(200_001),
        "too_many_channels": none + number(630_001),
        "too_many_updates": none + none + number(630_001),
        "node_that_is_none": number(1) + key(4) + none + none,
        "index_of_no_node": two_nodes + number(1) + b"\0\0\1\0\2" + none,
        "channel_id_overflows": two_nodes + number(2) + b"\0\0\xff" + b"\xff" * 8 + b"\0\1" + b"\0\0\1\0\1",
        "number_spelled_long": two_nodes + number(1) + b"\0\0\xfd\0\xfc\0\1" + none,
        "features_too_long": two_nodes + number(1) + b"\4\1" + b"\0" * 1030,
        "incremental": none + none + number(2) + defaults + b"\7\x8b" + number(221) + b"\0\x04" + b"\xff" * 8,
        "every_field": none + none + number(1) + defaults + b"\7\x7c" + bytes(range(26)),
    }
    inputs = {name: b"\xff\1" + body for name, body in bodies.items()}
    return inputs | {
        "published": b"\xff\0" + published,
        "published_in_bytes": b"\0\0" + published,
        "published_cut": b"\xff\0" + published[:-1],
        "version_3": b"\xff\0" + published[:3] + b"\3" + published[4:],
        "other_chain": b"\xff\0" + published[:4] + b"\0" + published[5:],
        "version_2": b"\xff\2" + version_2,
        "version_2_in_bytes": b"\2\2" + version_2,
        "version_2_seven_sets": b"\xff\2\7",
        "version_2_set_of_none": b"\xff\2\0" + number(1) + key(0b0000_1010) + none + none,
    }


def main() -> int:
    targets = {
        "gossip": gossip(),
        "web-push": web_push(),
        "simplex": simplex_seeds(),
        "secret-box": secret_box(),
        "alby": alby_seeds(),
        "bark": bark_seeds(),
        "plain-wallets": plain_wallets(),
    }
    for target, inputs in targets.items():
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in inputs.items():
            (folder / name).write_bytes(data)
        print(f"{target}: {len(inputs)} inputs, {max(map(len, inputs.values()))} bytes at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
