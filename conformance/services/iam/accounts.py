"""The account's own settings, its reports, and requests for delegation: fixtures and proofs."""

import csv
import io

from conformance.services.iam.hints import declared
from conformance.services.iam.identities import absent, dropping, missing

PASSWORD_POLICY = {"MinimumPasswordLength": 12, "RequireSymbols": True, "MaxPasswordAge": 30}
DEFAULT_POLICY = {"MinimumPasswordLength": 6, "RequireSymbols": False, "RequireNumbers": False,
                  "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False,
                  "AllowUsersToChangePassword": False}
REQUEST = {"Description": "why", "RequestorWorkflowId": "workflow", "SessionDuration": 3600,
           "NotificationChannel": "arn:aws:sns:us-east-1:111122223333:t",
           "Permissions": {"PolicyTemplateArn": "arn:aws:iam::aws:delegation-template/t"}}


@declared.fixture("alias", dropping("DeleteAccountAlias", "AccountAlias"), absent, missing())
def alias(world):
    name = world.unique("alias")
    world.ask("CreateAccountAlias", {"AccountAlias": name})
    if world.ask("ListAccountAliases")["AccountAliases"] != [name]:
        raise LookupError("the alias that was made is not listed")
    return {"AccountAlias": name}


@declared.fixture("password policy", lambda world, fields: world.ask("DeleteAccountPasswordPolicy", {}))
def password_policy(world):
    world.ask("UpdateAccountPasswordPolicy", PASSWORD_POLICY)
    return PASSWORD_POLICY


@declared.fixture("no password policy")
def no_password_policy(world):
    world.unknown("GetAccountPasswordPolicy", {})
    return {}


@declared.fixture("federation", lambda world, fields: world.ask("DisableOutboundWebIdentityFederation", {}))
def federation(world):
    return world.ask("EnableOutboundWebIdentityFederation", {})


def awaited(world, operation, given, member, wanted):
    """Ask until a job is done."""
    return world.wait(lambda: world.caller().call(operation, given).parsed or {},
                      lambda found: found.get(member) == wanted)


@declared.fixture("report")
def report(world):
    name = world.fixture("user")["UserName"]
    awaited(world, "GenerateCredentialReport", {}, "State", "COMPLETE")
    return {"UserName": name}


@declared.fixture("job", None, absent, missing())
def job(world):
    made = world.ask("GenerateServiceLastAccessedDetails", {"Arn": world.fixture("inline")["UserArn"]})
    awaited(world, "GetServiceLastAccessedDetails", made, "JobStatus", "COMPLETED")
    return made


def requested(world):
    given = {**REQUEST, "OwnerAccountId": world.account, "RequestorWorkflowId": world.unique("workflow")}
    name = world.ask("CreateDelegationRequest", given)["DelegationRequestId"]
    return {"DelegationRequestId": name, "EntityArn": f"arn:aws:iam::{world.account}:delegation-request/{name}"}


@declared.fixture("request", None, absent, missing())
def request(world):
    return requested(world)


@declared.fixture("taken", None, absent, missing())
def taken(world):
    made = {"DelegationRequestId": requested(world)["DelegationRequestId"]}
    world.ask("AssociateDelegationRequest", made)
    return made


@declared.fixture("accepted", None, absent, missing())
def accepted(world):
    made = world.fixture("taken")
    world.ask("AcceptDelegationRequest", made)
    return made


declared.before.update(
    ListAccountAliases=("alias",), GetAccountPasswordPolicy=("password policy",),
    DeleteAccountPasswordPolicy=("password policy",), GetCredentialReport=("report",),
    UpdateAccountPasswordPolicy=("no password policy",),
    DisableOutboundWebIdentityFederation=("federation",), GetOutboundWebIdentityFederationInfo=("federation",),
    GetAccountAuthorizationDetails=("attached",), GetAccountSummary=("user", "group"),
    ListDelegationRequests=("request",), GenerateCredentialReport=("user",))
declared.present.update({
    "GetCredentialReport": ("GeneratedTime", "ReportFormat"), "GenerateCredentialReport": ("State",),
    "GetAccountPasswordPolicy": ("PasswordPolicy.ExpirePasswords",), "GetAccountProperties": ("Properties",),
    "CreateDelegationRequest": ("ConsoleDeepLink",),
    "GetDelegationRequest": tuple(f"DelegationRequest.{name}" for name in (
        "ExpirationTime", "RequestorId", "SessionDuration", "CreateDate", "UpdatedTime", "Permissions")),
    "ListDelegationRequests": ("isTruncated",),
})  # fmt: skip


@declared.check("CreateAccountAlias", "DeleteAccountAlias", "ListAccountAliases")
def alias_stands(proof, world, given, answer):
    called = world.log[-1][1]
    name = given.get("AccountAlias") or world.fixture("alias")["AccountAlias"]
    wanted = [] if called == "DeleteAccountAlias" else [name]
    found = proof.read("ListAccountAliases", {})["AccountAliases"]
    proof.equal("AccountAliases", wanted, found)
    proof.equal("AccountAliases", found, answer.get("AccountAliases", found))


declared.undo["CreateAccountAlias"] = lambda world, given, answer: world.ask("DeleteAccountAlias", given)


@declared.check("UpdateAccountPasswordPolicy")
def password_policy_stands(proof, world, given, answer):
    found = proof.read("GetAccountPasswordPolicy", {})["PasswordPolicy"]
    proof.holds("PasswordPolicy", DEFAULT_POLICY | given, found)
    proof.equal("HardExpiry", given.get("HardExpiry", False), found.get("HardExpiry", False))
    for name in ("MaxPasswordAge", "PasswordReusePrevention"):
        proof.equal(name, given.get(name), found.get(name) or None)
    proof.equal("ExpirePasswords", "MaxPasswordAge" in given, found["ExpirePasswords"])
    world.later(lambda: world.ask("DeleteAccountPasswordPolicy", {}))


@declared.check("GetAccountPasswordPolicy")
def password_policy_told(proof, world, given, answer):
    proof.holds("PasswordPolicy", DEFAULT_POLICY | PASSWORD_POLICY, answer["PasswordPolicy"])


@declared.check("DeleteAccountPasswordPolicy")
def password_policy_gone(proof, world, given, answer):
    proof.refused("GetAccountPasswordPolicy", {}, "NoSuchEntity")


@declared.check("GetAccountSummary")
def summary_told(proof, world, given, answer):
    proof.holds("SummaryMap", {"Users": 1, "Groups": 1, "UsersQuota": 5000, "AccessKeysPerUserQuota": 2},
                answer["SummaryMap"])
    world.ask("CreateUser", {"UserName": world.unique("counted")})
    proof.equal("Users", 2, proof.read("GetAccountSummary", {})["SummaryMap"]["Users"])


@declared.check("SetSecurityTokenServicePreferences")
def preference_stands(proof, world, given, answer):
    found = proof.read("GetAccountSummary", {})["SummaryMap"]
    proof.equal("GlobalEndpointTokenVersion", int(given["GlobalEndpointTokenVersion"][1]),
                found["GlobalEndpointTokenVersion"])


@declared.check("GetAccountAuthorizationDetails")
def details_told(proof, world, given, answer):
    names = {"User": ("UserDetailList", "UserName"), "Group": ("GroupDetailList", "GroupName"),
             "Role": ("RoleDetailList", "RoleName"), "LocalManagedPolicy": ("Policies", "PolicyName")}
    wanted = {kind: {"User": "user", "Group": "group", "Role": "role", "LocalManagedPolicy": "policy"}[kind]
              for kind in names if kind in (given.get("Filter") or names)}
    found = {kind: [each[name] for each in answer[member]] for kind, (member, name) in names.items()}
    if "MaxItems" in given and given["MaxItems"] < 4:
        proof.equal("rows", given["MaxItems"], sum(map(len, found.values())))
        return
    proof.equal("rows", {kind: [world.fixture(wanted[kind])[names[kind][1]]] if kind in wanted else []
                         for kind in names}, found)
    for row in answer["UserDetailList"]:
        proof.equal("AttachedManagedPolicies", [world.fixture("policy")["PolicyArn"]],
                    [each["PolicyArn"] for each in row["AttachedManagedPolicies"]])


@declared.check("GenerateCredentialReport")
def report_begun(proof, world, given, answer):
    proof.true("State", answer["State"] in ("STARTED", "INPROGRESS", "COMPLETE"), "begun", answer["State"])
    proof.true("Description", answer["State"] == "COMPLETE" or answer.get("Description"), "what began", answer)
    done = awaited(world, "GenerateCredentialReport", {}, "State", "COMPLETE")
    proof.equal("State", "COMPLETE", done.get("State"))
    users_in(proof, world, proof.read("GetCredentialReport", {})["Content"], world.fixture("user")["UserName"])


@declared.check("GetCredentialReport")
def report_told(proof, world, given, answer):
    users_in(proof, world, answer["Content"], world.fixture("report")["UserName"])


def users_in(proof, world, content, name):
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    proof.equal("Content", ["<root_account>", name], [row["user"] for row in rows])
    proof.equal("Content.arn", f"arn:aws:iam::{world.account}:user/{name}", rows[1]["arn"])


@declared.check("EnableOutboundWebIdentityFederation", "GetOutboundWebIdentityFederationInfo")
def federation_stands(proof, world, given, answer):
    found = proof.read("GetOutboundWebIdentityFederationInfo", {})
    proof.equal("IssuerIdentifier", answer["IssuerIdentifier"], found["IssuerIdentifier"])
    proof.equal("JwtVendingEnabled", True, found["JwtVendingEnabled"])
    if world.log[-2][1].startswith("Enable"):
        world.later(lambda: world.ask("DisableOutboundWebIdentityFederation", {}))


@declared.check("DisableOutboundWebIdentityFederation")
def federation_ended(proof, world, given, answer):
    proof.refused("GetOutboundWebIdentityFederationInfo", {}, "FeatureDisabled")


@declared.check("GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails")
def access_told(proof, world, given, answer):
    asked = {"JobId": given.get("JobId") or answer["JobId"]}
    found = awaited(world, "GetServiceLastAccessedDetails", asked, "JobStatus", "COMPLETED")
    proof.equal("JobStatus", "COMPLETED", found.get("JobStatus"))
    proof.equal("JobType", given.get("Granularity", "SERVICE_LEVEL"), found.get("JobType"))
    proof.equal("ServicesLastAccessed", ["s3"], [each["ServiceNamespace"] for each in found["ServicesLastAccessed"]])


@declared.check("GetServiceLastAccessedDetailsWithEntities")
def entities_told(proof, world, given, answer):
    proof.equal("JobStatus", "COMPLETED", answer["JobStatus"])
    proof.equal("EntityDetailsList", [world.fixture("user")["Arn"]],
                [each["EntityInfo"]["Arn"] for each in answer["EntityDetailsList"]])


@declared.check("CreateDelegationRequest", *(f"{verb}DelegationRequest" for verb in (
    "Associate", "Update", "Accept", "Reject")), "SendDelegationToken")
def request_moved(proof, world, given, answer):
    called = world.log[-1][1]
    state = {"Associate": "ASSIGNED", "Update": "PENDING_APPROVAL", "Accept": "ACCEPTED", "Reject": "REJECTED",
             "SendDelegationToken": "FINALIZED"}.get(called.removesuffix("DelegationRequest"), "UNASSIGNED")
    identifier = answer.get("DelegationRequestId") or given["DelegationRequestId"]
    found = proof.read("GetDelegationRequest", {"DelegationRequestId": identifier})["DelegationRequest"]
    proof.equal("State", state, found["State"])
    proof.holds("DelegationRequest", {name: given[name] for name in (
        "Description", "RequestMessage", "OwnerAccountId", "Notes") if name in given}
        if called != "RejectDelegationRequest" else {}, found)


@declared.check("GetDelegationRequest", "ListDelegationRequests")
def request_told(proof, world, given, answer):
    rows = answer["DelegationRequests"] if "DelegationRequests" in answer else [answer["DelegationRequest"]]
    if "DelegationPermissionCheck" in given:
        checked = given["DelegationPermissionCheck"]
        proof.equal("PermissionCheckResult", "ALLOWED" if checked else None, answer.get("PermissionCheckResult"))
        proof.equal("PermissionCheckStatus", "COMPLETE" if checked else None, answer.get("PermissionCheckStatus"))
    made = world.fixture("request")["DelegationRequestId"]
    wanted = {"DelegationRequestId": made, "State": "UNASSIGNED", "Description": "why", "OwnerAccountId": world.account}
    proof.holds("DelegationRequest", [wanted], rows)


@declared.check("GetHumanReadableSummary")
def summarised(proof, world, given, answer):
    proof.equal("Locale", given.get("Locale", "en"), answer.get("Locale"))
    proof.true("SummaryState", answer["SummaryState"] in ("AVAILABLE", "NOT_AVAILABLE"), "a state", answer)
    proof.equal("SummaryContent told", answer["SummaryState"] == "AVAILABLE", bool(answer.get("SummaryContent")))


@declared.check("GetAccountProperties")
def properties_told(proof, world, given, answer):
    """A new account has none."""
    proof.equal("Properties", {}, answer.get("Properties", {}))
    proof.refused("GetOutboundWebIdentityFederationInfo", {}, "FeatureDisabled")

