"""Services by the names that Task states use, and the names and wording that their errors get there.

Optimized integrations are called with the AWS SDK for Java 1, all others with version 2: each words an error in its own
way. https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

import re
from typing import NamedTuple

from emulator.kernel.errors import AwsError
from emulator.model import Operation


class Optimized(NamedTuple):
    """``service`` is botocore's name; ``error`` begins error names, ``client`` is the SDK's name of the service."""

    service: str
    error: str
    client: str
    generic: str


OPTIMIZED: dict[str, Optimized] = {
    "apigateway": Optimized("apigateway", "ApiGateway", "AmazonApiGateway", "AmazonApiGatewayException"),
    "athena": Optimized("athena", "Athena", "AmazonAthena", "AmazonAthenaException"),
    "bedrock": Optimized("bedrock-runtime", "Bedrock", "AmazonBedrock", "AmazonBedrockException"),
    "dynamodb": Optimized("dynamodb", "DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException"),
    "ecs": Optimized("ecs", "ECS", "AmazonECS", "AmazonECSException"),
    "events": Optimized("events", "EventBridge", "AmazonEventBridge", "AmazonEventBridgeException"),
    "glue": Optimized("glue", "Glue", "AWSGlue", "AWSGlueException"),
    "lambda": Optimized("lambda", "Lambda", "AWSLambda", "AWSLambdaException"),
    "sns": Optimized("sns", "SNS", "AmazonSNS", "AmazonSNSException"),
    "sqs": Optimized("sqs", "SQS", "AmazonSQS", "AmazonSQSException"),
    "states": Optimized("stepfunctions", "StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException"),
}  # fmt: skip

WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def client_of(service_id: str) -> str:
    """The SDK's name of a service, as in its client's class: ``DynamoDB`` → DynamoDb, ``SFN`` → Sfn."""
    return "".join(word.capitalize() for word in WORDS.findall(service_id))


def _exception(operation: Operation, error: AwsError) -> str | None:
    """The SDK's class for an error that the service's model knows."""
    shape = operation.errors.get(error.code)
    name = shape.name if shape is not None else None
    if name is None and error.code in operation.service.errors:
        name = operation.service.errors[error.code].name
    if name is None:
        return None
    return name if name.endswith("Exception") else f"{name}Exception"


def optimized_failure(found: Optimized, operation: Operation, error: AwsError, request_id: str) -> tuple[str, str]:
    """An error's name and cause, from an optimized integration."""
    name = _exception(operation, error) or found.generic
    return f"{found.error}.{name}", (
        f"{error.message} (Service: {found.client}; Status Code: {error.status or 400}; Error Code: {error.code};"
        f" Request ID: {request_id}; Proxy: null)"
    )  # fmt: skip


def sdk_failure(operation: Operation, error: AwsError, request_id: str, extended: str) -> tuple[str, str]:
    """An error's name and cause, from an SDK integration."""
    client = client_of(operation.service.metadata["serviceId"])
    name = _exception(operation, error) or f"{client}Exception"
    more = f", Extended Request ID: {extended}" if client.startswith("S3") else ""
    return f"{client}.{name}", (
        f"{error.message} (Service: {client}, Status Code: {error.status or 400}, Request ID: {request_id}{more})"
    )
