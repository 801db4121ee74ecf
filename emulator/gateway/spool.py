"""A large upload on its way to the blob store: unframed, hashed and written by a worker thread, with back-pressure."""

import asyncio
from collections.abc import Callable

from emulator.auth.chunks import ChunkSignatures
from emulator.gateway.bodies import FailedBody, Unframed, Unframing, is_chunked, wanted_digests
from emulator.kernel.blobs import Staged
from emulator.kernel.runtime import Runtime

BATCH = 256 * 1024  # bytes handed to the thread at a time
BACKLOG = 512 * 1024  # bytes waiting above which the sender is asked to pause


class Spool:
    """Feed it pieces on the event loop; :meth:`finish` gives the staged blob. ``throttle(bool)`` pauses the sender."""

    def __init__(
        self,
        runtime: Runtime,
        headers: dict[str, str],
        throttle: Callable[[bool], None],
        signatures: ChunkSignatures | None = None,
    ):
        self._runtime = runtime
        self._headers = headers
        self._throttle = throttle
        self._unframing = Unframing(signatures) if is_chunked(headers) else None
        self._writer = runtime.blobs.writer(wanted_digests(headers))
        self._waiting: list[bytes] = []
        self._size = 0
        self._paused = False
        self._task: asyncio.Task | None = None
        self._error: Exception | None = None
        self._aborted = False

    def feed(self, data: bytes) -> None:
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= BATCH and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain())
        if self._size > BACKLOG and not self._paused:
            self._paused = True
            self._throttle(True)

    async def _drain(self) -> None:
        """Write what waits until less than a batch is left."""
        while self._size >= BATCH and not self._aborted:
            await self._write_waiting()
        self._task = None
        if self._aborted:
            self._writer.abort()

    async def _write_waiting(self) -> None:
        pieces, self._waiting, self._size = self._waiting, [], 0
        if self._paused:
            self._paused = False
            self._throttle(False)
        if self._error is None:
            try:
                await self._write(pieces)
            except Exception as error:  # told when the request is answered; what still comes is read and dropped
                self._error = error

    async def _write(self, pieces: list[bytes]) -> None:
        """Piece by piece as they came (joined they lie in memory twice), the slow digests in a thread of their own."""
        in_thread, writer = self._runtime.in_thread, self._writer
        if self._unframing is not None:
            pieces = await in_thread(_each, self._unframing.feed, pieces)
        failed = await asyncio.gather(
            in_thread(_each, writer.store, pieces), in_thread(_each, writer.hash, pieces), return_exceptions=True
        )
        for error in failed:
            if isinstance(error, Exception):
                raise error

    async def finish(self) -> Staged | Unframed | FailedBody:
        """Write the rest; the staged blob, or what went wrong, for the chain to answer."""
        if self._task is not None:
            await self._task
        if self._waiting:
            await self._write_waiting()
        try:
            if self._error is None and self._unframing is not None:
                self._unframing.finish(self._writer.size, self._headers)
        except Exception as error:
            self._error = error
        if self._error is not None:
            self._writer.abort()
            return FailedBody(self._error)
        staged = await self._runtime.in_thread(self._writer.finish)
        return Unframed(staged, self._unframing) if self._unframing is not None else staged

    def abort(self) -> None:
        """The sender is gone."""
        self._aborted = True
        if self._task is None:
            self._writer.abort()



def _each(function: Callable[[bytes], object], pieces: list[bytes]) -> list:
    return [function(piece) for piece in pieces]
