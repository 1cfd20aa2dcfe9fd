"""How each of an envelope's fields must be spelled: there once, of its kind, strict in its alphabet."""

import published
import secondopinion

from .collection import Collection
from .envelope import SERVER, SERVER_KEYS, broken
from .scene import Spelled, apns, compact, v0, v1, wake


def collect(vectors: Collection):
    versions(vectors)
    duplicates(vectors)
    missing_and_kinds(vectors)
    base64(vectors)
    hexadecimal(vectors)
    points(vectors)


def versions(vectors: Collection):
    fields = published.V1_ENVELOPE.fields()
    keys = (published.V1_ENVELOPE.device_secret,)
    for name, comment, version in (
        ("two", "A version to come.", 2),
        ("text", "A version in quotes.", "1"),
        ("null", "null is not a version.", None),
        ("fraction", "1.0 is not how 1 is written.", Spelled("1.0")),
        ("exponent", "1e0 is not how 1 is written.", Spelled("1e0")),
        ("zero", "v0 has no version field.", 0),
        ("object", "A version is a number.", {}),
        ("true", "true is not 1.", True),
    ):
        broken(vectors, f"version_{name}", comment, wake({"v": version} | fields), keys)
    broken(vectors, "version_missing_in_wake", "v0 where v1 belongs.", wake(v0("v0inwake")))
    broken(vectors, "version_1_in_payload", "v1 where v0 belongs.", apns(v1("v1inpayload")))
    broken(vectors, "version_1_in_flat", "v1 where v0 belongs, flat.", compact(v1("v1flat")))
    broken(
        vectors,
        "version_null_in_payload",
        "v0 has no version field, not even an empty one.",
        apns({"v": None} | v0("v0null")),
    )


def duplicates(vectors: Collection):
    fields = v0("duplicate")
    for key in fields:
        broken(
            vectors,
            f"duplicate_{key.lower()}",
            f"{key} twice, both good.",
            apns(fields).replace(f'"{key}":', f'"{key}":"{fields[key]}","{key}":', 1),
        )
    broken(
        vectors,
        "duplicate_version",
        "v twice, both good.",
        wake(v1("dupv")).replace('"v":1,', '"v":1,"v":1,'),
    )
    broken(
        vectors,
        "duplicate_by_escape",
        "The same key twice, once with an escape in it.",
        apns(fields).replace('"iv":', r'"\u0069v":"000102030405060708090a0b","iv":'),
    )
    broken(
        vectors,
        "duplicate_wake",
        "Two wake containers.",
        wake(v1("dupwake")).replace('"wake":', '"wake":{},"wake":'),
    )
    broken(
        vectors,
        "duplicate_payload",
        "Two payloads in one alert.",
        apns(fields).replace('"payload":', '"payload":{},"payload":'),
    )


def missing_and_kinds(vectors: Collection):
    fields = v0("missing")
    for key in fields:
        broken(
            vectors,
            f"missing_{key.lower()}",
            f"No {key}.",
            apns({k: x for k, x in fields.items() if k != key}),
        )
    broken(vectors, "kind_cipher_null", "cipher is a string.", apns(fields | {"cipher": None}))
    broken(
        vectors,
        "kind_tag_number",
        "tag is a string, though its digits would do.",
        apns(fields | {"tag": Spelled("1" * 32)}),
    )


def base64(vectors: Collection):
    def bad(name, comment, cipher):
        broken(vectors, f"base64_{name}", comment, apns(SERVER.fields() | {"cipher": cipher}), SERVER_KEYS)

    cipher = SERVER.cipher
    client = published.V0_CLIENT
    bad(
        "padding_too_much", "A pad where none belongs; synonymdev/bitkit-core asserts this one.", cipher + "="
    )
    broken(
        vectors,
        "base64_padding_missing",
        "The pad left out; synonymdev/bitkit-core asserts this one.",
        apns(client.fields() | {"cipher": client.cipher.rstrip("=")}),
        (client.device_secret,),
    )
    bad("padding_inside", "A pad in the middle.", cipher[:6] + "==" + cipher[8:])
    bad("url_alphabet", "The alphabet for URLs.", cipher.replace("/", "_").replace("+", "-"))
    bad("line_breaks", "Line breaks, as mail has them.", cipher[:76] + "\r\n" + cipher[76:])
    bad("one_character_left", "A character that stands for six bits only.", cipher + "A")
    broken(
        vectors,
        "base64_trailing_bits",
        "The last character before the pad has bits set that stand for nothing.",
        apns(client.fields() | {"cipher": client.cipher.replace("LMA=", "LMB=")}),
        (client.device_secret,),
    )
    bad("fullwidth_letter", "A letter that only looks like one.", cipher.replace("m", "\uff4d", 1))
    bad("hex", "Hex where base64 belongs, with a length that is no multiple of four.", "00" * 81)


def hexadecimal(vectors: Collection):
    def bad(name, comment, **fields):
        broken(vectors, f"hex_{name}", comment, apns(SERVER.fields() | fields), SERVER_KEYS)

    iv, tag, point = SERVER.iv, SERVER.tag, SERVER.public_key
    bad(
        "iv_odd_left_padded",
        "A digit short; a reader that pads on the left would find the right IV.",
        iv=iv[1:],
    )
    bad(
        "iv_spaces",
        "A reader that drops spaces would find the right IV.",
        iv=" ".join(iv[i : i + 2] for i in range(0, 32, 2)),
    )
    bad(
        "iv_signs",
        "A reader that takes +1 for 01 would find the right IV.",
        iv="".join(f"+{iv[i + 1]}" if i < 32 and iv[i] == "0" else iv[i : i + 2] for i in range(0, 32, 2)),
    )
    bad("iv_dropped_pair", "A reader that drops what is no hex would find the right IV.", iv="zz" + iv)
    bad("iv_prefix", "0x before the digits.", iv="0x" + iv)
    bad("iv_fullwidth_digits", "U+FF10 is a hex digit to some.", iv="\uff10" + iv[1:])
    bad("iv_length_0", "No IV at all.", iv="")
    bad("iv_length_11", "Eleven bytes of IV.", iv=iv[:22])
    bad("iv_length_13", "Thirteen bytes of IV.", iv=iv[:26])
    bad("tag_length_12", "A tag of twelve bytes is a shorter promise.", tag=tag[:24])
    bad("tag_length_17", "A tag of seventeen bytes.", tag=tag + "00")
    bad(
        "publickey_truncating_reader",
        "A reader that stops at the first bad pair would find the right point.",
        publicKey=point + "zz",
    )
    bad(
        "publickey_odd_tail",
        "A digit too many; a reader that drops it would find the right point.",
        publicKey=point + "0",
    )


def points(vectors: Collection):
    def bad(name, comment, point):
        broken(vectors, f"point_{name}", comment, apns(SERVER.fields() | {"publicKey": point}), SERVER_KEYS)

    x, y = secondopinion.decompress(bytes.fromhex(SERVER.public_key))
    x_hex, y_hex, prime = f"{x:064x}", f"{y:064x}", secondopinion.P
    alias = next(n for n in range(1, 977) if secondopinion.decompress(b"\2" + n.to_bytes(32, "big")))
    bad("uncompressed", "The right point in 65 bytes.", "04" + x_hex + y_hex)
    bad("hybrid", "The right point in the hybrid form.", f"{6 + (y & 1):02x}" + x_hex + y_hex)
    bad("x_only", "The right point without the byte for its half.", x_hex)
    bad("prefix_04", "The prefix of another form.", "04" + x_hex)
    bad("infinity", "The point at infinity.", "00")
    bad("off_curve", "No point has this X; synonymdev/bitkit-core asserts this one.", "02" + "ff" * 32)
    bad("off_curve_zero", "No point has X zero.", "02" + "00" * 32)
    bad("x_not_reduced", "An X of a real point, with the prime added.", "02" + f"{prime + alias:064x}")
    bad("empty", "No point.", "")
