"""ARNs of Step Functions, and the names in them.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
"""

import re
from typing import NamedTuple

from emulator.kernel.context import PARTITION, Context
from emulator.services.stepfunctions.errors import invalid_arn, invalid_name, wrong_resource

FORBIDDEN = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
FORM = re.compile(r"arn:aws[\w-]*:states:([\w-]*):(\d{12}|):([A-Za-z]+):(.+)", re.DOTALL)
KINDS = {
    "stateMachine": "stateMachine", "execution": "execution", "express": "express", "activity": "activity",
    "mapRun": "mapRun",
}  # fmt: skip


class Arn(NamedTuple):
    """``kind`` is stateMachine, execution, express, activity or mapRun; ``parts`` is the rest, split at colons."""

    text: str
    region: str
    account: str
    kind: str
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The machine or activity that it is of, without a map's label."""
        return self.parts[0].split("/")[0]

    @property
    def where(self) -> dict[str, str]:
        return {"account": self.account, "region": self.region}

    @property
    def qualifier(self) -> str:
        """A state machine's version or alias; empty for itself."""
        return self.parts[1] if len(self.parts) > 1 else ""

    @property
    def machine(self) -> str:
        """A state machine's ARN without a version or an alias."""
        return f"arn:{PARTITION}:states:{self.region}:{self.account}:stateMachine:{self.parts[0]}"


def read(text: str, *kinds: str) -> Arn:
    """An ARN of one of these kinds. Raises InvalidArn."""
    match = FORM.fullmatch(text)
    if match is None:
        raise invalid_arn(text)
    region, account, kind, rest = match.groups()
    if kind not in KINDS:
        raise invalid_arn(text)
    if kinds and kind not in kinds:
        raise wrong_resource(text, kind)
    return Arn(text, region, account, kind, tuple(rest.split(":")))


def make(ctx: Context, kind: str, rest: str) -> str:
    return f"arn:{PARTITION}:states:{ctx.region}:{ctx.account}:{kind}:{rest}"


def check_name(name: str) -> None:
    """Raises InvalidName."""
    if not name or FORBIDDEN.search(name):
        raise invalid_name(name)
