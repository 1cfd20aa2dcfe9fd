"""What is inside SimpleX' boxes: the padding, the list of items, and an item's own box."""

from .collection import Collection
from .families import Folder, b64url, drawn, flip, key
from .simplex import (
    HALVES,
    MESSAGE_ID,
    NOTIFIER,
    QUEUE,
    QUEUE_PEER,
    QUEUE_SECRET,
    SENT,
    TITLE,
    TOKEN,
    box,
    item,
    meta,
    pad,
    push,
)


def collect(vectors: Collection):
    folder = Folder(vectors, "simplex", (TOKEN,), envelope="simplex")
    padding(folder)
    lists(folder)
    metadata(folder)


def padding(folder: Folder):
    def padded(name, comment, plaintext):
        folder.malformed(
            f"padding_{name}", comment, push(f"padding {name}", b"", kind="verification", padded=plaintext)
        )

    for name, comment, plaintext in (
        ("abc", "Exactly the message.", b"\0\3abc"),
        ("empty", "A length of zero.", b"\0\0"),
        ("other_bytes", "Other bytes than # behind the message.", b"\0\3abc\0\1\xff"),
        ("256", "The length of 2022.", pad(b"abc", 256)),
        ("512", "The length of 2023.", pad(b"abc", 512)),
        ("8000", "A longer one.", pad(b"abc", 8000)),
    ):
        folder.good(
            "o",
            f"padding_good_{name}",
            comment,
            push(f"padding {name}", b"", kind="verification", padded=plaintext),
            type="verification",
        )
    padded("none", "No byte.", b"")
    padded("half_length", "Half a length.", b"\0")
    padded("too_long_by_one", "A byte missing.", b"\0\3ab")
    padded("length_largest", "A length of 65535.", b"\xff\xff" + b"#" * 100)
    padded("length_little_endian", "A length the other way round.", b"\3\0abc" + b"#" * 100)
    padded("not_padded", "A list without its length.", item("not padded"))


def lists(folder: Folder):
    def bad(name, comment, content):
        folder.bad_message(f"list_{name}", comment, push(f"list {name}", content))

    one, two = item("list a"), item("list b")
    bad("empty", "No item.", b"")
    bad("semicolon_behind", "A semicolon behind the last item.", one + b";")
    bad("semicolon_before", "A semicolon before the first item.", b";" + one)
    bad("semicolon_twice", "Two semicolons between items.", one + b";;" + two)
    bad("semicolon_only", "A semicolon.", b";")
    bad("comma", "Items between commas.", one + b"," + two)
    bad("space", "Items between spaces.", one + b" " + two)
    bad("space_behind", "A space behind the last item.", one + b" ")
    bad("space_behind_first", "A space behind the first of two items.", one + b" ;" + two)
    bad("line_feed_behind", "A line feed behind.", one + b"\n")
    bad("broken_before_good", "The first of two is no item.", b"smp://x;" + one)
    bad("good_before_broken", "The last of two is no item.", one + b";smp://x")
    bad("json", "JSON.", b'{"message":"x"}')
    bad("not_utf8", "A byte beyond ASCII.", one.replace(b"smp8", b"sm\xff8"))
    fields = one.split(b" ")
    for index, field in enumerate(("queue", "time", "nonce", "meta")):
        bad(f"without_{field}", f"No {field}.", b" ".join(fields[:index] + fields[index + 1 :]))
        bad(f"{field}_empty", f"An empty {field}.", b" ".join([*fields[:index], b"", *fields[index + 1 :]]))
    bad("field_more", "A field more.", one + b" x")
    bad("two_spaces", "Two spaces.", one.replace(b" ", b"  ", 1))
    bad("scheme_http", "Another scheme.", one.replace(b"smp://", b"http://"))
    bad("scheme_missing", "No scheme.", one.removeprefix(b"smp://"))
    bad("time_words", "A time in letters.", item("list t", sent="today"))
    bad("time_fraction", "A time with a fraction.", item("list t", sent="1719000001.5"))
    bad("notifier_missing", "No notifier id.", item("list n", notifier=""))
    bad("notifier_slash", "A slash in the notifier id.", item("list n", notifier="a/b"))
    bad("notifier_not_base64", "No base64url in the notifier id.", item("list n", notifier="a+b"))
    bad("nonce_23", "A nonce of 23 bytes in the item.", item("list m", nonce=bytes(23)))
    bad("nonce_25", "A nonce of 25 bytes in the item.", item("list m", nonce=bytes(25)))
    bad(
        "nonce_standard_base64",
        "A letter of the other base64 in the nonce.",
        b" ".join([*fields[:2], b"+" + fields[2][1:], fields[3]]),
    )
    bad(
        "meta_standard_base64",
        "A letter of the other base64 in the metadata.",
        b" ".join([*fields[:3], b"/" + fields[3][1:]]),
    )
    bad("host_missing", "No host.", item("list h", server=""))
    bad("hash_missing", "No key hash.", b"smp://" + one[one.index(b"@") :])


def metadata(folder: Folder):
    """The metadata says more about a message that is shown in any case."""
    keys = (TOKEN, QUEUE)

    def shown(name, comment, with_id=None, created=None, keys=keys, **changes):
        content = item(f"meta {name}", **changes)
        folder.good(
            "m",
            f"meta_{name}",
            comment,
            push(f"meta {name}", content),
            keys,
            type="message",
            account=NOTIFIER,
            title=TITLE,
            id=with_id,
            created_at=created,
        )

    shown(
        "tail", "What a later version may add.", b64url(MESSAGE_ID), SENT, inner=pad(meta(tail=b"later"), 128)
    )
    shown("padding_other", "Other padding than 128.", b64url(MESSAGE_ID), SENT, inner=pad(meta(), 64))
    shown("time_zero", "The first second of 1970.", b64url(MESSAGE_ID), 0, inner=pad(meta(sent=0), 128))
    nonce = drawn("meta bad tag, meta nonce", 24)
    good = box(pad(meta(), 128), nonce, QUEUE_SECRET, QUEUE_PEER)
    shown("short", "A box shorter than a tag.", nonce=nonce, sealed=good[:15])
    shown("bad_tag", "One bit of the inner tag.", nonce=nonce, sealed=flip(good, 5))
    shown("bad_cipher", "One bit of what is inside.", nonce=nonce, sealed=flip(good, 300))
    shown("bad_nonce", "Another nonce.", nonce=flip(nonce, 3), sealed=good)
    shown("wrong_key", "Another key for the queue.", keys=(TOKEN, key(f"simplex:{NOTIFIER}", HALVES)))
    shown(
        "key_of_other_queue",
        "A key for another queue.",
        keys=(TOKEN, key("simplex:AAAA", {"shared": "00" * 32})),
    )
    previous = key(f"simplex:{NOTIFIER}", {"shared": "33" * 32})
    shown(
        "previous_generation",
        "Sealed before the queue's key was replaced.",
        b64url(MESSAGE_ID),
        SENT,
        keys=(TOKEN, previous, QUEUE),
    )
