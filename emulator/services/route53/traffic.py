"""Traffic policies with their versions, and the instances that answer for a name.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/traffic-flow.html
"""

from emulator.engines import dns_names as names
from emulator.engines import traffic_policies
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.resources import IdPattern, Lifecycle, Resource, after
from emulator.services.route53 import batches, records
from emulator.services.route53.service import ENDPOINT, bare, location, page_size, service
from emulator.services.route53.zones import Zone

VERSIONS = 1000  # of one policy


class Policy(Record):
    """One version of a traffic policy."""

    id: str
    version: int
    name: str
    type: str
    document: str
    comment: str | None


policies = Table(
    "route53.traffic_policy", Policy, key=lambda each: (each.id, each.version), scope=ACCOUNT, ordered=True
)


def _told(policy: Policy) -> dict:
    comment = {"Comment": policy.comment} if policy.comment is not None else {}
    return {"Id": policy.id, "Version": policy.version, "Name": policy.name, "Type": policy.type,
            "Document": policy.document} | comment


def versions(ctx, id: str) -> list[Policy]:
    """All versions, the oldest first. Raises NoSuchTrafficPolicy."""
    found = []
    for each in ctx.rows(policies).range((id, 0)):
        if each.id != id:
            break
        found.append(each)
    if not found:
        raise missing()
    return found


def missing() -> AwsError:
    return AwsError("NoSuchTrafficPolicy", "No traffic policy exists with the specified ID.")


def find(ctx, id: str, version: int) -> Policy:
    """Raises NoSuchTrafficPolicy."""
    found = ctx.rows(policies).get((id, version))
    if found is None:
        raise missing()
    return found


def _make(ctx, id: str, version: int, name: str, document: str, comment: str | None) -> dict:
    try:
        parsed = traffic_policies.parse(document)
    except traffic_policies.Unfit as unfit:
        raise AwsError("InvalidTrafficPolicyDocument", str(unfit)) from None
    made = ctx.rows(policies).put(Policy(id, version, name, parsed["RecordType"], document, comment))
    return {"TrafficPolicy": _told(made), "Location": f"{ENDPOINT}/trafficpolicy/{id}/{version}"}


@service.operation
def create_traffic_policy(ctx, Name, Document, Comment=None):
    """Raises TrafficPolicyAlreadyExists, InvalidTrafficPolicyDocument."""
    if any(each.name == Name for each in ctx.rows(policies)):
        raise AwsError("TrafficPolicyAlreadyExists")
    return _make(ctx, ctx.ids.uuid(), 1, Name, Document, Comment)


@service.operation
def create_traffic_policy_version(ctx, Id, Document, Comment=None):
    """Raises NoSuchTrafficPolicy, TooManyTrafficPolicyVersionsForCurrentPolicy, InvalidTrafficPolicyDocument."""
    last = versions(ctx, Id)[-1]
    if last.version >= VERSIONS:
        raise AwsError("TooManyTrafficPolicyVersionsForCurrentPolicy", f"A traffic policy has at most {VERSIONS} "
                                                                       "versions.")
    return _make(ctx, Id, last.version + 1, last.name, Document, Comment)


@service.operation
def get_traffic_policy(ctx, Id, Version):
    return {"TrafficPolicy": _told(find(ctx, Id, Version))}


@service.operation
def update_traffic_policy_comment(ctx, Id, Version, Comment):
    changed = ctx.rows(policies).put(replace(find(ctx, Id, Version), comment=Comment))
    return {"TrafficPolicy": _told(changed)}


@service.operation
def delete_traffic_policy(ctx, Id, Version):
    """Raises NoSuchTrafficPolicy, TrafficPolicyInUse."""
    policy = find(ctx, Id, Version)
    if any(_uses(each, policy) for each in Instance.rows(ctx)):
        raise AwsError("TrafficPolicyInUse")
    ctx.rows(policies).delete((Id, Version))


@service.operation
def list_traffic_policies(ctx, TrafficPolicyIdMarker=None, MaxItems=None):
    latest: dict[str, list[Policy]] = {}
    for each in ctx.rows(policies):
        latest.setdefault(each.id, []).append(each)
    limit = page_size(MaxItems)
    rest = [those for id, those in latest.items() if id >= (TrafficPolicyIdMarker or "")]
    shown = [{"Id": those[-1].id, "Name": those[-1].name, "Type": those[-1].type, "LatestVersion": those[-1].version,
              "TrafficPolicyCount": len(those)} for those in rest[:limit]]
    more = len(rest) > limit
    return {"TrafficPolicySummaries": shown, "IsTruncated": more, "MaxItems": str(limit)} | (
        {"TrafficPolicyIdMarker": rest[limit][0].id} if more else {})


@service.operation
def list_traffic_policy_versions(ctx, Id, TrafficPolicyVersionMarker=None, MaxItems=None):
    """Raises NoSuchTrafficPolicy."""
    limit = page_size(MaxItems)
    rest = [each for each in versions(ctx, Id) if each.version >= int(TrafficPolicyVersionMarker or 1)]
    more = len(rest) > limit
    return {"TrafficPolicies": list(map(_told, rest[:limit])), "IsTruncated": more, "MaxItems": str(limit)} | (
        {"TrafficPolicyVersionMarker": str(rest[limit].version)} if more else {})


# Instances

Instance = Resource(
    "TrafficPolicyInstance", service, id=IdPattern("{uuid}"), scope=ACCOUNT,
    arn="arn:{partition}:route53:::trafficpolicyinstance/{Id}", create="CreateTrafficPolicyInstance",
    read="GetTrafficPolicyInstance", update="UpdateTrafficPolicyInstance", delete="DeleteTrafficPolicyInstance",
    missing=("NoSuchTrafficPolicyInstance", "No traffic policy instance exists with the specified ID."),
    states=Lifecycle("Creating", after(1), "Applied", update=("Updating", after(1), "Applied"), member="State"),
)  # fmt: skip
Instance.on_read(location("trafficpolicyinstance"))


def _uses(instance, policy: Policy) -> bool:
    given = instance.document
    return (given["TrafficPolicyId"], given["TrafficPolicyVersion"]) == (policy.id, policy.version)


def _policy(ctx, document: dict) -> Policy:
    return find(ctx, document["TrafficPolicyId"], document["TrafficPolicyVersion"])


@Instance.on_read
def shown(ctx, record):
    return {"Message": "", "TrafficPolicyType": record.private["type"]}


@Instance.on_create
def created(ctx, record):
    given = record.document
    zone, policy = Zone.get(ctx, {"Id": given["HostedZoneId"]}), _policy(ctx, given)
    name = names.written(given["Name"])
    if records.named(ctx, zone.id[0], name, policy.type):
        raise AwsError("TrafficPolicyInstanceAlreadyExists")
    batches.refuse(batches.apply(ctx, zone, [("CREATE", {
        "Name": name, "Type": policy.type, "TrafficPolicyInstanceId": record.id[0]})]))
    return replace(record, document={**given, "HostedZoneId": zone.id[0], "Name": name}, private={"type": policy.type})


@Instance.on_update
def updated(ctx, record, before):
    if _policy(ctx, record.document).type != record.private["type"]:
        raise AwsError("ConflictingTypes")


@Instance.on_delete
def deleted(ctx, record):
    key = names.order(record.document["Name"]), record.private["type"], ""
    records.of(ctx, record.document["HostedZoneId"]).delete(key)


@service.operation
def get_traffic_policy_instance_count(ctx):
    return {"TrafficPolicyInstanceCount": len(Instance.rows(ctx))}


def _listed(ctx, given: dict, fits) -> dict:
    """Instances in the order of zone, name and type, from the markers on."""
    limit = page_size(given.get("MaxItems"))
    found = sorted((each for each in Instance.rows(ctx) if fits(each)), key=_place)
    start = (bare(given.get("HostedZoneIdMarker") or ""), given.get("TrafficPolicyInstanceNameMarker") or "",
             given.get("TrafficPolicyInstanceTypeMarker") or "")  # fmt: skip
    skip = slice(0 if "HostedZoneIdMarker" in given or not any(start) else 1, 3)
    rest = [each for each in found if _place(each)[skip] >= start[skip]]
    answer = {
        "TrafficPolicyInstances": [Instance.output(ctx, each, "GetTrafficPolicyInstance")["TrafficPolicyInstance"]
                                   for each in rest[:limit]],
        "IsTruncated": len(rest) > limit, "MaxItems": str(limit),
    }  # fmt: skip
    if len(rest) > limit:
        zone, name, type = _place(rest[limit])
        answer |= {"TrafficPolicyInstanceNameMarker": name, "TrafficPolicyInstanceTypeMarker": type}
        answer |= {} if "HostedZoneId" in given else {"HostedZoneIdMarker": zone}
    return answer


def _place(instance) -> tuple[str, str, str]:
    return instance.document["HostedZoneId"], instance.document["Name"], instance.private["type"]


@service.operation
def list_traffic_policy_instances(ctx, **given):
    return _listed(ctx, given, lambda each: True)


@service.operation
def list_traffic_policy_instances_by_hosted_zone(ctx, **given):
    """Raises NoSuchHostedZone."""
    zone = Zone.get(ctx, {"Id": given["HostedZoneId"]})
    return _listed(ctx, given, lambda each: each.document["HostedZoneId"] == zone.id[0])


@service.operation
def list_traffic_policy_instances_by_policy(ctx, **given):
    """Raises NoSuchTrafficPolicy."""
    policy = _policy(ctx, given)
    return _listed(ctx, given, lambda each: _uses(each, policy))
