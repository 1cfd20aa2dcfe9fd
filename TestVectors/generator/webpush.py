"""Web Push: RFC 8291's aes128gcm, the older aesgcm, and the forms relays send them in.

Whole pushes are sealed by http_ece; what http_ece does not make by `Tests/Interop/webpush.py`.
"""

import http_ece
import webpush as ece
from ciphers import First
from cryptography.hazmat.primitives.asymmetric import ec
from rules import to_z85

from .collection import Collection
from .families import Folder, b64url, drawn, flip, key, plaintext_of, unb64url
from .published_families import WEB_128, WEB_OLD
from .scene import compact

SECRET = bytes.fromhex("ab5757a70dd4a53e553a6bbf71ffefea2874ec07a6b379e3c48f895a02dc33de")
AUTH = bytes.fromhex("05305932a1c7eabe13b6cec9fda48882")
PUBLIC = First.p256_public(SECRET)
TEXT = b"When I grow up, I want to be a watermelon"
MASTODON = {
    "access_token": "t",
    "preferred_locale": "en",
    "notification_id": 42,
    "notification_type": "mention",
    "icon": "https://e.invalid/a.png",
    "title": "alice &amp; bob",
    "body": "hi",
}


def subscription(secret: bytes = SECRET, auth: bytes = AUTH, label: str = "") -> str:
    return key("webpush" + label, {"secret": secret.hex(), "auth": auth.hex()})


KEYS = (subscription(),)


def sender(name: str) -> bytes:
    return b"\0" + drawn(f"{name}, sender", 31)


def salt(name: str) -> bytes:
    return drawn(f"{name}, salt", 16)


def private(secret: bytes):
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())


def whole(name: str, message, rs=4096, coding="aes128gcm") -> bytes:
    """By http_ece."""
    return http_ece.encrypt(
        plaintext_of(message),
        salt=salt(name),
        private_key=private(sender(name)),
        dh=PUBLIC,
        auth_secret=AUTH,
        rs=rs,
        version=coding,
    )


def records(name: str, padded: list[bytes], coding="aes128gcm", **more) -> bytes:
    return ece.seal(coding, more.pop("to", PUBLIC), more.pop("auth", AUTH), sender(name), salt(name), padded, **more)


def request(body: bytes | str, **more) -> dict:
    text = body if isinstance(body, str) else b64url(body)
    return {"webpush": {"content-encoding": "aes128gcm", "body": text} | more}


def old(name: str, body: bytes, rs: int | None = None, **changes) -> dict:
    fields = {
        "content-encoding": "aesgcm",
        "body": b64url(body),
        "crypto-key": f"dh={b64url(First.p256_public(sender(name)))}",
        "encryption": f"salt={b64url(salt(name))}" + (f"; rs={rs}" if rs is not None else ""),
    }
    return {"webpush": fields | changes}


def collect(vectors: Collection):
    folder = Folder(vectors, "webpush", KEYS, type="message")
    published(folder)
    shapes(folder)
    labels(folder)
    sizes(folder)
    damage(folder)
    delimiters(folder)
    header_128(folder)
    records_old(folder)
    header_texts(folder)
    fields(folder)
    relays(folder)
    messages(folder)


def published(folder: Folder):
    for v in WEB_128:
        push, keys = request(v["body"]), (subscription(unb64url(v["secret"]), unb64url(v["auth"])),)
        if "plaintext" in v:
            folder.good("o", v["name"], f"From {v['source']}.", push, keys, body=v["plaintext"], envelope="webpush-aes128gcm")
        else:
            folder.malformed(v["name"], f"From {v['source']}.", push, keys=keys)
    for v in WEB_OLD:
        fields = {
            "content-encoding": "aesgcm",
            "body": v["body"],
            "crypto-key": f"dh={v['dh']}",
            "encryption": f"salt={v['salt']}; rs={v['rs']}",
        }
        keys = (subscription(unb64url(v["secret"]), unb64url(v["auth"])),)
        if "plaintext" in v:
            folder.good("o", v["name"], f"From {v['source']}.", {"webpush": fields}, keys, body=v["plaintext"], envelope="webpush-aesgcm")
        else:
            folder.malformed(v["name"], f"From {v['source']}.", {"webpush": fields}, keys=keys)


def shapes(folder: Folder):
    shown = {"title": "alice & bob", "body": "hi", "id": 42}
    body = whole("shape", MASTODON)
    folder.good("e", "shape_request", "The request as an object.", request(body), envelope="webpush-aes128gcm", **shown)
    folder.good("e", "shape_request_padded_base64", "Base64url with its padding.", request(b64url(body, True)), **shown)
    folder.good("e", "shape_request_in_fcm_data", "In the data of an FCM send body.", {"message": {"data": request(body)}}, **shown)
    folder.good("e", "shape_request_among_others", "Beside aps and names nobody knows.", {"aps": {"alert": "x"}, "q": [1], **request(body)}, **shown)
    folder.good("e", "shape_relay_128", "Mastodon's relay, aes128gcm.", relay(body), envelope="webpush-aes128gcm", **shown)
    older = whole("shape old", MASTODON, coding="aesgcm")
    folder.good("e", "shape_request_old", "aesgcm with its header texts.", old("shape old", older), envelope="webpush-aesgcm", **shown)
    folder.good("e", "shape_icecubes", "IceCubes' relay.", icecubes("shape old", older), envelope="webpush-aesgcm", **shown)
    folder.good("e", "shape_relay_old", "Mastodon's relay, aesgcm.", relay_old("shape old", older), envelope="webpush-aesgcm", **shown)


def relay(body: bytes, **more) -> dict:
    aps = {"alert": "\N{TRUMPET}", "mutable-content": 1, "content-available": 1}
    return {"aps": aps, "p": to_z85(body)} | more


def relay_old(name: str, body: bytes, **more) -> dict:
    public = First.p256_public(sender(name))
    return relay(body) | {"k": to_z85(public), "s": to_z85(salt(name))} | more


def icecubes(name: str, body: bytes, **more) -> dict:
    public = First.p256_public(sender(name))
    return {"aps": {"mutable-content": 1}, "m": b64url(body), "k": b64url(public), "s": b64url(salt(name))} | more


def labels(folder: Folder):
    other = subscription(bytes([1] * 32), bytes(16), ":work")
    mine = subscription(label=":work")
    plain, generic = whole("label", TEXT), subscription(bytes([1] * 32), bytes(16))
    shown = {"body": TEXT.decode()}
    name = "label old"
    older = whole(name, TEXT, coding="aesgcm")
    folder.good("k", "label_of_request", "The account's own key, not the general one.", request(plain, label="work"), (generic, mine), **shown)
    folder.good("k", "label_x_of_relay", "The relay's name for the account.", relay(plain, x="work"), (generic, mine), **shown)
    folder.good("k", "label_x_of_old_relay", "The same for aesgcm.", relay_old(name, older, x="work"), (generic, mine), **shown)
    folder.good("k", "label_i_of_icecubes", "IceCubes' name for the account.", icecubes(name, older, i="work"), (generic, mine), **shown)
    folder.good("k", "label_without_key", "No key has that label: the general one.", request(plain, label="play"), KEYS, **shown)
    folder.good("k", "label_previous_generation", "Sealed before the last rotation.", request(plain, label="work"), (other, mine), **shown)
    folder.good("k", "generation_previous", "Sealed before the last rotation.", request(plain), (generic, *KEYS), **shown)
    folder.unopened("label_wrong_key", "The labelled key counts although the general one would open it.", request(plain, label="work"), keys=(other, *KEYS))
    folder.unopened("label_missing", "Without a label only the general key counts.", request(plain), keys=(generic, mine))
    folder.missing("label_only_others", "Keys for other accounts only.", request(plain, label="play"), keys=(mine,))
    folder.missing("label_without_general", "No label, and no general key.", request(plain), keys=(mine,))
    folder.missing("key_missing", "An empty keystore.", request(plain))
    folder.missing("key_missing_old", "An empty keystore, aesgcm.", old(name, older))
    folder.missing("key_of_other_formats", "Keys of other formats only.", request(plain), keys=(key("threema", "00" * 32), key("zulip:10", "00" * 32)))
    folder.malformed("label_number", "A label that is a number.", request(plain, label=1))
    folder.malformed("label_object", "A label that is an object.", relay(plain, x={}))
    folder.keystores(request(plain))


def sizes(folder: Folder):
    for rs in (18, 19, 20, 24, 25, 31, 32, 33, 48, 57, 58, 59, 63, 64):
        name = f"rs {rs}"
        folder.good("o", f"record_size_{rs}", f"Records of {rs} bytes.", request(whole(name, TEXT, rs)), body=TEXT.decode())
    for pad in (0, 1, 17, 200):
        name = f"pad {pad}"
        one = records(name, [TEXT + b"\2" + bytes(pad)])
        folder.good("o", f"padding_{pad}", f"{pad} bytes of padding in one record.", request(one), body=TEXT.decode())
        many = records(name, ece.cut("aes128gcm", TEXT, 40, pad), rs=40)
        folder.good("o", f"padding_{pad}_many_records", f"{pad} bytes of padding in records of 40.", request(many), body=TEXT.decode())
    full = records("full", [b"x" * 83 + b"\2"], rs=100)
    folder.good("o", "record_last_full", "The only record has the full size.", request(full), body="x" * 83)
    folder.good("o", "record_size_largest", "A record size of 2^32-1.", request(records("huge", [TEXT + b"\2"], header_rs=2**32 - 1)), body=TEXT.decode())
    folder.good("o", "record_size_exact", "A record size one above what is there.", request(records("exact", [TEXT + b"\2"], header_rs=len(TEXT) + 18)), body=TEXT.decode())
    folder.good("o", "plaintext_empty", "Nothing inside: the text of the catalog.", request(records("empty", [b"\2"])), title="New Message", body="Open the app to read it")
    folder.good("o", "plaintext_empty_records", "Two records with nothing inside.", request(records("empty two", [b"\1\0", b"\2"], rs=18)), body="Open the app to read it")
    folder.unopened("record_size_shortened", "A smaller record size in the header.", request(records("shorter", ece.cut("aes128gcm", TEXT, 40), rs=40, header_rs=39)))


def damage(folder: Folder):
    body = whole("damage", TEXT * 2, 40)
    push = request
    for name, at in (("salt", 0), ("point_x", 22), ("first_record", 86), ("first_tag", 86 + 30), ("last_tag", len(body) - 1), ("second_record", 86 + 40)):
        damaged = flip(body, at * 8 + 7)
        if name == "point_x":
            folder.malformed("damage_point_x", "One bit of the sender's point: off the curve.", push(damaged))
        else:
            folder.unopened(f"damage_{name}", "One bit.", push(damaged))
    stranger = First.p256_public(sender("stranger"))
    folder.unopened("damage_point_of_another", "Another point of the curve.", push(body[:21] + stranger + body[86:]))
    folder.unopened("damage_point_of_device", "The device's own point.", push(body[:21] + PUBLIC + body[86:]))
    folder.unopened("damage_point_mirrored", "The same X and the other Y.", push(body[:21] + mirrored(body[21:86]) + body[86:]))
    folder.unopened("wrong_auth", "Another authentication secret.", push(body), keys=(subscription(auth=bytes(16)),))
    folder.unopened("wrong_secret", "Another private key.", push(body), keys=(subscription(secret=bytes([1] * 32)),))
    folder.unopened("records_swapped", "Two records in the other order.", push(body[:86] + body[126:166] + body[86:126] + body[166:]))
    folder.unopened("records_repeated", "A record twice.", push(body[:126] + body[86:]))
    folder.unopened("record_missing_in_front", "The first record missing.", push(body[:86] + body[126:]))
    folder.unopened("trailing_byte_in_last_record", "A byte more.", push(body + b"\0"))
    folder.unopened("trailing_record", "A record of zeros more.", push(whole("trailing", TEXT) + bytes(5000)))
    for count, what in ((0, "Nothing."), (1, "A byte."), (16, "The salt alone."), (20, "Salt and record size."), (21, "No key."), (85, "A byte missing in the point."), (86, "No record."), (87, "One byte of a record."), (102, "A tag and nothing under it.")):
        folder.malformed(f"cut_at_{count}", what, push(body[:count]))
    folder.unopened("cut_at_103", "A record of seventeen bytes, cut out of a longer one.", push(body[:103]))
    folder.unopened("cut_in_second_record", "Cut in the second record.", push(body[: 86 + 40 + 20]))
    folder.malformed("cut_behind_second_record_by_16", "Sixteen bytes of a third record.", push(body[: 86 + 80 + 16]))
    folder.malformed("cut_at_first_record", "Cut between records: the last one left does not say it is the last.", push(body[: 86 + 40]))
    folder.malformed("cut_at_second_record", "Cut behind the second record.", push(body[: 86 + 80]))


def mirrored(point: bytes) -> bytes:
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    return point[:33] + (prime - int.from_bytes(point[33:], "big")).to_bytes(32, "big")


def delimiters(folder: Folder):
    for name, comment, padded, rs in (
        ("zeros", "A record of zeros.", [bytes(10)], 4096),
        ("zeros_long", "A record of 200 zeros.", [bytes(200)], 4096),
        ("none", "No delimiter: the last byte of the text is one.", [TEXT], 4096),
        ("three", "Delimiter 3.", [TEXT + b"\3"], 4096),
        ("one_at_end", "The last record says that another follows.", [TEXT + b"\1"], 4096),
        ("ff", "Delimiter ff.", [TEXT + b"\xff\0\0"], 4096),
        ("final_early", "The first of two records says that it is the last.", [b"x" * 23 + b"\2", b"y\2"], 40),
        ("final_early_padded", "The same with padding.", [b"x" * 20 + b"\2\0\0\0", b"y\2"], 40),
        ("final_late", "No record of two says that it is the last.", [b"x" * 23 + b"\1", b"y\1"], 40),
        ("zeros_first", "The first of two records is zeros.", [bytes(24), b"y\2"], 40),
        ("zeros_last", "The last of two records is zeros.", [b"x" * 23 + b"\1", bytes(24)], 40),
        ("space_behind", "A space behind the delimiter.", [TEXT + b"\2 "], 4096),
    ):
        folder.malformed(f"delimiter_{name}", comment, request(records(f"delimiter {name}", padded, rs=rs)))


def header_128(folder: Folder):
    def with_header(name, comment, **more):
        folder.malformed(f"header_{name}", comment, request(records(f"header {name}", [TEXT + b"\2"], **more)))

    for size in (0, 1, 16, 17):
        with_header(f"rs_{size}", f"A record size of {size}.", header_rs=size)
    public = First.p256_public(sender("ident"))
    for length in (0, 1, 64, 66):
        with_header(f"id_{length}", f"A key id of {length} bytes.", key_id=(public + b"\0\0")[:length])
    with_header("id_255", "A key id of 255 bytes.", key_id=public + bytes(190))
    with_header("id_compressed", "A compressed point.", key_id=bytes([2]) + public[1:33])
    for form in (0, 2, 3, 5, 6, 7):
        with_header(f"point_form_{form}", f"A point that begins with 0{form}.", key_id=bytes([form]) + public[1:])
    with_header("point_off_curve", "A point beside the curve.", key_id=public[:64] + bytes([public[64] ^ 1]))
    with_header("point_zero", "The point 0, 0.", key_id=b"\4" + bytes(64))
    with_header("point_of_ones", "Coordinates above the field.", key_id=b"\4" + b"\xff" * 64)
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    with_header("point_x_is_prime", "X is the prime, which is zero otherwise spelled.", key_id=b"\4" + prime.to_bytes(32, "big") + bytes.fromhex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4"))
    good = records("reach", [TEXT + b"\2"])
    folder.malformed("header_id_reaches_behind", "A key id that reaches behind the body.", request(good[:20] + b"\xff" + good[21:]))


def records_old(folder: Folder):
    public = {"body": TEXT.decode(), "envelope": "webpush-aesgcm"}
    for rs in (3, 4, 8, 24, 25, 40, 43, 44, 4096):
        name = f"old rs {rs}"
        folder.good("o", f"old_record_size_{rs}", f"aesgcm, records of {rs} bytes.", old(name, whole_old(name, TEXT, rs), rs), **public)
    for pad in (0, 1, 2, 255, 256, 1000):
        name = f"old pad {pad}"
        body = records(name, ece.cut("aesgcm", TEXT, 4096, pad), "aesgcm")
        folder.good("o", f"old_padding_{pad}", f"aesgcm, {pad} bytes of padding.", old(name, body), **public)
    body = records("old pad many", ece.cut("aesgcm", TEXT, 30, 255), "aesgcm")
    folder.good("o", "old_padding_255_many_records", "aesgcm, 255 bytes of padding in records of 30.", old("old pad many", body, 30), **public)
    folder.good("o", "old_empty", "aesgcm with nothing inside.", old("old empty", whole_old("old empty", b"")), title="New Message", body="Open the app to read it")
    name = "old bad"

    def bad(what, comment, padded, rs=None, **more):
        folder.malformed(f"old_{what}", comment, old(name, records(name, padded, "aesgcm"), rs, **more))

    bad("pad_not_zero", "A byte of padding that is not zero.", [b"\0\4\0\0\1\0" + TEXT])
    bad("pad_last_not_zero", "The last byte of padding is not zero.", [b"\0\4\0\0\0\1" + TEXT])
    bad("pad_too_long", "More padding than record.", [b"\0\xff" + bytes(100)])
    bad("pad_by_one_too_long", "One byte more padding than record.", [b"\0\x0b" + bytes(10)])
    bad("pad_largest", "A padding length of 65535.", [b"\xff\xff" + TEXT])
    bad("record_of_one_byte", "A record with half a padding length.", [b"\0"])
    bad("pad_wrong_in_second_record", "The second record's padding is wrong.", [b"\0\0" + b"x" * 22, b"\0\1y"], 24)
    bad("truncated", "The last record is full: one is missing.", [b"\0\0" + b"x" * 22], 24)
    bad("truncated_two", "Two full records, and one is missing.", [b"\0\0" + b"x" * 22] * 2, 24)
    for rs in (0, 1, 2):
        bad(f"rs_{rs}", f"A record size of {rs}.", [b"\0\0" + TEXT], rs)
    good = whole_old(name, TEXT)
    folder.malformed("old_body_empty", "No ciphertext.", old(name, b""))
    folder.malformed("old_body_tag_only", "A tag and nothing under it.", old(name, good[-16:]))
    folder.unopened("old_record_size_missing", "Records of 24 without their size in the header.", old("old rs 24", whole_old("old rs 24", TEXT, 24)))
    folder.unopened("old_record_size_wrong", "Records of 24 under a size of 25.", old("old rs 24", whole_old("old rs 24", TEXT, 24), 25))
    folder.unopened("old_tag_flipped", "One bit of the tag.", old(name, flip(good, -1)))
    folder.unopened("old_cipher_flipped", "One bit of the ciphertext.", old(name, flip(good, 7)))
    folder.unopened("old_cut_by_one", "A byte missing.", old(name, good[:-1]))
    folder.unopened("old_longer_by_one", "A byte more.", old(name, good + b"\0"))
    folder.unopened("old_salt_wrong", "Another salt.", old(name, good, encryption=f"salt={b64url(bytes(16))}"))
    folder.unopened("old_sealed_as_new", "Records of aes128gcm under aesgcm.", old("as new", whole("as new", TEXT)[86:]))
    folder.unopened("new_sealed_as_old", "A record of aesgcm behind a header of aes128gcm.", request(whole("as old", TEXT)[:86] + whole_old("as old", TEXT)))
    folder.unopened("old_wrong_secret", "Another private key.", old(name, good), keys=(subscription(secret=bytes([1] * 32)),))
    folder.unopened("old_wrong_auth", "Another authentication secret.", old(name, good), keys=(subscription(auth=bytes(16)),))


def whole_old(name: str, message: bytes, rs=4096) -> bytes:
    if rs <= 4:
        # http_ece counts a record of `rs` differently from its own receiver when it is that small.
        return records(name, ece.cut("aesgcm", message, rs), "aesgcm")
    return whole(name, message, rs, "aesgcm")


def header_texts(folder: Folder):
    name = "headers"
    body = whole_old(name, TEXT, 64)
    dh, salted = b64url(First.p256_public(sender(name))), b64url(salt(name))
    vapid = b64url(First.p256_public(sender("vapid")))
    stranger = b64url(First.p256_public(sender("stranger")))

    def good(what, comment, crypto_key, encryption):
        push = old(name, body, **{"crypto-key": crypto_key, "encryption": encryption})
        folder.good("e", f"headers_{what}", comment, push, body=TEXT.decode())

    def bad(what, comment, crypto_key=f"dh={dh}", encryption=f"salt={salted};rs=64"):
        push = old(name, body, **{"crypto-key": crypto_key, "encryption": encryption})
        folder.malformed(f"headers_{what}", comment, push)

    good("short", "No space.", f"dh={dh}", f"salt={salted};rs=64")
    good("spaces", "Spaces where they may be.", f"  dh={dh} ", f" salt={salted} ;  rs=64 ")
    good("quotes", "Values in quotes.", f'dh="{dh}"', f'salt="{salted}"; rs="64"')
    good("order", "The record size first.", f"dh={dh}", f"rs=64; salt={salted}")
    good("padded_base64", "Base64url with its padding.", f"dh={dh}=", f"salt={salted}==;rs=64")
    good("vapid_before", "The sender's VAPID key first.", f"p256ecdsa={vapid}, dh={dh}", f"salt={salted};rs=64")
    good("vapid_behind", "The sender's VAPID key behind.", f"dh={dh},p256ecdsa={vapid}", f"salt={salted};rs=64")
    good("vapid_same_group", "Both keys in one group, as web servers write it.", f"dh={dh};p256ecdsa={vapid}", f"salt={salted};rs=64")
    good("key_id", "One key with a name.", f"keyid=p256dh;dh={dh}", f"keyid=p256dh;salt={salted};rs=64")
    good("key_id_of_two", "Two keys: the one with the name counts.", f"keyid=a;dh={stranger}, keyid=b;dh={dh}", f"keyid=b; salt={salted}; rs=64")
    good("key_id_quoted", "Two keys, their names in quotes.", f'keyid="b";dh={dh}, keyid="a";dh={stranger}', f'keyid="b"; salt={salted}; rs=64')
    good("names_in_capitals", "Names in capitals.", f"DH={dh}", f"Salt={salted};RS=64")
    good("unknown_parameter", "A parameter nobody knows.", f"x=1;dh={dh}", f"salt={salted};rs=64;y=2")
    bad("no_dh", "No key.", f"p256ecdsa={vapid}")
    bad("crypto_key_empty", "An empty Crypto-Key.", "")
    bad("encryption_empty", "An empty Encryption.", encryption="")
    bad("no_salt", "No salt.", encryption="rs=64")
    bad("two_keys", "Two keys without names.", f"dh={dh}, dh={stranger}")
    bad("dh_twice", "Two keys in one group.", f"dh={dh};dh={stranger}")
    bad("salt_twice", "Two salts.", encryption=f"salt={salted};salt={salted};rs=64")
    bad("rs_twice", "Two record sizes.", encryption=f"salt={salted};rs=64;rs=65")
    bad("two_key_ids_alike", "Two keys of one name.", f"keyid=a;dh={dh},keyid=a;dh={stranger}", f"keyid=a;salt={salted};rs=64")
    bad("key_id_unknown", "Two keys, and the wanted name is of none.", f"keyid=a;dh={dh},keyid=b;dh={stranger}", f"keyid=c;salt={salted};rs=64")
    bad("dh_short", "A point of 64 bytes.", f"dh={b64url(unb64url(dh)[:64])}")
    bad("dh_compressed", "A compressed point.", f"dh={b64url(bytes([2]) + unb64url(dh)[1:33])}")
    bad("dh_long", "A point of 66 bytes.", f"dh={b64url(unb64url(dh) + bytes(1))}")
    bad("dh_off_curve", "A point beside the curve.", f"dh={b64url(flip(unb64url(dh), -1))}")
    bad("dh_standard_base64", "A letter of the other base64.", f"dh=+{dh[1:]}")
    bad("dh_empty", "An empty key.", "dh=")
    bad("salt_15", "A salt of 15 bytes.", encryption=f"salt={b64url(salt(name)[:15])};rs=64")
    bad("salt_17", "A salt of 17 bytes.", encryption=f"salt={b64url(salt(name) + bytes(1))};rs=64")
    bad("salt_empty", "An empty salt.", encryption="salt=;rs=64")
    bad("rs_empty", "An empty record size.", encryption=f"salt={salted};rs=")
    bad("rs_negative", "A negative record size.", encryption=f"salt={salted};rs=-64")
    bad("rs_hexadecimal", "A hexadecimal record size.", encryption=f"salt={salted};rs=0x40")
    bad("rs_huge", "A record size above 2^64.", encryption=f"salt={salted};rs=99999999999999999999")
    bad("rs_text", "A record size in letters.", encryption=f"salt={salted};rs=many")


def fields(folder: Folder):
    body = whole("fields", TEXT)
    name = "fields old"
    older = old(name, whole_old(name, TEXT))["webpush"]
    newer = request(body)["webpush"]
    for field in newer:
        folder.malformed(f"fields_without_{field.replace('-', '_')}", f"No {field}.", {"webpush": {k: v for k, v in newer.items() if k != field}})
    for field in older:
        what = field.replace("-", "_")
        folder.malformed(f"fields_old_without_{what}", f"aesgcm, no {field}.", {"webpush": {k: v for k, v in older.items() if k != field}})
        for kind, value in (("number", 1), ("null", None), ("list", [older[field]]), ("object", {}), ("bool", True)):
            folder.malformed(f"fields_old_{what}_{kind}", f"aesgcm, {field} is a {kind}.", {"webpush": older | {field: value}})
        twice = compact({"webpush": older})[:-2] + f",{compact(field)}:{compact(older[field])}}}}}"
        folder.malformed(f"fields_old_{what}_twice", f"aesgcm, {field} twice.", twice)
    for coding in ("", "AES128GCM", "aes128gcm ", "gzip", "aesgcm128", "aes256gcm"):
        spelled = "".join(c if c.isalnum() else "x" for c in coding.lower().replace("aes128gcm", "same")) or "empty"
        folder.malformed(f"fields_coding_{spelled}", f"The content coding is {coding!r}.", request(body, **{"content-encoding": coding}))
    folder.malformed("fields_coding_swapped", "aesgcm without its headers.", request(body, **{"content-encoding": "aesgcm"}))
    for kind, value in (("text", b64url(body)), ("list", [newer]), ("number", 1), ("null", None)):
        folder.malformed(f"fields_webpush_{kind}", f"webpush is a {kind}.", {"webpush": value})
    folder.malformed("fields_webpush_empty", "An empty object.", {"webpush": {}})
    folder.malformed("fields_webpush_twice", "Two requests.", compact(request(body))[:-1] + "," + compact(request(body))[1:])
    text = b64url(body)
    for what, comment, spelled in (
        ("standard_letter", "A letter of the other base64.", "+" + text[1:]),
        ("space", "A space.", text[:10] + " " + text[10:]),
        ("padding_inside", "Padding in the middle.", text[:8] + "=" + text[8:]),
        ("one_character_more", "A character more than whole bytes.", text + "A" * (1 + -len(text) % 4)),
        ("too_much_padding", "Four padding characters.", text + "===="),
        ("not_ascii", "A letter that is not ASCII.", text + "é"),
    ):
        folder.malformed(f"fields_body_{what}", comment, request(spelled))


def relays(folder: Folder):
    name = "relay"
    body, older = whole(name, TEXT), whole_old(name, TEXT)
    p = to_z85(body)
    assert any(c in p for c in ".:+=^!/*?&<>()[]{}@%$#")
    for tail in range(4):
        content = TEXT + b"." * ((-len(TEXT) + tail) % 4)
        folder.good("e", f"relay_tail_{tail}", f"{tail} bytes more than whole groups of Z85.", relay(whole(f"tail {tail}", content, 200 + tail)), body=content.decode())
    folder.malformed("relay_overflow", "A group above 2^32-1.", relay(body, p=p[:-5] + "#####"))
    folder.malformed("relay_overflow_by_one", "A group of 2^32.", relay(body, p="%nSc1" + p[5:]))
    folder.malformed("relay_tail_overflow", "A tail above its byte.", relay(body, p=p[: len(p) // 5 * 5] + "##"))
    folder.malformed("relay_tail_of_one", "A single digit at the end.", relay(body, p=p[: len(p) // 5 * 5] + "0"))
    folder.malformed("relay_unknown_character", "A character that is no digit.", relay(body, p=p[:10] + "~" + p[11:]))
    folder.malformed("relay_space", "A space between digits.", relay(body, p=p[:10] + " " + p[10:]))
    folder.malformed("relay_cut", "The header cut short.", relay(body, p=to_z85(body[:80])))
    folder.unopened("relay_damaged", "One bit.", relay(flip(body, -1)))
    folder.unknown("relay_telegram", "Base64url with `_`: Telegram's.", {"p": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj__" + "ab" * 40})
    folder.unknown("relay_telegram_without_mark", "Letters and digits alone, and no header behind them.", {"p": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"})
    folder.unknown("relay_number", "p is a number.", {"p": 5})
    k, s = (relay_old(name, older)[x] for x in "ks")
    for field, value in (("k", k[:-1] + "~"), ("k", to_z85(bytes(65))), ("k", to_z85(b"\4" + bytes(63))), ("s", to_z85(bytes(15))), ("s", to_z85(bytes(17))), ("s", ""), ("k", "")):
        folder.malformed(f"relay_old_{field}_{len(value)}_{value[-1:].encode().hex() or 'empty'}x", f"A wrong {field}.", relay_old(name, older, **{field: value}))
    folder.unopened("relay_old_damaged", "One bit.", relay_old(name, flip(older, -1)))
    folder.unopened("relay_old_salt", "Another salt.", relay_old(name, older, s=to_z85(bytes(16))))
    folder.malformed("icecubes_z85", "Z85 in IceCubes' fields.", {"m": to_z85(older), "k": k, "s": s})
    for field, value in (("m", ""), ("k", ""), ("s", ""), ("s", b64url(bytes(15))), ("k", b64url(bytes(65)))):
        folder.malformed(f"icecubes_{field}_{len(value)}_wrong", f"A wrong {field}.", icecubes(name, older, **{field: value}))
    folder.unopened("icecubes_damaged", "One bit.", icecubes(name, flip(older, -1)))
    folder.unknown("icecubes_without_salt", "No salt.", {k: v for k, v in icecubes(name, older).items() if k != "s"})
    folder.unknown("icecubes_without_key", "No key.", {k: v for k, v in icecubes(name, older).items() if k != "k"})


def messages(folder: Folder):
    def shown(name, comment, message, **wanted):
        folder.good("m", f"message_{name}", comment, request(whole(f"message {name}", message)), **wanted)

    catalog = {"title": "New Message", "body": "Open the app to read it"}
    shown("mastodon", "Mastodon: the id is a number.", MASTODON, title="alice & bob", body="hi", id=42)
    shown("gotosocial", "GoToSocial: the id is a string.", MASTODON | {"notification_id": "01HF"}, title="alice & bob", body="hi", id="01HF")
    shown("entities", "What HTML escapes.", MASTODON | {"title": "&lt;b&gt; &quot;x&quot; &#39;y&#39; &amp;amp;", "body": "a &lt; b &amp;&amp; c"}, title="<b> \"x\" 'y' &amp;", body="a < b && c")
    shown("title_only", "No body.", {"title": "Hello"}, title="Hello", body=catalog["body"])
    shown("body_only", "No title.", {"body": "Hello"}, title=catalog["title"], body="Hello")
    shown("nulls", "Null is as good as missing.", {"title": None, "body": None, "notification_id": None}, **catalog)
    shown("no_words", "Nextcloud's: neither title nor body.", {"nid": 5, "app": "spreed", "subject": "s", "type": "chat", "id": "7"}, **catalog)
    shown("text", "Text.", "Hello, world", body="Hello, world", title=catalog["title"])
    shown("text_umlauts", "Text beyond ASCII.", "Grüße \N{WATERMELON}", body="Grüße \N{WATERMELON}")
    shown("text_array", "JSON that is no object is text.", "[1,2]", body="[1,2]")
    shown("text_override", "A right-to-left override does not get through.", "abc\u202edef", body="abcdef")
    shown("text_invisible", "Zero-width characters do not get through.", "ab\u200bc\u2060d\ufeffe", body="abcde")
    shown("text_512_bytes", "The longest text.", "a" * 512, body="a" * 512)
    shown("text_513_bytes", "One byte too many: cut, with an ellipsis of three bytes.", "a" * 513, body="a" * 509 + "…")
    shown("text_emoji_at_bound", "A character of four bytes that would end at 513: left out as a whole.", "a" * 509 + "\N{WATERMELON}", body="a" * 509 + "…")
    shown("text_emoji_before_bound", "A character of four bytes that ends at 509.", "a" * 505 + "\N{WATERMELON}" + "b" * 50, body="a" * 505 + "\N{WATERMELON}…")
    shown("text_emoji_over_cut", "A character of four bytes over the cut.", "a" * 507 + "\N{WATERMELON}" + "b" * 50, body="a" * 507 + "…")
    shown("text_accent_over_cut", "A letter and its accent are one character.", "a" * 508 + "e\u0301" * 9, body="a" * 508 + "…")
    shown("text_white_space", "White space is one space, and none at the ends.", "  a\t\r\n b\u00a0\u2003c \n", body="a b c")
    shown("title_129_bytes", "One byte too many.", {"title": "t" * 129, "body": "x"}, title="t" * 125 + "…", body="x")
    shown("title_invisible_only", "A title of nothing that shows is none.", {"title": "\u200b\u202e\u2066 ", "body": "x"}, title=catalog["title"], body="x")
    shown("title_128_bytes", "The longest title.", {"title": "t" * 128}, title="t" * 128)
    shown("unknown_names", "Names nobody knows.", MASTODON | {"x": {"y": [1, None]}, "Title": "no"}, title="alice & bob", body="hi")

    def bad(name, comment, message):
        push = request(whole(f"message {name}", message))
        folder.bad_message(f"message_{name}", comment, push)

    bad("not_utf8", "Bytes that are no UTF-8.", b"abc\xff")
    bad("utf8_cut", "A character cut short.", "Grü".encode()[:-1])
    bad("utf8_surrogate", "A surrogate in UTF-8.", b"\xed\xa0\x80")
    bad("title_number", "A title that is a number.", {"title": 5, "body": "x"})
    bad("body_list", "A body that is a list.", {"body": ["x"]})
    bad("title_twice", "Two titles.", b'{"title":"a","title":"b"}')
    bad("body_twice", "Two bodies.", b'{"body":"a","body":"b"}')
    bad("id_list", "An id that is a list.", MASTODON | {"notification_id": [1]})
    bad("id_twice", "Two ids.", compact(MASTODON)[:-1] + ',"notification_id":43}')
    bad("id_too_long", "An id of 129 bytes.", MASTODON | {"notification_id": "x" * 129})
