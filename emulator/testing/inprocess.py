"""The emulator in a thread of the test's process."""

import asyncio
import contextlib
import functools
import logging
import os
import ssl
import threading
from collections.abc import Callable, Iterator

from emulator.gateway.emulator import Options
from emulator.gateway.server import Server

START_TIMEOUT = 30.0  # seconds

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",  # what the SDK for JavaScript reads
    "AWS_EC2_METADATA_DISABLED": "true",
}
REMOVED = ("AWS_PROFILE", "AWS_SESSION_TOKEN")  # would send a test to a real account


class InProcess:
    """A running emulator: ``url``, ``reset()``, ``clock``, ``requests()``; made by :func:`emulated`.

    With a TLS context it listens on ``tls_port``, too.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, **options):
        self._tls = tls
        logging.getLogger("sanic").setLevel(logging.WARNING)
        self._options = Options(**{"port": 0, **options})
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="emulator", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: Server | None = None

    def start(self) -> "InProcess":
        """Start the thread and wait until requests are answered. Raises what kept the server from starting."""
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT):
            raise TimeoutError("the emulator did not start in time")
        if self._error is not None:
            raise self._error
        return self

    def stop(self) -> None:
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(START_TIMEOUT)

    def _run(self) -> None:
        from emulator.gateway.run import run

        try:
            run(self._serve())
        except BaseException as error:
            self._error = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._server = Server(self._options, self._tls)
        await self._server.start()
        self._ready.set()
        await self._stop.wait()
        await self._server.stop()

    # What a test wants of it

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def tls_port(self) -> int | None:
        return self._server.tls_port

    @property
    def runtime(self):
        """The kernel of the emulator; touch it in :meth:`on_loop` alone."""
        return self._server.emulator.runtime

    def on_loop(self, function: Callable, *args):
        """Run a function where the emulator's state lives and return its result."""
        outcome: dict = {}
        done = threading.Event()

        def execute():
            try:
                outcome["value"] = function(*args)
            except BaseException as error:
                outcome["error"] = error
            done.set()

        self._loop.call_soon_threadsafe(execute)
        done.wait()
        if "error" in outcome:
            raise outcome["error"]
        return outcome["value"]

    @property
    def settings(self) -> dict:
        """What services read with ``ctx.setting``; a test may change it."""
        return self.runtime.settings

    def reset(self) -> None:
        """Forget all state."""
        self.on_loop(self._server.emulator.reset)

    def advance(self, seconds: float) -> None:
        """Move the clock forward; what falls due in between happens before this returns."""
        self.on_loop(self.runtime.clock.advance, seconds)

    def freeze(self, at: float | None = None) -> None:
        """Stop the clock, now or at a moment in epoch seconds."""
        self.on_loop(self.runtime.clock.freeze, at)

    def requests(self, **filters) -> list[dict]:
        """The last calls, decoded, newest first; filters: service, operation, status, text, limit."""
        return self.on_loop(lambda: self._server.emulator.request_log.rows(**filters))

    @contextlib.contextmanager
    def environment(self) -> Iterator[None]:
        """Point the environment of this process to the emulator, and put it back afterwards."""
        wanted = {**ENVIRONMENT, "AWS_ENDPOINT_URL": self.url}
        before = {name: os.environ.get(name) for name in (*wanted, *REMOVED)}
        os.environ.update(wanted)
        for name in REMOVED:
            os.environ.pop(name, None)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


class emulated(contextlib.AbstractContextManager):
    """Context manager and decorator: an emulator for the time of a block or of each call of a function.

    Options are those of :class:`emulator.gateway.emulator.Options` (``seed``, ``data_dir``, ``iam``, …).
    """

    def __init__(self, function: Callable | None = None, **options):
        self._options = options
        self._stack: contextlib.ExitStack | None = None
        self._function = function
        if function is not None:
            functools.update_wrapper(self, function)

    def __enter__(self) -> InProcess:
        self._stack = contextlib.ExitStack()
        running = InProcess(**self._options).start()
        self._stack.callback(running.stop)
        self._stack.enter_context(running.environment())
        return running

    def __exit__(self, *exception) -> None:
        self._stack.close()

    def __call__(self, *args, **kwargs):
        if self._function is None:  # @emulated(seed=1)
            (function,) = args
            options = self._options

            @functools.wraps(function)
            def wrapped(*inner_args, **inner_kwargs):
                with emulated(**options):
                    return function(*inner_args, **inner_kwargs)

            return wrapped
        with emulated(**self._options):  # @emulated
            return self._function(*args, **kwargs)
