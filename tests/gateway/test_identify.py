"""Which service, region, bucket and access key a request names: by host, scope, target, form and path."""

import pytest

from emulator.gateway import hosts
from emulator.gateway.identify import identify
from emulator.protocol.wire import Request


def signed(service, region="eu-west-1", key="AKIDEXAMPLE"):
    return {"authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, Signature=0"}


@pytest.mark.parametrize(
    ("host", "service", "region", "bucket"),
    [
        ("my.bucket.s3.eu-west-1.amazonaws.com", "s3", "eu-west-1", "my.bucket"),
        ("b.s3.amazonaws.com:443", "s3", None, "b"),
        ("s3.us-west-2.amazonaws.com", "s3", "us-west-2", None),
        ("b.s3.localhost.localstack.cloud:4566", "s3", None, "b"),
        ("b.s3.us-east-2.localhost.localstack.cloud:4566", "s3", "us-east-2", "b"),
        ("b.s3-website-us-east-1.amazonaws.com", "s3-website", "us-east-1", "b"),
        ("b.s3-website.localhost:4566", "s3-website", None, "b"),
        ("sqs.us-east-1.amazonaws.com", "sqs", "us-east-1", None),
        ("us-east-1.queue.amazonaws.com", "sqs", "us-east-1", None),
        ("streams.dynamodb.eu-central-1.amazonaws.com", "streams.dynamodb", "eu-central-1", None),
        ("127.0.0.1:4566", None, None, None),
        ("localhost:4566", None, None, None),
    ],
)
def test_hosts(host, service, region, bucket):
    found = hosts.parse(host)
    assert (found.service, found.region, found.bucket) == (service, region, bucket)


@pytest.mark.parametrize(
    ("request_", "service", "region", "key"),
    [
        (Request("GET", "/b/k", "", signed("s3")), "s3", "eu-west-1", "AKIDEXAMPLE"),
        (Request("GET", "/b/k", "X-Amz-Credential=AK%2F20260101%2Fap-south-1%2Fs3%2Faws4_request", {}),
         "s3", "ap-south-1", "AK"),
        (Request("GET", "/b/k", "AWSAccessKeyId=AK&Signature=x&Expires=1", {}), "s3", "us-east-1", "AK"),
        (Request("GET", "/b/k", "", {"authorization": "AWS AK:sig"}), "s3", "us-east-1", "AK"),
        (Request("GET", "/b/k"), "s3", "us-east-1", ""),
        (Request("POST", "/", "", {"x-amz-target": "AmazonSQS.SendMessage"}), "sqs", "us-east-1", ""),
        (Request("POST", "/", "", signed("dynamodb") | {"x-amz-target": "DynamoDBStreams_20120810.ListStreams"}),
         "dynamodbstreams", "eu-west-1", "AKIDEXAMPLE"),
        (Request("POST", "/", "", {"content-type": "application/x-www-form-urlencoded"},
                 b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15"), "sts", "us-east-1", ""),
        (Request("POST", "/", "", signed("ses") | {"content-type": "application/x-www-form-urlencoded"},
                 b"Action=ListIdentities&Version=2010-12-01"), "ses", "eu-west-1", "AKIDEXAMPLE"),
        (Request("GET", "/v2/email/account", "", signed("ses")), "sesv2", "eu-west-1", "AKIDEXAMPLE"),
        (Request("GET", "/restapis", "", signed("apigateway")), "apigateway", "eu-west-1", "AKIDEXAMPLE"),
        (Request("GET", "/v2/apis", "", signed("apigateway")), "apigatewayv2", "eu-west-1", "AKIDEXAMPLE"),
        (Request("POST", "/model/m/converse", "", signed("bedrock")), "bedrock-runtime", "eu-west-1", "AKIDEXAMPLE"),
        (Request("GET", "/foundation-models", "", signed("bedrock")), "bedrock", "eu-west-1", "AKIDEXAMPLE"),
        (Request("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics", "",
                 {"smithy-protocol": "rpc-v2-cbor"}), "cloudwatch", "us-east-1", ""),
        (Request("GET", "/", "", signed("nosuch")), None, "eu-west-1", "AKIDEXAMPLE"),
    ],
)  # fmt: skip
def test_identify(request_, service, region, key):
    found = identify(request_)
    assert (found.service, found.region, found.access_key) == (service, region, key)
