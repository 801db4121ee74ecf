"""IAM's policies over alarms, dashboards and namespaces."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.testing.inprocess import InProcess

HERE = "arn:aws:cloudwatch:us-east-1:000000000000:"


@pytest.fixture(scope="module")
def running():
    started = InProcess(iam="enforce").start()
    yield started
    started.stop()


@pytest.fixture
def user(running):
    """``user(statement, …)``: CloudWatch as a new user with these statements sees it."""
    running.reset()

    def client(service, key="test", secret="test"):
        return boto3.client(service, endpoint_url=running.url, region_name="us-east-1", aws_access_key_id=key,
                            aws_secret_access_key=secret, config=Config(retries={"total_max_attempts": 1}))  # fmt: skip

    def make(*statements):
        iam = client("iam")
        iam.create_user(UserName="ann")
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=document)
        made = iam.create_access_key(UserName="ann")["AccessKey"]
        return client("cloudwatch", made["AccessKeyId"], made["SecretAccessKey"])

    return make


def allow(action, resource="*", **condition):
    found = {"Effect": "Allow", "Action": action, "Resource": resource}
    return found | ({"Condition": condition} if condition else {})


def denied(operation, **given):
    with pytest.raises(ClientError) as caught:
        operation(**given)
    return caught.value.response["Error"]["Code"].startswith("AccessDenied")


def test_alarms_are_resources(user):
    cloudwatch = user(allow("cloudwatch:*Alarm*", f"{HERE}alarm:mine-*"))
    given = {"Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1,
             "Threshold": 1, "ComparisonOperator": "LessThanThreshold"}  # fmt: skip
    cloudwatch.put_metric_alarm(AlarmName="mine-a", **given)
    assert denied(cloudwatch.put_metric_alarm, AlarmName="other", **given)
    cloudwatch.delete_alarms(AlarmNames=["mine-a"])
    assert denied(cloudwatch.set_alarm_state, AlarmName="other", StateValue="OK", StateReason="r")


def test_dashboards_have_no_region(user):
    cloudwatch = user(allow("cloudwatch:*", "arn:aws:cloudwatch::000000000000:dashboard/mine"))
    cloudwatch.put_dashboard(DashboardName="mine", DashboardBody='{"widgets": []}')
    assert denied(cloudwatch.put_dashboard, DashboardName="other", DashboardBody='{"widgets": []}')


def test_namespaces_are_conditions(user):
    cloudwatch = user(allow("cloudwatch:PutMetricData", StringEquals={"cloudwatch:namespace": "mine"}))
    data = [{"MetricName": "m", "Value": 1.0}]
    cloudwatch.put_metric_data(Namespace="mine", MetricData=data)
    assert denied(cloudwatch.put_metric_data, Namespace="other", MetricData=data)
