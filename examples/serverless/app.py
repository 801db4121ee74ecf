"""Orders, serverless: S3 -> Lambda -> Step Functions -> Lambda, DynamoDB -> its stream -> Lambda -> SNS.

``python examples/serverless/app.py http://127.0.0.1:4566`` deploys it to a running emulator, uploads an order and
prints what the topic says of it. Without an address it goes to AWS, where it costs cents and leaves its resources
behind: ``App.remove`` takes them away.
"""

import io
import json
import sys
import time
import zipfile
from pathlib import Path

import boto3

HERE = Path(__file__).parent
NAME = "orders"
TRUST = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]}}]}  # fmt: skip
RIGHTS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": [
    "s3:GetObject", "states:StartExecution", "lambda:InvokeFunction", "dynamodb:*", "sns:Publish", "logs:*"]}]}


def zipped(path: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(path, path.name)
    return buffer.getvalue()


class App:
    """Everything that the app is made of; ``clients(service)`` gives a client of boto3."""

    def __init__(self, clients):
        self.clients = clients
        self.account = clients("sts").get_caller_identity()["Account"]
        self.bucket = f"{NAME}-{self.account}"
        self.role = self.machine = self.topic = ""

    def deploy(self) -> None:
        self.role = self._role()
        self.topic = self.clients("sns").create_topic(Name=NAME)["TopicArn"]
        price = self._function("price")
        table = self._table()
        definition = (HERE / "machine.json").read_text().replace("${price}", price).replace("${table}", NAME)
        self.machine = self.clients("stepfunctions").create_state_machine(
            name=NAME, roleArn=self.role, definition=definition
        )["stateMachineArn"]
        announce = self._function("announce", TOPIC=self.topic)
        self.clients("lambda").create_event_source_mapping(
            FunctionName=announce, EventSourceArn=table["LatestStreamArn"], StartingPosition="TRIM_HORIZON"
        )
        self._bucket(self._function("ingest", MACHINE=self.machine))

    def _role(self) -> str:
        iam = self.clients("iam")
        role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        iam.put_role_policy(RoleName=NAME, PolicyName=NAME, PolicyDocument=json.dumps(RIGHTS))
        return role

    def _function(self, name: str, **variables: str) -> str:
        lambda_ = self.clients("lambda")
        arn = lambda_.create_function(
            FunctionName=f"{NAME}-{name}", Runtime="python3.12", Handler=f"{name}.handler", Role=self.role, Timeout=30,
            Code={"ZipFile": zipped(HERE / "functions" / f"{name}.py")}, Environment={"Variables": variables},
        )["FunctionArn"]
        lambda_.get_waiter("function_active_v2").wait(FunctionName=arn)
        return arn

    def _table(self) -> dict:
        dynamodb = self.clients("dynamodb")
        dynamodb.create_table(
            TableName=NAME, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        dynamodb.get_waiter("table_exists").wait(TableName=NAME)
        return dynamodb.describe_table(TableName=NAME)["Table"]

    def _bucket(self, ingest: str) -> None:
        s3 = self.clients("s3")
        s3.create_bucket(Bucket=self.bucket)
        self.clients("lambda").add_permission(
            FunctionName=ingest, StatementId="bucket", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{self.bucket}", SourceAccount=self.account,
        )
        s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": ingest, "Events": ["s3:ObjectCreated:*"]}]})

    def listen(self) -> str:
        """A queue that gets what the topic says; its URL."""
        sqs = self.clients("sqs")
        url = sqs.create_queue(QueueName=NAME)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        allow = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": arn}]}  # fmt: skip
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(allow)})
        self.clients("sns").subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn,
                                      Attributes={"RawMessageDelivery": "true"})
        return url

    def order(self, key: str, **items: int) -> None:
        self.clients("s3").put_object(Bucket=self.bucket, Key=key, Body=json.dumps({"items": items}))

    def heard(self, url: str, count: int, seconds: float = 60.0) -> list[dict]:
        """So many messages of the queue, or fewer when time is over."""
        sqs, found, end = self.clients("sqs"), [], time.monotonic() + seconds
        while len(found) < count and time.monotonic() < end:
            for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", ()):
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def remove(self) -> None:
        lambda_, s3 = self.clients("lambda"), self.clients("s3")
        for mapping in lambda_.list_event_source_mappings(FunctionName=f"{NAME}-announce")["EventSourceMappings"]:
            lambda_.delete_event_source_mapping(UUID=mapping["UUID"])
        for name in ("ingest", "price", "announce"):
            lambda_.delete_function(FunctionName=f"{NAME}-{name}")
        for each in s3.list_objects_v2(Bucket=self.bucket).get("Contents", ()):
            s3.delete_object(Bucket=self.bucket, Key=each["Key"])
        s3.delete_bucket(Bucket=self.bucket)
        self.clients("stepfunctions").delete_state_machine(stateMachineArn=self.machine)
        self.clients("dynamodb").delete_table(TableName=NAME)
        self.clients("sns").delete_topic(TopicArn=self.topic)
        iam = self.clients("iam")
        iam.delete_role_policy(RoleName=NAME, PolicyName=NAME)
        iam.delete_role(RoleName=NAME)


def main(endpoint: str | None) -> None:
    here = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if endpoint else {}
    app = App(lambda service: boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", **here))
    app.deploy()
    url = app.listen()
    app.order("first", pen=2, book=1)
    print(app.heard(url, 1))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
