// The AWS SDK for JavaScript v3 against the emulator named by AWS_ENDPOINT_URL: SQS and STS.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import * as sqs from "@aws-sdk/client-sqs";
import * as sts from "@aws-sdk/client-sts";

const queues = new sqs.SQSClient({ maxAttempts: 1 });
const tokens = new sts.STSClient({ maxAttempts: 1 });
const name = () => `js-${randomBytes(6).toString("hex")}`;

test("messages with attributes go through a queue (the SDK checks their MD5)", async () => {
  const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: name() }));
  const MessageAttributes = { kind: { DataType: "String", StringValue: "test" }, raw: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 3]) } };
  await queues.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: "héllo", MessageAttributes }));
  const { Messages } = await queues.send(new sqs.ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], WaitTimeSeconds: 1 }));
  assert.equal(Messages[0].Body, "héllo");
  assert.equal(Messages[0].MessageAttributes.kind.StringValue, "test");
  assert.deepEqual([...Messages[0].MessageAttributes.raw.BinaryValue], [1, 2, 3]);
  await queues.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
});

test("a FIFO queue keeps order and drops duplicates", async () => {
  const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: `${name()}.fifo`, Attributes: { FifoQueue: "true", ContentBasedDeduplication: "true" } }));
  for (const MessageBody of ["1", "2", "2", "3"]) await queues.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "g" }));
  const { Messages } = await queues.send(new sqs.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
  assert.deepEqual(Messages.map((each) => each.Body), ["1", "2", "3"]);
});

test("a queue that does not exist is a typed error", async () => {
  await assert.rejects(queues.send(new sqs.GetQueueUrlCommand({ QueueName: name() })), (error) => error instanceof sqs.QueueDoesNotExist);
});

test("who am I, and as an assumed role", async () => {
  const me = await tokens.send(new sts.GetCallerIdentityCommand({}));
  assert.match(me.Account, /^\d{12}$/);
  const role = await tokens.send(new sts.AssumeRoleCommand({ RoleArn: `arn:aws:iam::${me.Account}:role/tester`, RoleSessionName: "session" }));
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = role.Credentials;
  const assumed = new sts.STSClient({ credentials: { accessKeyId, secretAccessKey, sessionToken } });
  const they = await assumed.send(new sts.GetCallerIdentityCommand({}));
  assert.equal(they.Arn, `arn:aws:sts::${me.Account}:assumed-role/tester/session`);
});
