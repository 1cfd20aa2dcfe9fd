"""Pushes with a field that is damaged: its bytes, its spelling, or the object it stands in."""

import base64

from blocktank import LABEL_V0, LABEL_V1, Draw, derive_key, public_key, shared_point
from damagekinds import V0, V1, kind, line
from pushes import Push
from spelling import Raw, Style, spell

# Damage to the sealed bytes.


def with_bytes(push: Push, name: str, change) -> bytes:
    spelled = push.container[name]
    if name == "cipher":
        push.container[name] = base64.b64encode(change(base64.b64decode(spelled))).decode()
    else:
        push.container[name] = change(bytes.fromhex(spelled)).hex()
    return push.bytes(Style(shuffle=True))


def flip(draw: Draw):
    def change(data: bytes) -> bytes:
        bit = draw.below(len(data) * 8)
        return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]

    return change


@kind("authentication-failed")
def flipped_tag(push):
    return with_bytes(push, "tag", flip(push.draw))


@kind("authentication-failed")
def flipped_cipher(push):
    return with_bytes(push, "cipher", flip(push.draw))


@kind("authentication-failed")
def flipped_iv(push):
    return with_bytes(push, "iv", flip(push.draw))


@kind("authentication-failed")
def cut_cipher(push):
    return with_bytes(push, "cipher", lambda data: data[: push.draw.below(len(data))])


@kind("authentication-failed")
def longer_cipher(push):
    return with_bytes(push, "cipher", lambda data: data + push.draw.bytes(1 + push.draw.below(40)))


@kind("authentication-failed")
def other_half(push):
    return with_bytes(push, "publicKey", lambda data: bytes([data[0] ^ 1]) + data[1:])


@kind("authentication-failed")
def other_sender(push):
    return with_bytes(push, "publicKey", lambda data: public_key(push.draw.secret()))


@kind("authentication-failed")
def iv_of_other_length(push):
    return with_bytes(push, "iv", lambda data: data[:12] if len(data) == 16 else data + b"\0\0\0\1")


@kind("authentication-failed")
def for_somebody_else(push):
    push.container = push.seal(to=push.draw.secret())
    return push.bytes()


@kind("authentication-failed")
def other_label(push):
    push.container = push.seal(label=LABEL_V0 if push.is_v1 else LABEL_V1)
    return push.bytes()


@kind("authentication-failed")
def no_label(push):
    push.container = push.seal(label=b"")
    return push.bytes()


@kind("authentication-failed")
def additional_data(push):
    push.container = push.seal(aad=push.draw.bytes(5))
    return push.bytes()


@kind("authentication-failed")
def key_of_x_only(push):
    secret = push.draw.secret()
    key = derive_key(shared_point(secret, public_key(push.device))[1:], LABEL_V1 if push.is_v1 else LABEL_V0)
    fields = push.seal(key=key)
    fields["publicKey"] = public_key(secret).hex()
    push.container = fields
    return push.bytes()


# Damage to the spelling of a field.


def with_text(push: Push, name: str, change) -> bytes:
    push.container[name] = change(push.container[name])
    return push.bytes(Style(escapes=push.draw.pick((0, 0, 5))))


@kind("malformed-envelope")
def base64_pad_added(push):
    return with_text(push, "cipher", lambda text: text + push.draw.pick(("=", "==", "====")))


@kind("malformed-envelope")
def base64_length(push):
    return with_text(push, "cipher", lambda text: text.rstrip("=") + ("A" if text[-1] != "=" else ""))


@kind("malformed-envelope")
def base64_letter(push):
    def change(text: str) -> str:
        at = push.draw.below(len(text) - 4)
        return text[:at] + push.draw.pick("-_ \n.~*\0\u00e9\uff21=") + text[at + 1 :]

    return with_text(push, "cipher", change)


@kind("malformed-envelope")
def base64_trailing_bits(push):
    cipher = base64.b64decode(push.container["cipher"])
    cipher = cipher[: len(cipher) // 3 * 3 - 1]  # so that two bits of the last letter are free
    text = base64.b64encode(cipher).decode()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet[alphabet.index(text[-2]) + 1 + push.draw.below(3)]
    return with_text(push, "cipher", lambda _: text[:-2] + last + "=")


def hex_kind(name):
    def keep(change):
        def function(push):
            return with_text(
                push, push.draw.pick(("iv", "tag", "publicKey")), lambda text: change(text, push.draw)
            )

        function.__name__ = name
        return kind("malformed-envelope")(function)

    return keep


hex_kind("hex_odd")(lambda text, draw: text[1:])
hex_kind("hex_digit_more")(lambda text, draw: text + "0")
hex_kind("hex_spaces")(lambda text, draw: " ".join(text[at : at + 2] for at in range(0, len(text), 2)))
hex_kind("hex_prefix")(lambda text, draw: "0x" + text)
hex_kind("hex_bad_pair_more")(lambda text, draw: draw.pick((text + "zz", "zz" + text)))
hex_kind("hex_letter")(lambda text, draw: text[:9] + draw.pick("gG/:@`+- \0\uff11\u0661") + text[10:])
hex_kind("hex_empty")(lambda text, draw: "")
hex_kind("hex_byte_less")(lambda text, draw: text[2:])
hex_kind("hex_byte_more")(lambda text, draw: text + "00")
hex_kind("hex_huge")(lambda text, draw: text * 20)


@kind("malformed-envelope")
def point_prefix(push):
    return with_bytes(
        push, "publicKey", lambda data: bytes([push.draw.pick((0, 1, 4, 5, 6, 7, 255))]) + data[1:]
    )


@kind("malformed-envelope")
def point_off_curve(push):
    def change(data: bytes) -> bytes:
        while True:
            data = data[:1] + push.draw.bytes(32)
            try:
                shared_point(b"\1" * 32, data)
            except ValueError:
                return data

    return with_bytes(push, "publicKey", change)


# Damage to the container.


def any_field(push: Push) -> str:
    return push.draw.pick([name for name in ("cipher", "iv", "tag", "publicKey")])


@kind("malformed-envelope")
def missing_field(push):
    name = (
        push.draw.pick(("iv", "tag"))
        if push.place in ("flat", "fcm_both", "fcm_android", "fcm_data")
        else any_field(push)
    )
    push.container = {k: v for k, v in push.container.items() if k != name}
    return push.bytes()


@kind("malformed-envelope")
def field_of_other_kind(push):
    push.container[any_field(push)] = push.draw.pick((None, 0, True, [], {}, Raw("1.5"), ["00"]))
    return line(push.body(), push.draw)


@kind("malformed-envelope")
def field_twice(push):
    name = any_field(push)
    spelled = spell(push.container, Style(), push.draw)
    twice = f'"{name}":"{push.container[name]}",' + spelled[1:]
    return placed(push, "{" + twice)


@kind("malformed-envelope")
def field_twice_by_escape(push):
    name = any_field(push)
    spelled = spell(push.container, Style(), push.draw)
    return placed(push, f'{{"\\u{ord(name[0]):04x}{name[1:]}":"",' + spelled[1:])


def placed(push: Push, container: str) -> bytes:
    """The push with this text for a container, also where it is JSON text in a string or flat."""
    draw, place = push.draw, push.place
    if place == "flat":
        return (container[:-1] + ',"message":"Please open your wallet."}').encode()
    raw = Raw(container)
    text = Raw(spell(container, Style(), draw))
    value = {
        "apns": lambda: {"aps": {"alert": {"payload": raw}}},
        "top": lambda: {"payload": raw},
        "fcm_both": lambda: {"message": {"android": {"data": raw}, "data": raw}},
        "fcm_android": lambda: {"message": {"android": {"data": raw}}},
        "fcm_data": lambda: {"message": {"data": raw}},
        "wake": lambda: {"wake": raw},
        "wake_text": lambda: {"wake": text},
        "fcm_wake_text": lambda: {"message": {"data": {"wake": text}}},
        "fcm_wake": lambda: {"message": {"data": {"wake": raw}}},
    }[place]()
    return line(value, draw)


@kind("malformed-envelope", V1)
def version_other(push):
    push.container["v"] = push.draw.pick(
        (2, 0, -1, "1", None, {}, [], True, Raw("1.0"), Raw("1e0"), Raw("10e-1"))
    )
    return line(push.body(), push.draw)


@kind("malformed-envelope", V1)
def version_missing(push):
    del push.container["v"]
    return push.bytes()


@kind("malformed-envelope", V0)
def version_where_none_belongs(push):
    push.container["v"] = push.draw.pick((1, 0, 2, None, "1"))
    return line(push.body(), push.draw)


@kind("malformed-envelope", ("apns", *V1))
def container_of_other_kind(push):
    push.container = push.draw.pick((7, True, [], "x", "", "7", "[]", "null"))
    return line(push.body(), push.draw)


@kind("malformed-envelope", ("wake_text", "fcm_wake_text"))
def text_not_strict(push):
    inner = spell(push.container, Style(), push.draw)
    return placed(
        push,
        push.draw.pick(
            (inner[:-1], inner + "x", inner[:-1] + ",}", "\ufeff" + inner, inner.replace(":", "=", 1))
        ),
    )
