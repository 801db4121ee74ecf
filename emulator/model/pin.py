"""Write ``manifest.json`` anew from the installed botocore: ``python -m emulator.model.pin``."""

from importlib.metadata import version

import orjson

from emulator.model.loader import MANIFEST, merge, patches, read

# The 39 services of the project, with the models that belong to each (EventBridge brings Pipes, and so on).
FAMILIES = {
    "s3": ("s3",),
    "sqs": ("sqs",),
    "sns": ("sns",),
    "eventbridge": ("events", "pipes"),
    "scheduler": ("scheduler",),
    "lambda": ("lambda",),
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "iam": ("iam",),
    "sts": ("sts",),
    "ssm": ("ssm",),
    "secretsmanager": ("secretsmanager",),
    "logs": ("logs",),
    "kms": ("kms",),
    "cloudformation": ("cloudformation",),
    "ses": ("ses", "sesv2"),
    "cognito-idp": ("cognito-idp",),
    "cognito-identity": ("cognito-identity",),
    "kinesis": ("kinesis",),
    "rds": ("rds", "rds-data"),
    "elasticache": ("elasticache",),
    "stepfunctions": ("stepfunctions",),
    "apigateway": ("apigateway",),
    "apigatewayv2": ("apigatewayv2", "apigatewaymanagementapi"),
    "bedrock": ("bedrock",),
    "bedrock-runtime": ("bedrock-runtime",),
    "bedrock-agent": ("bedrock-agent",),
    "bedrock-agent-runtime": ("bedrock-agent-runtime",),
    "ecr": ("ecr",),
    "ecs": ("ecs",),
    "elbv2": ("elbv2",),
    "cloudfront": ("cloudfront", "cloudfront-keyvaluestore"),
    "route53": ("route53",),
    "wafv2": ("wafv2",),
    "application-autoscaling": ("application-autoscaling",),
    "athena": ("athena",),
    "acm": ("acm",),
    "cloudwatch": ("cloudwatch",),
    "firehose": ("firehose",),
    "glue": ("glue",),
}
# Services that are served, in part, because one of those above can't be used whole without them; not counted anywhere.
AUXILIARY = {"s3": ("s3control",)}


def described(family: str, name: str) -> dict:
    raw = read(name)
    metadata = merge(raw, patches(name))["metadata"]
    return {
        "family": family,
        "api_version": metadata["apiVersion"],
        "protocols": metadata.get("protocols") or [metadata["protocol"]],
        "signing_name": metadata.get("signingName") or metadata["endpointPrefix"],
        "endpoint_prefix": metadata["endpointPrefix"],
        "target_prefix": metadata.get("targetPrefix"),
        "service_id": metadata.get("serviceId"),
        "operations": sorted(raw["operations"]),
    }


def pin() -> dict:
    services, auxiliary = (
        {name: described(family, name) for family, names in families.items() for name in names}
        for families in (FAMILIES, AUXILIARY)
    )
    return {"botocore": version("botocore"), "services": services, "auxiliary": auxiliary}


if __name__ == "__main__":
    MANIFEST.write_bytes(orjson.dumps(pin(), option=orjson.OPT_INDENT_2) + b"\n")
    print(sum(len(each["operations"]) for each in pin()["services"].values()), "operations")
