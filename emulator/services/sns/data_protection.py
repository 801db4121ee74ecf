"""Data protection policies of topics: which sensitive data is audited, masked or refused. They are kept and checked.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html
"""

import orjson

from emulator.services.sns.errors import invalid

VERSION = "2021-06-01"
LONGEST = 30_720  # characters
OPERATIONS = frozenset(("Audit", "Deidentify", "Deny"))


def _refuse(reason: str):
    return invalid("DataProtectionPolicy", reason)


def check(text: str) -> None:
    """Raises InvalidParameter for a text that is no such policy."""
    if len(text) > LONGEST:
        raise _refuse(f"must be at most {LONGEST} characters long")
    try:
        policy = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _refuse("Invalid JSON") from None
    if not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list) or not policy["Statement"]:
        raise _refuse("Policy must have at least one Statement")
    if policy.get("Version") != VERSION:
        raise _refuse(f"Version must be {VERSION}")
    if not policy.get("Name"):
        raise _refuse("Policy must have a Name")
    for statement in policy["Statement"]:
        _check_statement(statement)


def _check_statement(statement: dict) -> None:
    if not isinstance(statement, dict) or statement.get("DataDirection") not in ("Inbound", "Outbound"):
        raise _refuse("DataDirection must be Inbound or Outbound")
    if not isinstance(statement.get("Principal"), list) or not statement["Principal"]:
        raise _refuse("Statement must have a Principal")
    if not isinstance(statement.get("DataIdentifier"), list) or not statement["DataIdentifier"]:
        raise _refuse("Statement must have a DataIdentifier")
    operation = statement.get("Operation")
    if not isinstance(operation, dict) or len(operation) != 1 or not OPERATIONS & operation.keys():
        raise _refuse(f"Operation must be one of {', '.join(sorted(OPERATIONS))}")
    if "Audit" in operation and statement["DataDirection"] != "Inbound":
        raise _refuse("Audit operation is supported for Inbound DataDirection only")
