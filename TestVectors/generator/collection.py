"""What a vector is, and the set of them."""

import re
from dataclasses import dataclass

STAGES = ("payload", "envelope", "keys", "opening", "message", "content")
REASONS = (
    "malformed-json",
    "too-large",
    "unknown-envelope",
    "malformed-envelope",
    "key-missing",
    "keystore-locked",
    "keystore-unavailable",
    "authentication-failed",
    "malformed-message",
    "unknown-type",
)
ASSERTIONS = (
    "envelope",
    "type",
    "title",
    "body",
    "payment-hash",
    "order-id",
    "lsp-id",
    "amount-msat",
    "created-at",
    "deadline",
    "id",
    "expired",
    "subtitle",
    "account",
    "unauthenticated",
    "line",
)
KEYS_MAX = 8
SETTINGS = ("keystore", "now", "max-payload", "app-name")


@dataclass(frozen=True)
class Vector:
    stage: str
    name: str
    expect: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    folder: str

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}.vector"

    def bytes(self) -> bytes:
        head = "".join(f"{name}: {value}\n" for name, value in self.headers)
        return head.encode("utf-8") + b"\n" + self.body


class Collection:
    def __init__(self):
        self.vectors: dict[tuple[str, str], Vector] = {}

    def __len__(self):
        return len(self.vectors)

    def __iter__(self):
        return iter(self.vectors.values())

    def add(
        self,
        stage: str,
        name: str,
        comment: str,
        expect: str,
        push: bytes | str,
        keys: tuple[str, ...] = (),
        reason: str | None = None,
        folder: str | None = None,
        **more,
    ):
        """`more`: assertions and settings, `_` for `-`. Without `folder` it is the stage's."""
        folder = folder or stage
        more = {key.replace("_", "-"): value for key, value in more.items() if value is not None}
        assert stage in STAGES and re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", name), name
        assert (folder, name) not in self.vectors, f"{folder}/{name} twice"
        assert len(keys) <= KEYS_MAX
        assert comment.endswith(".") and "\n" not in comment, comment
        assert (expect == "fallback") == (reason is not None) and reason in (None, *REASONS)
        assert not more.keys() - {*ASSERTIONS, *SETTINGS} and not (keys and "keystore" in more)
        headers = [("comment", comment), ("stage", stage), ("expect", expect)]
        headers += [("reason", reason)] if reason else []
        headers += [(key, spelled(more[key])) for key in (*SETTINGS, *ASSERTIONS) if key in more]
        headers += [("key", key) for key in keys]
        assert all(value and value == value.strip() and "\n" not in value for _, value in headers)
        push = push.encode() if isinstance(push, str) else push
        self.vectors[folder, name] = Vector(stage, name, expect, tuple(headers), push, folder)


def spelled(value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
