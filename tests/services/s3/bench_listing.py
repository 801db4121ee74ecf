"""What a list page of 1,000 keys costs in a bucket of 1,000 keys and in one of 1,000,000.

    python -m tests.services.s3.bench_listing [KEYS]

The keys are put into the state at once, as PutObject would leave them; the pages are asked for over HTTP.
"""

import http.client
import sys
import time
import urllib.parse

from emulator.kernel.context import Context, root
from emulator.services.s3.tables import Piece, Version, objects
from emulator.testing import emulated

ACCOUNT = "000000000000"
SIGNED = {"authorization": f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/s3/aws4_request"}
SUM = {"ChecksumCRC64NVME": "AAAAAAAAAAA=", "ChecksumType": "FULL_OBJECT"}
ETAG = '"d41d8cd98f00b204e9800998ecf8427e"'
ROUNDS = 30


def fill(runtime, bucket: str, count: int) -> None:
    rows = Context(runtime, "s3", "fill", ACCOUNT, "us-east-1", root(ACCOUNT)).rows(objects, bucket)
    with runtime.store.transaction():
        for number in range(count):
            key = f"{number % 100:02}/{number:07}"
            rows.put(Version(key, 0, ACCOUNT, etag=ETAG, pieces=(Piece(0, 0, ()),), checksums=SUM))


def cost(connection: http.client.HTTPConnection, path: str) -> float:
    """Milliseconds of the fastest of some requests."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        connection.request("GET", path, headers=SIGNED)
        answer = connection.getresponse()
        answer.read()
        best = min(best, time.perf_counter() - begun)
        assert answer.status == 200
    return best * 1000


def main(most: int = 1_000_000) -> None:
    with emulated() as emulator:
        address = urllib.parse.urlsplit(emulator.url)
        connection = http.client.HTTPConnection(address.hostname, address.port)
        costs: dict[int, list[float]] = {}
        for count in (1000, most):
            connection.request("PUT", f"/keys-{count}", headers=SIGNED)
            assert connection.getresponse().read() == b""
            emulator.on_loop(fill, emulator.runtime, f"keys-{count}", count)
            pages = {
                "first page": f"/keys-{count}?list-type=2",
                "from the middle": f"/keys-{count}?list-type=2&start-after=50/0000000",
                "folders": f"/keys-{count}?list-type=2&delimiter=/",
                "within a folder": f"/keys-{count}?list-type=2&prefix=42/&max-keys=10",
            }
            costs[count] = [cost(connection, path) for path in pages.values()]
        for name, small, large in zip(pages, *costs.values()):
            print(f"{name:16} {small:8.2f} ms of 1,000 keys {large:8.2f} ms of {most:,}  x{large / small:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
