"""Change Calendar: whether changes are allowed at a moment.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCalendarState.html
"""

from datetime import UTC, datetime

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.ssm import calendar_content, window_times
from emulator.services.ssm.common import service
from emulator.services.ssm.documents import find, version_of


def _calendar(ctx: Context, name: str) -> calendar_content.Calendar:
    document = find(ctx, name)
    if document.type != "ChangeCalendar":
        raise AwsError("InvalidDocumentType", f"The document {name} is no ChangeCalendar.")
    return calendar_content.read(version_of(ctx, document).content)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@service.operation
def get_calendar_state(ctx: Context, CalendarNames, AtTime=None):
    """OPEN when all calendars are. Raises InvalidDocument, InvalidDocumentType."""
    calendars = [_calendar(ctx, name) for name in CalendarNames]
    given = window_times.moment(AtTime)
    moment = datetime.fromtimestamp(ctx.now if given is None else given, UTC)
    is_open, changes = calendar_content.state(calendars, moment)
    return {"State": "OPEN" if is_open else "CLOSED", "AtTime": _text(moment),
            "NextTransitionTime": _text(changes) if changes is not None else None}  # fmt: skip
