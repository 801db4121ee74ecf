"""The website configuration: which one is accepted, and where its rules lead.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3.documents import malformed
from emulator.services.s3.tables import Bucket

MOST_ROUTING_RULES = 50


def _invalid_argument(message: str, name: str, value: str | None) -> AwsError:
    return AwsError("InvalidArgument", message, 400, ArgumentName=name, ArgumentValue=value)


def _invalid_request(message: str) -> AwsError:
    return AwsError("InvalidRequest", message, 400)


def accept(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    """Validate a website configuration."""
    index = document.get("IndexDocument")
    if "RedirectAllRequestsTo" in document:
        if len(document) > 1:
            raise _invalid_argument(
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                "RedirectAllRequestsTo",
                "not null",
            )
        _check_protocol(document["RedirectAllRequestsTo"])
        return document
    if index is None:
        raise _invalid_argument(
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
            "IndexDocument",
            "null",
        )
    if not index["Suffix"] or "/" in index["Suffix"]:
        raise _invalid_argument("The IndexDocument Suffix is not well formed", "IndexDocument", index["Suffix"])
    if "ErrorDocument" in document and not document["ErrorDocument"]["Key"]:
        raise _invalid_argument("The ErrorDocument Key is not well formed", "ErrorDocument", "")
    if "RoutingRules" in document:
        _check_rules(document["RoutingRules"])
    return document


def _check_rules(rules: list[dict]) -> None:
    if not rules:
        raise malformed()
    if len(rules) > MOST_ROUTING_RULES:
        raise _invalid_request(f"{len(rules)} routing rules provided, the number of routing rules in a website "
                               f"configuration is limited to {MOST_ROUTING_RULES}.")  # fmt: skip
    for rule in rules:
        redirect = rule["Redirect"]
        _check_protocol(redirect)
        if "ReplaceKeyPrefixWith" in redirect and "ReplaceKeyWith" in redirect:
            raise _invalid_request("You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
        if rule.get("Condition") == {}:
            raise _invalid_request(
                "Condition cannot be empty. To redirect all requests without a condition, the condition element "
                "shouldn't be present."
            )
        if not redirect:
            raise malformed()


def _check_protocol(redirect: dict) -> None:
    if redirect.get("Protocol", "http") not in ("http", "https"):
        raise _invalid_request(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected "
            "automatically."
        )


def redirect_for(website: dict, key: str, error: int | None, host: str) -> tuple[int, str] | None:
    """Where the first fitting routing rule sends a request for ``key``: (status, URL), or None when none fits.

    ``error`` is the status that the answer would have, None before the object was looked up. ``host`` is the base
    URL of the website.
    """
    for rule in website.get("RoutingRules", ()):
        condition = rule.get("Condition", {})
        prefix = condition.get("KeyPrefixEquals", "")
        code = condition.get("HttpErrorCodeReturnedEquals")
        if not key.startswith(prefix) or code != (None if error is None else str(error)):
            continue
        redirect = rule["Redirect"]
        if "ReplaceKeyWith" in redirect:
            key = redirect["ReplaceKeyWith"]
        elif "ReplaceKeyPrefixWith" in redirect:
            key = redirect["ReplaceKeyPrefixWith"] + key[len(prefix) :]
        return int(redirect.get("HttpRedirectCode", 301)), location(redirect, key, host)
    return None


def location(redirect: dict, key: str, host: str) -> str:
    """The URL of a redirect: its own protocol and host, or those of the request."""
    scheme, _, name = host.partition("://")
    return f"{redirect.get('Protocol', scheme)}://{redirect.get('HostName', name)}/{key}"
