"""GetMetricStatistics. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html"""

from emulator.engines.metric_statistics import parse
from emulator.kernel.errors import AwsError
from emulator.services.cloudwatch import series
from emulator.services.cloudwatch.errors import invalid_combination, invalid_value
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import dimensions_of

MOST = 1440  # datapoints of an answer
FINE_PERIODS = (1, 5, 10, 20, 30)


def check_period(period: int, parameter: str = "Period") -> None:
    if period < 1 or (period % series.MINUTE and period not in FINE_PERIODS):
        raise invalid_value(f"The parameter {parameter} must be 1, 5, 10, 20, 30 or a multiple of 60.")


@service.operation
def get_metric_statistics(
    ctx, Namespace, MetricName, StartTime, EndTime, Period, Dimensions=(), Statistics=None, ExtendedStatistics=None,
    Unit=None,
):  # fmt: skip
    """Datapoints of one metric, for each unit by itself. Raises InvalidParameterValue, InvalidParameterCombination."""
    if not Statistics and not ExtendedStatistics:
        raise AwsError("MissingParameter", "At least one of the parameters Statistics and ExtendedStatistics must be "
                                           "specified.")  # fmt: skip
    if StartTime >= EndTime:
        raise invalid_value("The parameter StartTime must be less than the parameter EndTime.")
    check_period(Period)
    extended = []
    for name in ExtendedStatistics or ():
        try:
            extended.append(parse(name))
        except ValueError:
            raise invalid_value(f"The value {name} for parameter ExtendedStatistics is not supported.") from None
    start = series.rounded_start(ctx.now, StartTime, Period)
    count = -(-int(EndTime - StartTime) // Period)
    if count > MOST:
        raise invalid_combination(
            f"You have requested up to {count} datapoints, which exceeds the limit of {MOST}. You may reduce the "
            "datapoints requested by increasing Period, or decreasing the time range."
        )
    metric = series.find(ctx, Namespace, MetricName, dimensions_of(Dimensions))
    points = []
    for (at, unit), summary in sorted(series.read(ctx, metric, start, EndTime, Period, Unit).items()):
        point = {"Timestamp": at, "Unit": unit}
        point |= {name: parse(name).of(summary) for name in Statistics or ()}
        values = {each.name: each.of(summary) for each in extended}
        if extended:
            point["ExtendedStatistics"] = {name: value for name, value in values.items() if value is not None}
        points.append(point)
    return {"Label": MetricName, "Datapoints": points}
