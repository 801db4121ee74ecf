"""Pairs of key value stores, their versions and limits."""

from conformance.probes import probe

SERVICE = "cloudfront-keyvaluestore"
API = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"


def put(trial, store, key, value, version=None):
    given = {"KvsARN": store["ARN"], "Key": key, "Value": value, "IfMatch": version or store["ETag"]}
    return trial.ask("PutKey", **given)["ETag"]


def keys(trial, store, **more):
    return [each["Key"] for each in trial.ask("ListKeys", KvsARN=store["ARN"], **more)["Items"]]


@probe(SERVICE, "PutKey", "Every change makes a new version", API + "PutKey.html")
def changes_make_versions(trial):
    store = trial.fixture("store")
    first = put(trial, store, "a", "1")
    second = put(trial, store, "b", "2", first)
    found = trial.ask("DescribeKeyValueStore", KvsARN=store["ARN"])["ETag"]
    assert len({store["ETag"], first, second}) == 3 and found == second, (first, second, found)


@probe(SERVICE, "PutKey", "A change under an old version is a conflict", API + "PutKey.html")
def old_versions_conflict(trial):
    store = trial.fixture("store")
    put(trial, store, "a", "1")
    trial.refused("PutKey", "ConflictException", 409, KvsARN=store["ARN"], Key="b", Value="2", IfMatch=store["ETag"])


@probe(SERVICE, "DeleteKey", "A deletion under an old version is a conflict", API + "DeleteKey.html")
def old_versions_delete_nothing(trial):
    store = trial.fixture("store")
    put(trial, store, "a", "1")
    trial.refused("DeleteKey", "ConflictException", 409, KvsARN=store["ARN"], Key="key", IfMatch=store["ETag"])
    assert "key" in keys(trial, store)


@probe(SERVICE, "PutKey", "Putting a key again replaces its value", API + "PutKey.html")
def values_are_replaced(trial):
    store = trial.fixture("store")
    put(trial, store, "key", "new")
    found = trial.ask("GetKey", KvsARN=store["ARN"], Key="key")
    assert (found["Value"], found["ItemCount"]) == ("new", 2), found


@probe(SERVICE, "GetKey", "A key that is not there is not found", API + "GetKey.html")
def absent_keys_are_not_found(trial):
    trial.refused("GetKey", "ResourceNotFoundException", 404, KvsARN=trial.fixture("store")["ARN"], Key="absent")


@probe(SERVICE, "GetKey", "Keys are told apart by case", GUIDE + "kvs-with-functions-kvp.html")
def keys_have_a_case(trial):
    trial.refused("GetKey", "ResourceNotFoundException", 404, KvsARN=trial.fixture("store")["ARN"], Key="KEY")


@probe(SERVICE, "UpdateKeys", "Several changes are one version", API + "UpdateKeys.html")
def several_changes_are_one(trial):
    store = trial.fixture("store")
    made = trial.ask("UpdateKeys", KvsARN=store["ARN"], IfMatch=store["ETag"], Deletes=[{"Key": "key"}], Puts=[
        {"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    assert made["ItemCount"] == 3 and keys(trial, store) == ["a", "b", "other"], made


@probe(SERVICE, "UpdateKeys", "A request changes 50 keys at most", GUIDE + "cloudfront-limits.html#limits-functions")
def batches_are_limited(trial):
    store = trial.fixture("store")
    many = [{"Key": f"k{each}", "Value": "v"} for each in range(51)]
    trial.refused("UpdateKeys", "ValidationException", 400, KvsARN=store["ARN"], IfMatch=store["ETag"], Puts=many)
    assert len(keys(trial, store)) == 2


@probe(SERVICE, "PutKey", "A key and its value hold 1 KB at most", GUIDE + "cloudfront-limits.html#limits-functions")
def pairs_are_small(trial):
    store = trial.fixture("store")
    trial.refused("PutKey", "ValidationException", 400, KvsARN=store["ARN"], Key="k", Value="v" * 1024,
                  IfMatch=store["ETag"])


@probe(SERVICE, "PutKey", "Sizes are counted in bytes of UTF-8", API + "PutKey.html")
def sizes_are_bytes(trial):
    store = trial.fixture("store")
    before = trial.ask("DescribeKeyValueStore", KvsARN=store["ARN"])["TotalSizeInBytes"]
    put(trial, store, "ä", "€")
    assert trial.ask("DescribeKeyValueStore", KvsARN=store["ARN"])["TotalSizeInBytes"] == before + 5


@probe(SERVICE, "ListKeys", "A list without a limit holds ten pairs", API + "ListKeys.html")
def lists_have_ten(trial):
    store = trial.fixture("store")
    trial.ask("UpdateKeys", KvsARN=store["ARN"], IfMatch=store["ETag"], Puts=[
        {"Key": f"k{each:02}", "Value": "v"} for each in range(20)])
    page = trial.ask("ListKeys", KvsARN=store["ARN"])
    assert len(page["Items"]) == 10 and page["NextToken"], page
    rest = trial.ask("ListKeys", KvsARN=store["ARN"], NextToken=page["NextToken"], MaxResults=50)
    assert len(rest["Items"]) == 12 and "NextToken" not in rest, rest


@probe(SERVICE, "ListKeys", "A token that nobody gave is refused", API + "ListKeys.html")
def tokens_come_from_answers(trial):
    trial.refused("ListKeys", "ValidationException", 400, KvsARN=trial.fixture("store")["ARN"], NextToken="none")


@probe(SERVICE, "DescribeKeyValueStore", "The data plane's version is not the control plane's", GUIDE +
       "kvs-with-functions-kvp.html")
def planes_have_versions_of_their_own(trial):
    store = trial.fixture("store")
    rows = trial.ask("ListKeyValueStores", "cloudfront")["KeyValueStoreList"]["Items"]
    name = next(each["Name"] for each in rows if each["ARN"] == store["ARN"])
    other = trial.ask("DescribeKeyValueStore", "cloudfront", Name=name)["ETag"]
    put(trial, store, "a", "1")
    assert other != store["ETag"]
    assert trial.ask("DescribeKeyValueStore", "cloudfront", Name=name)["ETag"] == other


@probe(SERVICE, "DescribeKeyValueStore", "A store that was deleted has no pairs any more", API +
       "DescribeKeyValueStore.html")
def deleted_stores_are_gone(trial):
    made = trial.ask("CreateKeyValueStore", "cloudfront", Name=trial.unique("gone"))
    version = trial.world.wait(
        lambda: trial.ask("DescribeKeyValueStore", "cloudfront", Name=made["KeyValueStore"]["Name"]),
        lambda found: found["KeyValueStore"]["Status"] == "READY")["ETag"]
    trial.ask("DeleteKeyValueStore", "cloudfront", Name=made["KeyValueStore"]["Name"], IfMatch=version)
    trial.refused("DescribeKeyValueStore", "ResourceNotFoundException", 404, KvsARN=made["KeyValueStore"]["ARN"])


@probe(SERVICE, "GetKey", "A function reads what was put", GUIDE + "functions-custom-methods.html")
def functions_read_pairs(trial):
    store = trial.fixture("store")
    code = b"""import cf from 'cloudfront';
        async function handler(event) { console.log(await cf.kvs().get('key')); return event.request; }"""
    made = trial.ask("CreateFunction", "cloudfront", Name=trial.unique("f"), FunctionCode=code, FunctionConfig={
        "Comment": "", "Runtime": "cloudfront-js-2.0", "KeyValueStoreAssociations": {
            "Quantity": 1, "Items": [{"KeyValueStoreARN": store["ARN"]}]}})
    found = trial.ask("TestFunction", "cloudfront", Name=made["FunctionSummary"]["Name"], IfMatch=made["ETag"],
                      EventObject=b'{"request":{}}')["TestResult"]
    assert found["FunctionExecutionLogs"] == ["value"], found
