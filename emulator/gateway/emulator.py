"""One emulator: the kernel, the services and the way in, assembled. Several can live in one process."""

import asyncio
import importlib
import logging
from functools import lru_cache
from pathlib import Path

import msgspec

from emulator import services
from emulator.auth import chunks
from emulator.auth.usage import Usage
from emulator.gateway import admin, chain, hosted, internal_calls, pages, sites
from emulator.gateway.faults import Faults
from emulator.gateway.identify import Identity, identify
from emulator.gateway.request_log import RequestLog
from emulator.kernel.context import Context, root
from emulator.kernel.errors import AwsError
from emulator.kernel.host_names import host_names
from emulator.kernel.jobs import Job
from emulator.kernel.runtime import Runtime
from emulator.kernel.store import Table
from emulator.model import SERVICES, load, manifest
from emulator.protocol import UnknownOperation, protocol_for
from emulator.protocol.wire import Request, Response

logger = logging.getLogger("emulator")


def _declare(table: str) -> None:
    """Import what declares a table: only the services that have state are loaded at the start."""
    family = table.partition(".")[0]
    if family == "resources":  # the table that all declared resources share
        importlib.import_module("emulator.resources")
    else:
        services.load(family)


Table.declare = staticmethod(_declare)


@lru_cache(maxsize=1000)
def _is_plain(host: str) -> bool:
    """Whether a host is neither a site's nor, by its form, one that a service answers for itself."""
    return not (hosted.is_hosted(host) or sites.is_site(host))


class Options(msgspec.Struct, frozen=True):
    """How an emulator runs; the command line's flags, with the same defaults."""

    host: str = "127.0.0.1"
    port: int = 4566
    data_dir: Path | None = None
    services: tuple[str, ...] = ()  # empty: all that stand
    account: str = "000000000000"
    verify_signatures: bool = False
    iam: str = "off"  # off, audit, enforce
    seed: int | None = None
    secure: bool = False
    outbound: bool = False  # whether deliveries may leave this machine
    limits: str = "on"  # off: no throughput limits; strict: tables are held to theirs too
    settings: dict[str, str] = {}  # of services, by name: what ``ctx.setting`` gives


class Emulator:
    """State, chain and admin API behind one callable: ``answer(request, peer)``."""

    def __init__(self, options: Options | None = None):
        self.options = options = options or Options()
        settings = {
            "verify_signatures": options.verify_signatures, "outbound": options.outbound, "iam": options.iam,
            "limits": options.limits, **options.settings,
        }  # fmt: skip
        self.runtime = Runtime(options.data_dir, options.seed, settings)
        self.runtime.host = f"http://{options.host}:{options.port}"
        self._host_names = self.runtime.store.rows(host_names)
        self.runtime.emulator = self
        self.runtime.call = internal_calls.call
        self.runtime.run_job = self._run_job
        self.request_log = RequestLog()
        self.runtime.history = self.request_log.history
        self.faults = Faults()
        self.usage = Usage()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.runtime.start(loop)
        if self.options.data_dir is not None:
            self._start_services()

    def _start_services(self) -> None:
        """Let the services that have state mend what they find of the run before."""
        kept = {rows.partition[0] if rows.table.name == "resources.record" else rows.table.name
                for rows in self.runtime.store.all()}  # fmt: skip
        used = {name.partition(".")[0] for name in kept}
        with self.runtime.store.transaction():
            for name in SERVICES:
                service = services.load(name) if name in used else None
                for function in service.on_start if service is not None else ():
                    function(Context(self.runtime, name, "", self.options.account, "", root(self.options.account)))

    def stop(self) -> None:
        self.runtime.stop()

    def reset(self) -> None:
        """Forget all state, the request log and the faults."""
        self.runtime.reset()
        self.request_log.clear()
        self.faults.rules.clear()
        self.usage.clear()

    def answer(self, request: Request, peer: str = "127.0.0.1"):
        """A Response, or an awaitable of one. Never raises."""
        if not _is_plain(request.headers.get("host", "")) or self._host_names:
            found = hosted.owner(self, request)
            if found is not None:
                return hosted.answer(self, request, peer, *found)
            if sites.is_site(request.headers.get("host", "")):
                return sites.answer(self, request, peer)
        if request.path.startswith(("/_emulator/", "/_localstack/")):
            return admin.answer(self, request)
        page = pages.place(request)
        if page is not None:
            return pages.answer(self, request, page)
        return chain.handle(chain.Call(self, request, peer))

    def streams(self, request: Request) -> bool:
        """Whether the operation that a request is for takes its body as a stream; asked before the body is there."""
        if request.path.startswith("/_") or hosted.owner(self, request) is not None:
            return False
        probe = Request(request.method, request.path, request.query, dict(request.headers))
        identity: Identity = identify(probe)
        if identity.service is None:
            return False
        if identity.service == "s3":
            chain.rewrite_s3(probe, identity)
        try:
            model = load(identity.service)
            operation, _ = protocol_for(model, chain.choose_protocol(model, probe)).route(probe)
        except UnknownOperation:
            return False
        return operation.streaming_input is not None

    def chunk_signatures(self, request: Request) -> chunks.ChunkSignatures | None:
        """What verifies the chunks of a framed body, when signatures are verified."""
        if not self.options.verify_signatures:
            return None
        return chunks.signatures_of(request, self.runtime.store, self.runtime.clock.now())

    def refuse(self, request: Request, status: int, code: str, message: str) -> Response:
        """An error answer for a request that never became whole."""
        return chain.conclude_refusal(self, request, AwsError(code, message, status))

    def _run_job(self, job: Job) -> None:
        handler = services.load(job.service).jobs[job.handler]
        context = Context(
            self.runtime, job.service, job.handler, job.account, job.region, root(job.account), job.due
        )
        outcome = handler(context, **job.payload)
        if hasattr(outcome, "__await__"):
            self.runtime.spawn(chain.Stepwise(self.runtime.store, outcome), f"{job.service}.{job.handler}")

    def enabled(self, service: str) -> bool:
        wanted = self.options.services
        if not wanted or service in wanted:
            return True
        auxiliary = manifest()["auxiliary"].get(service)
        return auxiliary is not None and auxiliary["family"] in wanted

    def standing(self) -> list[str]:
        """The services in scope that this emulator serves, whole or in part."""
        return [name for name in SERVICES if services.stands(name) and self.enabled(name)]
