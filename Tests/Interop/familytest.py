"""The parts of interop.py about the formats beside Blocktank's: a process a keystore, a line a push."""

import json

import families
import familydamage
import keystore
import model
from blocktank import Draw
from ciphers import First, Second
from family import compact
from messages import TEXTS, URGENCY

FAMILY_OF = {
    "webpush-aes128gcm": "webpush",
    "webpush-aesgcm": "webpush",
    "alby-nip44": "alby",
    "alby-nip04": "alby",
}
NAMES = {"id": "id", "payment_hash": "paymentHash", "order_id": "orderId", "amount_msat": "amountMsat"}
NAMES |= {"created_at": "createdAt", "account": "account", "unauthenticated": "unauthenticated"}
COMPARED = ("outcome", "reason", "envelope", "type", "title", "subtitle", "body", *NAMES.values())
SETTINGS = ("interruption-level", "relevance-score", "category", "thread-id")


def facts_of_answer(answer: model.Answer) -> dict:
    facts = {"outcome": answer.outcome, "reason": answer.reason}
    if answer.outcome == "fallback":
        return facts
    title, body = answer.texts
    facts |= {
        "envelope": answer.envelope,
        "type": answer.type,
        "title": title,
        "body": body,
        "subtitle": answer.subtitle,
    }
    facts |= {theirs: getattr(answer, ours) for ours, theirs in NAMES.items()}
    facts |= settings(facts)
    return {name: value for name, value in facts.items() if value is not None and value is not False}


def settings(facts: dict) -> dict:
    level, score = URGENCY.get(facts["type"], ("time-sensitive", 1))
    family = FAMILY_OF.get(facts["envelope"], facts["envelope"])
    category = "INCOMING_PAYMENT" if facts["type"] == "incomingPayment" else None
    return {
        "interruption-level": level,
        "relevance-score": score,
        "category": category,
        "thread-id": f"{family}.{facts['type']}",
    }


def facts_wanted(wanted: dict) -> dict:
    """What a good push was made with, and the catalog where it says nothing."""
    title, body = TEXTS[wanted["type"]][:2]
    facts = {"title": title, "body": body} | wanted
    return {name: value for name, value in (facts | settings(facts)).items() if value is not None}


def facts_of_line(line: str | None) -> dict:
    try:
        value = json.loads(line)
        alert, aps, ours = value["aps"]["alert"], value["aps"], value["ntf"]
    except (TypeError, ValueError, KeyError):
        return {"outcome": f"no line: {line}"}
    facts = {name: ours[name] for name in COMPARED if name in ours}
    if ours.get("outcome") == "fallback":
        return {name: facts[name] for name in ("outcome", "reason") if name in facts}
    facts |= {name: alert[name] for name in ("title", "subtitle", "body") if name in alert}
    return facts | {name: aps[name] for name in SETTINGS if name in aps}


def compare(tally, name: str, wanted: dict, got: dict, data: bytes):
    wanted = {name: value for name, value in wanted.items() if value is not None}
    names = [key for key in {**wanted, **got} if wanted.get(key) != got.get(key)]
    detail = "".join(f"  {key}: wanted {wanted.get(key)!r}, got {got.get(key)!r}\n" for key in names)
    tally.check(not names, name, detail + f"  {data[:300]!r}")


def the_families(tally, command, seed: str, count: int):
    """`count` good pushes a family, and after each one a damaged one or two."""
    for family in families.every(seed):
        tally.begin(family.name)
        pushes = list(drawn(tally, family, seed, count))
        if not command:
            continue
        store = f"keys-{family.name}"
        for slot, text in family.keys:
            command.keys(store, "import", slot, stdin=text.encode())
        if not family.keys:
            command.keys(store, "import", "blocktank", stdin=(b"11" * 32))
        lines, status, errors = command.open(
            b"\n".join(data for _, data, _ in pushes), "--no-store", keystore=store
        )
        for index, (name, data, wanted) in enumerate(pushes):
            compare(tally, name, wanted, facts_of_line(lines[index] if index < len(lines) else None), data)
        tally.check(len(lines) == len(pushes), f"{len(lines)} lines for {len(pushes)} pushes")
        tally.check(status == 1, f"exit status {status}", errors[:1000])


def drawn(tally, family, seed: str, count: int):
    """Names, bytes and facts; on the way two sets of ciphers must agree about each."""
    setting = None
    for index in range(count):
        draw = Draw(f"{seed}/{family.name}/{index}")
        case = family.case(draw)
        setting = setting or keystore.setting(family.headers())
        data = compact(case.push)
        wanted = facts_wanted(case.wanted)
        if case.opened:
            tally.check(case.opened() == case.plaintext, f"good {index}, by somebody else's opener")
        yield from judged(tally, family, f"good {index}", data, setting, wanted)
        for n in range(2):
            damage = familydamage.KINDS[(2 * index + n) % len(familydamage.KINDS)]
            made = damage(case, draw)
            if made is None:
                continue
            push, reason = made
            data = push if isinstance(push, bytes) else compact(push)
            wanted = {"outcome": "fallback", "reason": reason} if reason else None
            yield from judged(tally, family, f"{damage.__name__} {index}", data, setting, wanted)


def judged(tally, family, name: str, data: bytes, setting, wanted: dict | None):
    for ciphers in (First, Second):
        setting.ciphers = ciphers
        got = facts_of_answer(model.process(data, setting))
        if wanted is not None:
            compare(tally, f"{name}, by the model with {ciphers.__name__}", wanted, got, data)
        wanted = got if wanted is None else wanted
    yield f"{family.name}: {name}", data, wanted
