"""mitmproxy, run in a thread with our addons and a certificate authority that lives as long as the recording."""

import asyncio
import tempfile
import threading
from pathlib import Path
from typing import Any

from lab.errors import LabError

#: What the forward proxy opens; all other hosts are tunnelled unseen.
OPENED = (r"amazonaws\.(com(\.cn)?|eu):\d+$", r"\.(api|on)\.aws:\d+$", r"^(127\.0\.0\.1|localhost|\[?::1\]?)[:\d]*$",
          r"localhost\.localstack\.cloud:\d+$")
START_SECONDS = 30


class RecordExtraMissing(LabError):
    """mitmproxy is not installed."""


class Proxy:
    """A context manager: ``with Proxy([addon, …]) as proxy`` listens on ``proxy.port`` of 127.0.0.1.

    ``certificate`` is the authority's certificate, to be trusted by the client. Raises RecordExtraMissing.
    """

    def __init__(self, addons: list[Any], reverse_to: str | None = None, upstream_ca: str | None = None):
        self.watchers = addons  # "addons" would be read by mitmproxy, which takes this object as one too
        self.reverse_to = reverse_to
        self.upstream_ca = upstream_ca
        self.started = threading.Event()
        self.failure: BaseException | None = None
        self.port = 0

    def __enter__(self) -> "Proxy":
        try:
            import mitmproxy  # noqa: F401
        except ImportError as error:
            raise RecordExtraMissing("recording needs mitmproxy: pip install 'paritylab[record]'") from error
        self.folder = tempfile.TemporaryDirectory(prefix="paritylab-record-")
        self.thread = threading.Thread(target=self.serve, name="recorder", daemon=True)
        self.thread.start()
        if not self.started.wait(START_SECONDS) or self.failure or not self.port:
            self.__exit__()
            raise LabError(f"the recording proxy did not start: {self.failure or 'no answer in time'}")
        return self

    def __exit__(self, *_: object) -> None:
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.master.shutdown)
            self.thread.join(START_SECONDS)
        self.folder.cleanup()

    @property
    def certificate(self) -> Path:
        return Path(self.folder.name) / "mitmproxy-ca-cert.pem"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        try:
            asyncio.run(self.main())
        except BaseException as error:  # told to the thread that waits
            self.failure = error
            self.started.set()

    async def main(self) -> None:
        from mitmproxy.options import Options
        from mitmproxy.tools.dump import DumpMaster

        self.loop = asyncio.get_running_loop()
        options = Options(
            listen_host="127.0.0.1", listen_port=0, confdir=self.folder.name,
            mode=[f"reverse:{self.reverse_to}" if self.reverse_to else "regular"],
            ssl_verify_upstream_trusted_ca=self.upstream_ca,
        )
        self.master = DumpMaster(options, with_termlog=False, with_dumper=False)
        # Lazy: a request that is routed elsewhere must not touch its first destination.
        self.master.options.update(connection_strategy="lazy", keep_host_header=True, http2=False)
        if not self.reverse_to:
            self.master.options.update(allow_hosts=list(OPENED))
        self.master.addons.add(*self.watchers, self)
        await self.master.run()

    def running(self) -> None:
        """mitmproxy's event: all is set up."""
        self.port = self.master.addons.get("proxyserver").listen_addrs()[0][1]
        self.started.set()
