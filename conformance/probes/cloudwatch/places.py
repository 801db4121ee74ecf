"""What probes of CloudWatch share: references, data of a minute that is over, queries, alarms."""

import json
import time
from datetime import UTC, datetime, timedelta

API = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
PATIENCE = 20.0


def minute(ago=5):
    """The beginning of a minute that is over."""
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=ago)


def put(trial, space, *values, at=None, **more):
    trial.ask("PutMetricData", Namespace=space, MetricData=[
        {"MetricName": "m", "Value": value, "Timestamp": at or minute(), **more} for value in values])


def stat(space, stat="Sum", period=60, id="q", **more):
    return {"Id": id, "MetricStat": {"Metric": {"Namespace": space, "MetricName": "m", **more}, "Period": period,
                                     "Stat": stat}}


def read(trial, *queries, **more):
    """The values of each query by its id, oldest first."""
    answer = trial.ask("GetMetricData", MetricDataQueries=list(queries), StartTime=minute(60), EndTime=minute(-1),
                       ScanBy="TimestampAscending", **more)
    return {each["Id"]: each["Values"] for each in answer["MetricDataResults"]}


def alarm(trial, space="probe", **more):
    """An alarm on the sum of m in 10 seconds; its name."""
    name = trial.unique("alarm")
    given = {"Namespace": space, "MetricName": "m", "Statistic": "Sum", "Period": 10, "EvaluationPeriods": 1,
             "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold", **more}
    trial.ask("PutMetricAlarm", AlarmName=name, **given)
    trial.later(lambda: trial.ask("DeleteAlarms", AlarmNames=[name]))
    return name


def told(trial, name, kind="MetricAlarm"):
    found = trial.ask("DescribeAlarms", AlarmNames=[name], AlarmTypes=[kind])[f"{kind}s"]
    return found[0]


def reaches(trial, name, state, kind="MetricAlarm"):
    """The alarm once it is in a state."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = told(trial, name, kind)
        if found["StateValue"] == state:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{name} is {found['StateValue']}, expected {state}")


class Topic:
    """A topic whose messages can be looked at."""

    def __init__(self, trial):
        self._trial = trial
        name = trial.unique("topic")
        self.arn = trial.ask("CreateTopic", "sns", Name=name)["TopicArn"]
        self.url = trial.ask("CreateQueue", "sqs", QueueName=name)["QueueUrl"]
        queue = trial.ask("GetQueueAttributes", "sqs", QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"]
        policy = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": queue}]}
        trial.ask("SetQueueAttributes", "sqs", QueueUrl=self.url, Attributes={"Policy": json.dumps(policy)})
        trial.ask("Subscribe", "sns", TopicArn=self.arn, Protocol="sqs", Endpoint=queue)
        trial.later(lambda: trial.ask("DeleteTopic", "sns", TopicArn=self.arn))
        trial.later(lambda: trial.ask("DeleteQueue", "sqs", QueueUrl=self.url))

    def messages(self, seconds=5):
        """The messages of alarms that have come; none after so many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            got = self._trial.ask("ReceiveMessage", "sqs", QueueUrl=self.url, MaxNumberOfMessages=10,
                                  WaitTimeSeconds=1).get("Messages", [])
            if got:
                return [json.loads(json.loads(each["Body"])["Message"]) for each in got]
        return []
