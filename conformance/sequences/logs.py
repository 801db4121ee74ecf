"""CloudWatch Logs' groups, metric filters and ends of deliveries."""

from conformance.sequences.kind import Kind, follow

NEXT = ("nextToken", "nextToken")
TRANSFORMATION = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
FILTERS = tuple({"filterPattern": pattern, "metricTransformations": [TRANSFORMATION | more]} for pattern, more in (
    ("ERROR", {}), ("{ $.a = 1 }", {"metricValue": "$.a"}), ("[a, b]", {"defaultValue": 2.0})))
DESTINATIONS = tuple({"deliveryDestinationConfiguration": {"destinationResourceArn": f"arn:aws:s3:::{name}"},
                      "outputFormat": format} for name, format in (("one", "json"), ("two", "plain"), ("two", "w3c")))


def arn(trial, name):
    return f"arn:aws:logs:{trial.world.region}:{trial.world.account}:log-group:{name}"


def described(trial, name):
    rows = trial.ask("DescribeLogGroups", logGroupNamePrefix=name)["logGroups"]
    return next((each for each in rows if each["logGroupName"] == name), None)


def keep(trial, name, days):
    trial.ask("PutRetentionPolicy", logGroupName=name, retentionInDays=days)


def make(trial, name, days):
    trial.ask("CreateLogGroup", logGroupName=name)
    keep(trial, name, days)


def days(trial, name):
    trial.ask("ListTagsLogGroup", logGroupName=name)
    return described(trial, name).get("retentionInDays")


def groups(trial, prefix, size):
    given = {"logGroupNamePrefix": prefix, "limit": size}
    return follow(trial, "DescribeLogGroups", given, "logGroups", NEXT, "logGroupName")


def group(trial):
    name = trial.unique("/place/")
    trial.ask("CreateLogGroup", logGroupName=name)
    trial.later(lambda: trial.ask("DeleteLogGroup", logGroupName=name))
    return name


def filter_of(trial, name):
    rows = trial.ask("DescribeMetricFilters", logGroupName=trial.place, filterNamePrefix=name)["metricFilters"]
    found = next((each for each in rows if each["filterName"] == name), None)
    if found is None:  # what tells of filters does not refuse one that is not there: what deletes does
        trial.ask("DeleteMetricFilter", logGroupName=trial.place, filterName=name)
    return {key: found[key] for key in FILTERS[0]}


def put_filter(trial, name, value):
    trial.ask("PutMetricFilter", logGroupName=trial.place, filterName=name, **value)


def destination(trial, name):
    found = trial.ask("GetDeliveryDestination", name=name)["deliveryDestination"]
    return {key: found[key] for key in DESTINATIONS[0]}


KINDS = [
    Kind("logs", "group", (1, 30, 3653), create=make, read=days, update=keep,
         delete=lambda trial, name: trial.ask("DeleteLogGroup", logGroupName=name),
         missing="ResourceNotFoundException", again="ResourceAlreadyExistsException",
         listed=lambda trial, prefix: groups(trial, prefix, 50), pages=groups,
         tag=lambda trial, name, given: trial.ask("TagResource", resourceArn=arn(trial, name), tags=given),
         untag=lambda trial, name, keys: trial.ask("UntagResource", resourceArn=arn(trial, name), tagKeys=keys),
         tags=lambda trial, name: trial.ask("ListTagsForResource", resourceArn=arn(trial, name))["tags"]),
    Kind("logs", "metric filter", FILTERS, create=put_filter, update=put_filter, read=filter_of, place=group,
         delete=lambda trial, name: trial.ask("DeleteMetricFilter", logGroupName=trial.place, filterName=name),
         missing="ResourceNotFoundException", winners=99,
         pages=lambda trial, prefix, size: follow(
             trial, "DescribeMetricFilters", {"logGroupName": trial.place, "filterNamePrefix": prefix, "limit": size},
             "metricFilters", NEXT, "filterName")),
    Kind("logs", "delivery destination", DESTINATIONS,
         create=lambda trial, name, value: trial.ask("PutDeliveryDestination", name=name, **value),
         update=lambda trial, name, value: trial.ask("PutDeliveryDestination", name=name, **value), read=destination,
         delete=lambda trial, name: trial.ask("DeleteDeliveryDestination", name=name),
         missing="ResourceNotFoundException", winners=99,
         listed=lambda trial, prefix: [name for name in follow(
             trial, "DescribeDeliveryDestinations", {"limit": 50}, "deliveryDestinations", NEXT, "name")
             if name.startswith(prefix)]),
]  # fmt: skip
