"""Records of aes128gcm: their sizes, what ends them, and the header in front."""

import webpush as ece
from ciphers import First

from .collection import Collection
from .families import Folder
from .webpush import KEYS, TEXT, records, request, sender, whole


def collect(vectors: Collection):
    folder = Folder(vectors, "webpush", KEYS, type="message")
    sizes(folder)
    delimiters(folder)
    header_128(folder)


def sizes(folder: Folder):
    for rs in (18, 19, 20, 24, 25, 31, 32, 33, 48, 57, 58, 59, 63, 64):
        name = f"rs {rs}"
        folder.good(
            "o",
            f"record_size_{rs}",
            f"Records of {rs} bytes.",
            request(whole(name, TEXT, rs)),
            body=TEXT.decode(),
        )
    for pad in (0, 1, 17, 200):
        name = f"pad {pad}"
        one = records(name, [TEXT + b"\2" + bytes(pad)])
        folder.good(
            "o", f"padding_{pad}", f"{pad} bytes of padding in one record.", request(one), body=TEXT.decode()
        )
        many = records(name, ece.cut("aes128gcm", TEXT, 40, pad), rs=40)
        folder.good(
            "o",
            f"padding_{pad}_many_records",
            f"{pad} bytes of padding in records of 40.",
            request(many),
            body=TEXT.decode(),
        )
    full = records("full", [b"x" * 83 + b"\2"], rs=100)
    folder.good("o", "record_last_full", "The only record has the full size.", request(full), body="x" * 83)
    folder.good(
        "o",
        "record_size_largest",
        "A record size of 2^32-1.",
        request(records("huge", [TEXT + b"\2"], header_rs=2**32 - 1)),
        body=TEXT.decode(),
    )
    folder.good(
        "o",
        "record_size_exact",
        "A record size one above what is there.",
        request(records("exact", [TEXT + b"\2"], header_rs=len(TEXT) + 18)),
        body=TEXT.decode(),
    )
    folder.good(
        "o",
        "plaintext_empty",
        "Nothing inside: the text of the catalog.",
        request(records("empty", [b"\2"])),
        title="New Message",
        body="Open the app to read it",
    )
    folder.good(
        "o",
        "plaintext_empty_records",
        "Two records with nothing inside.",
        request(records("empty two", [b"\1\0", b"\2"], rs=18)),
        body="Open the app to read it",
    )
    folder.unopened(
        "record_size_shortened",
        "A smaller record size in the header.",
        request(records("shorter", ece.cut("aes128gcm", TEXT, 40), rs=40, header_rs=39)),
    )


def delimiters(folder: Folder):
    for name, comment, padded, rs in (
        ("zeros", "A record of zeros.", [bytes(10)], 4096),
        ("zeros_long", "A record of 200 zeros.", [bytes(200)], 4096),
        ("none", "No delimiter: the last byte of the text is one.", [TEXT], 4096),
        ("three", "Delimiter 3.", [TEXT + b"\3"], 4096),
        ("one_at_end", "The last record says that another follows.", [TEXT + b"\1"], 4096),
        ("ff", "Delimiter ff.", [TEXT + b"\xff\0\0"], 4096),
        (
            "final_early",
            "The first of two records says that it is the last.",
            [b"x" * 23 + b"\2", b"y\2"],
            40,
        ),
        ("final_early_padded", "The same with padding.", [b"x" * 20 + b"\2\0\0\0", b"y\2"], 40),
        ("final_late", "No record of two says that it is the last.", [b"x" * 23 + b"\1", b"y\1"], 40),
        ("zeros_first", "The first of two records is zeros.", [bytes(24), b"y\2"], 40),
        ("zeros_last", "The last of two records is zeros.", [b"x" * 23 + b"\1", bytes(24)], 40),
        ("space_behind", "A space behind the delimiter.", [TEXT + b"\2 "], 4096),
    ):
        folder.malformed(f"delimiter_{name}", comment, request(records(f"delimiter {name}", padded, rs=rs)))


def header_128(folder: Folder):
    def with_header(name, comment, **more):
        folder.malformed(
            f"header_{name}", comment, request(records(f"header {name}", [TEXT + b"\2"], **more))
        )

    for size in (0, 1, 16, 17):
        with_header(f"rs_{size}", f"A record size of {size}.", header_rs=size)
    public = First.p256_public(sender("ident"))
    for length in (0, 1, 64, 66):
        with_header(f"id_{length}", f"A key id of {length} bytes.", key_id=(public + b"\0\0")[:length])
    with_header("id_255", "A key id of 255 bytes.", key_id=public + bytes(190))
    with_header("id_compressed", "A compressed point.", key_id=bytes([2]) + public[1:33])
    for form in (0, 2, 3, 5, 6, 7):
        with_header(
            f"point_form_{form}", f"A point that begins with 0{form}.", key_id=bytes([form]) + public[1:]
        )
    with_header("point_off_curve", "A point beside the curve.", key_id=public[:64] + bytes([public[64] ^ 1]))
    with_header("point_zero", "The point 0, 0.", key_id=b"\4" + bytes(64))
    with_header("point_of_ones", "Coordinates above the field.", key_id=b"\4" + b"\xff" * 64)
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    with_header(
        "point_x_is_prime",
        "X is the prime, which is zero otherwise spelled.",
        key_id=b"\4"
        + prime.to_bytes(32, "big")
        + bytes.fromhex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4"),
    )
    good = records("reach", [TEXT + b"\2"])
    folder.malformed(
        "header_id_reaches_behind",
        "A key id that reaches behind the body.",
        request(good[:20] + b"\xff" + good[21:]),
    )
