"""The first push of each family, in a process of its own, against the budgets of a wallet's."""

import json
import subprocess

from process import Running, executable

HEX = "23" * 32
LABEL = "0a" * 32

# Slot, key text, message.
FAMILIES = (
    ("blocktank", HEX, '{"type":"mutualClose"}'),
    ("webpush", json.dumps({"secret": HEX, "auth": "2a" * 16}), '{"notification_id":1,"title":"Zo\u00eb &amp; Bo","body":"\u2026"}'),
    ("simplex", json.dumps({"secret": HEX, "peer": "09" * 32}), ""),
    ("zulip:10", HEX, json.dumps({
        "type": "message", "message_id": 1, "sender_full_name": "Zo\u00eb", "content": "Hi \U0001f44b\U0001f3fd \u0928\u092e\u0938\u094d\u0924\u0947",
        "recipient_type": "channel", "channel_name": "general", "topic": "greetings"}, ensure_ascii=False)),
    ("threema", HEX, '{"cmd":"newmsg"}'),
    ("session", HEX, '{"#":"a"}'),
    ("homeassistant", HEX, '{"message":"hello"}'),
    ("reown:" + LABEL, HEX, '{"id":1}'),
    ("alby:" + LABEL, json.dumps({"secret": HEX, "version": "1.0"}),
     '{"notification_type":"payment_received","notification":{"amount":21000,"description":"coffee"}}'),
    ("bark", json.dumps({"secret": HEX, "mode": "gcm"}), '{"title":"Rain","body":"at noon"}'),
    ("bisq", HEX, '{"id":"1","title":"Trade","message":"Payment sent"}'),
)


def measure(report, directory, programs):
    """`programs` are names with their budgets, resident and anonymous, in KiB."""
    keystore = ["--keystore", f"file:{directory}/families"]
    ntfdecrypt = executable("ntfdecrypt")
    for slot, key, message in FAMILIES:
        family = slot.split(":")[0]
        subprocess.run([ntfdecrypt, "keys", "import", slot, *keystore], input=key.encode(), check=True,
                       stdout=subprocess.DEVNULL)
        queue = ["--queue", "smp://AAAA@example.org/AAAA"] if family == "simplex" else []
        sealed = subprocess.run([ntfdecrypt, "seal", family, "--slot", slot, *queue, *keystore],
                                input=message.encode(), check=True, capture_output=True).stdout
        for program, resident, anonymous in programs:
            run = Running([executable(program), *keystore, "--group-dir", f"{directory}/families-group"])
            outcomes = run.feed([sealed.strip()])
            status = run.status()
            run.close()
            report.check(f"{program}, {family}: decrypted", outcomes == {"decrypted": 1}, str(outcomes))
            report.budget(f"{program}, {family}: peak resident", status["VmHWM"], resident)
            report.budget(f"{program}, {family}: peak anonymous", status["RssAnon"], anonymous)
