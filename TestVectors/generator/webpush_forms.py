"""How Web Push is spelled in a push: the members of the request, and the relays' forms."""

from rules import to_z85

from .collection import Collection
from .families import Folder, b64url, flip
from .scene import compact
from .webpush import KEYS, TEXT, icecubes, old, relay, relay_old, request, whole, whole_old


def collect(vectors: Collection):
    folder = Folder(vectors, "webpush", KEYS, type="message")
    fields(folder)
    relays(folder)


def fields(folder: Folder):
    body = whole("fields", TEXT)
    name = "fields old"
    older = old(name, whole_old(name, TEXT))["webpush"]
    newer = request(body)["webpush"]
    for field in newer:
        folder.malformed(
            f"fields_without_{field.replace('-', '_')}",
            f"No {field}.",
            {"webpush": {k: v for k, v in newer.items() if k != field}},
        )
    for field in older:
        what = field.replace("-", "_")
        folder.malformed(
            f"fields_old_without_{what}",
            f"aesgcm, no {field}.",
            {"webpush": {k: v for k, v in older.items() if k != field}},
        )
        for kind, value in (
            ("number", 1),
            ("null", None),
            ("list", [older[field]]),
            ("object", {}),
            ("bool", True),
        ):
            folder.malformed(
                f"fields_old_{what}_{kind}",
                f"aesgcm, {field} is a {kind}.",
                {"webpush": older | {field: value}},
            )
        twice = compact({"webpush": older})[:-2] + f",{compact(field)}:{compact(older[field])}}}}}"
        folder.malformed(f"fields_old_{what}_twice", f"aesgcm, {field} twice.", twice)
    for coding in ("", "AES128GCM", "aes128gcm ", "gzip", "aesgcm128", "aes256gcm"):
        spelled = (
            "".join(c if c.isalnum() else "x" for c in coding.lower().replace("aes128gcm", "same")) or "empty"
        )
        folder.malformed(
            f"fields_coding_{spelled}",
            f"The content coding is {coding!r}.",
            request(body, **{"content-encoding": coding}),
        )
    folder.malformed(
        "fields_coding_swapped",
        "aesgcm without its headers.",
        request(body, **{"content-encoding": "aesgcm"}),
    )
    for kind, value in (("text", b64url(body)), ("list", [newer]), ("number", 1), ("null", None)):
        folder.malformed(f"fields_webpush_{kind}", f"webpush is a {kind}.", {"webpush": value})
    folder.malformed("fields_webpush_empty", "An empty object.", {"webpush": {}})
    folder.malformed(
        "fields_webpush_twice",
        "Two requests.",
        compact(request(body))[:-1] + "," + compact(request(body))[1:],
    )
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
        folder.good(
            "e",
            f"relay_tail_{tail}",
            f"{tail} bytes more than whole groups of Z85.",
            relay(whole(f"tail {tail}", content, 200 + tail)),
            body=content.decode(),
        )
    folder.malformed("relay_overflow", "A group above 2^32-1.", relay(body, p=p[:-5] + "#####"))
    folder.malformed("relay_overflow_by_one", "A group of 2^32.", relay(body, p="%nSc1" + p[5:]))
    folder.malformed(
        "relay_tail_overflow", "A tail above its byte.", relay(body, p=p[: len(p) // 5 * 5] + "##")
    )
    folder.malformed(
        "relay_tail_of_one", "A single digit at the end.", relay(body, p=p[: len(p) // 5 * 5] + "0")
    )
    folder.malformed(
        "relay_unknown_character", "A character that is no digit.", relay(body, p=p[:10] + "~" + p[11:])
    )
    folder.malformed("relay_space", "A space between digits.", relay(body, p=p[:10] + " " + p[10:]))
    folder.malformed("relay_cut", "The header cut short.", relay(body, p=to_z85(body[:80])))
    folder.unopened("relay_damaged", "One bit.", relay(flip(body, -1)))
    folder.unknown(
        "relay_telegram",
        "Base64url with `_`: Telegram's.",
        {"p": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj__" + "ab" * 40},
    )
    folder.unknown(
        "relay_telegram_without_mark",
        "Letters and digits alone, and no header behind them.",
        {"p": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"},
    )
    folder.unknown("relay_number", "p is a number.", {"p": 5})
    k, s = (relay_old(name, older)[x] for x in "ks")
    for field, value in (
        ("k", k[:-1] + "~"),
        ("k", to_z85(bytes(65))),
        ("k", to_z85(b"\4" + bytes(63))),
        ("s", to_z85(bytes(15))),
        ("s", to_z85(bytes(17))),
        ("s", ""),
        ("k", ""),
    ):
        folder.malformed(
            f"relay_old_{field}_{len(value)}_{value[-1:].encode().hex() or 'empty'}x",
            f"A wrong {field}.",
            relay_old(name, older, **{field: value}),
        )
    folder.unopened("relay_old_damaged", "One bit.", relay_old(name, flip(older, -1)))
    folder.unopened("relay_old_salt", "Another salt.", relay_old(name, older, s=to_z85(bytes(16))))
    folder.malformed("icecubes_z85", "Z85 in IceCubes' fields.", {"m": to_z85(older), "k": k, "s": s})
    for field, value in (("m", ""), ("k", ""), ("s", ""), ("s", b64url(bytes(15))), ("k", b64url(bytes(65)))):
        folder.malformed(
            f"icecubes_{field}_{len(value)}_wrong",
            f"A wrong {field}.",
            icecubes(name, older, **{field: value}),
        )
    folder.unopened("icecubes_damaged", "One bit.", icecubes(name, flip(older, -1)))
    folder.unknown(
        "icecubes_without_salt", "No salt.", {k: v for k, v in icecubes(name, older).items() if k != "s"}
    )
    folder.unknown(
        "icecubes_without_key", "No key.", {k: v for k, v in icecubes(name, older).items() if k != "k"}
    )
