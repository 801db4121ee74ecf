"""Made-up secrets of the right shape, put together at run time so that no scanner finds them in this file."""

KEY = "AKIA" + "QNZGKIQY56JQ7WML"
TEMPORARY = "ASIA" + "Y34FZKBOKMUTVV7A"
ACCOUNT = "029608264753"  # carried by KEY
OTHER_ACCOUNT = "609629065308"  # carried by TEMPORARY
SECRET = "uJ8rXUtnFEMI/K7MDENG+bPxRfi" + "CYq2wertyuio9"
TOKEN = "IQoJb3JpZ2lu" + "X2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDxyz+" * 4
JWT = "eyJhbGciOiJSUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".c2lnbmF0dXJlLXNpZ25hdHVyZQ"
PEM = "-----BEGIN RSA PRIVATE" + " KEY-----\n" + "MIIEpAIBAAKCAQEAq7BFUpkGp3" * 8 + "\n-----END RSA PRIVATE KEY-----"
SIGNATURE = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
