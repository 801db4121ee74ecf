"""Recursive loops: how often a function has been invoked in a row of invocations, told by the trace header.

SDKs in functions hand the header on. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

import re
from zlib import crc32

from emulator.kernel.context import Context
from emulator.services.lambda_ import names
from emulator.services.lambda_.errors import refusal

MOST = 16  # invocations of one function in a row
LINEAGE = re.compile(r"(?:^|;)Lineage=(?:\d+:)?([0-9a-f:|]+)")
STOPPED = (
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and "
    "stopped your function's invocation."
)


def lineage(trace: str) -> dict[str, int]:
    """How often each function, by a short digest of its ARN, stands in a trace header."""
    found = LINEAGE.search(trace)
    counts = {}
    for each in found[1].split("|") if found else ():
        digest, _, count = each.partition(":")
        if count.isdecimal():
            counts[digest] = int(count)
    return counts


def deepest(traces: list[str]) -> str:
    """Of several headers (of a batch's messages) the one with the longest row."""
    return max(traces, key=lambda each: max(lineage(each).values(), default=0), default="")


def extended(ctx: Context, reference: names.Reference, trace: str) -> str:
    """The header for one more invocation. Raises RecursiveInvocationException."""
    digest = f"{crc32(reference.arn(ctx, '').encode()):08x}"
    counts = lineage(trace)
    counts[digest] = counts.get(digest, 0) + 1
    shared = names.common(ctx, reference._replace(qualifier=""))
    if counts[digest] > MOST and shared.recursion == "Terminate":
        raise refusal("RecursiveInvocationException", STOPPED)
    parts = [each for each in trace.split(";") if each and not each.startswith("Lineage=")]
    if not parts:
        parts = [f"Root=1-{int(ctx.now):08x}-{ctx.ids.hex(24)}", f"Parent={ctx.ids.hex(16)}", "Sampled=0"]
    row = "|".join(f"{name}:{count}" for name, count in counts.items())
    return ";".join([*parts, f"Lineage=1:{row}"])
