"""HTTP/2's server and client of data planes, without TLS: flow control, trailers, ends before their time."""

import asyncio

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, StreamEnded

from emulator.backends import http2_server
from emulator.backends.http2 import Broken
from emulator.backends.http2_client import fetch
from emulator.backends.http_client import read
from emulator.backends.http_messages import Request, Response, Times, Unreachable
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
