"""Changes of distributions beside their update: copies, promotions, web ACLs, alternate names.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment.html, CNAMEs.html
"""

from emulator.resources import page
from emulator.resources.engine import check_version
from emulator.resources.errors import refuse
from emulator.services.cloudfront import distribution_checks as checks
from emulator.services.cloudfront.common import invalid, service
from emulator.services.cloudfront.distributions import CONFIG, Distribution
from emulator.services.cloudfront.policies import ILLEGAL_UPDATE

# What a staging distribution does not hand over to the primary one.
OWN = ("CallerReference", "Aliases", "Staging", "ContinuousDeploymentPolicyId", "Comment", "Enabled", "IsIPV6Enabled",
       "HttpVersion", "ViewerCertificate", "WebACLId")  # fmt: skip


def get(ctx, id: str):
    return Distribution.get(ctx, {"Id": id})


def reconfigured(ctx, record, given: dict, **members):
    """The distribution with members of its configuration changed."""
    return Distribution.change(ctx, record, given, **{CONFIG: {**record.document[CONFIG], **members}})


@service.operation
def copy_distribution(ctx, PrimaryDistributionId, CallerReference, Staging=None, IfMatch=None, Enabled=None):
    """A staging distribution with the configuration of a primary one."""
    primary = get(ctx, PrimaryDistributionId)
    check_version(Distribution, primary, {"IfMatch": IfMatch})
    if not Staging:
        raise invalid("The parameter Staging must be true.")
    config = {
        **primary.document[CONFIG], "CallerReference": CallerReference, "Staging": True, "Aliases": {"Quantity": 0},
        "Enabled": bool(Enabled), "ContinuousDeploymentPolicyId": "",
    }  # fmt: skip
    return service.functions["create_distribution"](ctx, DistributionConfig=config)


@service.operation
def update_distribution_with_staging_config(ctx, Id, StagingDistributionId=None, IfMatch=None):
    """Promote: the primary distribution gets the configuration of its staging distribution.

    ``IfMatch`` holds both versions: the primary's, then the staging distribution's.
    """
    record, staging = get(ctx, Id), get(ctx, StagingDistributionId or "")
    versions = [each.strip() for each in (IfMatch or "").split(",")]
    if len(versions) != 2:
        raise refuse(Distribution.version.absent)
    check_version(Distribution, staging, {"IfMatch": versions[1]})
    if not staging.document[CONFIG]["Staging"] or record.document[CONFIG]["Staging"]:
        raise refuse(ILLEGAL_UPDATE)
    taken = {name: value for name, value in staging.document[CONFIG].items() if name not in OWN}
    record = reconfigured(ctx, record, {"IfMatch": versions[0]}, **taken)
    return Distribution.output(ctx, record, "UpdateDistribution")


@service.operation
def associate_distribution_web_acl(ctx, Id, WebACLArn, IfMatch=None):
    """Protect a distribution by a web ACL."""
    record = get(ctx, Id)
    checks.check_web_acl(ctx, WebACLArn, "InvalidArgument")
    record = reconfigured(ctx, record, condition(ctx, record), WebACLId=WebACLArn)
    return {"Id": Id, "WebACLArn": WebACLArn, "ETag": record.version}


@service.operation
def disassociate_distribution_web_acl(ctx, Id, IfMatch=None):
    """Take the web ACL away from a distribution."""
    record = get(ctx, Id)
    return {"Id": Id, "ETag": reconfigured(ctx, record, condition(ctx, record), WebACLId="").version}


def condition(ctx, record) -> dict:
    """The version that the caller knows; these operations go without one, too."""
    return {"IfMatch": ctx.input.get("IfMatch", record.version)}


@service.operation
def associate_alias(ctx, TargetDistributionId, Alias):
    """Move an alternate name to a distribution, away from whichever distribution of the account has it."""
    target = get(ctx, TargetDistributionId)
    if not target.document[CONFIG]["ViewerCertificate"].get("Certificate"):
        raise invalid("The target distribution must have a certificate that covers the alias.")
    for record in list(Distribution.rows(ctx)):
        aliases = _aliases(record)
        if Alias in aliases and record.id != target.id:
            set_aliases(ctx, record, [each for each in aliases if each != Alias])
    if Alias not in _aliases(target):
        set_aliases(ctx, target, [*_aliases(target), Alias])
    return {}


def _aliases(record) -> list[str]:
    return record.document[CONFIG]["Aliases"].get("Items", [])


def set_aliases(ctx, record, aliases: list[str]):
    value = {"Quantity": len(aliases), **({"Items": aliases} if aliases else {})}
    return reconfigured(ctx, record, {"IfMatch": record.version}, Aliases=value)


def covers(held: str, asked: str) -> bool:
    """Whether two names overlap: equal, or one a wildcard around the other."""
    held, asked = held.lower(), asked.lower()
    return held == asked or any(
        one.startswith("*.") and other.partition(".")[2] == one[2:] for one, other in ((held, asked), (asked, held))
    )


def masked(text: str) -> str:
    """An id of somebody else's, of which only the end is told."""
    return "*" * (len(text) - 6) + text[-6:]


@service.operation
def list_conflicting_aliases(ctx, DistributionId, Alias, Marker=None, MaxItems=None):
    """The alternate names that overlap with one, whoever's distribution has them."""
    get(ctx, DistributionId)
    found = sorted((alias, record.id[-1], record.arn.split(":")[4])
                   for record in checks.everywhere(ctx, Distribution) if record.id[-1] != DistributionId
                   for alias in _aliases(record) if covers(alias, Alias))  # fmt: skip
    rows, following = page(ctx, found, lambda row: row, Marker, int(MaxItems or 100), query=[DistributionId, Alias],
                           invalid=("InvalidArgument", "The Marker is not valid."))  # fmt: skip
    items = [{"Alias": alias, "DistributionId": masked(id), "AccountId": masked(account)}
             for alias, id, account in rows]  # fmt: skip
    return {"ConflictingAliasesList": {
        "MaxItems": int(MaxItems or 100), "Quantity": len(items), **({"Items": items} if items else {}),
        **({"NextMarker": following} if following else {})}}  # fmt: skip
