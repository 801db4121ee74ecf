"""Just-in-time node access: a request is a work item, and who has its approval is given credentials for a session.

Who approves does so with UpdateOpsItem (Status Approved, Rejected or Revoked); approval policies are not evaluated.
https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-just-in-time-node-access.html
"""

import json

from emulator.auth.access_keys import access_key
from emulator.auth.credentials import Credential, credentials
from emulator.kernel.context import PARTITION, Context
from emulator.kernel.errors import AwsError
from emulator.kernel.ids import ALPHANUMERIC
from emulator.kernel.store import replace
from emulator.services.ssm.common import service
from emulator.services.ssm.ops_items import OpsItem

KIND, LIFETIME = "/aws/accessrequest", 3600  # seconds that the credentials are good for
STATUSES = ("Approved", "Rejected", "Revoked")


@service.operation
def start_access_request(ctx: Context, Reason, Targets, Tags=None):
    """Ask for access to nodes; the request waits for somebody's approval."""
    record = OpsItem.make(ctx, {
        "Title": f"Access request by {ctx.principal.arn}"[:1024], "Description": Reason, "Source": "Systems Manager",
        "OpsItemType": KIND, "Status": "Pending", "CreatedBy": ctx.principal.arn, "LastModifiedBy": ctx.principal.arn,
        "Version": "1", "OperationalData": {"targets": {"Value": json.dumps(Targets), "Type": "String"}},
    }, {each["Key"]: each["Value"] for each in Tags or ()})  # fmt: skip
    return {"AccessRequestId": record.id[0]}


@service.operation
def get_access_token(ctx: Context, AccessRequestId):
    """What became of a request, with credentials where it was approved. Raises ResourceNotFoundException,
    AccessDeniedException for who has not asked."""
    record = OpsItem.rows(ctx).get((AccessRequestId,))
    if record is None or record.document.get("OpsItemType") != KIND:
        raise AwsError("ResourceNotFoundException", f"Access request {AccessRequestId} does not exist.")
    if record.document["CreatedBy"] != ctx.principal.arn:
        raise AwsError("AccessDeniedException", f"{ctx.principal.arn} has not asked for {AccessRequestId}.")
    status = record.document["Status"]
    answer = {"AccessRequestStatus": status if status in STATUSES else "Pending"}
    return answer | ({"Credentials": _credentials(ctx, record.document)} if status == "Approved" else {})


def _credentials(ctx: Context, document: dict) -> dict:
    """A session of the requester that may open sessions on the targets, and nothing else."""
    policy = {"Version": "2012-10-17", "Statement": _statements(ctx, document)}
    key, token = access_key(ctx.ids, "ASIA", ctx.principal.account), ctx.ids.base64url(240)
    secret, expires = ctx.ids.text(40, ALPHANUMERIC + "+/"), int(ctx.now) + LIFETIME
    owner = replace(ctx.principal, access_key=key, session_policies=(json.dumps(policy),))
    ctx.rows(credentials).put(Credential(key, secret, owner, token, expires))
    return {"AccessKeyId": key, "SecretAccessKey": secret, "SessionToken": token, "ExpirationTime": expires}


def _statements(ctx: Context, document: dict) -> list[dict]:
    base, found = f"arn:{PARTITION}:ssm:{ctx.region}:{ctx.account}", []
    for each in json.loads(document["OperationalData"]["targets"]["Value"]):
        statement = {"Effect": "Allow", "Action": "ssm:StartSession", "Resource": [f"{base}:document/*"]}
        if each.get("Key", "").lower() == "instanceids":
            statement["Resource"] += [f"{base}:managed-instance/{name}" for name in each.get("Values", ())]
        else:
            key = f"ssm:resourceTag/{each.get('Key', '').removeprefix('tag:')}"
            statement = {**statement, "Resource": [f"{base}:managed-instance/*"],
                         "Condition": {"StringEquals": {key: each.get("Values", [])}}}  # fmt: skip
        found.append(statement)
    own = {"Effect": "Allow", "Action": ["ssm:TerminateSession", "ssm:ResumeSession"], "Resource": f"{base}:session/*"}
    return [*found, own]
