"""A program as users write it: nothing of it knows that it is recorded."""

import os
import signal
import sys
from contextlib import suppress

import boto3

account = "029608264753"
s3 = boto3.client("s3", region_name="eu-west-1")
s3.put_object(Bucket=f"logs-{account}", Key="a b/c", Body=f"account {account}".encode())
body = s3.get_object(Bucket=f"logs-{account}", Key="a b/c")["Body"].read()
assert body == f"account {account}".encode(), body
with suppress(s3.exceptions.NoSuchKey):
    s3.get_object(Bucket=f"logs-{account}", Key="none")
s3.put_object(Bucket=f"logs-{account}", Key="large", Body=b"x" * 300_000)
sqs = boto3.client("sqs", region_name="us-east-1")
sqs.send_message(QueueUrl=f"https://sqs.us-east-1.amazonaws.com/{account}/q", MessageBody=f"from {account}")
credentials = boto3.client("sts", region_name="us-east-1").get_session_token()["Credentials"]
boto3.client("sts", region_name="us-east-1", aws_access_key_id=credentials["AccessKeyId"],
             aws_secret_access_key=credentials["SecretAccessKey"],
             aws_session_token=credentials["SessionToken"]).get_session_token()
if "--crash" in sys.argv:
    os.kill(os.getpid(), signal.SIGKILL)
