"""Where the requests that a web ACL saw are written to.

https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html
"""

import re

from emulator.kernel.store import replace
from emulator.resources import Listing, Resource
from emulator.services.wafv2.acls import WebACL, find_acl, not_an_arn
from emulator.services.wafv2.service import INVALID_MARKER, MISSING, service

DESTINATIONS = (r"arn:[a-z-]+:logs:[^:]+:\d{12}:log-group:aws-waf-logs-[^:]+(:\*)?",
                r"arn:[a-z-]+:s3:::aws-waf-logs-.+",
                r"arn:[a-z-]+:firehose:[^:]+:\d{12}:deliverystream/aws-waf-logs-.+")

Logging = Resource(
    "LoggingConfiguration", service, id="ResourceArn", arn_member="ResourceArn", arn="{ResourceArn}", missing=MISSING,
    read="GetLoggingConfiguration", delete="DeleteLoggingConfiguration",
    list=Listing("ListLoggingConfigurations", {
        "Scope": lambda view, scope: (":global/" in view["ResourceArn"]) == (scope == "CLOUDFRONT"),
        "LogScope": lambda view, scope: view["LogScope"] == scope,
    }, invalid_token=INVALID_MARKER), cloudformation="AWS::WAFv2::LoggingConfiguration",
)  # fmt: skip


@service.operation
def put_logging_configuration(ctx, LoggingConfiguration):
    """In place of the one that the web ACL has. Raises WAFNonexistentItemException, WAFInvalidParameterException."""
    given = LoggingConfiguration
    find_acl(ctx, given["ResourceArn"])
    for arn in given["LogDestinationConfigs"]:
        if not any(re.fullmatch(pattern, arn) for pattern in DESTINATIONS):
            raise not_an_arn(arn, "LOG_DESTINATION")
    document = {"LogType": "WAF_LOGS", "LogScope": "CUSTOMER", "ManagedByFirewallManager": False, **given}
    known = of(ctx, given["ResourceArn"])
    record = Logging.put(ctx, replace(known, document=document)) if known else Logging.make(ctx, document)
    return Logging.output(ctx, record, "GetLoggingConfiguration")


def of(ctx, acl: str):
    """The logging configuration of a web ACL, None where it has none."""
    return Logging.find(ctx, {"ResourceArn": acl})


@WebACL.on_delete
def goes_along(ctx, record):
    Logging.rows(ctx).delete((record.arn,))
