"""A web server for tests: files with ranges and entity tags, and every way to answer badly.

    server.py DIRECTORY     prints two ports, the second for TLS with a certificate that nobody
                            signed; ends with its input, and removes DIRECTORY

A path is a folder in DIRECTORY, words of bad behaviour, and the name of a file in the folder:
/7/cut/1000/snapshot/0. What was asked for stands in the folder's file `requests`.
"""

import hashlib
import http.server
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import threading

PLACE = pathlib.Path(sys.argv[1])
LOCK = threading.Lock()
GONE = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        folder, _, path = self.path.split("?")[0].lstrip("/").partition("/")
        place = PLACE / folder
        fields = ("/" + path, *(self.headers.get(name, "-") for name in
                               ("Range", "If-Range", "Accept-Encoding", "Cookie")))
        with LOCK, open(place / "requests", "a") as log:
            print(*fields, sep="\t", file=log, flush=True)
        words = path.strip("/").split("/")
        self.cut, self.ways = None, set()
        while words and words[0] in WAYS:
            way = words.pop(0)
            if way == "cut":
                self.cut = int(words.pop(0))
            elif way == "status":
                return self.bare(int(words[0]))
            self.ways.add(way)
        if "hang" in self.ways:
            return GONE.wait()
        if "garbage" in self.ways:
            self.wfile.write(b"220 this is another protocol\r\n\r\n" * 100)
            self.close_connection = True
            return None
        if "endlesshead" in self.ways:
            return self.without_end(words[0].encode())
        if "endless" in self.ways:
            return self.endless()
        file = place.joinpath(*words)
        if not file.is_file():
            return self.bare(404)
        if "raw" in self.ways:
            self.wfile.write(file.read_bytes())
            self.close_connection = True
            return None
        return self.file(file.read_bytes())

    def bare(self, status):
        body = b"this is no content"
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/small")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.repeat(b"x" * 65536)

    def without_end(self, kind):
        if kind == b"interim":
            return self.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        return self.repeat({b"fields": b"X-Field: value\r\n" * 100, b"line": b"x" * 4096}[kind])

    def repeat(self, portion):
        self.close_connection = True
        try:
            while not GONE.is_set():
                self.wfile.write(portion)
        except OSError:
            pass

    def file(self, content):
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if "weak" in self.ways:
            tag = "W/" + tag
        status, first = 200, 0
        part = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range", tag) == tag
        if part and same and "norange" not in self.ways:
            status, first = 206, int(part[1])
        if "unasked" in self.ways:
            status = 206
        if first >= len(content) and status == 206:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = content[first:]
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream")
        if "notag" not in self.ways:
            self.send_header("ETag", tag)
        if status == 206:
            says = first + 1 if "otherpart" in self.ways else first
            self.send_header("Content-Range", f"bytes {says}-{len(content) - 1}/{len(content)}")
        if "gzip" in self.ways:
            self.send_header("Content-Encoding", "gzip")
        if "nolength" in self.ways:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.cut is not None:
            body = body[: self.cut]
            self.close_connection = True
        if "slow" in self.ways:
            for byte in body:
                self.wfile.write(bytes([byte]))
                if GONE.wait(0.05):
                    return
        else:
            try:
                self.wfile.write(body)
            except OSError:
                pass

    def log_message(self, *_):
        pass


WAYS = {"cut", "status", "hang", "garbage", "endless", "weak", "norange", "unasked", "otherpart",
        "gzip", "nolength", "notag", "slow", "raw", "endlesshead"}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


class SecureServer(Server):
    def get_request(self):
        connection, address = super().get_request()
        # The handshake is the connection's thread's business.
        return TLS.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False), address


TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
     "-nodes", "-keyout", PLACE / "key.pem", "-out", PLACE / "certificate.pem",
     "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
TLS.load_cert_chain(PLACE / "certificate.pem", PLACE / "key.pem")

with Server(("127.0.0.1", 0), Handler) as server, SecureServer(("127.0.0.1", 0), Handler) as secure:
    print(server.server_address[1], secure.server_address[1], flush=True)
    for one in server, secure:
        threading.Thread(target=one.serve_forever, daemon=True).start()
    sys.stdin.read()
    GONE.set()
    server.shutdown()
    secure.shutdown()
    shutil.rmtree(PLACE, ignore_errors=True)
