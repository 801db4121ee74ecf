"""Virtual MFA devices and the codes they show (RFC 6238: HMAC-SHA1, six digits, every 30 seconds)."""

import base64
import hashlib
import hmac
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.store import ACCOUNT, Record, Table, replace

STEP = 30  # seconds that a code is shown
DRIFT = 1  # steps that a device's clock may be off
SEARCHED = 20  # steps back in which a pair of codes is looked for when a device is enabled
RESYNCED = 2880  # a day's steps, where it is brought back into step


class MfaDevice(Record):
    """``seed`` in base32; ``user`` is the owner's unique id, empty for none.

    ``offset`` is by how many steps the device is off; ``last`` is the step whose code was accepted last: no code is
    good twice.
    """

    serial: str
    seed: str
    created: float
    user: str = ""
    enabled: float | None = None
    offset: int = 0
    last: int = -1
    tags: dict[str, str] = {}


devices = Table(
    "iam.mfa_device", MfaDevice, key=attrgetter("serial"), scope=ACCOUNT, ordered=True,
    indexes={"user": lambda each: each.user or None},
)  # fmt: skip


def code(seed: str, step: int) -> str:
    """What a device with this seed shows during a step."""
    digest = hmac.new(base64.b32decode(seed), step.to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def find_pair(device: MfaDevice, first: str, second: str, now: float, steps: int = SEARCHED) -> int | None:
    """The step of ``first``, when ``second`` is the next one's code; the nearest to now. None when they don't fit."""
    current = int(now // STEP)
    for back in range(-1, steps + 1):
        for step in (current - back, current + back):
            if code(device.seed, step) == first and code(device.seed, step + 1) == second:
                return step
    return None


def verify(ctx: Context, user: str, serial: str, given: str) -> bool:
    """Whether a device of this user (unique id) shows this code now; an accepted code is used up."""
    rows = ctx.rows(devices)
    device = rows.get(serial)
    if device is None or not user or device.user != user:
        return False
    current = int(ctx.now // STEP) + device.offset
    for step in range(current - DRIFT, current + DRIFT + 1):
        if step > device.last and hmac.compare_digest(code(device.seed, step), given):
            rows.put(replace(device, last=step))
            return True
    return False
