"""AWS WAF's sets and web ACLs as state machines, found by their names in the listings."""

from conformance.client.caller import Refused
from conformance.sequences.kind import Kind, follow

SCOPE = "REGIONAL"
SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": False, "MetricName": "metric"}
ADDRESSES = (["192.0.2.0/24"], ["198.51.100.7/32", "203.0.113.0/24"], [])
DEFAULTS = ({"Allow": {}}, {"Block": {}}, {"Block": {"CustomResponse": {"ResponseCode": 404}}})


def named(trial, kind, name):
    """Name, scope and id of what has a name; what has none is asked for under an id of nobody."""
    rows = follow_rows(trial, kind)
    id = rows.get(name, {}).get("Id", "01234567-89ab-4def-8123-456789abcdef")
    return {"Name": name, "Scope": SCOPE, "Id": id}


def follow_rows(trial, kind):
    found, given = {}, {"Scope": SCOPE, "Limit": 100}
    while True:
        answer = trial.ask(f"List{kind}s", **given)
        found.update({each["Name"]: each for each in answer[f"{kind}s"]})
        if not answer.get("NextMarker"):
            return found
        given["NextMarker"] = answer["NextMarker"]


def get(trial, kind, name):
    return trial.ask(f"Get{kind}", **named(trial, kind, name))


def pages(kind):
    return lambda trial, prefix, size: [each for each in follow(
        trial, f"List{kind}s", {"Scope": SCOPE, "Limit": size}, f"{kind}s", ("NextMarker", "NextMarker"), "Name")
        if each.startswith(prefix)]


def tags(trial, kind, name):
    arn = get(trial, kind, name)[kind]["ARN"]
    found = trial.ask("ListTagsForResource", ResourceARN=arn)["TagInfoForResource"]["TagList"]
    return {each["Key"]: each["Value"] for each in found}


def update(trial, kind, name, **value):
    """Under the lock as it stands; another writer's change in between is tried again."""
    for _ in range(20):
        token = get(trial, kind, name)["LockToken"]
        try:
            return trial.ask(f"Update{kind}", **named(trial, kind, name), LockToken=token, **value)
        except Refused as refusal:
            if refusal.answer.code != "WAFOptimisticLockException":
                raise
    raise AssertionError("the lock was never free")


def kind_of(kind, called, values, member, more, **options):
    return Kind(
        "wafv2", called, values,
        create=lambda trial, name, value: trial.ask(f"Create{kind}", Name=name, Scope=SCOPE, **{member: value}, **more),
        read=lambda trial, name: get(trial, kind, name)[kind][member],
        update=lambda trial, name, value: update(trial, kind, name, **{member: value}, **{
            key: each for key, each in more.items() if key != "IPAddressVersion"}),
        delete=lambda trial, name: trial.ask(
            f"Delete{kind}", **named(trial, kind, name), LockToken=get(trial, kind, name)["LockToken"]),
        missing="WAFNonexistentItemException", again="WAFDuplicateItemException",
        listed=lambda trial, prefix: pages(kind)(trial, prefix, 100), pages=pages(kind),
        tag=lambda trial, name, given: trial.ask("TagResource", ResourceARN=get(trial, kind, name)[kind]["ARN"], Tags=[
            {"Key": key, "Value": value} for key, value in given.items()]),
        untag=lambda trial, name, keys: trial.ask(
            "UntagResource", ResourceARN=get(trial, kind, name)[kind]["ARN"], TagKeys=keys),
        tags=lambda trial, name: tags(trial, kind, name), **options,
    )  # fmt: skip


KINDS = [
    kind_of("IPSet", "ip set", ADDRESSES, "Addresses", {"IPAddressVersion": "IPV4"}),
    kind_of("WebACL", "web acl", DEFAULTS, "DefaultAction", {"VisibilityConfig": SEEN}, sequences=6),
]
