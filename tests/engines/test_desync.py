"""How requests are classified."""

import pytest

from emulator.engines.desync import classified


@pytest.mark.parametrize("method, headers, found", [
    ("GET", {"host": "a"}, ("-", "-")), ("POST", {"content-length": "3"}, ("-", "-")),
    ("GET", {"Content_Length": "3"}, ("Ambiguous", "SuspiciousHeader")),
    ("POST", {"Transfer-Encoding ": "chunked"}, ("Ambiguous", "SuspiciousHeader")),
    ("HEAD", {"Transfer-Encoding": "chunked"}, ("Ambiguous", "UndefinedTransferEncodingSemantics")),
    ("GET", {"Content-Length": "3"}, ("Ambiguous", "UndefinedContentLengthSemantics")),
    ("GET", {"Content-Length": "0"}, ("Acceptable", "GetHeadZeroContentLength")),
    ("GET", {"X": "caf\xe9"}, ("Acceptable", "NonCompliantHeader")), ("GET", {"X": "a\tb"}, ("-", "-")),
])
def test_classes(method, headers, found):
    assert classified(method, tuple(headers.items())) == found
