"""Time what a request costs in decoding plus encoding, without routing: ``python tests/protocol/bench_codecs.py``."""

from statistics import median
from time import perf_counter

from emulator.model import load
from emulator.protocol import Request, protocol_for

CASES = {
    "sqs SendMessage (json)": (
        "sqs", "json", Request("POST", "/", "", {"x-amz-target": "AmazonSQS.SendMessage"},
                               b'{"QueueUrl":"http://127.0.0.1:4566/000000000000/q","MessageBody":"hello world",'
                               b'"MessageAttributes":{"a":{"DataType":"String","StringValue":"x"}}}'),
        {"MessageId": "8f0e2720-372e-5f35-8806-47d4f7fe6961", "MD5OfMessageBody": "5eb63bbbe01eeed093cb22bb8f5acdc3",
         "MD5OfMessageAttributes": "5eb63bbbe01eeed093cb22bb8f5acdc3"}),
    "dynamodb PutItem (json)": (
        "dynamodb", "json", Request("POST", "/", "", {"x-amz-target": "DynamoDB_20120810.PutItem"},
                                    b'{"TableName":"t","Item":{"pk":{"S":"a"},"n":{"N":"1"},"m":{"M":{"x":{"S":"y"},'
                                    b'"l":{"L":[{"N":"1"},{"BOOL":true}]}}},"b":{"B":"aGVsbG8="}},'
                                    b'"ReturnConsumedCapacity":"TOTAL"}'),
        {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": 1.0}}),
    "sts GetCallerIdentity (query)": (
        "sts", "query", Request("POST", "/", "", {"content-type": "application/x-www-form-urlencoded"},
                                b"Action=GetCallerIdentity&Version=2011-06-15"),
        {"Arn": "arn:aws:iam::000000000000:root", "UserId": "AIDAEXAMPLE", "Account": "000000000000"}),
    "s3 PutObject (rest-xml)": (
        "s3", "rest-xml", Request("PUT", "/bucket/key", "", {"content-type": "text/plain", "content-length": "5",
                                                            "x-amz-meta-a": "b", "host": "127.0.0.1"}, b"hello"),
        {"ETag": '"5d41402abc4b2a76b9719d911017c592"', "ServerSideEncryption": "AES256"}),
    "s3 GetObject (rest-xml)": (
        "s3", "rest-xml", Request("GET", "/bucket/key", "", {"host": "127.0.0.1"}),
        {"Body": b"hello", "ETag": '"5d41402abc4b2a76b9719d911017c592"', "ContentLength": 5, "LastModified": 1700000000,
         "ContentType": "text/plain", "AcceptRanges": "bytes", "Metadata": {"a": "b"}}),
}


def measure(name: str, rounds: int = 2000) -> tuple[float, float]:
    """(median µs of decode plus encode, median µs of routing) of a case."""
    service, protocol_name, template, result = CASES[name]
    protocol = protocol_for(load(service), protocol_name)
    operation, labels = protocol.route(template)
    codec = protocol.codec(operation)
    requests = [Request(template.method, template.path, template.query, template.headers, template.body)
                for _ in range(rounds)]
    routing, both = [], []
    for request in requests:
        start = perf_counter()
        protocol.route(request)
        routed = perf_counter()
        codec.decode(request, labels)
        codec.encode(result, "8f0e2720-372e-5f35-8806-47d4f7fe6961")
        routing.append(routed - start)
        both.append(perf_counter() - routed)
    return median(both) * 1e6, median(routing) * 1e6


if __name__ == "__main__":
    for each in CASES:
        cost, route = measure(each)
        print(f"{each:32} decode+encode {cost:6.2f} µs   route {route:6.2f} µs")
