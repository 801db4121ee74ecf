"""The name in a ClientHello, as Python's own library writes one; and what is none."""

import ssl

import pytest

from emulator.gateway.client_hello import server_name, whole


def hello(name):
    context = ssl.create_default_context()
    context.check_hostname = name is not None
    out = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name).do_handshake()
    return out.read()


@pytest.mark.parametrize("name", ["www.example.com", "a.very.long.name.of.a.host.in.example.com", None])
def test_the_name_is_read(name):
    assert server_name(hello(name)) == name


def test_what_is_not_whole_is_waited_for_and_nonsense_has_no_name():
    data = hello("www.example.com")
    assert whole(data) and not any(whole(data[:size]) for size in range(1, len(data)))
    assert [server_name(data[:size]) for size in range(0, 90, 10)] == [None] * 9
    assert whole(b"GET / HTTP/1.1\r\n") and server_name(b"GET / HTTP/1.1\r\n") is None
    assert server_name(b"\x16\x03\x01" + b"\xff" * 300) is None
