"""The issuer of the web identity tokens that STS makes for an account."""

from hashlib import sha256

ISSUERS = ".tokens.sts.global.api.aws"  # how the host names of all issuers end


def issuer(account: str) -> str:
    """Each account has an issuer of its own, always the same."""
    digits = sha256(account.encode()).hexdigest()
    name = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))
    return f"https://{name}{ISSUERS}"
