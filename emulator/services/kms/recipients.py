"""Answers for an enclave alone: where a request attests a public key, plaintexts come encrypted under it.

The documents of AWS's own enclaves are trusted, and those under the root that the setting ``kms.attestation-root``
names (the file of a certificate in PEM). https://docs.aws.amazon.com/kms/latest/developerguide/services-nitro-enclaves.html
"""

import os
from functools import lru_cache
from pathlib import Path

from emulator.engines import attestation
from emulator.engines.attestation import Attestation, Untrusted
from emulator.kernel.context import Context
from emulator.services.kms.errors import validation

ALGORITHM = "RSAES_OAEP_SHA_256"


@lru_cache
def _fingerprint(file: str) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    return x509.load_pem_x509_certificate(Path(file).read_bytes()).fingerprint(SHA256()).hex()


def attested(ctx: Context, recipient: dict | None) -> Attestation | None:
    """What the request's document says; None without a recipient. Raises ValidationException."""
    if not recipient:
        return None
    file = ctx.setting("kms.attestation-root")
    roots = frozenset((attestation.AWS_ROOT, *([_fingerprint(file)] if file else ())))
    try:
        found = attestation.read(recipient.get("AttestationDocument") or b"", roots, ctx.now)
    except Untrusted:
        raise validation("The attestation document is not valid.") from None
    if recipient.get("KeyEncryptionAlgorithm") != ALGORITHM or found.public_key is None:
        raise validation("The attestation document must hold an RSA public key, and name RSAES_OAEP_SHA_256.")
    return found


def for_recipient(found: Attestation | None, answer: dict, member: str) -> dict:
    """The answer with its secret member sealed for the enclave, where one asks; as it is otherwise."""
    if found is None:
        return answer
    kept = {name: value for name, value in answer.items() if name != member}
    sealed = attestation.envelope(found.public_key, answer[member], os.urandom(32), os.urandom(16))
    return {**kept, "CiphertextForRecipient": sealed}


def condition_keys(ctx: Context) -> dict[str, list[str]]:
    """``kms:RecipientAttestation:ImageSha384`` and ``…:PCRn`` of a document that is good; none otherwise.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-enclaves.html
    """
    try:
        found = attested(ctx, ctx.input.get("Recipient"))
    except Exception:  # the operation itself says what is wrong with the document
        return {}
    if found is None:
        return {}
    keys = {f"kms:recipientattestation:pcr{number}": [value] for number, value in found.measurements.items()}
    return keys | ({"kms:recipientattestation:imagesha384": [found.measurements[0]]} if 0 in found.measurements else {})
