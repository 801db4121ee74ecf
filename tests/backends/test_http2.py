"""HTTP/2's server and client of data planes, without TLS: flow control, trailers, ends before their time."""

import asyncio
import contextlib

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, PingAckReceived, StreamEnded, WindowUpdated

from emulator.backends import http2_server
from emulator.backends.http2 import Broken, pieces
from emulator.backends.http2_client import fetch
from emulator.backends.http_client import read
from emulator.backends.http_messages import Body, Request, Response, Times, Unreachable
from emulator.backends.listening import Listening

LARGE = bytes(range(256)) * 4096  # beyond every window
USUAL = Times()


def served(answer, ask, times=USUAL):
    """What ``ask``, which gets the port, makes of a server."""

    async def run():
        server = Listening(lambda entered: http2_server.converse(entered, answer, times))
        port = await server.start("127.0.0.1", 0)
        try:
            return await asyncio.wait_for(ask(port), 10)
        finally:
            server.close()

    return asyncio.run(run())


async def echo(request: Request) -> Response:
    return Response(200, (("x-target", request.target), ("Connection", "close")), request.body)


def test_bodies_larger_than_a_window_go_both_ways():
    async def ask(port):
        answer = await fetch("POST", "/a?b=1", (("Host", "h"), ("Connection", "close")), LARGE, "127.0.0.1", port,
                             timeout=5)  # fmt: skip
        return answer.status, dict(answer.headers), await read(answer)

    assert served(echo, ask) == (200, {"x-target": "/a?b=1", "content-length": str(len(LARGE))}, LARGE)


def test_an_answer_without_a_body_is_walked_to_its_end_all_the_same():
    ended = asyncio.Event()

    async def answer(request):
        async def pieces():
            yield b"not for HEAD"
            ended.set()

        return Response(200, (), pieces())

    async def ask(port):
        found = await fetch("HEAD", "/", (("Host", "h"),), b"", "127.0.0.1", port, timeout=5)
        content = await read(found)
        await asyncio.wait_for(ended.wait(), 5)
        return found.status, content

    assert served(answer, ask) == (200, b"")


def test_a_call_is_answered_while_it_is_still_said_and_ends_in_trailers():
    async def answer(request):
        told = []

        async def pieces():
            async for piece in request.more:
                yield piece.upper()
            told.append(("grpc-status", "0"))

        return Response(200, (), pieces(), trailers=told)

    async def ask(port):
        heard = asyncio.Event()

        async def words():
            yield b"one"
            await heard.wait()
            yield b"two"

        answer = await fetch("POST", "/", (("Host", "h"), ("content-type", "application/grpc")), words(), "127.0.0.1",
                             port, timeout=5)
        found = []
        async for piece in answer.body:
            found.append(piece)
            heard.set()
        return found, answer.trailers

    assert served(answer, ask) == ([b"ONE", b"TWO"], [("grpc-status", "0")])


def test_an_answer_that_breaks_off_is_told_as_such():
    async def answer(request):
        async def pieces():
            yield b"half"
            raise Broken("the target is gone")

        return Response(200, (), pieces())

    async def ask(port):
        answer = await fetch("GET", "/", (("Host", "h"),), b"", "127.0.0.1", port, timeout=5)
        with pytest.raises(Broken):
            await read(answer)
        return answer.status

    assert served(answer, ask) == 200


def test_a_body_that_is_closed_before_it_began_lets_its_connection_go():
    closed = asyncio.Event()

    async def answer(request):
        async def pieces():
            try:
                while True:
                    yield b"more"
            finally:
                closed.set()

        return Response(200, (), pieces())

    async def ask(port):
        answer = await fetch("GET", "/", (("Host", "h"),), b"", "127.0.0.1", port, timeout=5)
        await answer.body.aclose()
        await asyncio.wait_for(closed.wait(), 5)
        return closed.is_set()

    assert served(answer, ask) is True


def test_a_body_whose_answer_can_not_be_sent_is_closed():
    """The client is gone before the head."""
    asked, gone, closed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def answer(request):
        asked.set()
        with contextlib.suppress(asyncio.CancelledError):  # the answer was about to come
            await gone.wait()
        return Response(200, (), Body(pieces(b"never"), closed.set))

    async def ask(port):
        task = asyncio.create_task(fetch("GET", "/", (("Host", "h"),), b"", "127.0.0.1", port, timeout=5))
        await asked.wait()
        task.cancel()
        await asyncio.wait_for(closed.wait(), 5)
        return closed.is_set()

    assert served(answer, ask) is True


def test_what_does_not_answer():
    async def never(request):
        await asyncio.sleep(30)

    async def ask(port):
        with pytest.raises(Unreachable) as caught:
            await fetch("GET", "/", (("Host", "h"),), b"", "127.0.0.1", port, timeout=0.2)
        return caught.value.timed_out

    assert served(never, ask) is True


@pytest.mark.parametrize("times, ends", [(Times(5, 0), True), (Times(5, 60), False)])
def test_a_connection_ends_when_it_has_lasted_long_enough(times, ends):
    async def ask(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        frames = H2Connection(H2Configuration(header_encoding="utf-8"))
        frames.initiate_connection()
        frames.send_headers(1, [(":method", "GET"), (":scheme", "http"), (":authority", "h"), (":path", "/")], True)
        writer.write(frames.data_to_send())
        seen = []
        while not any(isinstance(event, ConnectionTerminated if ends else StreamEnded) for event in seen):
            seen += frames.receive_data(await asyncio.wait_for(reader.read(1000), 5))
        writer.close()
        return any(isinstance(event, StreamEnded) for event in seen)

    assert served(echo, ask, times) is True


def test_an_answer_without_a_body_is_walked_all_the_same():
    """Its end is the end of the connection to the target."""
    walked = []

    async def answer(request):
        async def pieces():
            yield b"not for HEAD"
            walked.append(True)

        return Response(200, (), pieces())

    async def ask(port):
        answer = await fetch("HEAD", "/", (("Host", "h"),), b"", "127.0.0.1", port, timeout=5)
        return await read(answer)

    assert served(answer, ask) == b"" and walked == [True]


class Client:
    """A client that sees what it may send."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self.frames = H2Connection(H2Configuration(header_encoding="utf-8"))
        self.frames.initiate_connection()

    def say(self, id: int, content: bytes, ends: bool) -> None:
        """A call of gRPC with as much of a body."""
        self.frames.send_headers(id, [(":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/"),
                                      ("content-type", "application/grpc")])  # fmt: skip
        for at in range(0, len(content), self.frames.max_outbound_frame_size):
            self.frames.send_data(id, content[at : at + self.frames.max_outbound_frame_size])
        if ends:
            self.frames.end_stream(id)

    async def until(self, kind, id: int | None = None) -> bytes:
        """Wait for an event; the bytes that came with what came before."""
        content = b""
        self._writer.write(self.frames.data_to_send())
        while data := await self._reader.read(100_000):
            found = self.frames.receive_data(data)
            for event in found:
                if isinstance(event, DataReceived):
                    content += event.data
                    self.frames.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            self._writer.write(self.frames.data_to_send())
            if any(isinstance(event, kind) and getattr(event, "stream_id", None) == id for event in found):
                return content
        raise EOFError

    async def settled(self) -> None:
        """What was sent has been dealt with."""
        self.frames.ping(b"settled?")
        await self.until(PingAckReceived)


def test_a_body_that_nobody_reads_is_held_up_and_holds_up_no_other():
    began = asyncio.Event()

    async def answer(request):
        if not began.is_set():
            began.set()
            await release.wait()
        return Response(200, (), request.more)

    async def ask(port):
        client = Client(*await asyncio.open_connection("127.0.0.1", port))
        client.say(1, window := bytes(65535), False)
        await client.settled()
        await began.wait()
        held = client.frames.local_flow_control_window(1)
        client.say(3, window, True)
        other = await client.until(StreamEnded, 3)
        still = client.frames.local_flow_control_window(1)
        release.set()
        await client.until(WindowUpdated, 1)
        return held, len(other), still, client.frames.local_flow_control_window(1) > 0

    release = asyncio.Event()
    assert served(answer, ask) == (0, 65535, 0, True)


def test_bodies_that_nobody_has_read_take_no_room_once_they_are_answered():
    async def answer(request):
        return Response(403)

    async def ask(port):
        client = Client(*await asyncio.open_connection("127.0.0.1", port))
        await client.until(WindowUpdated, 0)
        window, sent = bytes(65535), 0
        room = client.frames.outbound_flow_control_window
        for id in range(1, 2 * (room // len(window)) + 20, 2):
            client.say(id, window, False)
            await client.until(StreamEnded, id)
            sent += len(window)
        return sent > room

    assert served(answer, ask) is True
