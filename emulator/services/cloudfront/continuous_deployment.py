"""Continuous deployment policies: which requests go to a staging distribution.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment.html
"""

from emulator.kernel.errors import AwsError
from emulator.resources import IdPattern, Unique
from emulator.resources.errors import refuse
from emulator.services.cloudfront.common import configured, invalid
from emulator.services.cloudfront.distributions import CONFIG, Distribution

POLICY = "ContinuousDeploymentPolicyConfig"
IN_USE = ("StagingDistributionInUse", "The specified staging distribution is currently used by a continuous deployment "
          "policy. Please the update policy before deleting.")  # fmt: skip

ContinuousDeploymentPolicy = configured(
    "ContinuousDeploymentPolicy", "continuous-deployment-policy", IdPattern("{uuid}"),
    "ListContinuousDeploymentPolicies",
    missing=("NoSuchContinuousDeploymentPolicy", "The specified continuous deployment policy does not exist."),
    unique=(Unique(f"{POLICY}.StagingDistributionDnsNames", (
        "StagingDistributionInUse", "The specified staging distribution is used by another policy.")),),
    cloudformation="AWS::CloudFront::ContinuousDeploymentPolicy",
)  # fmt: skip


@ContinuousDeploymentPolicy.on_validate
def check(ctx, document, before):
    config = document[POLICY]
    if config["StagingDistributionDnsNames"]["Quantity"] != 1:
        raise invalid("The parameter StagingDistributionDnsNames must name one staging distribution.")
    if staging_of(ctx, config) is None:
        raise invalid("The staging distribution does not exist.")
    traffic = config.get("TrafficConfig")
    if traffic is None:
        return
    kind = f"{traffic['Type']}Config"
    if kind not in traffic or len({"SingleWeightConfig", "SingleHeaderConfig"} & traffic.keys()) != 1:
        raise invalid("The parameter TrafficConfig must hold the configuration of its Type.")
    header = traffic.get("SingleHeaderConfig")
    if header and not header["Header"].lower().startswith("aws-cf-cd-"):
        raise invalid("The header name must begin with aws-cf-cd-.")
    if not 0 <= traffic.get("SingleWeightConfig", {}).get("Weight", 0) <= 0.15:
        raise invalid("The parameter Weight must be between 0 and 0.15.")


def staging_of(ctx, config: dict):
    """The staging distribution of a policy."""
    wanted = config["StagingDistributionDnsNames"].get("Items", ())
    for record in Distribution.rows(ctx):
        if record.document["DomainName"] in wanted and record.document[CONFIG]["Staging"]:
            return record
    return None


def users(ctx, id: str):
    """The distributions under a policy."""
    return [each for each in Distribution.rows(ctx) if each.document[CONFIG]["ContinuousDeploymentPolicyId"] == id]


@ContinuousDeploymentPolicy.on_delete
def check_unused(ctx, record):
    if users(ctx, record.id[-1]):
        raise AwsError("ContinuousDeploymentPolicyInUse", "You cannot delete a continuous deployment policy that is "
                       "associated with a primary distribution.")  # fmt: skip


@Distribution.on_validate
def check_policy(ctx, document, before):
    """A distribution's policy is there, and is nobody else's."""
    id = document[CONFIG]["ContinuousDeploymentPolicyId"]
    if id:
        ContinuousDeploymentPolicy.get(ctx, {"Id": id})
        if any(each.id[-1] != document["Id"] for each in users(ctx, id)):
            raise AwsError("ContinuousDeploymentPolicyInUse", "The continuous deployment policy is used by another "
                           "distribution.")  # fmt: skip


@Distribution.on_delete
def check_staging(ctx, record):
    for policy in ContinuousDeploymentPolicy.rows(ctx):
        if record.document["DomainName"] in policy.document[POLICY]["StagingDistributionDnsNames"].get("Items", ()):
            raise refuse(IN_USE)
