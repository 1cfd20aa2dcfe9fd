"""Stage keys: which key opens, and what is said when none is there."""

import published
from blocktank import public_key

from . import scene
from .collection import Collection
from .scene import apns, compact, fallback, v0, v1, wake

ORDER = int("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
UNLOCK = "Unlock your device and open Bitkit to check for new activity"


def collect(vectors: Collection):
    device, previous, stranger = (key.hex() for key in (scene.DEVICE, scene.PREVIOUS, scene.STRANGER))

    def good(name, comment, push, keys, **more):
        vectors.add("keys", name, comment, "decrypted", push, keys, type="incomingHtlc", **more)

    def bad(name, comment, push, keys=(), reason="authentication-failed", **more):
        vectors.add("keys", name, comment, "fallback", push, keys, reason, **more)

    good(
        "generation_current_of_two",
        "Sealed to the current of two keys.",
        apns(v0("current")),
        (device, previous),
    )
    good(
        "generation_previous",
        "Sealed before the last rotation.",
        apns(v0("previous", to=scene.PREVIOUS)),
        (device, previous),
    )
    good(
        "generation_previous_v1",
        "Sealed before the last rotation, wake.",
        wake(v1("previous1", to=scene.PREVIOUS)),
        (device, previous),
    )
    bad(
        "generation_before_previous",
        "Sealed before the last rotation but one.",
        apns(v0("gone", to=scene.STRANGER)),
        (device, previous),
    )
    bad(
        "generation_rotated_away",
        "Sealed to a key that is no longer there.",
        apns(v0("rotated", to=scene.PREVIOUS)),
        (device,),
    )
    bad(
        "missing_v0",
        "An empty keystore.",
        apns(v0("missing0")),
        reason="key-missing",
        title="Bitkit",
        body="Open Bitkit to check for new activity",
    )
    bad("missing_v1", "An empty keystore, wake.", wake(v1("missing1")), reason="key-missing")
    for state, reason, comment in (
        ("locked", "keystore-locked", "A locked keystore; the text asks to unlock."),
        ("unavailable", "keystore-unavailable", "No keystore to be had."),
        ("corrupt", "keystore-unavailable", "A keystore that cannot be read is not an empty one."),
    ):
        bad(
            f"keystore_{state}",
            comment,
            apns(v0(f"store{state}")),
            reason=reason,
            keystore=state,
            body=UNLOCK if state == "locked" else "Open Bitkit to check for new activity",
        )
    bad(
        "keystore_locked_v1",
        "A locked keystore, wake.",
        wake(v1("locked1")),
        reason="keystore-locked",
        keystore="locked",
        body=UNLOCK,
    )
    bad(
        "keystore_locked_malformed_envelope",
        "What cannot be opened by any key is refused before keys are asked for.",
        apns(v0("lockedmalformed") | {"tag": ""}),
        reason="malformed-envelope",
        keystore="locked",
    )
    bad(
        "keystore_unavailable_unknown_envelope",
        "A push without anything sealed needs no keystore to be refused.",
        '{"aps":{}}',
        reason="unknown-envelope",
        keystore="unavailable",
    )
    vectors.add(
        "keys",
        "keystore_locked_plain",
        "What is not sealed is shown although the keystore is locked.",
        "plain",
        fallback({"v": 1, "id": scene.WAKE_ID, "topic": "blocktank.mutualClose"}),
        keystore="locked",
        type="mutualClose",
    )
    vectors.add(
        "keys",
        "keystore_corrupt_silent_push",
        "A silent push is understood although the keystore is corrupt.",
        "plain",
        compact({"type": "incoming_htlc_wake", "payment_hash": scene.HASH, "amount_msat": 1}),
        keystore="corrupt",
        type="incomingHtlc",
    )
    bad("wrong_stranger", "Somebody else's key.", apns(v0("stranger")), (stranger,))
    bad(
        "wrong_23s",
        "The published server vector and 23 x 32 for a key; synonymdev/bitkit-core asserts this one.",
        published.PUSH_APNS_V0,
        ("23" * 32,),
    )
    negated = (ORDER - int(device, 16)).to_bytes(32, "big")
    assert public_key(negated)[1:] == public_key(scene.DEVICE)[1:]
    bad(
        "wrong_negated",
        "The same X and the other Y: a reader that only looks at X would open it.",
        apns(v0("negated")),
        (negated.hex(),),
    )
    bad("wrong_both_generations", "Two keys and neither is right.", apns(v0("both")), (previous, stranger))
