"""aws-chunked bodies: signed and unsigned, with and without trailers, in any splitting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.protocol import ParseError
from emulator.protocol.aws_chunked import Decoder, encode


@given(st.lists(st.binary(max_size=50), max_size=5), st.integers(1, 40), st.booleans(), st.booleans())
def test_round_trip_in_pieces(parts, step, signed, trailing):
    trailers = {"x-amz-checksum-crc32": "AAAA=="} if trailing else {}
    framed = b"".join(encode(parts, trailers, (lambda part: "ab" * 32) if signed else None))
    decoder = Decoder()
    found = b"".join(decoder.feed(framed[at:at + step]) for at in range(0, len(framed), step))
    decoder.finish()
    assert found == b"".join(parts)
    assert decoder.trailers == trailers
    assert [chunk.size for chunk in decoder.chunks] == [len(part) for part in parts if part] + [0]
    assert all(chunk.signature == ("ab" * 32 if signed else None) for chunk in decoder.chunks)


def test_the_documented_example_of_a_signed_trailer():
    framed = (b"5;chunk-signature=aa\r\nhello\r\n0;chunk-signature=bb\r\n"
              b"x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:cc\r\n\r\n")
    seen = []
    decoder = Decoder(on_chunk=lambda chunk: seen.append(chunk.signature), on_data=seen.append)
    assert decoder.feed(framed) == b"hello"
    assert seen == ["aa", b"hello", "bb"]
    assert decoder.trailers == {"x-amz-checksum-crc32c": "sOO8/Q==", "x-amz-trailer-signature": "cc"}


@pytest.mark.parametrize("body", [
    b"zz\r\nhello\r\n", b"-5\r\nhello\r\n", b"\r\n", b"5\r\nhelloXX0\r\n\r\n", b"5\nhello\r\n", b"0\r\nnocolon\r\n\r\n",
    b"0\r\n\r\nmore", b"f" * 20 + b"\r\n", b"ffffffffffffffff\r\n", b"1;" + b"a" * 20000,
])
def test_malformed_framing(body):
    with pytest.raises(ParseError):
        Decoder().feed(body)


@pytest.mark.parametrize("body", [b"", b"5\r\nhel", b"5\r\nhello\r\n", b"5\r\nhello\r\n0\r\n"])
def test_a_body_that_ends_early(body):
    decoder = Decoder()
    decoder.feed(body)
    with pytest.raises(ParseError) as caught:
        decoder.finish()
    assert caught.value.code == "IncompleteBody"
