"""CloudFront KeyValueStore: pairs under a version.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations_Amazon_CloudFront_KeyValueStore.html
"""

from conformance.generator.hints import Leave, Ref, Samples
from conformance.services.declared import Declared, Error
from conformance.services.readback import gone

declared = Declared("cloudfront-keyvaluestore", {
    "KvsARN": Ref("store", "ARN"), "IfMatch": Ref("store", "ETag", must=False),
    "GetKey.Key": Ref("store", "Key"), "DeleteKey.Key": Ref("store", "Key"),
    "PutKey.Key": Samples("new", "k/1", "ключ"), "PutKey.Value": Samples("value", "v" * 1000, "значение"),
    "Puts": Samples([{"Key": "a", "Value": "1"}], [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]),
    "Deletes": Samples([{"Key": Ref("store", "Key", must=False)}]), "MaxResults": Samples(1, 50),
    "NextToken": Leave("a token comes from an answer; checks follow pages"),
})  # fmt: skip
declared.looking.update(("DescribeKeyValueStore",))
NO_STORE, NO_KEY = Error("ResourceNotFoundException", 404), Error("ResourceNotFoundException", 404)


def absent(world):
    return {"ARN": f"arn:aws:cloudfront::{world.account}:key-value-store/11111111-2222-3333-4444-555555555555",
            "ETag": "KVABSENT", "Key": "absent"}


@declared.fixture("store", None, absent, NO_STORE)
def store(world):
    world.unknown("DescribeKeyValueStore", {"KvsARN": absent(world)["ARN"]})
    made = world.ask("CreateKeyValueStore", {"Name": world.unique("store"), "Comment": "c"}, "cloudfront")
    arn = made["KeyValueStore"]["ARN"]
    version = world.ask("DescribeKeyValueStore", {"KvsARN": arn})["ETag"]
    version = world.ask("UpdateKeys", {"KvsARN": arn, "IfMatch": version, "Puts": [
        {"Key": "key", "Value": "value"}, {"Key": "other", "Value": "{}"}]})["ETag"]
    return {"ARN": arn, "ETag": version, "Key": "key", "Pairs": {"key": "value", "other": "{}"}}


def pairs(proof, arn):
    """All pairs, by as many pages as there are."""
    found, asked = {}, {"KvsARN": arn, "MaxResults": 1}
    for _ in range(100):
        page = proof.read("ListKeys", asked)
        found |= {each["Key"]: each["Value"] for each in page.get("Items", [])}
        if "NextToken" not in page:
            return found
        asked["NextToken"] = page["NextToken"]
    return found


def size(held):
    return sum(len(key.encode()) + len(value.encode()) for key, value in held.items())


@declared.check("PutKey", "UpdateKeys", "DeleteKey")
def pairs_stand(proof, world, given, answer):
    wanted = dict(world.fixture("store")["Pairs"])
    puts = given.get("Puts", [given] if "Value" in given else [])
    wanted.update((each["Key"], each["Value"]) for each in puts)
    for each in given.get("Deletes", [given] if "Key" in given and "Value" not in given else []):
        wanted.pop(each["Key"], None)
    proof.equal("Items", wanted, pairs(proof, given["KvsARN"]))
    proof.equal("sizes", (len(wanted), size(wanted)), (answer["ItemCount"], answer["TotalSizeInBytes"]))
    found = proof.read("DescribeKeyValueStore", {"KvsARN": given["KvsARN"]})
    proof.equal("described", {name: answer[name] for name in ("ItemCount", "TotalSizeInBytes", "ETag")}, {
        name: found.get(name) for name in ("ItemCount", "TotalSizeInBytes", "ETag")})
    proof.true("ETag", answer["ETag"] != given["IfMatch"], "a new one", answer["ETag"])


@declared.check("DescribeKeyValueStore")
def described(proof, world, given, answer):
    made = world.fixture("store")
    proof.holds("answer", {"KvsARN": made["ARN"], "ETag": made["ETag"], "ItemCount": 2, "Status": "READY",
                           "TotalSizeInBytes": size(made["Pairs"])}, answer)
    proof.true("times", answer["Created"] <= answer["LastModified"], "created, then changed", answer)


@declared.check("GetKey")
def key_told(proof, world, given, answer):
    made = world.fixture("store")
    proof.equal("answer", {"Key": "key", "Value": "value", "ItemCount": 2, "TotalSizeInBytes": size(made["Pairs"])}, {
        name: answer[name] for name in ("Key", "Value", "ItemCount", "TotalSizeInBytes")})


@declared.check("ListKeys")
def keys_listed(proof, world, given, answer):
    made = world.fixture("store")
    wanted = [{"Key": key, "Value": value} for key, value in sorted(made["Pairs"].items())]
    proof.equal("Items", wanted[: given.get("MaxResults", 10)], answer["Items"])
    proof.equal("all pages", made["Pairs"], pairs(proof, given["KvsARN"]))


gone(declared, "DeleteKey", read="GetKey", by=("KvsARN", "Key"), code="ResourceNotFoundException")
