"""The small HTTP server and client of data planes: pipelining, streams, refusals, values that stay in their line."""

import asyncio

import pytest

from emulator.backends import http2_client, http_server
from emulator.backends.http_client import fetch, read
from emulator.backends.http_messages import Body, Request, Response, Unreachable
from emulator.backends.listening import Listening


def conversation(handler, sent: bytes) -> bytes:
    """Everything that a server answers to what was sent on one connection."""

    async def run():
        server = Listening(http_server.conversation(handler))
        port = await server.start("127.0.0.1", 0)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return answer
        finally:
            server.close()

    return asyncio.run(run())


async def echo(request: Request) -> Response:
    return Response(200, (("x-target", request.target),), request.body)


def test_requests_one_after_another_on_one_connection():
    one = b"POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    two = b"GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answer = conversation(echo, one + two)
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert b"x-target: /1\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc" in answer
    assert answer.endswith(b"x-target: /2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def test_a_value_stays_in_its_line():
    async def split(request):
        return Response(200, (("x-a", "1\r\nset-cookie: forged"),))

    answer = conversation(split, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert b"x-a: 1  set-cookie: forged\r\n" in answer


def test_a_handler_that_fails_is_a_500():
    async def fail(request):
        raise RuntimeError("no")

    assert conversation(fail, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 500 ")


def test_a_stream_comes_piece_by_piece():
    async def run():
        async def pieces():
            for each in (b"one ", b"", b"two"):
                yield each

        async def stream(request):
            return Response(200, (), pieces())

        server = Listening(http_server.conversation(stream))
        port = await server.start("127.0.0.1", 0)
        answer = await fetch("GET", "/", (("Host", "a"), ("Connection", "close")), b"", "127.0.0.1", port, timeout=5)
        content = await read(answer)
        server.close()
        return dict(answer.headers), content

    headers, content = asyncio.run(run())
    assert headers["Transfer-Encoding"] == "chunked" and content == b"one two"


def test_what_does_not_answer():
    async def run():
        async def silent(reader, writer):
            await reader.read()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            await fetch("GET", "/", (), b"", "127.0.0.1", port, timeout=0.05)
        finally:
            server.close()

    with pytest.raises(Unreachable) as slow:
        asyncio.run(run())
    assert slow.value.timed_out
    with pytest.raises(Unreachable, match="not on this machine"):
        asyncio.run(fetch("GET", "/", (), b"", "192.0.2.1", 80, timeout=0.05))


async def answering(work, say) -> bool:
    """Whether the connection to a target ends by what ``work`` does with it; the target itself keeps it open."""
    ended, begun = asyncio.Event(), asyncio.Event()

    async def target(reader, writer):
        begun.set()
        await say(reader, writer)
        while await reader.read(1000):
            pass
        ended.set()
        writer.close()

    server = await asyncio.start_server(target, "127.0.0.1", 0)
    async with server:
        kept = await work(server.sockets[0].getsockname()[1], begun)  # what is forgotten ends by itself
        await asyncio.wait_for(ended.wait(), 5)
    return kept is not None and ended.is_set()


async def half(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")


async def nothing(reader, writer):
    pass


@pytest.mark.parametrize("walked", [0, 1])
def test_a_body_that_is_closed_lets_its_connection_go(walked):
    """Whether it was begun or not."""

    async def work(port, begun):
        answer = await fetch("GET", "/", (("Host", "a"),), b"", "127.0.0.1", port, timeout=5)
        if walked:
            async for piece in answer.body:
                assert piece == b"half"
                break
        await answer.body.aclose()
        return answer

    assert asyncio.run(answering(work, half))


@pytest.mark.parametrize("ask", [fetch, http2_client.fetch])
def test_a_question_that_is_given_up_lets_its_connection_go(ask):
    async def work(port, begun):
        task = asyncio.create_task(ask("GET", "/", (("Host", "a"),), b"", "127.0.0.1", port, timeout=5))
        await begun.wait()
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        return task

    assert asyncio.run(answering(work, nothing))


def test_a_server_closes_the_bodies_that_it_was_given():
    closed = []

    async def pieces():
        yield b"one"

    async def stream(request):
        return Response(200, (), Body(pieces(), lambda: closed.append(request.target)))

    conversation(stream, b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert closed == ["/1", "/2"]
