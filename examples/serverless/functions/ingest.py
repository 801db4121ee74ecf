"""An order was uploaded: start its way through the state machine."""

import json
import os
from urllib.parse import unquote_plus

import boto3

s3, machines = boto3.client("s3"), boto3.client("stepfunctions")


def handler(event, context):
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
        order = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        machines.start_execution(stateMachineArn=os.environ["MACHINE"], input=json.dumps({"id": key, **order}))
