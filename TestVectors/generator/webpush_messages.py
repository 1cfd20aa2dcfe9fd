"""What Web Push carries: JSON with words, JSON without, and text."""

from .collection import Collection
from .families import Folder
from .scene import compact
from .webpush import KEYS, MASTODON, request, whole


def collect(vectors: Collection):
    folder = Folder(vectors, "webpush", KEYS, type="message")
    messages(folder)


def messages(folder: Folder):
    def shown(name, comment, message, **wanted):
        folder.good("m", f"message_{name}", comment, request(whole(f"message {name}", message)), **wanted)

    catalog = {"title": "New Message", "body": "Open the app to read it"}
    shown("mastodon", "Mastodon: the id is a number.", MASTODON, title="alice & bob", body="hi", id=42)
    shown(
        "gotosocial",
        "GoToSocial: the id is a string.",
        MASTODON | {"notification_id": "01HF"},
        title="alice & bob",
        body="hi",
        id="01HF",
    )
    shown(
        "entities",
        "What HTML escapes.",
        MASTODON
        | {"title": "&lt;b&gt; &quot;x&quot; &#39;y&#39; &amp;amp;", "body": "a &lt; b &amp;&amp; c"},
        title="<b> \"x\" 'y' &amp;",
        body="a < b && c",
    )
    shown("title_only", "No body.", {"title": "Hello"}, title="Hello", body=catalog["body"])
    shown("body_only", "No title.", {"body": "Hello"}, title=catalog["title"], body="Hello")
    shown(
        "nulls",
        "Null is as good as missing.",
        {"title": None, "body": None, "notification_id": None},
        **catalog,
    )
    shown(
        "no_words",
        "Nextcloud's: neither title nor body.",
        {"nid": 5, "app": "spreed", "subject": "s", "type": "chat", "id": "7"},
        **catalog,
    )
    shown("text", "Text.", "Hello, world", body="Hello, world", title=catalog["title"])
    shown("text_umlauts", "Text beyond ASCII.", "Grüße \N{WATERMELON}", body="Grüße \N{WATERMELON}")
    shown("text_array", "JSON that is no object is text.", "[1,2]", body="[1,2]")
    shown("text_override", "A right-to-left override does not get through.", "abc\u202edef", body="abcdef")
    shown(
        "text_invisible", "Zero-width characters do not get through.", "ab\u200bc\u2060d\ufeffe", body="abcde"
    )
    shown("text_512_bytes", "The longest text.", "a" * 512, body="a" * 512)
    shown(
        "text_513_bytes",
        "One byte too many: cut, with an ellipsis of three bytes.",
        "a" * 513,
        body="a" * 509 + "…",
    )
    shown(
        "text_emoji_at_bound",
        "A character of four bytes that would end at 513: left out as a whole.",
        "a" * 509 + "\N{WATERMELON}",
        body="a" * 509 + "…",
    )
    shown(
        "text_emoji_before_bound",
        "A character of four bytes that ends at 509.",
        "a" * 505 + "\N{WATERMELON}" + "b" * 50,
        body="a" * 505 + "\N{WATERMELON}…",
    )
    shown(
        "text_emoji_over_cut",
        "A character of four bytes over the cut.",
        "a" * 507 + "\N{WATERMELON}" + "b" * 50,
        body="a" * 507 + "…",
    )
    shown(
        "text_accent_over_cut",
        "A letter and its accent are one character.",
        "a" * 508 + "e\u0301" * 9,
        body="a" * 508 + "…",
    )
    shown(
        "text_white_space",
        "White space is one space, and none at the ends.",
        "  a\t\r\n b\u00a0\u2003c \n",
        body="a b c",
    )
    shown(
        "title_129_bytes",
        "One byte too many.",
        {"title": "t" * 129, "body": "x"},
        title="t" * 125 + "…",
        body="x",
    )
    shown(
        "title_invisible_only",
        "A title of nothing that shows is none.",
        {"title": "\u200b\u202e\u2066 ", "body": "x"},
        title=catalog["title"],
        body="x",
    )
    shown("title_128_bytes", "The longest title.", {"title": "t" * 128}, title="t" * 128)
    shown(
        "unknown_names",
        "Names nobody knows.",
        MASTODON | {"x": {"y": [1, None]}, "Title": "no"},
        title="alice & bob",
        body="hi",
    )

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
