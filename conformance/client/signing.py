"""SigV4 by botocore, and the three ways to get it wrong: not at all, with another secret, an hour late."""

from datetime import timedelta

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import get_current_datetime
from botocore.credentials import Credentials

LATE = timedelta(hours=1)


class _LateMixin:
    """Signs for a moment that is an hour ago."""

    def add_auth(self, request):
        request.context["timestamp"] = (get_current_datetime() - LATE).strftime("%Y%m%dT%H%M%SZ")
        self._modify_request_before_signing(request)
        canonical = self.canonical_request(request)
        self._inject_signature_to_request(request, self.signature(self.string_to_sign(request, canonical), request))


class LateSigV4Auth(_LateMixin, SigV4Auth):
    pass


class LateS3SigV4Auth(_LateMixin, S3SigV4Auth):
    pass


def sign(request: AWSRequest, credentials: Credentials, name: str, region: str, how: str = "right") -> None:
    """Put the signature into the request's headers. ``how`` is right, missing, wrong or expired."""
    if how == "missing":
        return
    if how == "wrong":
        credentials = Credentials(credentials.access_key, credentials.secret_key + "-wrong", credentials.token)
    late = how == "expired"
    if name == "s3":
        kind = LateS3SigV4Auth if late else S3SigV4Auth
    else:
        kind = LateSigV4Auth if late else SigV4Auth
    kind(credentials, name, region).add_auth(request)
