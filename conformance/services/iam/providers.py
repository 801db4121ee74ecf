"""OpenID Connect and SAML providers, and service-linked roles: fixtures and proofs."""

from conformance.services.iam import samples
from conformance.services.iam.hints import declared
from conformance.services.iam.identities import absent, as_list, dropping, missing, tags_of
from conformance.services.readback import alike, gone, listed, repeated

OIDC, SAML = "OpenIDConnectProviderArn", "SAMLProviderArn"


@declared.fixture("oidc", dropping("DeleteOpenIDConnectProvider", OIDC), absent, missing())
def oidc(world):
    world.unknown("GetOpenIDConnectProvider", {OIDC: absent(world)[OIDC]})
    made = world.ask("CreateOpenIDConnectProvider", {
        "Url": f"https://{world.unique('idp')}.example.com", "ClientIDList": ["mine"], "ThumbprintList": ["c" * 40],
        "Tags": as_list(tags_of(world))})
    return {OIDC: made[OIDC], "Tags": tags_of(world)}


@declared.fixture("saml", dropping("DeleteSAMLProvider", SAML), absent, missing())
def saml(world):
    world.unknown("GetSAMLProvider", {SAML: absent(world)[SAML]})
    made = world.ask("CreateSAMLProvider", {"Name": world.unique("fixture"), "Tags": as_list(tags_of(world)),
                                            "SAMLMetadataDocument": samples.saml_metadata()})
    return {SAML: made[SAML], "Tags": tags_of(world)}


declared.before.update(ListOpenIDConnectProviders=("oidc",), ListSAMLProviders=("saml",))
listed(declared, "ListOpenIDConnectProviders", "OpenIDConnectProviderList", "oidc", OIDC, "Arn")
listed(declared, "ListSAMLProviders", "SAMLProviderList", "saml", SAML, "Arn")
gone(declared, "DeleteOpenIDConnectProvider", read="GetOpenIDConnectProvider", by=(OIDC,), code="NoSuchEntity")
gone(declared, "DeleteSAMLProvider", read="GetSAMLProvider", by=(SAML,), code="NoSuchEntity")


@declared.check("CreateOpenIDConnectProvider")
def oidc_stands(proof, world, given, answer):
    found = proof.read("GetOpenIDConnectProvider", {OIDC: answer[OIDC]})
    proof.equal("Url", given["Url"].removeprefix("https://"), found["Url"])
    proof.equal(OIDC, f"arn:aws:iam::{world.account}:oidc-provider/{found['Url']}", answer[OIDC])
    for name in ("ClientIDList", "ThumbprintList", "Tags"):
        if name in given:
            proof.equal(name, given[name], found.get(name, []))
    proof.equal("answer.Tags", given.get("Tags"), answer.get("Tags"))
    world.later(lambda: world.ask("DeleteOpenIDConnectProvider", {OIDC: answer[OIDC]}))


@declared.check("GetOpenIDConnectProvider", "AddClientIDToOpenIDConnectProvider",
                "RemoveClientIDFromOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint")
def oidc_told(proof, world, given, answer):
    found = answer if "Url" in answer else proof.read("GetOpenIDConnectProvider", {OIDC: given[OIDC]})
    removed = given.get("ClientID") == "mine"
    wanted = [] if removed else ["mine", *([given["ClientID"]] if "ClientID" in given else [])]
    proof.equal("ClientIDList", wanted, found.get("ClientIDList"))
    proof.equal("ThumbprintList", given.get("ThumbprintList", ["c" * 40]), found.get("ThumbprintList"))
    proof.equal("Url", given[OIDC].partition("/")[2], found["Url"])


@declared.check("CreateSAMLProvider", "UpdateSAMLProvider", "GetSAMLProvider")
def saml_stands(proof, world, given, answer):
    arn = answer.get(SAML) or given[SAML]
    found = proof.read("GetSAMLProvider", {SAML: arn})
    proof.equal("SAMLMetadataDocument", samples.saml_metadata(), found["SAMLMetadataDocument"])
    proof.equal("PrivateKeyList", int("AddPrivateKey" in given), len(found.get("PrivateKeyList", [])))
    proof.true("ValidUntil", found.get("ValidUntil"), "told")
    if "Name" in given:
        proof.equal(SAML, f"arn:aws:iam::{world.account}:saml-provider/{given['Name']}", arn)
        proof.equal("Tags", given.get("Tags", []), found.get("Tags", []))
        proof.equal("answer.Tags", given.get("Tags"), answer.get("Tags"))
        world.later(lambda: world.ask("DeleteSAMLProvider", {SAML: arn}))
    if "SAMLMetadataDocument" in answer:
        proof.equal("answer", {name: found[name] for name in ("SAMLMetadataDocument", "CreateDate")},
                    {name: answer.get(name) for name in ("SAMLMetadataDocument", "CreateDate")})


declared.present["UpdateSAMLProvider"] = (SAML,)
declared.tells("GetSAMLProvider", "SAMLProviderUUID", "Tags")
declared.tells("GetOpenIDConnectProvider", "CreateDate", "Tags")
repeated(declared, "CreateServiceLinkedRole", at="Role")


@declared.fixture("linked", None, absent, missing("The role with name {RoleName} cannot be found."))
def linked(world):
    role = world.ask("CreateServiceLinkedRole", {"AWSServiceName": "elasticbeanstalk.amazonaws.com"})["Role"]
    return {"RoleName": role["RoleName"]}


@declared.fixture("deletion", None, absent, missing())
def deletion(world):
    return world.ask("DeleteServiceLinkedRole", {"RoleName": world.fixture("linked")["RoleName"]})


alike(declared, "CreateServiceLinkedRole", read="GetRole", by={"RoleName": "answer.Role.RoleName"}, at="Role",
      read_at="Role", leave=("RoleLastUsed", "MaxSessionDuration", "Description"))


@declared.check("CreateServiceLinkedRole")
def linked_stands(proof, world, given, answer):
    name = answer["Role"]["RoleName"]
    proof.true("RoleName", name.startswith("AWSServiceRoleFor"), "AWSServiceRoleFor…", name)
    found = proof.read("GetRole", {"RoleName": name})["Role"]
    proof.equal("Path", f"/aws-service-role/{given['AWSServiceName']}/", found["Path"])
    if "Description" in given:
        proof.equal("Description", given["Description"], found.get("Description"))
    world.later(lambda: world.ask("DeleteServiceLinkedRole", {"RoleName": name}))


@declared.check("DeleteServiceLinkedRole", "GetServiceLinkedRoleDeletionStatus")
def linked_gone(proof, world, given, answer):
    task = answer.get("DeletionTaskId") or given["DeletionTaskId"]
    status = proof.read("GetServiceLinkedRoleDeletionStatus", {"DeletionTaskId": task})["Status"]
    proof.true("Status", status in ("IN_PROGRESS", "NOT_STARTED", "SUCCEEDED"), "under way", status)
    proof.equal("answer.Status", answer.get("Status", status), status)
    if status == "SUCCEEDED":
        proof.refused("GetRole", {"RoleName": world.fixture("linked")["RoleName"]}, "NoSuchEntity")

