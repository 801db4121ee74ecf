"""The formats of metric streams: lines of JSON, or OpenTelemetry's messages, each after its length.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-metric-streams-formats.html
"""

import struct
from typing import Any, NamedTuple

import orjson

# Units as OpenTelemetry writes them; others stand in braces.
UNITS = {
    "Seconds": "s", "Microseconds": "us", "Milliseconds": "ms", "Bytes": "By", "Kilobytes": "kBy", "Megabytes": "MBy",
    "Gigabytes": "GBy", "Terabytes": "TBy", "Bits": "bit", "Kilobits": "kbit", "Megabits": "MBit", "Gigabits": "GBit",
    "Terabits": "Tbit", "Percent": "%", "Bytes/Second": "By/s", "Count/Second": "{Count}/s", "None": "1",
}  # fmt: skip


class Sample(NamedTuple):
    """A metric's values of a period: ``at`` and ``period`` in seconds, ``more`` further statistics by their names."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str
    at: int
    period: int
    count: float
    total: float
    low: float
    high: float
    more: dict[str, float]


class Origin(NamedTuple):
    """Whose stream it is."""

    stream: str
    arn: str
    account: str
    region: str


def as_json(origin: Origin, sample: Sample) -> bytes:
    value = {"max": sample.high, "min": sample.low, "sum": sample.total, "count": sample.count, **sample.more}
    return orjson.dumps({
        "metric_stream_name": origin.stream, "account_id": origin.account, "region": origin.region,
        "namespace": sample.namespace, "metric_name": sample.name, "dimensions": dict(sample.dimensions),
        "timestamp": sample.at * 1000, "value": value, "unit": sample.unit,
    }) + b"\n"  # fmt: skip


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, value: bytes | str | float | int) -> bytes:
    """A protobuf field: bytes and texts with their length, floats as doubles, whole numbers as 64 fixed bits."""
    if isinstance(value, float):
        return _varint(number << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, int):
        return _varint(number << 3 | 1) + struct.pack("<Q", value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _attribute(key: str, value: str | dict[str, str]) -> bytes:
    if isinstance(value, dict):
        pairs = b"".join(_field(1, _attribute(name, each)) for name, each in value.items())
        return _field(1, key) + _field(2, _field(6, pairs))
    return _field(1, key) + _field(2, _field(1, value))


def _quantiles(sample: Sample) -> dict[float, float]:
    found = {0.0: sample.low, 1.0: sample.high}
    for name, value in sample.more.items():
        if name[:1] == "p":
            found[float(name[1:]) / 100] = value
    return dict(sorted(found.items()))


def _opentelemetry(origin: Origin, sample: Sample, version: str) -> bytes:
    begin = sample.at * 10**9
    if version == "opentelemetry0.7":
        pairs = [("Namespace", sample.namespace), ("MetricName", sample.name), *sample.dimensions]
        labels = b"".join(_field(1, _field(1, name) + _field(2, value)) for name, value in pairs)
    else:
        attributes: list[tuple[str, Any]] = [
            ("Namespace", sample.namespace), ("MetricName", sample.name), ("Dimensions", dict(sample.dimensions))
        ]  # fmt: skip
        labels = b"".join(_field(7, _attribute(name, value)) for name, value in attributes)
    point = labels + _field(2, begin) + _field(3, begin + sample.period * 10**9) + _field(4, int(sample.count))
    point += _field(5, float(sample.total))
    point += b"".join(_field(6, _field(1, at) + _field(2, float(each))) for at, each in _quantiles(sample).items())
    unit = UNITS.get(sample.unit, f"{{{sample.unit}}}")
    name = f"amazonaws.com/{sample.namespace}/{sample.name}"
    metric = _field(1, name) + _field(3, unit) + _field(11, _field(1, point))
    resource = b"".join(_field(1, _attribute(key, value)) for key, value in (
        ("cloud.provider", "aws"), ("cloud.account.id", origin.account), ("cloud.region", origin.region),
        ("aws.exporter.arn", origin.arn)))  # fmt: skip
    message = _field(1, _field(1, resource) + _field(2, _field(2, metric)))
    return _varint(len(message)) + message


def encoded(origin: Origin, sample: Sample, format: str) -> bytes:
    """One record in ``json``, ``opentelemetry0.7`` or ``opentelemetry1.0``."""
    return as_json(origin, sample) if format == "json" else _opentelemetry(origin, sample, format)
