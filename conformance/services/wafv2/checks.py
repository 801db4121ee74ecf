"""What proves that a call on resources of AWS WAF did its work."""

import json

from conformance.services.readback import gone, listed
from conformance.services.wafv2.fixtures import CAPACITIES, RULES, SCOPE, STATEMENTS, TAGS, declared

NOBODY = "01234567-89ab-4def-8123-456789abcdef"
KINDS = {"IPSet": "set", "RegexPatternSet": "patterns", "RuleGroup": "group", "WebACL": "acl"}
MANAGED_FALSE = {"ManagedByFirewallManager": False, "RetrofittedByFirewallManager": False}


def body(answer):
    """An answer without what the SDK adds."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def named(given, answer):
    return {"Name": given["Name"], "Scope": SCOPE, "Id": given.get("Id") or answer["Summary"]["Id"]}


def tags(proof, arn):
    found = proof.read("ListTagsForResource", {"ResourceARN": arn})["TagInfoForResource"]
    proof.equal("ResourceARN", arn, found["ResourceARN"])
    return {each["Key"]: each["Value"] for each in found["TagList"]}


def told(kind, given):
    """What a resource tells beside what was written."""
    if kind in ("IPSet", "RegexPatternSet"):
        return {}
    return {"Rules": given.get("Rules", []), **(MANAGED_FALSE if kind == "WebACL" else {})}


def resource(kind, fixture):
    """Create, update, get, delete and list of one kind."""
    @declared.check(f"Create{kind}")
    def created(proof, world, given, answer):
        found = proof.read(f"Get{kind}", named(given, answer))
        made = found[kind]
        written = {name: value for name, value in given.items() if name not in ("Scope", "Tags")}
        proof.holds(f"Get{kind}", {"Description": "", **written, **told(kind, given)}, made)
        proof.equal("LockToken", answer["Summary"]["LockToken"], found["LockToken"])
        proof.holds("Summary", {name: made[name] for name in ("Name", "Id", "ARN", "Description")}, answer["Summary"])
        proof.equal("tags", {each["Key"]: each["Value"] for each in given.get("Tags", [])}, tags(proof, made["ARN"]))
        if kind == "WebACL":
            proof.equal("Capacity", sum(_cost(each) for each in given.get("Rules", [])), made["Capacity"])
        if kind in ("WebACL", "RuleGroup"):
            proof.equal("LabelNamespace", f"awswaf:{world.account}:{kind.lower()}:{given['Name']}:",
                        made["LabelNamespace"])

    @declared.check(f"Update{kind}")
    def updated(proof, world, given, answer):
        found = proof.read(f"Get{kind}", named(given, answer))
        written = {name: value for name, value in given.items() if name not in ("Scope", "LockToken")}
        proof.holds(f"Get{kind}", {"Description": "", **written, **told(kind, given)}, found[kind])
        proof.equal("NextLockToken", found["LockToken"], answer["NextLockToken"])
        proof.true("NextLockToken", answer["NextLockToken"] != given["LockToken"], "another than before", answer)

    @declared.check(f"Get{kind}")
    def shown(proof, world, given, answer):
        made = world.fixture(fixture)
        proof.holds(kind, {name: made[name] for name in ("Name", "Id", "ARN")}, answer[kind])
        proof.equal("Description", "words", answer[kind]["Description"])
        proof.equal("LockToken", made["LockToken"], answer["LockToken"])

    declared.undo[f"Create{kind}"] = lambda world, given, answer: world.ask(
        f"Delete{kind}", {**named(given, answer), "LockToken": answer["Summary"]["LockToken"]})
    gone(declared, f"Delete{kind}", read=f"Get{kind}", by=("Name", "Scope", "Id"), code="WAFNonexistentItemException")
    listed(declared, f"List{kind}s", f"{kind}s", fixture, "Id", "Id", ("NextMarker", "NextMarker"))

    @declared.check(f"List{kind}s")
    def summary(proof, world, given, answer):
        made = world.fixture(fixture)
        row = next((each for each in answer[f"{kind}s"] if each["Id"] == made["Id"]), None)
        if row is not None or given.get("Limit") != 1:
            proof.holds("summary", {**{name: made[name] for name in ("Name", "Id", "ARN", "LockToken")},
                                    "Description": "words"}, row)


def _cost(rule):
    return next(cost for statement, cost in zip(STATEMENTS, CAPACITIES) if statement == rule["Statement"])


for _kind, _fixture in KINDS.items():
    resource(_kind, _fixture)


@declared.check("GetIPSet")
def addresses(proof, world, given, answer):
    proof.holds("IPSet", {"IPAddressVersion": "IPV4", "Addresses": ["192.0.2.0/24"]}, answer["IPSet"])


@declared.check("GetRegexPatternSet")
def expressions(proof, world, given, answer):
    proof.equal("patterns", [{"RegexString": "a+b"}], answer["RegexPatternSet"]["RegularExpressionList"])


@declared.check("GetRuleGroup")
def group_told(proof, world, given, answer):
    found = answer["RuleGroup"]
    prefix = f"awswaf:{world.account}:rulegroup:{found['Name']}:"
    proof.holds("RuleGroup", {"Capacity": 500, "LabelNamespace": prefix,
                              "AvailableLabels": [{"Name": prefix + "seen"}],
                              "ConsumedLabels": [{"Name": prefix + "seen"}]}, found)
    proof.equal("Rules", RULES[-1], found["Rules"])


@declared.check("GetWebACL")
def acl_told(proof, world, given, answer):
    found = answer["WebACL"]
    proof.holds("WebACL", {"Capacity": 703, "DefaultAction": {"Allow": {}}, **MANAGED_FALSE,
                           "LabelNamespace": f"awswaf:{world.account}:webacl:{found['Name']}:"}, found)
    proof.equal("rules", ["rate", "managed"], [each["Name"] for each in found["Rules"]])


@declared.check("CheckCapacity")
def capacity_told(proof, world, given, answer):
    twice = [{**given["Rules"][0], "Name": name} for name in ("a", "b")]  # with one priority
    proof.refused("CheckCapacity", {**given, "Rules": twice}, "WAFInvalidParameterException")
    proof.equal("Capacity", sum(_cost(each) for each in given["Rules"]), answer["Capacity"])


@declared.check("AssociateWebACL")
def associated(proof, world, given, answer):
    found = proof.read("GetWebACLForResource", {"ResourceArn": given["ResourceArn"]})
    proof.equal("WebACL", given["WebACLArn"], found.get("WebACL", {}).get("ARN"))
    listing = proof.read("ListResourcesForWebACL", {"WebACLArn": given["WebACLArn"]})
    proof.equal("ResourceArns", [given["ResourceArn"]], listing["ResourceArns"])


declared.undo["AssociateWebACL"] = lambda world, given, answer: world.ask(
    "DisassociateWebACL", {"ResourceArn": given["ResourceArn"]})


@declared.check("DisassociateWebACL")
def dissociated(proof, world, given, answer):
    found = proof.read("GetWebACLForResource", {"ResourceArn": given["ResourceArn"]})
    proof.equal("WebACL", None, found.get("WebACL"))


@declared.check("GetWebACLForResource")
def acl_of_resource(proof, world, given, answer):
    made = world.fixture("protected")
    proof.holds("WebACL", {name: made[name] for name in ("Name", "Id", "ARN")}, answer.get("WebACL"))
    found = proof.read("GetWebACL", {"Name": made["Name"], "Scope": SCOPE, "Id": made["Id"]})["WebACL"]
    proof.equal("the whole", found, answer.get("WebACL"))


@declared.check("ListResourcesForWebACL")
def resources_told(proof, world, given, answer):
    proof.equal("ResourceArns", [world.fixture("protected")["LoadBalancerArn"]], answer["ResourceArns"])


def plain(configuration):
    return {"ManagedByFirewallManager": False, "LogType": "WAF_LOGS", "LogScope": "CUSTOMER", **configuration}


@declared.check("PutLoggingConfiguration")
def logging_stands(proof, world, given, answer):
    wanted = plain(given["LoggingConfiguration"])
    proof.equal("answer", wanted, answer["LoggingConfiguration"])
    found = proof.read("GetLoggingConfiguration", {"ResourceArn": wanted["ResourceArn"]})
    proof.equal("told", wanted, found["LoggingConfiguration"])


@declared.check("GetLoggingConfiguration")
def logging_told(proof, world, given, answer):
    proof.equal("configuration", plain(world.fixture("logged")["Logging"]), answer["LoggingConfiguration"])


@declared.check("ListLoggingConfigurations")
def loggings_told(proof, world, given, answer):
    if "Limit" in given:
        proof.pages("ListLoggingConfigurations", given, "LoggingConfigurations", ("NextMarker", "NextMarker"),
                    "ResourceArn")
    proof.equal("configurations", [plain(world.fixture("logged")["Logging"])], answer["LoggingConfigurations"])


gone(declared, "DeleteLoggingConfiguration", read="GetLoggingConfiguration", by=("ResourceArn",),
     code="WAFNonexistentItemException")
gone(declared, "DeletePermissionPolicy", read="GetPermissionPolicy", by=("ResourceArn",),
     code="WAFNonexistentItemException")
gone(declared, "DeleteAPIKey", read="GetDecryptedAPIKey", by=("Scope", "APIKey"), code="WAFNonexistentItemException")


@declared.check("PutPermissionPolicy")
def policy_stands(proof, world, given, answer):
    found = proof.read("GetPermissionPolicy", {"ResourceArn": given["ResourceArn"]})["Policy"]
    proof.equal("Policy", json.loads(given["Policy"]), json.loads(found))


@declared.check("GetPermissionPolicy")
def policy_told(proof, world, given, answer):
    proof.equal("principal", "111122223333", json.loads(answer["Policy"])["Statement"][0]["Principal"]["AWS"])


@declared.check("CreateAPIKey")
def key_stands(proof, world, given, answer):
    found = proof.read("GetDecryptedAPIKey", {"Scope": SCOPE, "APIKey": answer["APIKey"]})
    proof.equal("TokenDomains", given["TokenDomains"], found["TokenDomains"])


declared.undo["CreateAPIKey"] = lambda world, given, answer: world.ask(
    "DeleteAPIKey", {"Scope": SCOPE, "APIKey": answer["APIKey"]})


@declared.check("GetDecryptedAPIKey")
def key_told(proof, world, given, answer):
    proof.equal("TokenDomains", ["example.com"], answer["TokenDomains"])
    proof.present("CreationTimestamp")


@declared.check("ListAPIKeys")
def keys_told(proof, world, given, answer):
    if "Limit" in given:
        proof.pages("ListAPIKeys", given, "APIKeySummaries", ("NextMarker", "NextMarker"), "APIKey")
    proof.holds("key", {"APIKey": world.fixture("key")["APIKey"], "TokenDomains": ["example.com"], "Version": 1},
                (answer["APIKeySummaries"] or [None])[0])
    proof.present("APIKeySummaries.CreationTimestamp")


@declared.check("TagResource", "UntagResource", "ListTagsForResource")
def tags_stand(proof, world, given, answer):
    wanted = {**TAGS, **{each["Key"]: each["Value"] for each in given.get("Tags", [])}}
    for name in given.get("TagKeys", []):
        wanted.pop(name, None)
    proof.equal("tags", wanted, tags(proof, given["ResourceARN"]))
    if "TagInfoForResource" in answer and given.get("Limit") != 1:
        proof.equal("answer", wanted, {
            each["Key"]: each["Value"] for each in answer["TagInfoForResource"]["TagList"]})


@declared.check("DeleteFirewallManagerRuleGroups")
def token_moves(proof, world, given, answer):
    made = world.fixture("acl")
    found = proof.read("GetWebACL", {"Name": made["Name"], "Scope": SCOPE, "Id": made["Id"]})
    proof.equal("NextWebACLLockToken", found["LockToken"], answer["NextWebACLLockToken"])
    proof.true("NextWebACLLockToken", answer["NextWebACLLockToken"] != given["WebACLLockToken"], "a new one", answer)
