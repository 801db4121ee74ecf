"""API keys, by which client applications integrate CAPTCHA puzzles.

https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateAPIKey.html
"""

import re

from emulator.resources import IdPattern, Listing, Resource
from emulator.services.wafv2.service import BY_SCOPE, INVALID_MARKER, MISSING, invalid, service

APIKey = Resource(
    "APIKey", service, id=IdPattern("{144:A-Za-z0-9}", "APIKey"), created="CreationTimestamp", missing=MISSING,
    create="CreateAPIKey", read="GetDecryptedAPIKey", delete="DeleteAPIKey", named=("Scope",),
    list=Listing("ListAPIKeys", BY_SCOPE, order="created", invalid_token=INVALID_MARKER), defaults={"Version": 1},
)  # fmt: skip


@APIKey.on_validate
def check_domains(ctx, document, before):
    for domain in document["TokenDomains"]:
        if not re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}", domain):
            raise invalid("The token domain is not valid.", "TOKEN_DOMAIN", domain)
