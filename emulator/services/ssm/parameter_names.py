"""Names of parameters: what AWS allows, what a request means by one, and what a path holds.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
"""

import re
from typing import NamedTuple

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.services.ssm.common import invalid

PART = re.compile(r"[a-zA-Z0-9_.-]+")
MAX_LEVELS = 15
MAX_LENGTH = 1011  # characters of the full name, the ARN's part before it included
ARN = re.compile(r"arn:aws[a-z-]*:ssm:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):parameter(?P<name>/.+)")
SECRET = "/aws/reference/secretsmanager/"

NAME_RULES = (
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of '
    "sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 "
    "symbols .-_"
)
PATH_RULES = (
    "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "
    '"/". It can\'t be prefixed with \\"aws\\" or \\"ssm\\" (case-insensitive). It must use only letters, numbers, or '
    "the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, "
    'if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.'
)


class Named(NamedTuple):
    """What a request means by a name: where the parameter is, and which version (``:3``, ``:label``; or "")."""

    name: str
    selector: str
    account: str | None = None
    region: str | None = None


def canonical(name: str) -> str:
    """A name of one level is the same with and without its slash; it is kept without."""
    return name[1:] if name.startswith("/") and "/" not in name[1:] else name


def named(text: str) -> Named:
    """Read a name, an ARN, or either with a selector behind it."""
    match = ARN.fullmatch(text)
    bare = match["name"] if match else text
    name, colon, selector = bare.partition(":")
    where = (match["account"], match["region"]) if match else (None, None)
    return Named(canonical(name), colon + selector, *where)


def check(name: str) -> None:
    """Raises what AWS answers to a name that a new parameter may not have."""
    parts = name.strip("/").split("/") if "/" in name else [name]
    if "/" in name and not name.startswith("/"):
        raise invalid("Parameter name must be a fully qualified name.")
    first = parts[0].lower()
    if first.startswith("aws"):
        raise AwsError("AccessDeniedException", f"No access to reserved parameter name: {name}.", 400)
    if first.startswith("ssm") or name.endswith("/") or not all(PART.fullmatch(part) for part in parts):
        raise invalid(NAME_RULES)
    if len(parts) > MAX_LEVELS:
        raise AwsError("HierarchyLevelLimitExceededException",
                       f"Hierarchy level limit exceeded. A parameter name can have at most {MAX_LEVELS} levels.")
    if len(name) > MAX_LENGTH:
        raise invalid(f"Parameter name can have at most {MAX_LENGTH} characters.")


def check_path(path: str) -> None:
    parts = path.strip("/").split("/")
    if not path.startswith("/") or (path != "/" and not all(PART.fullmatch(part) for part in parts)):
        raise invalid(PATH_RULES)


def arn_of(ctx: Context, name: str) -> str:
    return arn(ctx, "ssm", f"parameter{name if name.startswith('/') else f'/{name}'}")


def is_below(name: str, path: str, recursive: bool) -> bool:
    """Whether a parameter lies below a path: directly, or at any depth."""
    if not name.startswith("/"):
        return path == "/"
    prefix = path.rstrip("/") + "/"
    return name.startswith(prefix) and (recursive or "/" not in name[len(prefix):])
