#!/usr/bin/env python3
"""An extension that behaves as its first argument says, for the first push it gets.

With --once FILE only the first process does; every later one behaves well. What it says is
docs/extension-protocol.md, spoken by hand."""

import os
import signal
import socket
import sys
import time

# What the shipped extension takes may stand in front, as the host puts it there; one thing of its
# own may stand behind, for the first process alone.
arguments = sys.argv[1:]
given = []
while arguments and arguments[0].startswith("--"):
    given += [arguments.pop(0) for _ in range(1 if arguments[0] == "--no-store" else 2)]
fault = arguments[arguments.index("--fault") + 1] if "--fault" in arguments else "none"
behaviour = arguments[0] if arguments else "good"
if "--once" in arguments:
    try:
        os.close(os.open(arguments[arguments.index("--once") + 1], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        behaviour = "good"

CONTENT = b'{"aps":{"alert":{"title":"Modified","body":"By the extension"}}}'
FOREVER = 3600


def connect():
    return socket.socket(fileno=int(os.environ["NTFHOST_SOCKET"]))


def say(*words, body=b""):
    host.sendall(" ".join(str(word) for word in words).encode() + b"\n" + body)


def show(request, content=CONTENT):
    say("content", request, len(content), body=content)


def read_line():
    line = stream.readline(128)
    if not line:
        sys.exit(0)
    return line.decode().split()


def await_warning():
    assert read_line()[0] == "will-expire"


def hang(request):
    time.sleep(FOREVER)


def grow(step, pause):
    blocks = []
    while True:
        blocks.append(b"x" * step)
        if pause:
            time.sleep(pause)


def good(request):
    if "NTFHOST_STAGES" in os.environ:
        for name in ("payload", "envelope", "keys", "opening", "message", "content"):
            say("stage", request, name)
            time.sleep(0.001)
    show(request)
    say("done", request)


def late(request):
    await_warning()
    show(request)
    say("done", request)


def content_then_hang(request):
    show(request)
    hang(request)


def twice(request):
    show(request)
    show(request, CONTENT.replace(b"Modified", b"Again"))
    say("done", request)


def silent(request):
    say("done", request)


def no_title(request):
    show(request, b'{"aps":{"alert":{"body":"only a body"}}}')
    say("done", request)


def two_lines(request):
    show(request, CONTENT.replace(b",", b",\n"))
    say("done", request)


def no_json(request):
    show(request, b"hello")
    say("done", request)


def garbage(request):
    host.sendall(b"\x00\xff garbage\n" * 1000)
    hang(request)


def endless_line(request):
    while True:
        host.sendall(b"a" * 65536)


def flood(request):
    while True:
        host.sendall(b"stage %d flood\n" % request * 4096)


def too_long(request):
    say("content", request, 1 << 40)
    hang(request)


def stranger(request):
    show(request + 7)
    hang(request)


def crash(request):
    os.kill(os.getpid(), signal.SIGSEGV)


def fail(request):
    os._exit(3)


def leave(request):
    os._exit(0)


def good_then_leave(request):
    good(request)
    os._exit(0)


def content_then_crash(request):
    show(request)
    crash(request)


def leak(request):
    grow(1 << 20, 0.001)


def fast_leak(request):
    grow(64 << 20, 0)


def short_leak(request):
    # Above the cap and back below it between two samples, most likely.
    block = b"x" * (48 << 20)
    del block
    show(request)
    say("done", request)


def deaf(request):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang(request)


def closes(request):
    host.shutdown(socket.SHUT_RDWR)
    os.close(3)
    hang(request)


def grandchild(request):
    if os.fork() == 0:
        open(os.environ["GRANDCHILD"], "w").write(str(os.getpid()))
        time.sleep(FOREVER)
    while not os.path.exists(os.environ["GRANDCHILD"]) or not os.path.getsize(os.environ["GRANDCHILD"]):
        time.sleep(0.001)
    os._exit(4)


def escapee(request):
    if os.fork() == 0:
        os.setsid()
        open(os.environ["GRANDCHILD"], "w").write(str(os.getpid()))
        time.sleep(FOREVER)
    while not os.path.exists(os.environ["GRANDCHILD"]) or not os.path.getsize(os.environ["GRANDCHILD"]):
        time.sleep(0.001)
    os._exit(4)


def surroundings(request):
    """What this process was started with, as its content."""
    status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
    open_now = []
    for number in range(0, 64):
        try:
            open_now.append("%d=%s" % (number, os.readlink("/proc/self/fd/%d" % number).split(":")[0]))
        except FileNotFoundError:
            pass
    body = " ".join(open_now[:2] + [entry.split("=")[0] for entry in open_now[2:]])
    body += " blocked=" + status["SigBlk"] + " ignored=" + BEFORE
    body += " arguments=" + ",".join(given) + " fault=" + fault
    show(request, CONTENT.replace(b"By the extension", body.encode()))
    say("done", request)


# Python itself ignores two signals at its start; what it was given shows in its own memory only.
BEFORE = "%d" % (signal.getsignal(signal.SIGTERM) != signal.SIG_DFL)


def die_of_a_fault(request):
    if fault != "none":
        crash(request)
    good(request)


def pairwise(request):
    """Answers requests in pairs, the second one first: only overlapping ones get an answer."""
    words = read_line()
    assert words[0] == "receive"
    stream.read(int(words[2]))
    for each in (int(words[1]), request):
        show(each, CONTENT.replace(b"By the extension", b"request %d" % each))
        say("done", each)


if behaviour == "no-socket":
    sys.exit(5)
if behaviour == "slow-start":
    time.sleep(FOREVER)
host = connect()
stream = host.makefile("rb", buffering=0)
if behaviour == "unready":
    show(1)
    time.sleep(FOREVER)
say("ready")
act = globals()[behaviour.replace("-", "_")]
while True:
    words = read_line()
    if words[0] == "receive":
        length = int(words[2])
        while length > 0:
            length -= len(stream.read(length))
        act(int(words[1]))
