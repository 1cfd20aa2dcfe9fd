"""The two files a first run is shown with: the published server vector and its key."""

import published


def files() -> dict[str, bytes]:
    return {
        "blocktank.key": published.V0_SERVER.device_secret.encode() + b"\n",
        "blocktank.push.json": published.PUSH_APNS_V0.encode(),
    }
