"""A snapshot as large as the network, decoded in the memory of one buffer."""

import json
import os
import struct
import subprocess
import tempfile

from process import executable

CHAIN = bytes.fromhex("6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000")
GROWTH = 2048


def snapshot(version, nodes, channels):
    """Every channel with both updates, all of which differ from the defaults."""
    def big_size(value):
        if value < 0xfd:
            return bytes([value])
        if value < 1 << 16:
            return b"\xfd" + struct.pack(">H", value)
        return b"\xfe" + struct.pack(">I", value)

    parts = [b"LDK", bytes([version]), CHAIN, struct.pack(">I", 1_700_000_000)]
    if version == 2:
        parts.append(b"\x01\x00\x03abc")
    parts.append(struct.pack(">I", nodes))
    for number in range(nodes):
        parts.append(bytes([2 + number % 2]) + b"\x11" * 24 + struct.pack(">Q", number))
    parts.append(struct.pack(">I", channels))
    for number in range(channels):
        first, second = number % nodes, (number * 7 + 1) % nodes
        parts.append(b"\0\0" + big_size(1 << 20))
        if version == 2:
            parts.append(b"\xff" + struct.pack(">Q", 1 << 63 | first) + big_size(second))
            parts.append(b"\0\5\xfe" + struct.pack(">I", 1_000_000 + number))
        else:
            parts.append(big_size(first) + big_size(second))
    parts.append(struct.pack(">I", channels * 2) + struct.pack(">HQIIQ", 40, 1000, 1, 2, 495_000_000))
    for number in range(channels * 2):
        parts.append(big_size(0 if number % 2 else 1 << 20) + bytes([0x14 | number % 2])
                     + struct.pack(">IQ", number, number * 1000))
    return b"".join(parts)


def measure(report):
    with tempfile.TemporaryDirectory(prefix="footprint-gossip-") as place:
        for version in (1, 2):
            sizes = {}
            for name, nodes, channels in (("small", 4, 2), ("large", 16_000, 80_000)):
                data = snapshot(version, nodes, channels)
                sizes[name] = len(data)
                with open(os.path.join(place, name), "wb") as file:
                    file.write(data)
            run = subprocess.run(
                [executable("gossipprobe"), place, "small", *["large"] * 5], capture_output=True)
            lines = [json.loads(line) for line in run.stdout.splitlines()]
            report.check(
                f"gossip version {version}, {sizes['large']:,} bytes: all of it is decoded",
                run.returncode == 0 and len(lines) == 6
                and all((line["nodes"], line["channels"], line["updates"]) == (16_000, 80_000, 160_000)
                        for line in lines[1:]), run.stderr.decode())
            for field, limit in (("peakRSS", GROWTH), ("anonymous", GROWTH)):
                report.budget(f"gossip version {version}: {field} beyond that of the smallest",
                              lines[-1][field] - lines[0][field], limit)
            fastest = min(line["microseconds"] for line in lines[1:])
            print(f"      gossip version {version}: {fastest / 1000:.1f} ms, "
                  f"{sizes['large'] / fastest:.0f} MB a second, peak {lines[-1]['peakRSS']} KiB", flush=True)
