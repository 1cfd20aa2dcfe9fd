"""Accounts: which of several keys a push's label asks for."""

from .collection import Collection
from .families import Folder, key
from .webpush import KEYS, TEXT, icecubes, old, relay, relay_old, request, subscription, whole


def collect(vectors: Collection):
    labels(Folder(vectors, "webpush", KEYS, type="message"))


def labels(folder: Folder):
    other = subscription(bytes([1] * 32), bytes(16), ":work")
    mine = subscription(label=":work")
    plain, generic = whole("label", TEXT), subscription(bytes([1] * 32), bytes(16))
    shown = {"body": TEXT.decode()}
    name = "label old"
    older = whole(name, TEXT, coding="aesgcm")
    folder.good(
        "k",
        "label_of_request",
        "The account's own key, not the general one.",
        request(plain, label="work"),
        (generic, mine),
        **shown,
    )
    folder.good(
        "k",
        "label_x_of_relay",
        "The relay's name for the account.",
        relay(plain, x="work"),
        (generic, mine),
        **shown,
    )
    folder.good(
        "k",
        "label_x_of_old_relay",
        "The same for aesgcm.",
        relay_old(name, older, x="work"),
        (generic, mine),
        **shown,
    )
    folder.good(
        "k",
        "label_i_of_icecubes",
        "IceCubes' name for the account.",
        icecubes(name, older, i="work"),
        (generic, mine),
        **shown,
    )
    folder.good(
        "k",
        "label_without_key",
        "No key has that label: the general one.",
        request(plain, label="play"),
        KEYS,
        **shown,
    )
    folder.good(
        "k",
        "label_previous_generation",
        "Sealed before the last rotation.",
        request(plain, label="work"),
        (other, mine),
        **shown,
    )
    folder.good(
        "k",
        "generation_previous",
        "Sealed before the last rotation.",
        request(plain),
        (generic, *KEYS),
        **shown,
    )
    folder.unopened(
        "label_wrong_key",
        "The labelled key counts although the general one would open it.",
        request(plain, label="work"),
        keys=(other, *KEYS),
    )
    folder.unopened(
        "label_missing", "Without a label only the general key counts.", request(plain), keys=(generic, mine)
    )
    folder.missing(
        "label_only_others", "Keys for other accounts only.", request(plain, label="play"), keys=(mine,)
    )
    folder.missing("label_without_general", "No label, and no general key.", request(plain), keys=(mine,))
    folder.missing("key_missing", "An empty keystore.", request(plain))
    folder.missing("key_missing_old", "An empty keystore, aesgcm.", old(name, older))
    folder.missing(
        "key_of_other_formats",
        "Keys of other formats only.",
        request(plain),
        keys=(key("threema", "00" * 32), key("zulip:10", "00" * 32)),
    )
    folder.malformed("label_number", "A label that is a number.", request(plain, label=1))
    folder.malformed("label_object", "A label that is an object.", relay(plain, x={}))
    folder.keystores(request(plain))
