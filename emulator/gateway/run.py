"""Run an emulator in the foreground until SIGINT or SIGTERM."""

import asyncio
import gc
import logging
import signal
import sys

from emulator.auth import organizations
from emulator.gateway.emulator import Options
from emulator.gateway.server import Server
from emulator.model import SERVICES


def serve(arguments) -> int:
    """Start from parsed command-line arguments; prints ``Ready.`` once requests are answered. Returns an exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("sanic").setLevel(logging.WARNING)
    wanted = tuple(name for name in arguments.services.split(",") if name)
    unknown = [name for name in wanted if name not in SERVICES]
    if unknown:
        print(f"emulator: no service is called {', '.join(unknown)}; see emulator operations", file=sys.stderr)
        return 2
    settings = dict(arguments.set)
    if arguments.organization:
        settings["organization"] = arguments.organization
    try:
        if "organization" in settings:
            organizations.read(settings["organization"])
    except (OSError, ValueError) as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    options = Options(
        host=arguments.host, port=arguments.port, data_dir=arguments.data_dir, services=wanted,
        account=arguments.account, verify_signatures=arguments.verify_signatures == "on", iam=arguments.iam,
        seed=arguments.seed, outbound=arguments.outbound, limits=arguments.limits, settings=settings,
    )  # fmt: skip
    try:
        return run(_serve(options, arguments.tls_port))
    except OSError as error:
        where = f"{arguments.host}:{arguments.port}"
        print(f"emulator: cannot listen on {where}: {error.strerror or error}", file=sys.stderr)
        return 1


def run(coroutine):
    """``asyncio.run`` on uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(coroutine)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)


async def _serve(options: Options, tls_port: int | None) -> int:
    tls = None
    if tls_port is not None:
        from emulator.gateway.certificates import server_context

        tls = server_context(options.data_dir)
    server = Server(options, tls, tls_port)
    hooks = server.emulator.hooks
    await hooks.run("BOOT", server.url)
    await server.start()
    await hooks.run("START", server.url)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    # What lives now lives to the end: leave it out of every later collection.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    print(f"Listening on {server.url}", flush=True)
    await hooks.run("READY", server.url)
    print("Ready.", flush=True)
    await stop.wait()
    await hooks.run("SHUTDOWN", server.url)
    await server.stop()
    return 0
