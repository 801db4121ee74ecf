"""Users, roles, groups, instance profiles: how they are made, and what proves that a call did its work."""

import json
from urllib.parse import unquote

from conformance.services.declared import Error
from conformance.services.iam import samples
from conformance.services.iam.hints import NAMES, TAGGED, declared
from conformance.services.readback import alike, gone, listed, repeated, tagged, told, written
from emulator.model import load

MISSING = {
    "User": "The user with name {UserName} cannot be found.", "Role": "The role with name {RoleName} cannot be found.",
    "Group": "The group with name {GroupName} cannot be found.",
}


def missing(message: str | None = None) -> Error:
    return Error("NoSuchEntity", 404, message)


def absent(world):
    name, arn = f"absent{world.tag}", f"arn:aws:iam::{world.account}"
    return {"UserName": name, "RoleName": name, "GroupName": name, "PolicyArn": f"{arn}:policy/{name}",
            "InstanceProfileName": name, "PolicyName": name, "VersionId": "v99", "SerialNumber": f"{arn}:mfa/{name}",
            "OpenIDConnectProviderArn": f"{arn}:oidc-provider/{name}.example.com", "UserArn": f"{arn}:user/{name}",
            "SAMLProviderArn": f"{arn}:saml-provider/{name}", "ServerCertificateName": name, "AccountAlias": name,
            "AccessKeyId": "AKIA00ABSENT0EXAMPLE", "SSHPublicKeyId": "APKA00ABSENT0EXAMPLE",
            "ServiceSpecificCredentialId": "ACCA00ABSENT0EXAMPLE", "CertificateId": "ABSENTABSENTABSENTABSENT",
            "JobId": "00000000-0000-4000-8000-000000000000", "DelegationRequestId": "absent-absent-absent",
            "EntityArn": f"{arn}:delegation-request/absent-absent-absent",
            "DeletionTaskId": f"task/aws-service-role/absent/{name}/00000000-0000-4000-8000-000000000000"}


def tags_of(world):
    return {"k": "v", "other": world.tag}


def as_list(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def dropping(operation, *names):
    return lambda world, fields: world.ask(operation, {name: fields[name] for name in names})


@declared.fixture("user", dropping("DeleteUser", "UserName"), absent, missing(MISSING["User"]))
def user(world):
    world.unknown("GetUser", {"UserName": absent(world)["UserName"]})
    made = world.ask("CreateUser", {"UserName": world.unique("fixture"), "Tags": as_list(tags_of(world))})["User"]
    return {**made, "Tags": tags_of(world)}


@declared.fixture("role", dropping("DeleteRole", "RoleName"), absent, missing(MISSING["Role"]))
def role(world):
    world.unknown("GetRole", {"RoleName": absent(world)["RoleName"]})
    made = world.ask("CreateRole", {"RoleName": world.unique("fixture"), "Tags": as_list(tags_of(world)),
                                    "AssumeRolePolicyDocument": samples.TRUST, "Description": world.tag})["Role"]
    return {**made, "Tags": tags_of(world), "Description": world.tag}


@declared.fixture("group", dropping("DeleteGroup", "GroupName"), absent, missing(MISSING["Group"]))
def group(world):
    world.unknown("GetGroup", {"GroupName": absent(world)["GroupName"]})
    return world.ask("CreateGroup", {"GroupName": world.unique("fixture")})["Group"]


@declared.fixture("member", dropping("RemoveUserFromGroup", "UserName", "GroupName"), absent, missing())
def member(world):
    both = {"UserName": world.fixture("user")["UserName"], "GroupName": world.fixture("group")["GroupName"]}
    world.ask("AddUserToGroup", both)
    return both


@declared.fixture("profile", dropping("DeleteInstanceProfile", "InstanceProfileName"), absent,
                  missing("Instance Profile {InstanceProfileName} cannot be found."))
def profile(world):
    made = world.ask("CreateInstanceProfile", {"InstanceProfileName": world.unique("fixture"),
                                               "Tags": as_list(tags_of(world))})["InstanceProfile"]
    return {**made, "Tags": tags_of(world)}


@declared.fixture("filled", dropping("RemoveRoleFromInstanceProfile", "InstanceProfileName", "RoleName"), absent,
                  missing())
def filled(world):
    both = {"InstanceProfileName": world.fixture("profile")["InstanceProfileName"],
            "RoleName": world.fixture("role")["RoleName"]}
    world.ask("AddRoleToInstanceProfile", both)
    return both


declared.before.update(ListUsers=("user",), ListRoles=("role",), ListGroups=("group",), GetGroup=("member",),
                       ListGroupsForUser=("member",), ListInstanceProfiles=("filled",),
                       ListInstanceProfilesForRole=("filled",), GetInstanceProfile=("filled",))
declared.present.update({
    operation.name: ("IsTruncated",) for operation in load("iam").operations.values()
    if operation.output is not None and "IsTruncated" in operation.output.members})
declared.present.update({
    "CreateUser": ("User.UserId", "User.CreateDate", "User.Path"), "CreateRole": ("Role.RoleId", "Role.CreateDate"),
    "CreateGroup": ("Group.GroupId", "Group.CreateDate"), "GetRole": ("Role.MaxSessionDuration", "Role.RoleId",
                                                                             "Role.RoleLastUsed"),
    "UpdateRoleDescription": ("Role.MaxSessionDuration", "Role.Arn", "Role.AssumeRolePolicyDocument"),
    "CreateInstanceProfile": ("InstanceProfile.InstanceProfileId", "InstanceProfile.CreateDate"),
})  # fmt: skip
repeated(declared, "CreateInstanceProfile", at="InstanceProfile")
repeated(declared, "CreateRole", at="Role", leave=("AssumeRolePolicyDocument", "PermissionsBoundary"))


def document(value):
    """A policy as IAM tells it: a document, or its percent-encoded text."""
    return value if isinstance(value, dict) else json.loads(unquote(value))


for _noun, _name in NAMES.items():
    written(declared, f"Create{_noun}", read=f"Get{_noun}", by=(_name,), at=_noun,
            leave=("PermissionsBoundary", "AssumeRolePolicyDocument"))
    told(declared, f"Get{_noun}", fixture=_noun.lower(), names=("Arn", _name, "Path", f"{_noun}Id"), at=_noun)
    gone(declared, f"Delete{_noun}", read=f"Get{_noun}", by=(_name,), code="NoSuchEntity")
    listed(declared, f"List{_noun}s", f"{_noun}s", _noun.lower(), _name, _name, token=("Marker", "Marker"))
    declared.undo[f"Create{_noun}"] = lambda world, given, answer, noun=_noun, name=_name: world.ask(
        f"Delete{noun}", {name: given[name]})
for _noun, (_name, _fixture) in TAGGED.items():
    tagged(declared, f"Tag{_noun}", f"Untag{_noun}", f"List{_noun}Tags", (_name,), _fixture)


def marker_told(proof, world, given, answer):
    """What is cut off tells where it goes on, and what is whole does not."""
    proof.equal("Marker told", answer["IsTruncated"], "Marker" in answer)


declared.check(*(name for name, members in declared.present.items() if members == ("IsTruncated",)))(marker_told)
alike(declared, "CreateUser", read="GetUser", by=("UserName",), at="User", read_at="User")
alike(declared, "CreateRole", read="GetRole", by=("RoleName",), at="Role", read_at="Role",
      leave=("RoleLastUsed", "MaxSessionDuration", "Description"))


@declared.check("CreateUser", "CreateRole")
def boundary_kept(proof, world, given, answer):
    noun = "User" if "UserName" in given else "Role"
    found = proof.read(f"Get{noun}", {NAMES[noun]: given[NAMES[noun]]})[noun]
    proof.equal("Arn", f"arn:aws:iam::{world.account}:{noun.lower()}{given.get('Path', '/')}{given[NAMES[noun]]}",
                found["Arn"])
    proof.equal("PermissionsBoundary", given.get("PermissionsBoundary"),
                found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"))
    if noun == "Role":
        proof.equal("AssumeRolePolicyDocument", json.loads(given["AssumeRolePolicyDocument"]),
                    document(found["AssumeRolePolicyDocument"]))
        proof.equal("MaxSessionDuration", given.get("MaxSessionDuration", 3600), found.get("MaxSessionDuration"))


@declared.check("GetRole")
def role_told(proof, world, given, answer):
    made = world.fixture("role")
    proof.equal("Description", made["Description"], answer["Role"].get("Description"))
    proof.equal("AssumeRolePolicyDocument", json.loads(samples.TRUST),
                document(answer["Role"]["AssumeRolePolicyDocument"]))
    proof.equal("Tags", as_list(made["Tags"]), answer["Role"].get("Tags"))


@declared.check("GetUser", "GetInstanceProfile")
def tags_told(proof, world, given, answer):
    member, fixture = ("User", "user") if "User" in answer else ("InstanceProfile", "profile")
    proof.equal("Tags", as_list(world.fixture(fixture)["Tags"]), answer[member].get("Tags"))


@declared.check("UpdateUser", "UpdateGroup")
def renamed(proof, world, given, answer):
    noun = "User" if "UserName" in given else "Group"
    name = NAMES[noun]
    now = given.get(f"New{name}", given[name])
    found = proof.read(f"Get{noun}", {name: now})[noun]
    proof.equal(name, now, found[name])
    proof.equal("Path", given.get("NewPath", "/"), found["Path"])
    proof.equal(f"{noun}Id", world.fixture(noun.lower())[f"{noun}Id"], found[f"{noun}Id"])
    if now != given[name]:
        proof.refused(f"Get{noun}", {name: given[name]}, "NoSuchEntity")
        world.later(lambda: world.ask(f"Delete{noun}", {name: now}))


@declared.check("UpdateRole", "UpdateRoleDescription")
def role_changed(proof, world, given, answer):
    found = proof.read("GetRole", {"RoleName": given["RoleName"]})["Role"]
    wanted = given.get("Description", world.tag)
    proof.equal("Description", wanted or None, found.get("Description") or None)
    proof.equal("MaxSessionDuration", given.get("MaxSessionDuration", 3600), found["MaxSessionDuration"])
    if "Role" in answer:
        proof.equal("Role.Description", given["Description"], answer["Role"].get("Description"))


@declared.check("UpdateAssumeRolePolicy")
def trust_changed(proof, world, given, answer):
    found = proof.read("GetRole", {"RoleName": given["RoleName"]})["Role"]
    proof.equal("AssumeRolePolicyDocument", json.loads(given["PolicyDocument"]),
                document(found["AssumeRolePolicyDocument"]))


@declared.check("AddUserToGroup", "RemoveUserFromGroup", "ListGroupsForUser")
def groups_of_user(proof, world, given, answer):
    found = proof.read("ListGroupsForUser", {"UserName": given["UserName"]})["Groups"]
    if "GroupName" in given:
        removed = world.log[-2][1] == "RemoveUserFromGroup"
        wanted = [] if removed else [given["GroupName"]]
    else:
        wanted = [world.fixture("group")["GroupName"]]
        proof.equal("Groups", wanted, [each["GroupName"] for each in answer["Groups"]])
    proof.equal("Groups", wanted, [each["GroupName"] for each in found])


@declared.check("GetGroup")
def members_told(proof, world, given, answer):
    proof.equal("Users", [world.fixture("user")["UserName"]], [each["UserName"] for each in answer["Users"]])


written(declared, "CreateInstanceProfile", read="GetInstanceProfile", by=("InstanceProfileName",), at="InstanceProfile")
gone(declared, "DeleteInstanceProfile", read="GetInstanceProfile", by=("InstanceProfileName",), code="NoSuchEntity")
declared.undo["CreateInstanceProfile"] = lambda world, given, answer: world.ask(
    "DeleteInstanceProfile", {"InstanceProfileName": given["InstanceProfileName"]})
listed(declared, "ListInstanceProfiles", "InstanceProfiles", "profile", "InstanceProfileName", "InstanceProfileName",
       token=("Marker", "Marker"))
listed(declared, "ListInstanceProfilesForRole", "InstanceProfiles", "profile", "Arn", "Arn")
told(declared, "GetInstanceProfile", fixture="profile", names=("Arn", "InstanceProfileId", "Path"),
     at="InstanceProfile")


@declared.check("AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile", "GetInstanceProfile")
def role_in_profile(proof, world, given, answer):
    found = proof.read("GetInstanceProfile", {"InstanceProfileName": given["InstanceProfileName"]})["InstanceProfile"]
    removed = world.log[-2][1] == "RemoveRoleFromInstanceProfile"
    names = [] if removed else [given.get("RoleName") or world.fixture("role")["RoleName"]]
    proof.equal("Roles", names, [each["RoleName"] for each in found["Roles"]])
    if "RoleName" in given and not removed:
        world.later(lambda: world.ask("RemoveRoleFromInstanceProfile", given))
