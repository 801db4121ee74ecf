"""Data protection policies of topics: which sensitive data is audited, masked or refused.

They are checked here; ``data_guard`` acts on them.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html
"""

import orjson

from emulator.engines.data_identifiers import PREFIX, is_pattern, managed
from emulator.kernel.errors import NotImplementedByEmulator
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
    custom = _custom(policy)
    for statement in policy["Statement"]:
        _check_statement(statement)
        _check_identifiers(statement, custom)


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
    if "Deidentify" in operation:
        config = operation["Deidentify"]
        if not isinstance(config, dict) or len(config) != 1 or not {"MaskConfig", "RedactConfig"} & config.keys():
            raise _refuse("Deidentify must have one of MaskConfig, RedactConfig")


def _custom(policy: dict) -> set[str]:
    """The names of a policy's own identifiers. Raises InvalidParameter for one without a name or a valid pattern."""
    found = (policy.get("Configuration") or {}).get("CustomDataIdentifier") or []
    for each in found:
        if not isinstance(each, dict) or not each.get("Name") or not is_pattern(str(each.get("Regex", "("))):
            raise _refuse("CustomDataIdentifier must have a Name and a valid Regex")
    return {each["Name"] for each in found}


def _check_identifiers(statement: dict, custom: set[str]) -> None:
    """Raises 501 for a managed identifier that is not told here, InvalidParameter for any other that nobody knows."""
    for name in statement["DataIdentifier"]:
        if name in custom or name.removeprefix(PREFIX) in managed():
            continue
        if str(name).startswith(PREFIX):
            raise NotImplementedByEmulator(f"The managed data identifier {name.removeprefix(PREFIX)}")
        raise _refuse(f"Unknown DataIdentifier {name}")
