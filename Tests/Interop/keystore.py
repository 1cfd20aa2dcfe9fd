"""Key texts as `ntfdecrypt keys import SLOT` reads them."""

import json

from rules import Setting

WORDS = ("version", "mode")


def parsed(slot: str, text: str) -> dict:
    fields = json.loads(text) if text.startswith("{") else {"secret": text}
    key = {name: value if name in WORDS else bytes.fromhex(value) for name, value in fields.items()}
    if slot.startswith("zulip:") and len(key["secret"]) == 33 and key["secret"][0] == 0x31:
        key["secret"] = key["secret"][1:]
    return key


def setting(keys: list[str]) -> Setting:
    """Keys as scenarios have them: hex for slot blocktank, or the slot and its text; newest first."""
    out = Setting()
    for value in keys:
        slot, space, text = value.partition(" ")
        if not space:
            slot, text = "blocktank", slot
        if slot == "blocktank":
            out.keys.append(parsed(slot, text)["secret"])
        else:
            out.slots.setdefault(slot, []).append(parsed(slot, text))
    return out
