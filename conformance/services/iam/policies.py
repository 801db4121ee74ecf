"""Managed and inline policies, attachments, boundaries, simulation: fixtures and proofs."""

import json

from conformance.services.iam import samples
from conformance.services.iam.hints import NAMES, declared
from conformance.services.iam.identities import absent, as_list, document, dropping, missing, tags_of
from conformance.services.readback import alike, gone, listed, told, written

NO_POLICY = missing("Policy {PolicyArn} was not found.")


@declared.fixture("policy", dropping("DeletePolicy", "PolicyArn"), absent, NO_POLICY)
def policy(world):
    world.unknown("GetPolicy", {"PolicyArn": absent(world)["PolicyArn"]})
    made = world.ask("CreatePolicy", {"PolicyName": world.unique("fixture"), "PolicyDocument": samples.POLICY,
                                      "Description": world.tag, "Tags": as_list(tags_of(world))})["Policy"]
    return {**made, "PolicyArn": made["Arn"], "Tags": tags_of(world), "Description": world.tag}


@declared.fixture("versions", None, absent, missing())
def versions(world):
    arn = world.fixture("policy")["PolicyArn"]
    made = world.ask("CreatePolicyVersion", {"PolicyArn": arn, "PolicyDocument": samples.OTHER})["PolicyVersion"]
    world.later(lambda: (world.ask("SetDefaultPolicyVersion", {"PolicyArn": arn, "VersionId": "v1"}),
                         world.ask("DeletePolicyVersion", {"PolicyArn": arn, "VersionId": made["VersionId"]})))
    return {"PolicyArn": arn, "VersionId": made["VersionId"]}


@declared.fixture("attached", None, absent, missing())
def attached(world):
    arn = world.fixture("policy")["PolicyArn"]
    names = {name: world.fixture(noun.lower())[name] for noun, name in NAMES.items()}
    for noun, name in NAMES.items():
        given = {name: names[name], "PolicyArn": arn}
        world.ask(f"Attach{noun}Policy", given)
        world.later(lambda noun=noun, given=given: world.ask(f"Detach{noun}Policy", given))
    return {"PolicyArn": arn, **names}


@declared.fixture("inline", None, absent, missing())
def inline(world):
    names = {name: world.fixture(noun.lower())[name] for noun, name in NAMES.items()}
    for noun, name in NAMES.items():
        given = {name: names[name], "PolicyName": "there"}
        world.ask(f"Put{noun}Policy", {**given, "PolicyDocument": samples.POLICY})
        world.later(lambda noun=noun, given=given: world.ask(f"Delete{noun}Policy", given))
    return {"PolicyName": "there", "UserArn": world.fixture("user")["Arn"], **names}


@declared.fixture("bounded", None, absent, missing())
def bounded(world):
    arn = world.fixture("policy")["PolicyArn"]
    names = {NAMES[noun]: world.fixture(noun.lower())[NAMES[noun]] for noun in ("User", "Role")}
    for noun in ("User", "Role"):
        given = {NAMES[noun]: names[NAMES[noun]]}
        world.ask(f"Put{noun}PermissionsBoundary", {**given, "PermissionsBoundary": arn})
        world.later(lambda noun=noun, given=given: world.ask(f"Delete{noun}PermissionsBoundary", given))
    return {"PolicyArn": arn, **names}


declared.before.update(ListPolicies=("attached",), ListEntitiesForPolicy=("attached",),
                       ListPolicyVersions=("versions",),
                       **{f"ListAttached{noun}Policies": ("attached",) for noun in NAMES},
                       **{f"List{noun}Policies": ("inline",) for noun in NAMES})
declared.errors.update({(operation, member): missing() for operation, member in (
    ("AttachUserPolicy", "PolicyArn"), ("AttachRolePolicy", "PolicyArn"), ("AttachGroupPolicy", "PolicyArn"),
    ("GetPolicyVersion", "PolicyArn"), ("CreatePolicyVersion", "PolicyArn"), ("ListEntitiesForPolicy", "PolicyArn"),
    ("PutUserPermissionsBoundary", "PermissionsBoundary"), ("PutRolePermissionsBoundary", "PermissionsBoundary"),
    ("CreateUser", "PermissionsBoundary"), ("CreateRole", "PermissionsBoundary"),
    ("DetachUserPolicy", "PolicyArn"), ("DetachRolePolicy", "PolicyArn"), ("DetachGroupPolicy", "PolicyArn"))})
written(declared, "CreatePolicy", read="GetPolicy", by={"PolicyArn": "answer.Policy.Arn"}, at="Policy")
told(declared, "GetPolicy", fixture="policy", names=("Arn", "PolicyName", "PolicyId", "Description", "Path"),
     at="Policy")
gone(declared, "DeletePolicy", read="GetPolicy", by=("PolicyArn",), code="NoSuchEntity")
listed(declared, "ListPolicies", "Policies", "policy", "Arn", "Arn", token=("Marker", "Marker"))
declared.hints.always["ListPolicies"] = ("Scope",)
alike(declared, "CreatePolicy", read="GetPolicy", by={"PolicyArn": "answer.Policy.Arn"}, at="Policy", read_at="Policy",
      leave=("Description",))
declared.present.update({
    "GetPolicy": tuple(f"Policy.{name}" for name in (
        "AttachmentCount", "DefaultVersionId", "IsAttachable", "CreateDate", "UpdateDate",
        "PermissionsBoundaryUsageCount", "Tags")),
    "CreatePolicyVersion": tuple(f"PolicyVersion.{name}" for name in ("IsDefaultVersion", "CreateDate", "VersionId")),
    "GetPolicyVersion": tuple(f"PolicyVersion.{name}" for name in ("VersionId", "CreateDate")),
})  # fmt: skip
declared.looking.update({"SimulateCustomPolicy", "SimulatePrincipalPolicy"})
declared.undo["CreatePolicy"] = lambda world, given, answer: world.ask(
    "DeletePolicy", {"PolicyArn": answer["Policy"]["Arn"]})


def version(proof, arn, number):
    return proof.read("GetPolicyVersion", {"PolicyArn": arn, "VersionId": number})["PolicyVersion"]


@declared.check("CreatePolicy", "CreatePolicyVersion")
def version_stands(proof, world, given, answer):
    arn = given.get("PolicyArn") or answer["Policy"]["Arn"]
    number = answer["PolicyVersion"]["VersionId"] if "PolicyVersion" in answer else "v1"
    found = version(proof, arn, number)
    proof.equal("Document", json.loads(given["PolicyDocument"]), document(found["Document"]))
    proof.equal("IsDefaultVersion", given.get("SetAsDefault", "Policy" in answer), found["IsDefaultVersion"])
    if "PolicyArn" in given:
        world.later(lambda: (world.ask("SetDefaultPolicyVersion", {"PolicyArn": arn, "VersionId": "v1"}),
                             world.ask("DeletePolicyVersion", {"PolicyArn": arn, "VersionId": number})))


@declared.check("GetPolicyVersion")
def version_told(proof, world, given, answer):
    proof.equal("Document", json.loads(samples.POLICY), document(answer["PolicyVersion"]["Document"]))
    proof.equal("IsDefaultVersion", True, answer["PolicyVersion"]["IsDefaultVersion"])


@declared.check("SetDefaultPolicyVersion")
def default_set(proof, world, given, answer):
    proof.equal("IsDefaultVersion", True, version(proof, given["PolicyArn"], given["VersionId"])["IsDefaultVersion"])
    found = proof.read("GetPolicy", {"PolicyArn": given["PolicyArn"]})
    proof.equal("DefaultVersionId", given["VersionId"], found["Policy"]["DefaultVersionId"])


@declared.check("DeletePolicyVersion", "ListPolicyVersions")
def versions_told(proof, world, given, answer):
    found = answer.get("Versions") or proof.read("ListPolicyVersions", {"PolicyArn": given["PolicyArn"]})["Versions"]
    if "MaxItems" in given:
        proof.pages("ListPolicyVersions", given, "Versions", ("Marker", "Marker"), "VersionId")
        return
    wanted = ["v1"] if "VersionId" in given else ["v1", world.fixture("versions")["VersionId"]]
    proof.equal("Versions", wanted, sorted(each["VersionId"] for each in found))


for _noun, _name in NAMES.items():
    @declared.check(f"Attach{_noun}Policy", f"Detach{_noun}Policy", f"ListAttached{_noun}Policies")
    def attachment(proof, world, given, answer, noun=_noun, name=_name):
        asked = {name: given[name]}
        found = answer.get("AttachedPolicies") or proof.read(f"ListAttached{noun}Policies", asked)["AttachedPolicies"]
        arns = [each["PolicyArn"] for each in found]
        detached = world.log[-2][1] == f"Detach{noun}Policy"
        wanted = [] if detached else [given.get("PolicyArn") or world.fixture("policy")["PolicyArn"]]
        proof.equal("AttachedPolicies", wanted, arns)
        if world.log[-2][1].startswith("Attach"):
            world.later(lambda: world.ask(f"Detach{noun}Policy", given))

    @declared.check(f"Put{_noun}Policy", f"Get{_noun}Policy")
    def inline_stands(proof, world, given, answer, noun=_noun, name=_name):
        asked = {name: given[name], "PolicyName": given["PolicyName"]}
        found = answer if "PolicyDocument" in answer else proof.read(f"Get{noun}Policy", asked)
        proof.equal("PolicyDocument", json.loads(given.get("PolicyDocument", samples.POLICY)),
                    document(found["PolicyDocument"]))
        proof.holds("answer", asked, found)
        if "PolicyDocument" in given:
            world.later(lambda: world.ask(f"Delete{noun}Policy", asked))

    @declared.check(f"List{_noun}Policies")
    def inline_listed(proof, world, given, answer):
        proof.equal("PolicyNames", [world.fixture("inline")["PolicyName"]], answer["PolicyNames"])

    gone(declared, f"Delete{_noun}Policy", read=f"Get{_noun}Policy", by=(_name, "PolicyName"), code="NoSuchEntity")

for _noun in ("User", "Role"):
    @declared.check(f"Put{_noun}PermissionsBoundary", f"Delete{_noun}PermissionsBoundary")
    def boundary(proof, world, given, answer, noun=_noun):
        name = {NAMES[noun]: given[NAMES[noun]]}
        found = proof.read(f"Get{noun}", name)[noun].get("PermissionsBoundary", {})
        proof.equal("PermissionsBoundary", given.get("PermissionsBoundary"), found.get("PermissionsBoundaryArn"))
        if found:
            world.later(lambda: world.ask(f"Delete{noun}PermissionsBoundary", name))


@declared.check("ListEntitiesForPolicy")
def entities_told(proof, world, given, answer):
    wanted = {f"Policy{noun}s": [world.fixture(noun.lower())[name]] for noun, name in NAMES.items()}
    found = {f"Policy{noun}s": [each[name] for each in answer[f"Policy{noun}s"]] for noun, name in NAMES.items()}
    chosen = given.get("EntityFilter")
    there = 3 if chosen is None else 1
    if given.get("MaxItems", there) < there:
        proof.equal("entities", given["MaxItems"], sum(map(len, found.values())))
        proof.equal("IsTruncated", True, answer["IsTruncated"])
        return
    proof.equal("entities", {key: value if chosen in (None, key[6:-1]) else [] for key, value in wanted.items()}, found)


@declared.check("SimulateCustomPolicy", "SimulatePrincipalPolicy")
def simulated(proof, world, given, answer):
    """Only reading objects is allowed, whatever else the documents say on their condition."""
    for result in answer["EvaluationResults"]:
        action = result["EvalActionName"]
        allowed = action == "s3:GetObject" or (len(given.get("PolicyInputList", ())) > 1 and "ContextEntries" in given)
        proof.equal(action, "allowed" if allowed else "implicitDeny", result["EvalDecision"])
        proof.equal("EvalResourceName", given.get("ResourceArns", ["*"])[0], result.get("EvalResourceName"))
    names = [result["EvalActionName"] for result in answer["EvaluationResults"]]
    proof.equal("EvalActionName", given["ActionNames"][: given.get("MaxItems", 100)], names)


@declared.check("GetContextKeysForCustomPolicy", "GetContextKeysForPrincipalPolicy")
def keys_told(proof, world, given, answer):
    wanted = ["aws:PrincipalTag/a"] if samples.OTHER in given.get("PolicyInputList", ()) else []
    proof.equal("ContextKeyNames", [each.lower() for each in wanted],
                [each.lower() for each in answer["ContextKeyNames"]])


@declared.check("ListPoliciesGrantingServiceAccess")
def granting_told(proof, world, given, answer):
    found = {each["ServiceNamespace"]: [one["PolicyName"] for one in each.get("Policies", [])]
             for each in answer["PoliciesGrantingServiceAccess"]}
    proof.equal("PoliciesGrantingServiceAccess", {name: ["there"] if name == "s3" else []
                                                  for name in given["ServiceNamespaces"]}, found)
