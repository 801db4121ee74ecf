"""The signatures of identity providers: tokens held to the keys that their issuer publishes, assertions to metadata.

They are verified when the emulator verifies signatures (``--verify-signatures on``).
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
"""

import orjson

from emulator.backends import http
from emulator.kernel.errors import AwsError

ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
TIMEOUT = 5.0  # seconds that an issuer may take to answer
METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
CERTIFICATE = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"


def check_token(token: str, issuer: str, outbound: bool) -> None:
    """Hold a token to the keys that its issuer publishes; blocking. Raises IDPCommunicationError, InvalidIdentityToken.

    The issuer's document of discovery names its key set: https://openid.net/specs/openid-connect-discovery-1_0.html
    """
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    found = _fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration", outbound)
    published = _fetch(str(found.get("jwks_uri", "")), outbound)
    try:
        jws.deserialize_compact(token, KeySet.import_key_set(published), algorithms=ALGORITHMS)
    except (JoseError, ValueError, KeyError, TypeError):
        message = "The ID Token provided is not signed with a key of its issuer."
        raise AwsError("InvalidIdentityToken", message) from None


def _fetch(url: str, outbound: bool) -> dict:
    answer = http.request("GET", url, {"accept": "application/json"}, b"", TIMEOUT, outbound)
    try:
        document = orjson.loads(answer.body) if answer.status == 200 else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise AwsError("IDPCommunicationError", "Couldn't retrieve verification key from your identity provider, "
                       "please reference AssumeRoleWithWebIdentity documentation for requirements")  # fmt: skip
    return document


def signed_part(response, metadata: str):
    """The element of a response that one of the provider's certificates has signed. Raises InvalidIdentityToken."""
    from lxml import etree
    from signxml import XMLVerifier
    from signxml.exceptions import SignXMLException

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    certificates = ["".join((each.text or "").split()) for each in etree.fromstring(metadata.encode(), parser).iter(
        CERTIFICATE)]  # fmt: skip
    for certificate in certificates:
        pem = f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----"
        try:
            found = XMLVerifier().verify(response, x509_cert=pem, expect_references=True)
        except (SignXMLException, ValueError):
            continue
        return (found[0] if isinstance(found, list) else found).signed_xml
    raise AwsError("InvalidIdentityToken", "Response Signature Invalid")
