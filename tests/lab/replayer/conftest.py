"""A scripted endpoint; helpers beside the tests are importable."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from scripts import Owned


@pytest.fixture
def scripted():
    """``scripted(answer)``: an endpoint; ``answer(target, body) -> (status, dict)``; ``.seen`` holds the requests."""
    servers = []

    def make(answer):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
                target = self.headers["X-Amz-Target"].rpartition(".")[2]
                endpoint.seen.append((target, body, dict(self.headers)))
                status, data = answer(target, body)
                raw = json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        endpoint = Owned(f"http://127.0.0.1:{server.server_port}")
        endpoint.seen = []
        return endpoint

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()
