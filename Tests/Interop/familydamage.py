"""What a push of `families` becomes when something goes wrong with it.

Each function answers with the push and the reason, or with the push alone where the model must say.
"""

import copy
import json

import mutation
from blocktank import Draw
from family import Case, b64, b64url
from rules import from_base64, from_z85, to_z85

KINDS = []


def kind(function):
    KINDS.append(function)
    return function


def at(push: dict, path: tuple[str, ...]):
    for name in path:
        push = push[name]
    return push


def changed(case: Case, path: tuple[str, ...], value) -> dict:
    push = copy.deepcopy(case.push)
    at(push, path[:-1])[path[-1]] = value
    return push


def decoded(case: Case) -> bytes:
    text = at(case.push, case.field)
    return from_z85(text) if case.spelled == "z85" else from_base64(text, url=case.spelled == "b64url")


def spelled(case: Case, data: bytes) -> dict:
    write = {"b64": b64, "b64url": b64url, "z85": to_z85}[case.spelled]
    return changed(case, case.field, write(data))


@kind
def flipped(case: Case, draw: Draw):
    if not case.field:
        return None
    data = decoded(case)
    bit = case.fixed * 8 + draw.below((len(data) - case.fixed) * 8)
    data = data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]
    return spelled(case, data), "authentication-failed" if case.authenticated else None


@kind
def cut(case: Case, draw: Draw):
    if not case.field:
        return None
    data = decoded(case)
    return spelled(case, data[: draw.below(len(data))]), None


@kind
def longer(case: Case, draw: Draw):
    if not case.field:
        return None
    return spelled(case, decoded(case) + draw.bytes(1 + draw.below(40))), None


@kind
def other_bytes(case: Case, draw: Draw):
    if not case.field:
        return None
    return spelled(case, draw.bytes(draw.pick((0, 1, 12, 16, 24, 28, 29, 39, 40, 41, 86, 99, 200)))), None


@kind
def badly_spelled(case: Case, draw: Draw):
    if not case.field:
        return None
    text = at(case.push, case.field)
    place = draw.below(len(text))
    return (
        changed(case, case.field, text[:place] + draw.pick((" ", "\n", "~", "é", '"')) + text[place:]),
        "malformed-envelope",
    )


@kind
def other_kind(case: Case, draw: Draw):
    path = draw.pick(tuple(p for p in (case.field, *case.fields) if p) or ((),))
    if not path:
        return None
    return changed(case, path, draw.pick((None, 7, -1, True, False, "", "x", [], {}))), None


@kind
def missing(case: Case, draw: Draw):
    path = draw.pick(tuple(p for p in (case.field, *case.fields) if p) or ((),))
    if not path:
        return None
    push = copy.deepcopy(case.push)
    del at(push, path[:-1])[path[-1]]
    return push, None


@kind
def other_message(case: Case, draw: Draw):
    if not case.seal:
        return None
    return case.seal(mutation.mutated(case.plaintext, draw)), None


@kind
def no_message(case: Case, draw: Draw):
    if not case.seal:
        return None
    return (
        case.seal(
            draw.pick((b"null", b"[]", b"{}", b"\xff", b"{", b'"x"', b'{"type":1}', b"le", b"l2:{}e", b" "))
        ),
        None,
    )


@kind
def twice(case: Case, draw: Draw):
    """The text of the push with one member written once more behind it."""
    path = draw.pick(tuple(p for p in (case.field, *case.fields) if len(p) == 1) or ((),))
    if not path:
        return None
    text = json.dumps(case.push, ensure_ascii=False, separators=(",", ":"))
    again = json.dumps({path[0]: case.push[path[0]]}, ensure_ascii=False, separators=(",", ":"))
    return (text[:-1] + "," + again[1:]).encode(), "malformed-envelope"
