"""Stage opening: one bit, one byte or one step of the derivation away from what was sealed."""

import base64
import hashlib

import published
from blocktank import LABEL_V0, LABEL_V1, derive_key, public_key, shared_point

from . import scene
from .collection import Collection
from .scene import apns, compact, fcm, sealed, top, v0, v1, wake

STAGE = "opening"


def collect(vectors: Collection):
    known(vectors)
    tampered(vectors)
    derivation(vectors)


def bad(vectors: Collection, name, comment, push, keys=scene.KEYS):
    vectors.add(
        STAGE,
        name,
        comment,
        "fallback",
        push,
        keys,
        "authentication-failed",
        title="Bitkit",
        body="Open Bitkit to check for new activity",
    )


def known(vectors: Collection):
    for name, vector, more in (
        ("client", published.V0_CLIENT, {"created_at": "2024-09-18T13:33:52.555Z"}),
        ("server", published.V0_SERVER, {"created_at": "2024-01-01T00:00:00.000Z", "order_id": "abc"}),
    ):
        vectors.add(
            STAGE,
            f"published_v0_{name}",
            f"From {vector.source}.",
            "decrypted",
            apns(vector.fields()),
            (vector.device_secret,),
            envelope="blocktank-v0",
            type="incomingHtlc",
            **more,
        )
    vector = published.V1_ENVELOPE
    vectors.add(
        STAGE,
        "published_v1",
        f"From {vector.source}.",
        "decrypted",
        wake({"v": 1} | vector.fields()),
        (vector.device_secret,),
        envelope="wake-v1",
        type="incomingHtlc",
        deadline=1790000060,
        expired=None,
    )
    old = published.PRELABEL
    bad(
        vectors,
        "published_prelabel",
        f"Sealed without the label: from {old.source}.",
        apns(old.fields()),
        (old.device_secret,),
    )
    for prefix in (2, 3):
        vectors.add(
            STAGE,
            f"point_prefix_0{prefix}",
            f"An ephemeral key that begins with 0{prefix}.",
            "decrypted",
            apns(v0(f"prefix{prefix}", prefix=prefix)),
            scene.KEYS,
            type="incomingHtlc",
            payment_hash=scene.HASH,
            amount_msat=100_000,
        )


def flip(data: bytes, bit: int) -> bytes:
    out = bytearray(data)
    out[bit // 8] ^= 0x80 >> bit % 8
    return bytes(out)


def tampered(vectors: Collection):
    def v0_bad(name, comment, **fields):
        bad(vectors, name, comment, apns(server.fields() | fields), (server.device_secret,))

    server = published.V0_SERVER
    cipher, tag, iv = base64.b64decode(server.cipher), bytes.fromhex(server.tag), bytes.fromhex(server.iv)
    b64 = lambda data: base64.b64encode(data).decode()  # noqa: E731
    v0_bad(
        "tag_flipped_first_bit",
        "The first bit of the tag; synonymdev/bitkit-core asserts this one.",
        tag=flip(tag, 0).hex(),
    )
    v0_bad("tag_flipped_last_bit", "The last bit of the tag.", tag=flip(tag, 127).hex())
    v0_bad("tag_zero", "A tag of zeros.", tag="00" * 16)
    v0_bad(
        "cipher_first_letter",
        "m became n; synonymdev/bitkit-core asserts this one.",
        cipher="n" + server.cipher[1:],
    )
    v0_bad(
        "cipher_flipped_last_bit",
        "The last bit of the ciphertext.",
        cipher=b64(flip(cipher, len(cipher) * 8 - 1)),
    )
    v0_bad(
        "cipher_flipped_type",
        "incomingHtlc became incomingItlc: one bit, and the type would be another.",
        cipher=b64(flip(cipher, server.plaintext.index("Htlc") * 8 + 7)),
    )
    v0_bad("cipher_cut_by_one", "A byte missing at the end.", cipher=b64(cipher[:-1]))
    v0_bad("cipher_longer_by_one", "A zero byte more.", cipher=b64(cipher + b"\0"))
    v0_bad("cipher_empty", "No ciphertext under the tag of one.", cipher="")
    v0_bad(
        "cipher_with_tag",
        "The tag once more at the end of the ciphertext, as other libraries keep it.",
        cipher=b64(cipher + tag),
    )
    v0_bad("iv_flipped_last_bit", "The last bit of the IV.", iv=flip(iv, 127).hex())
    v0_bad("iv_cut_to_12", "The first twelve bytes of the IV.", iv=iv[:12].hex())
    v0_bad("point_other_half", "The same X and the other Y.", publicKey="02" + server.public_key[2:])
    v0_bad(
        "point_of_device",
        "The device's own public key for the sender's.",
        publicKey=public_key(bytes.fromhex(server.device_secret)).hex(),
    )
    v1_fields = published.V1_ENVELOPE.fields()
    bad(
        vectors,
        "v1_flipped_tag",
        "The last bit of the tag, wake.",
        wake({"v": 1} | v1_fields | {"tag": flip(bytes.fromhex(v1_fields["tag"]), 127).hex()}),
        (published.V1_ENVELOPE.device_secret,),
    )
    padded = sealed("iv12padded", iv_length=12).fields()
    bad(
        vectors,
        "iv_12_with_counter",
        "Twelve bytes of IV with the counter written out are sixteen other bytes.",
        apns(padded | {"iv": padded["iv"] + "00000001"}),
    )
    mixed = v0("mixed1") | {"cipher": v0("mixed2")["cipher"]}
    bad(
        vectors,
        "cipher_of_other_push",
        "The ciphertext of another push to the same device, top level.",
        top(mixed),
    )
    bad(
        vectors,
        "fcm_android_tampered",
        "android.data was tampered with; data, still good, is not tried instead.",
        fcm(server.fields(), server.fields() | {"tag": flip(tag, 3).hex()}),
        (server.device_secret,),
    )


def derivation(vectors: Collection):
    device_public = public_key(scene.DEVICE)

    def with_key(name, comment, derive):
        point = shared_point(scene.ephemeral(name), device_public)
        bad(vectors, f"derivation_{name}", comment, apns(v0(name, key=derive(point))))

    sha = lambda data: hashlib.sha256(data).digest()  # noqa: E731
    with_key("single_hash", "Hashed once.", lambda s: sha(s + LABEL_V0))
    with_key("x_only", "Derived from X without the byte before it.", lambda s: derive_key(s[1:], LABEL_V0))
    with_key("hash_then_label", "The label added after the first hash.", lambda s: sha(sha(s) + LABEL_V0))
    with_key("label_first", "The label before the point.", lambda s: derive_key(LABEL_V0 + s, b""))
    with_key(
        "reversed", "The hash in the byte order it is displayed in.", lambda s: derive_key(s, LABEL_V0)[::-1]
    )
    with_key(
        "label_nul",
        "The label with the NUL that C keeps behind it.",
        lambda s: derive_key(s, LABEL_V0 + b"\0"),
    )
    server, wake_1 = published.V0_SERVER, published.V1_ENVELOPE
    bad(
        vectors,
        "label_v1_fields_as_v0",
        "The fields of a v1 container where v0 belongs; synonymdev/bitkit-core asserts this one.",
        apns(wake_1.fields()),
        (wake_1.device_secret,),
    )
    bad(
        vectors,
        "label_v0_fields_as_v1",
        "The fields of a v0 push in a v1 container.",
        wake({"v": 1} | server.fields()),
        (server.device_secret,),
    )
    bad(
        vectors,
        "aad_of_label",
        "Sealed with additional data; the format has none.",
        apns(v0("aad", aad=LABEL_V0)),
    )
