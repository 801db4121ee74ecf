"""Errors as data: ``(code, message template[, status])`` or a bare code, filled in with the members of a resource."""

from collections.abc import Mapping

from emulator.kernel.errors import AwsError

# A code, (code, message) or (code, message, status); the model gives the status where it is left out.
Refusal = str | tuple


class _Known(dict):
    """Members for a template; one that the resource does not have is written as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def refuse(refusal: Refusal, members: Mapping | None = None, **more) -> AwsError:
    """The error that a declaration names. ``{Member}`` in its message stands for the resource's member."""
    code, message, status = (refusal, "", 0) if isinstance(refusal, str) else (*refusal, 0)[:3]
    return AwsError(code, message.format_map(_Known({**(members or {}), **more})), status)
