"""Records packed by the Kinesis Producer Library."""

from hashlib import md5

from emulator.engines.aggregation import MARK, unpacked


def field(number, value):
    if isinstance(value, int):
        return bytes((number << 3, value))
    return bytes((number << 3 | 2, len(value))) + value


def packed(keys, records):
    message = b"".join(field(1, key) for key in keys)
    message += b"".join(field(3, field(1, index) + field(3, data)) for index, data in records)
    return MARK + message + md5(message).digest()


def test_records_come_out_with_their_keys():
    data = packed([b"k", b"l"], [(0, b"one"), (1, b"two"), (0, b"three")])
    assert unpacked(data) == [("k", b"one"), ("l", b"two"), ("k", b"three")]


def test_what_is_not_aggregated_stays():
    data = packed([b"k"], [(0, b"one")])
    broken = packed([b"k"], [(7, b"no such key")])
    for each in (b"plain", b"", MARK, data[:-1], data[:-1] + b"x", broken):
        assert unpacked(each) is None
