"""How calls of services are given and answered: names, members, values."""

import json

import pytest

from emulator.engines.asl import resources
from emulator.kernel.errors import AwsError
from emulator.model import load
from emulator.services.stepfunctions.integrations import names, services
from emulator.services.stepfunctions.integrations.values import answered, given, parameters


@pytest.mark.parametrize(("service", "client"), [
    ("dynamodb", "DynamoDb"), ("stepfunctions", "Sfn"), ("s3", "S3"), ("logs", "CloudWatchLogs"), ("sqs", "Sqs"),
    ("secretsmanager", "SecretsManager"), ("elbv2", "ElasticLoadBalancingV2"), ("lambda", "Lambda"),
])  # fmt: skip
def test_clients_are_named_as_in_the_sdk(service, client):
    assert names.client_of(load(service).metadata["serviceId"]) == client


def operation(resource: str):
    return services.operation_of(resources.read(f"arn:aws:states:::{resource}"))


@pytest.mark.parametrize(("resource", "service", "name"), [
    ("lambda:invoke.waitForTaskToken", "lambda", "Invoke"), ("states:startExecution.sync:2", "stepfunctions",
                                                             "StartExecution"),
    ("aws-sdk:sfn:listActivities", "stepfunctions", "ListActivities"), ("events:putEvents", "events", "PutEvents"),
    ("aws-sdk:cloudwatchlogs:putLogEvents", "logs", "PutLogEvents"),
    ("aws-sdk:elasticloadbalancingv2:describeLoadBalancers", "elbv2", "DescribeLoadBalancers"),
])  # fmt: skip
def test_operations_are_found(resource, service, name):
    found = operation(resource)
    assert (found.service.name, found.name) == (service, name)


@pytest.mark.parametrize("resource", ["batch:submitJob", "aws-sdk:polly:describeVoices"])
def test_services_out_of_scope_have_none(resource):
    assert operation(resource) is None


@pytest.mark.parametrize(("resource", "error", "name", "begins"), [
    ("dynamodb:putItem", AwsError("ResourceNotFoundException", "No.", 400), "DynamoDB.ResourceNotFoundException",
     "No. (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: id;"),
    ("sqs:sendMessage", AwsError("Unheard", "No.", 500), "SQS.AmazonSQSException",
     "No. (Service: AmazonSQS; Status Code: 500; Error Code: Unheard; Request ID: id;"),
    ("aws-sdk:sqs:sendMessage", AwsError("QueueDoesNotExist", "No.", 400), "Sqs.QueueDoesNotExistException",
     "No. (Service: Sqs, Status Code: 400, Request ID: id)"),
    ("aws-sdk:s3:getObject", AwsError("Unheard", "No.", 404), "S3.S3Exception",
     "No. (Service: S3, Status Code: 404, Request ID: id, Extended Request ID: more)"),
])  # fmt: skip
def test_errors_are_worded_as_the_sdk_does(resource, error, name, begins):
    parsed = resources.read(f"arn:aws:states:::{resource}")
    if parsed.sdk is None:
        found = names.optimized_failure(names.OPTIMIZED[parsed.type], operation(resource), error, "id")
    else:
        found = names.sdk_failure(operation(resource), error, "id", "more")
    assert found[0] == name
    assert found[1].startswith(begins)


def test_members_are_found_whatever_their_first_letter():
    shape = operation("sqs:sendMessage").input
    assert given(shape, {"queueUrl": "u", "MessageBody": {"a": [1]}, "Nothing": 1, "DelaySeconds": None}) == {
        "QueueUrl": "u", "MessageBody": '{"a":[1]}'}


@pytest.mark.parametrize(("resource", "arguments", "reason"), [
    ("sqs:sendMessage", [], "The value for the field 'Parameters' must be an object"),
    ("events:putEvents", {"Entries": "x"}, "The value for the field 'Entries' must be an array"),
    ("aws-sdk:s3:getObject", {"Bucket": "b"}, "The field 'Key' is required but was missing"),
    ("sqs:sendMessage", {"DelaySeconds": "soon"}, "The value for the field 'DelaySeconds' must be of type integer"),
    ("aws-sdk:cloudwatch:getMetricStatistics", {"StartTime": "noon"}, "The value for the field 'StartTime' must be of"
     " type timestamp"),
])  # fmt: skip
def test_arguments_that_can_not_be_used(resource, arguments, reason):
    with pytest.raises(ValueError, match=reason):
        parameters(operation(resource), arguments)


def test_a_task_whose_arguments_can_not_be_used_fails(machines):
    found = machines.run({"StartAt": "A", "States": {"A": {
        "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "Parameters": {}, "End": True}}})
    assert (found["error"], found["cause"]) == (
        "States.Runtime", "The Parameters '{}' could not be used to start the Task: [The field 'Bucket' is required but"
                          " was missing]")  # fmt: skip


def test_moments_and_bytes_are_read():
    shape = operation("aws-sdk:lambda:invoke").input
    assert given(shape, {"FunctionName": "f", "Payload": {"a": 1}})["Payload"] == b'{"a":1}'
    shape = operation("aws-sdk:cloudwatch:getMetricStatistics").input
    assert given(shape, {"StartTime": "2027-01-15T12:00:00Z"}) == {"StartTime": 1_800_014_400.0}


@pytest.mark.parametrize(("milliseconds", "wanted"), [(True, 1_800_014_400_500), (False, "2027-01-15T12:00:00.500Z")])
def test_answers_have_capital_members(milliseconds, wanted):
    shape = load("stepfunctions").operations["StartExecution"].output
    found = answered(shape, {"startDate": 1_800_014_400.5, "executionArn": "a"}, milliseconds)
    assert json.loads(json.dumps(found)) == {"ExecutionArn": "a", "StartDate": wanted}
