"""IP sets and regex pattern sets: what rules refer to.

https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html and API_CreateRegexPatternSet.html
"""

import ipaddress

from emulator.engines.firewall.patterns import PatternError, compiled
from emulator.resources import IdPattern, Listing, Resource, Unique
from emulator.services.wafv2.service import (
    BY_SCOPE,
    DUPLICATE,
    INVALID_MARKER,
    NAMED,
    OVER_LIMIT,
    invalid,
    refusal,
    service,
)

ADDRESSES, PATTERNS = 10_000, 10
UNIQUE = (Unique(("Scope", "Name"), DUPLICATE),)

IPSet = Resource(
    "IPSet", service, id=IdPattern("{uuid}"), arn="arn:{partition}:wafv2:{region}:{account}:{Scope}/ipset/{Name}/{Id}",
    create="CreateIPSet", read="GetIPSet", update="UpdateIPSet", delete="DeleteIPSet", unique=UNIQUE,
    list=Listing("ListIPSets", BY_SCOPE, invalid_token=INVALID_MARKER), defaults={"Description": ""},
    cloudformation="AWS::WAFv2::IPSet", **NAMED,
)  # fmt: skip

RegexPatternSet = Resource(
    "RegexPatternSet", service, id=IdPattern("{uuid}"), defaults={"Description": ""}, unique=UNIQUE,
    arn="arn:{partition}:wafv2:{region}:{account}:{Scope}/regexpatternset/{Name}/{Id}",
    create="CreateRegexPatternSet", read="GetRegexPatternSet", update="UpdateRegexPatternSet",
    delete="DeleteRegexPatternSet", list=Listing("ListRegexPatternSets", BY_SCOPE, invalid_token=INVALID_MARKER),
    cloudformation="AWS::WAFv2::RegexPatternSet", **NAMED,
)  # fmt: skip


@IPSet.on_validate
def check_addresses(ctx, document, before):
    version = 4 if document.get("IPAddressVersion", "IPV4") == "IPV4" else 6
    if len(document["Addresses"]) > ADDRESSES:
        raise refusal(OVER_LIMIT)
    for address in document["Addresses"]:
        try:
            network = ipaddress.ip_network(address)
        except ValueError:
            network = None
        if network is None or "/" not in address or network.version != version or network.prefixlen == 0:
            raise invalid("The parameter contains formatting that is not valid.", "IP_ADDRESS", address)


@RegexPatternSet.on_validate
def check_patterns(ctx, document, before):
    if len(document["RegularExpressionList"]) > PATTERNS:
        raise refusal(OVER_LIMIT)
    for each in document["RegularExpressionList"]:
        check_pattern(each.get("RegexString", ""), "REGEX_PATTERN_SET")


def check_pattern(text: str, field: str) -> None:
    """Raises WAFInvalidParameterException for a pattern with what AWS's cannot have, as lookaround."""
    try:
        compiled(text)
    except PatternError:
        raise invalid("The parameter contains formatting that is not valid.", field, text) from None
