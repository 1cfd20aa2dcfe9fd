"""The measure itself: the published vectors, and every vector here, by the model."""

import base64
from pathlib import Path

import keystore
import model
import published
import secondopinion
from blocktank import public_key, seal
from ciphers import First, Second
from tally import Tally


def the_measure(tally: Tally):
    tally.begin("measure")
    for vector in (published.V0_CLIENT, published.V0_SERVER, published.V1_ENVELOPE, published.PRELABEL):
        sealed = [
            base64.b64decode(vector.cipher),
            *(bytes.fromhex(x) for x in (vector.iv, vector.tag, vector.public_key)),
        ]
        opened = secondopinion.open_sealed(bytes.fromhex(vector.device_secret), vector.label, *sealed)
        wanted = None if vector is published.PRELABEL else vector.plaintext.encode()
        tally.check(opened == wanted, f"opening {vector.source}")
        if vector.ephemeral_secret:
            device = public_key(bytes.fromhex(vector.device_secret))
            again = seal(
                vector.plaintext.encode(),
                device,
                bytes.fromhex(vector.ephemeral_secret),
                sealed[1],
                vector.label,
            )
            tally.check(again.fields() == vector.fields(), f"resealing {vector.source}")
    root = Path(__file__).resolve().parent.parent.parent
    for path in sorted((root / "TestVectors").rglob("*.vector")):
        fault = model_on_vector(path)
        tally.check(fault is None, str(path.relative_to(root)), f"  {fault}")


def model_on_vector(path: Path) -> str | None:
    """What differs from what the vector states, by the first set of ciphers or by the second."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    pairs = [line.split(": ", 1) for line in head.decode("utf-8").split("\n")]
    stated = dict(pairs)
    if stated["stage"] == "payload":
        try:
            model.strictjson.parse(body)
            got = {"expect": "accepted"}
        except model.Malformed:
            got = {"expect": "refused"}
        return difference(stated, got)
    for ciphers in (First, Second):
        setting = keystore.setting([value for name, value in pairs if name == "key"])
        setting.ciphers = ciphers
        setting.keystore = stated.get("keystore", setting.keystore)
        setting.now, setting.max_payload = int(stated.get("now", setting.now)), int(
            stated.get("max-payload", setting.max_payload)
        )
        setting.app = stated.get("app-name", setting.app)
        answer = model.process(body, setting)
        got = {name.replace("_", "-"): value for name, value in vars(answer).items()}
        got |= {
            "expect": answer.outcome,
            "title": answer.texts[0],
            "body": answer.texts[1],
            "line": answer.line(),
        }
        for name in ("expired", "unauthenticated"):
            got[name] = str(got[name]).lower()
        fault = difference(stated, got)
        if fault:
            return f"by {ciphers.__name__}: {fault}"
    return None


def difference(stated: dict, got: dict) -> str | None:
    wrong = [
        f"{name} is {got[name]}" for name, value in stated.items() if name in got and str(got[name]) != value
    ]
    return "; ".join(wrong) or None
