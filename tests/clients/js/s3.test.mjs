// The AWS SDK for JavaScript v3 against the emulator named by AWS_ENDPOINT_URL: S3.
import assert from "node:assert/strict";
import { randomBytes, createHash } from "node:crypto";
import { Readable } from "node:stream";
import test from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const client = new s3.S3Client({ forcePathStyle: true, maxAttempts: 1 });
const Bucket = `js-${randomBytes(6).toString("hex")}`;
const send = (name, input) => client.send(new s3[`${name}Command`]({ Bucket, ...input }));

test.before(() => send("CreateBucket", {}));

test("an object comes back as it was put, with its metadata and checksum", async () => {
  const put = await send("PutObject", { Key: "a/b c+ü", Body: "hello", Metadata: { colour: "blue" }, ContentType: "text/plain" });
  assert.equal(put.ETag, `"${createHash("md5").update("hello").digest("hex")}"`);
  const got = await send("GetObject", { Key: "a/b c+ü", ChecksumMode: "ENABLED" });
  assert.equal(await got.Body.transformToString(), "hello");
  assert.deepEqual(got.Metadata, { colour: "blue" });
  assert.equal(got.ContentType, "text/plain");
  assert.equal(got.ChecksumCRC32, put.ChecksumCRC32);
});

test("a missing key and a missing bucket are told apart", async () => {
  await assert.rejects(send("GetObject", { Key: "none" }), (error) => error instanceof s3.NoSuchKey);
  await assert.rejects(send("ListObjectsV2", { Bucket: `${Bucket}-none` }), (error) => error instanceof s3.NoSuchBucket);
});

test("a stream of unknown length goes up in parts", async () => {
  const body = randomBytes(11 * 1024 * 1024);
  const pieces = function* () { for (let at = 0; at < body.length; at += 65536) yield body.subarray(at, at + 65536); };
  const upload = new Upload({ client, params: { Bucket, Key: "large", Body: Readable.from(pieces()) }, partSize: 5 * 1024 * 1024 });
  const done = await upload.done();
  assert.match(done.ETag, /-3"$/);
  const got = await send("GetObject", { Key: "large" });
  assert.ok(Buffer.from(await got.Body.transformToByteArray()).equals(body));
});

test("pages of a listing end", async () => {
  for (let n = 0; n < 5; n++) await send("PutObject", { Key: `page/${n}`, Body: "x" });
  const keys = [];
  for await (const page of s3.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: "page/" })) {
    keys.push(...page.Contents.map((each) => each.Key));
  }
  assert.deepEqual(keys, ["page/0", "page/1", "page/2", "page/3", "page/4"]);
});

test("presigned URLs work without credentials", async () => {
  const put = await getSignedUrl(client, new s3.PutObjectCommand({ Bucket, Key: "presigned" }), { expiresIn: 60 });
  assert.equal((await fetch(put, { method: "PUT", body: "by url" })).status, 200);
  const get = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: "presigned" }), { expiresIn: 60 });
  assert.equal(await (await fetch(get)).text(), "by url");
});
