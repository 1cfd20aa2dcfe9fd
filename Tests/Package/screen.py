"""A screen of an X server, and what can be read on it."""

import mmap
import os
import signal
import struct
import subprocess
import tempfile

WIDTH, HEIGHT = 800, 480


class Screen:
    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="ntf-screen-")
        told, tell = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(tell), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten",
             "tcp", "-fbdir", self.directory.name],
            pass_fds=[tell], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(tell)
        with os.fdopen(told) as reader:
            number = reader.readline().strip()
        if not number:
            raise SystemExit("package: error: Xvfb does not start")
        self.display = f":{number}"
        self.socket = f"/tmp/.X11-unix/X{number}"

    def picture(self):
        """What is shown, as a grey PGM file: the server keeps its screen in a file as xwd writes it."""
        with open(self.directory.name + "/Xvfb_screen0", "rb") as file:
            dump = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            fields = struct.unpack(">25I", dump[:100])
            header, width, height, line, colours = (fields[at] for at in (0, 4, 5, 12, 19))
            start = header + 12 * colours
            rows = [dump[start + line * row:][:4 * width][1::4] for row in range(height)]
        return b"P5 %d %d 255\n" % (width, height) + b"".join(rows)

    def text(self):
        """The words that can be read."""
        return " ".join(subprocess.run(
            ["tesseract", "stdin", "stdout", "--psm", "6", "-l", "eng"], input=self.picture(),
            env={**os.environ, "OMP_THREAD_LIMIT": "1"}, check=True,
            capture_output=True).stdout.decode().split())

    def close(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(10)
        self.directory.cleanup()
