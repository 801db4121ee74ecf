// The AWS SDK for JavaScript v3 against the emulator named by AWS_ENDPOINT_URL: DynamoDB's client and document client.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as lib from "@aws-sdk/lib-dynamodb";

const client = new dynamodb.DynamoDBClient({ maxAttempts: 1 });
const documents = lib.DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
const TableName = `js-${randomBytes(6).toString("hex")}`;
const send = (name, input) => documents.send(new lib[`${name}Command`]({ TableName, ...input }));
const key = (sk) => ({ pk: "a", sk });

test.before(async () => {
  await client.send(new dynamodb.CreateTableCommand({
    TableName, BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "sk", AttributeType: "N" }],
  }));
  await dynamodb.waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 10 }, { TableName });
});

test("a document comes back as it was put", async () => {
  const Item = { ...key(1), text: "ü", list: [1, "x", null, true], map: { deep: { n: 1.5 } }, tags: new Set(["x", "y"]),
    bytes: new Uint8Array([0, 255]), none: undefined };
  await send("Put", { Item });
  const got = (await send("Get", { Key: key(1) })).Item;
  const { none, ...expected } = Item;
  assert.deepEqual({ ...got, bytes: [...got.bytes] }, { ...expected, bytes: [0, 255] });
});

test("a failed condition is an error of its own, with the item that stands there", async () => {
  await send("Put", { Item: { ...key(2), x: "old" } });
  const put = { Item: key(2), ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
  await assert.rejects(send("Put", put), (error) => {
    assert.ok(error instanceof dynamodb.ConditionalCheckFailedException);
    assert.deepEqual(error.Item.x, { S: "old" });
    return true;
  });
});

test("updates count and return what is new", async () => {
  const update = { Key: key(3), UpdateExpression: "ADD hits :n", ExpressionAttributeValues: { ":n": 2 }, ReturnValues: "ALL_NEW" };
  await send("Update", update);
  assert.equal((await send("Update", update)).Attributes.hits, 4);
});

test("batches and pages", async () => {
  const numbers = Array.from({ length: 25 }, (_, n) => n + 100);
  const RequestItems = { [TableName]: numbers.map((n) => ({ PutRequest: { Item: key(n) } })) };
  assert.deepEqual((await documents.send(new lib.BatchWriteCommand({ RequestItems }))).UnprocessedItems, {});
  const query = { TableName, KeyConditionExpression: "pk = :p AND sk >= :s", ExpressionAttributeValues: { ":p": "a", ":s": 100 } };
  const found = [];
  let pages = 0;
  for await (const page of lib.paginateQuery({ client: documents, pageSize: 10 }, query)) {
    found.push(...page.Items.map((each) => each.sk));
    pages += 1;
  }
  assert.deepEqual(found, numbers);
  assert.equal(pages, 3);
});

test("a cancelled transaction tells why", async () => {
  const TransactItems = [
    { Put: { TableName, Item: key(200) } },
    { ConditionCheck: { TableName, Key: key(404), ConditionExpression: "attribute_exists(pk)" } },
  ];
  await assert.rejects(documents.send(new lib.TransactWriteCommand({ TransactItems })), (error) => {
    assert.ok(error instanceof dynamodb.TransactionCanceledException);
    assert.deepEqual(error.CancellationReasons.map((each) => each.Code), ["None", "ConditionalCheckFailed"]);
    return true;
  });
  assert.equal((await send("Get", { Key: key(200) })).Item, undefined);
});

test("PartiQL", async () => {
  await documents.send(new lib.ExecuteStatementCommand({
    Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'a', 'sk': ?, 'x': ?}`, Parameters: [300, "y"],
  }));
  const found = await documents.send(new lib.ExecuteStatementCommand({
    Statement: `SELECT x FROM "${TableName}" WHERE pk = ? AND sk = ?`, Parameters: ["a", 300],
  }));
  assert.deepEqual(found.Items, [{ x: "y" }]);
});
