"""Statistics of requests that were paid for. Nobody can pay here, so there is nothing to count but time.

https://docs.aws.amazon.com/waf/latest/APIReference/API_GetRevenueStatistics.html
"""

from emulator.services.wafv2.service import invalid, service


def _check(window: dict) -> None:
    if window["StartTime"] >= window["EndTime"]:
        raise invalid("The time window is not valid.", "EXPIRE_TIMESTAMP", str(window["StartTime"]))


@service.operation
def get_revenue_statistics(ctx, StatisticType, TimeWindow, Scope, Currency):
    """Raises WAFInvalidParameterException."""
    _check(TimeWindow)
    return {"SourceStatistics" if StatisticType == "TOP_SOURCES_BY_REVENUE" else "RevenuePathStatistics": []}


@service.operation
def get_revenue_statistics_summary(ctx, TimeWindow, Scope, Currency):
    """Raises WAFInvalidParameterException."""
    _check(TimeWindow)
    return {"RevenueBreakdown": {"TotalAmount": "0", "VerifiedAmount": "0", "UnverifiedAmount": "0",
                                 "Currency": Currency, "TotalSettled": 0, "TotalMonetizeServed": 0}}


@service.operation
def get_revenue_statistics_time_series(ctx, StatisticType, TimeWindow, Scope, Interval, Currency):
    """Raises WAFInvalidParameterException."""
    _check(TimeWindow)
    return {"DataPoints": []}


@service.operation
def list_settlement_records(ctx, TimeWindow, Scope, Currency):
    """Raises WAFInvalidParameterException."""
    _check(TimeWindow)
    return {"Settlements": []}
