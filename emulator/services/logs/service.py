"""The service that the modules of this package declare their operations on."""

from emulator.kernel.service import Service
from emulator.services.logs.errors import invalid

LONGEST = 512  # characters of a name

service = Service("logs")


def names_fit(ctx) -> None:
    """Raises InvalidParameterException."""
    for member in ("logGroupName", "logStreamName"):
        if len(ctx.input.get(member) or "") > LONGEST:
            raise invalid(f"Invalid LogGroup or LogStream, both must have length less than or equal to {LONGEST}.")


service.before.append(names_fit)
