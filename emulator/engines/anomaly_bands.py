"""The band in which values are expected, from those before: by the hour of the day once there are some days of them.

A plain statistical model: AWS's own is not public. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
"""

from collections.abc import Iterable
from statistics import fmean, pstdev

HOUR, DAY = 3600, 86400
SEASONAL = 3 * DAY  # seconds of history from which on the hour of the day counts
FEW = 3  # values that are too few for a band
LEAST = 0.01  # a band is at least this part of its middle wide


def band(
    history: dict[int, float], times: Iterable[int], width: float
) -> tuple[dict[int, float], dict[int, float]]:
    """The upper and the lower bound at some times; ``width`` in standard deviations. Empty without enough history."""
    if len(history) < FEW:
        return {}, {}
    whole = list(history.values())
    hours: dict[int, list[float]] = {}
    if max(history) - min(history) >= SEASONAL:
        for at, value in history.items():
            hours.setdefault(at % DAY // HOUR, []).append(value)
    upper, lower = {}, {}
    for at in times:
        values = hours.get(at % DAY // HOUR, whole)
        values = values if len(values) >= FEW else whole
        middle = fmean(values)
        half = width * max(pstdev(values), abs(middle) * LEAST)
        upper[at], lower[at] = middle + half, middle - half
    return upper, lower
