"""Web Push in the older coding, aesgcm: its records and the texts of its headers."""

import webpush as ece
from ciphers import First

from .collection import Collection
from .families import Folder, b64url, flip, unb64url
from .webpush import KEYS, TEXT, old, records, request, salt, sender, subscription, whole, whole_old


def collect(vectors: Collection):
    folder = Folder(vectors, "webpush", KEYS, type="message")
    records_old(folder)
    header_texts(folder)


def records_old(folder: Folder):
    public = {"body": TEXT.decode(), "envelope": "webpush-aesgcm"}
    for rs in (3, 4, 8, 24, 25, 40, 43, 44, 4096):
        name = f"old rs {rs}"
        folder.good(
            "o",
            f"old_record_size_{rs}",
            f"aesgcm, records of {rs} bytes.",
            old(name, whole_old(name, TEXT, rs), rs),
            **public,
        )
    for pad in (0, 1, 2, 255, 256, 1000):
        name = f"old pad {pad}"
        body = records(name, ece.cut("aesgcm", TEXT, 4096, pad), "aesgcm")
        folder.good("o", f"old_padding_{pad}", f"aesgcm, {pad} bytes of padding.", old(name, body), **public)
    body = records("old pad many", ece.cut("aesgcm", TEXT, 30, 255), "aesgcm")
    folder.good(
        "o",
        "old_padding_255_many_records",
        "aesgcm, 255 bytes of padding in records of 30.",
        old("old pad many", body, 30),
        **public,
    )
    folder.good(
        "o",
        "old_empty",
        "aesgcm with nothing inside.",
        old("old empty", whole_old("old empty", b"")),
        title="New Message",
        body="Open the app to read it",
    )
    name = "old bad"

    def bad(what, comment, padded, rs=None, **more):
        folder.malformed(f"old_{what}", comment, old(name, records(name, padded, "aesgcm"), rs, **more))

    bad("pad_not_zero", "A byte of padding that is not zero.", [b"\0\4\0\0\1\0" + TEXT])
    bad("pad_last_not_zero", "The last byte of padding is not zero.", [b"\0\4\0\0\0\1" + TEXT])
    bad("pad_too_long", "More padding than record.", [b"\0\xff" + bytes(100)])
    bad("pad_by_one_too_long", "One byte more padding than record.", [b"\0\x0b" + bytes(10)])
    bad("pad_largest", "A padding length of 65535.", [b"\xff\xff" + TEXT])
    bad("record_of_one_byte", "A record with half a padding length.", [b"\0"])
    bad(
        "pad_wrong_in_second_record",
        "The second record's padding is wrong.",
        [b"\0\0" + b"x" * 22, b"\0\1y"],
        24,
    )
    bad("truncated", "The last record is full: one is missing.", [b"\0\0" + b"x" * 22], 24)
    bad("truncated_two", "Two full records, and one is missing.", [b"\0\0" + b"x" * 22] * 2, 24)
    for rs in (0, 1, 2):
        bad(f"rs_{rs}", f"A record size of {rs}.", [b"\0\0" + TEXT], rs)
    good = whole_old(name, TEXT)
    folder.malformed("old_body_empty", "No ciphertext.", old(name, b""))
    folder.malformed("old_body_tag_only", "A tag and nothing under it.", old(name, good[-16:]))
    folder.unopened(
        "old_record_size_missing",
        "Records of 24 without their size in the header.",
        old("old rs 24", whole_old("old rs 24", TEXT, 24)),
    )
    folder.unopened(
        "old_record_size_wrong",
        "Records of 24 under a size of 25.",
        old("old rs 24", whole_old("old rs 24", TEXT, 24), 25),
    )
    folder.unopened("old_tag_flipped", "One bit of the tag.", old(name, flip(good, -1)))
    folder.unopened("old_cipher_flipped", "One bit of the ciphertext.", old(name, flip(good, 7)))
    folder.unopened("old_cut_by_one", "A byte missing.", old(name, good[:-1]))
    folder.unopened("old_longer_by_one", "A byte more.", old(name, good + b"\0"))
    folder.unopened(
        "old_salt_wrong", "Another salt.", old(name, good, encryption=f"salt={b64url(bytes(16))}")
    )
    folder.unopened(
        "old_sealed_as_new", "Records of aes128gcm under aesgcm.", old("as new", whole("as new", TEXT)[86:])
    )
    folder.unopened(
        "new_sealed_as_old",
        "A record of aesgcm behind a header of aes128gcm.",
        request(whole("as old", TEXT)[:86] + whole_old("as old", TEXT)),
    )
    folder.unopened(
        "old_wrong_secret",
        "Another private key.",
        old(name, good),
        keys=(subscription(secret=bytes([1] * 32)),),
    )
    folder.unopened(
        "old_wrong_auth",
        "Another authentication secret.",
        old(name, good),
        keys=(subscription(auth=bytes(16)),),
    )


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
    good(
        "vapid_before", "The sender's VAPID key first.", f"p256ecdsa={vapid}, dh={dh}", f"salt={salted};rs=64"
    )
    good(
        "vapid_behind", "The sender's VAPID key behind.", f"dh={dh},p256ecdsa={vapid}", f"salt={salted};rs=64"
    )
    good(
        "vapid_same_group",
        "Both keys in one group, as web servers write it.",
        f"dh={dh};p256ecdsa={vapid}",
        f"salt={salted};rs=64",
    )
    good("key_id", "One key with a name.", f"keyid=p256dh;dh={dh}", f"keyid=p256dh;salt={salted};rs=64")
    good(
        "key_id_of_two",
        "Two keys: the one with the name counts.",
        f"keyid=a;dh={stranger}, keyid=b;dh={dh}",
        f"keyid=b; salt={salted}; rs=64",
    )
    good(
        "key_id_quoted",
        "Two keys, their names in quotes.",
        f'keyid="b";dh={dh}, keyid="a";dh={stranger}',
        f'keyid="b"; salt={salted}; rs=64',
    )
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
    bad(
        "two_key_ids_alike",
        "Two keys of one name.",
        f"keyid=a;dh={dh},keyid=a;dh={stranger}",
        f"keyid=a;salt={salted};rs=64",
    )
    bad(
        "key_id_unknown",
        "Two keys, and the wanted name is of none.",
        f"keyid=a;dh={dh},keyid=b;dh={stranger}",
        f"keyid=c;salt={salted};rs=64",
    )
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
