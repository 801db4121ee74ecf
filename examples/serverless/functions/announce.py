"""An order is in the table: tell everybody who wants to know."""

import json
import os

import boto3

sns = boto3.client("sns")


def handler(event, context):
    for record in event["Records"]:
        item = record["dynamodb"]["NewImage"]
        message = {"id": item["id"]["S"], "cents": int(item["cents"]["N"]), "state": item["state"]["S"]}
        sns.publish(TopicArn=os.environ["TOPIC"], Message=json.dumps(message))
