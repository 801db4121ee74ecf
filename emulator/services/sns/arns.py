"""ARNs as SNS reads them: taken apart, or refused with the name of the parameter that held them."""

from functools import lru_cache
from typing import NamedTuple

from emulator.services.sns.errors import invalid

PARTS = 6


class Arn(NamedTuple):
    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def place(self) -> dict[str, str]:
        """Where its resource is: keyword arguments of ``ctx.rows`` and ``ctx.call``."""
        return {"account": self.account, "region": self.region}


@lru_cache(maxsize=4096)
def split(text: str) -> Arn | int:
    """The parts of an ARN, or how many parts a text has that is none."""
    parts = text.split(":", PARTS - 1)
    return Arn(*parts[1:]) if len(parts) == PARTS else len(parts)


def read(text: str, parameter: str) -> Arn:
    """Raises InvalidParameter."""
    found = split(text)
    if isinstance(found, int):
        raise invalid(parameter, f"An ARN must have at least {PARTS} elements, not {found}")
    return found


def is_arn(text: str, service: str) -> bool:
    found = split(text)
    return isinstance(found, Arn) and text.startswith("arn:") and found.service == service and bool(found.resource)
