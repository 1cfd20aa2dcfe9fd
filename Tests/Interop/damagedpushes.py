"""Pushes that are wrong as a whole."""

from damagekinds import NESTED, kind, line
from spelling import Style, spell


@kind("malformed-json")
def push_not_json(push):
    body, draw = line(push.body(), push.draw), push.draw
    tail = (b",}", b',"x":\'y\'}', b',"x":01}', b',"x":.5}', b',"x":+1}', b',"x":NaN}', b',"x":tru}', b',x:1}', b',"x":"\\x41"}',
            b',"x":"\\ud800"}', b',"x":"\\udc00\\ud800"}', b',"x":"\xff"}', b',"x":"\xc0\xaf"}', b',"x":"\xed\xa0\x80"}',
            b',"x":"\x00"}', b',"x":"\t"}', b',"x":1 /* */}', b',"x":' + b"[" * 64 + b"]" * 64 + b"}")  # fmt: skip
    return body[:-1] + draw.pick(tail)


@kind("malformed-json")
def byte_order_mark(push):
    return b"\xef\xbb\xbf" + line(push.body(), push.draw)


@kind("too-large")
def too_large(push):
    body = line(push.body(), push.draw)
    room = 16385 - len(body) - 8 + push.draw.pick((0, 0, 1, 1000))
    return body[:-1] + b', "x":"' + b"x" * room + b'"}'


@kind("unknown-envelope")
def nothing_in_it(push):
    return push.draw.pick((b"{}", b"[]", b"7", b"null", b'"cipher"', b'{"aps":{}}', b'{"aps":{"alert":"payload"}}', b'{"payload":{"type":"payment"}}',
                           b'{"message":"hello"}', b'{"message":{"data":{"a":"b"}}}', b'{"iv":"","tag":""}', b'{"type":"incoming"}'))  # fmt: skip


@kind("unknown-envelope", NESTED[:3])
def place_misspelled(push):
    body = spell(push.body(Style()), Style(), push.draw)
    old = {"apns": '"payload":', "top": '"payload":', "wake": '"wake":'}[push.place]
    return body.replace(old, old.upper()).encode()
