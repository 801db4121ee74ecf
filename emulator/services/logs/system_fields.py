"""System fields of log events: whose they are. Filters may choose among events by them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs_Centralization.html
"""

from emulator.engines import field_criteria
from emulator.services.logs.errors import invalid
from emulator.services.logs.tables import Group


def fields(found: Group) -> dict[str, str]:
    return {"@aws.account": found.account, "@aws.region": found.region}


def check(criteria: str | None) -> None:
    """Raises InvalidParameterException."""
    if criteria:
        try:
            field_criteria.parse(criteria)
        except field_criteria.CriteriaError as error:
            raise invalid(str(error)) from None


def chosen(found: Group, settings: dict) -> bool:
    """Whether a filter's criteria, if it has any, choose the events of a log group."""
    criteria = settings.get("fieldSelectionCriteria")
    return not criteria or field_criteria.parse(criteria)(fields(found))
