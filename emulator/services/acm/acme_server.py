"""The ACME server behind each endpoint: accounts by external account binding, orders for domains that are validated.

Authorizations are granted at once (``PRE_APPROVED``): what was validated for the endpoint needs no challenge.
https://www.rfc-editor.org/rfc/rfc8555
"""

import json
from operator import attrgetter

from emulator.engines import certificate_store, certificates, jws
from emulator.engines.certificates import days
from emulator.kernel.errors import AwsError
from emulator.kernel.store import GLOBAL, Record, Table, replace
from emulator.protocol.wire import Response
from emulator.services.acm import acme, issuing
from emulator.services.acm.certificates import Certificate
from emulator.services.acm.service import service

NONCES = 1000  # that are good at a time; the oldest go first


class Nonce(Record):
    value: str
    at: float


class Order(Record):
    id: str
    endpoint: str
    account: str
    names: tuple[str, ...]
    certificate: str = ""


nonces = Table("acm.acme_nonce", Nonce, key=attrgetter("value"), scope=GLOBAL, indexes={"at": attrgetter("at")})
orders = Table("acm.acme_order", Order, key=attrgetter("id"), scope=GLOBAL)


class Problem(Exception):
    """A refusal: ``kind`` of RFC 8555's urn:ietf:params:acme:error."""

    def __init__(self, kind: str, detail: str, status: int = 400):
        super().__init__(detail)
        self.kind, self.detail, self.status = kind, detail, status


class Call:
    """One request to one endpoint, its signature verified: ``account`` is None where a new key speaks for itself."""

    def __init__(self, ctx, endpoint, request):
        self.ctx, self.endpoint, self.base = ctx, endpoint, acme.address(ctx, endpoint)
        try:
            signed = jws.parse(request.body)
            header, self.account = signed.header, None
            if ctx.rows(nonces).delete(header.get("nonce", "")) is None:
                raise Problem("badNonce", "The nonce is unknown or was used before.")
            if header.get("url") != f"{self.base}{request.path}":
                raise Problem("unauthorized", "The URL that was signed is another.", 403)
            self.key = header.get("jwk")
            if self.key is None:
                self.account = acme.Account.rows(ctx).get((header.get("kid", ""),))
                if self.account is None or self.account.document["AcmeEndpointArn"] != endpoint.arn:
                    raise Problem("accountDoesNotExist", "There is no such account.")
                if self.account.document["Status"] != "VALID":
                    raise Problem("unauthorized", "The account is not valid any more.", 403)
                self.key = self.account.private["jwk"]
            jws.verify(signed, self.key)
            self.given = json.loads(signed.payload or b"{}")
        except (jws.Unfit, ValueError) as wrong:
            raise Problem("malformed", str(wrong)) from None

    def order(self, id: str) -> Order:
        found = self.ctx.rows(orders).get(id)
        if found is None or self.account is None or found.account != self.account.id[0]:
            raise Problem("malformed", "There is no such order.", 404)
        return found


@service.site("acme")
async def answer(ctx, name, request):
    """All that is asked of an endpoint's host."""
    endpoint = _endpoint(ctx, name)
    if endpoint is None or endpoint.state != "ACTIVE":
        return Response(404, [("content-type", "text/plain")], b"Not Found")
    kind, _, rest = request.path.removeprefix("/").partition("/")
    try:
        if request.method in ("GET", "HEAD"):
            if kind not in ("directory", "new-nonce"):
                raise Problem("malformed", "Ask by POST.", 405)
            found = _directory(ctx, endpoint) if kind == "directory" else (200, {}, None)
        else:
            found = await _asked(ctx, endpoint, request, kind, rest)
    except Problem as problem:
        told = {"type": f"urn:ietf:params:acme:error:{problem.kind}", "detail": problem.detail,
                "status": problem.status}
        found = problem.status, {"content-type": "application/problem+json"}, told
    status, headers, body = found
    content = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", "replay-nonce": _nonce(ctx), "cache-control": "no-store", **headers,
               "link": f'<{acme.address(ctx, endpoint)}/directory>;rel="index"'}
    return Response(status, list(headers.items()), content)


async def _asked(ctx, endpoint, request, kind: str, rest: str) -> tuple:
    operation = OPERATIONS.get(kind)
    if operation is None:
        raise Problem("malformed", "There is nothing at this address.", 404)
    try:
        found = operation(Call(ctx, endpoint, request), rest)
        return await found if hasattr(found, "__await__") else found
    except (jws.Unfit, ValueError, LookupError, TypeError, AttributeError) as wrong:
        raise Problem("malformed", str(wrong)) from None


def _endpoint(ctx, name: str):
    """The endpoint of a host's name; the context moves to its account and region."""
    for rows in ctx.partitions(acme.Endpoint.rows(ctx).table):
        if rows.partition[0] == acme.Endpoint.kind:
            for each in rows:
                if each.id[0].replace("-", "") == name:
                    _, ctx.account, ctx.region = rows.partition
                    return each
    return None


def _nonce(ctx) -> str:
    rows = ctx.rows(nonces)
    if len(rows) >= NONCES:
        rows.delete(rows.first("at").value)
    return rows.put(Nonce(ctx.ids.base64url(16), ctx.now)).value


def _directory(ctx, endpoint) -> tuple:
    base = acme.address(ctx, endpoint)
    names = {"newNonce": "new-nonce", "newAccount": "new-account", "newOrder": "new-order", "revokeCert": "revoke-cert"}
    meta = {"externalAccountRequired": True}
    return 200, {}, {name: f"{base}/{path}" for name, path in names.items()} | {"meta": meta}


def _new_account(call: Call, _rest: str) -> tuple:
    """Register a key under a binding's credentials, or find it again."""
    ctx, print_ = call.ctx, jws.thumbprint(call.key)
    url = f"{call.base}/account/{print_}"
    record = acme.Account.rows(ctx).get((url,))
    if record is not None:
        return 200, {"location": url}, _account(record)
    if call.given.get("onlyReturnExisting"):
        raise Problem("accountDoesNotExist", "The key has no account.")
    binding = _binding(call)
    contacts = call.given.get("contact", [])
    if call.endpoint.document["Contact"] == "REQUIRED" and not contacts:
        raise Problem("invalidContact", "The endpoint wants a contact.")
    record = acme.Account.make(ctx, {
        "AccountUrl": url, "AcmeEndpointArn": call.endpoint.arn, "PublicKeyThumbprint": print_, "Status": "VALID",
        "AcmeExternalAccountBindingArn": binding.arn, "Contacts": contacts})
    record = acme.Account.put(ctx, replace(record, private={"jwk": call.key}))
    acme.Binding.put(ctx, replace(binding, document={**binding.document, "LastUsedAt": ctx.now}))
    return 201, {"location": url}, _account(record)


def _update_account(call: Call, _rest: str) -> tuple:
    """Other contacts, or the account's end."""
    record = call.account
    if record is None:
        raise Problem("malformed", "An account speaks for itself.")
    changed = {"Contacts": call.given["contact"]} if "contact" in call.given else {}
    changed |= {"Status": "DEACTIVATED"} if call.given.get("status") == "deactivated" else {}
    record = acme.Account.put(call.ctx, replace(record, document={**record.document, **changed}))
    return 200, {"location": record.id[0]}, _account(record)


def _account(record) -> dict:
    return {"status": record.document["Status"].lower(), "contact": record.document["Contacts"]}


def _binding(call: Call):
    """The external account binding that authenticates a new key."""
    given = call.given.get("externalAccountBinding")
    if not given:
        raise Problem("externalAccountRequired", "The endpoint wants an external account binding.", 403)
    signed = jws.parse(given)
    for each in acme.Binding.rows(call.ctx):
        if each.document["AcmeEndpointArn"] == call.endpoint.arn and each.private["id"] == signed.header.get("kid"):
            try:
                found = acme.get_acme_external_account_binding_credentials(call.ctx, each.arn)
                jws.verify_mac(signed, jws.decode(found["MacKey"]))
            except (AwsError, jws.Unfit) as refusal:
                raise Problem("unauthorized", str(refusal), 403) from None
            if json.loads(signed.payload) != call.key:
                raise Problem("malformed", "The binding is for another key.")
            return each
    raise Problem("unauthorized", "The binding's key id is not known.", 403)


def _new_order(call: Call, _rest: str) -> tuple:
    names = tuple(each.get("value", "").lower() for each in call.given.get("identifiers", ()))
    if not names or call.account is None:
        raise Problem("malformed", "An account orders for identifiers.")
    for name in names:
        if not _covered(call, name):
            raise Problem("rejectedIdentifier", f"{name} is not validated for this endpoint.", 403)
    made = call.ctx.rows(orders).put(Order(call.ctx.ids.hex(32), call.endpoint.arn, call.account.id[0], names))
    return 201, {"location": f"{call.base}/order/{made.id}"}, _shown(call, made)


def _covered(call: Call, name: str) -> bool:
    """Whether a domain validation that holds lets the endpoint issue for a name."""
    for each in acme.Domain.rows(call.ctx):
        if each.document["AcmeEndpointArn"] == call.endpoint.arn and each.document["Status"] == "VALID":
            scope = each.document["PrevalidationDetails"]["DnsPrevalidation"]["DomainScope"]
            domain, plain = each.document["DomainName"], name.removeprefix("*.")
            below = plain.endswith(f".{domain}")
            wanted = {"ExactDomain": not below, "Subdomains": below, "Wildcards": name != plain}
            wanted["ExactDomain"] &= name == plain
            if (below or plain == domain) and all(scope[part] == "ENABLED" for part, asked in wanted.items() if asked):
                return True
    return False


def _shown(call: Call, order: Order) -> dict:
    found = {
        "status": "valid" if order.certificate else "ready", "finalize": f"{call.base}/finalize/{order.id}",
        "identifiers": [{"type": "dns", "value": name} for name in order.names],
        "authorizations": [f"{call.base}/authorization/{order.id}/{place}" for place in range(len(order.names))],
    }
    return found | ({"certificate": f"{call.base}/certificate/{order.id}"} if order.certificate else {})


def _order(call: Call, rest: str) -> tuple:
    return 200, {}, _shown(call, call.order(rest))


def _authorization(call: Call, rest: str) -> tuple:
    id, _, place = rest.partition("/")
    name = call.order(id).names[int(place)]
    identifier = {"type": "dns", "value": name.removeprefix("*.")}
    return 200, {}, {"status": "valid", "identifier": identifier, "challenges": []} | (
        {"wildcard": True} if name.startswith("*.") else {})


async def _finalize(call: Call, rest: str) -> tuple:
    """Sign what the request asks for, if it is what was ordered; the certificate is ACM's from then on."""
    ctx, order = call.ctx, call.order(rest)
    try:
        public, names, algorithm = certificates.read_request(jws.decode(call.given["csr"]))
    except (certificates.Unfit, KeyError, ValueError) as unfit:
        raise Problem("badCSR", str(unfit)) from None
    allowed = call.endpoint.document["CertificateAuthority"]["PublicCertificateAuthority"].get("AllowedKeyAlgorithms")
    if {name.lower() for name in names} != set(order.names) or (allowed and algorithm not in allowed):
        raise Problem("badCSR", "The request's names or key are not those that were ordered.")
    if not order.certificate:
        kept, serial = ctx.rows(issuing.authorities).get("local"), int(ctx.ids.hex(31), 16)
        made = await ctx.in_thread(_issue, kept and kept.authority, public, list(order.names), serial, ctx.now)
        order = ctx.rows(orders).put(replace(order, certificate=_store(call, order, *made)))
    return 200, {"location": f"{call.base}/order/{order.id}"}, _shown(call, order)


def _issue(authority, public: bytes, names: list[str], serial: int, now: float) -> tuple:
    authority, begin = authority or certificates.authority(now), certificates.midnight(now)
    return authority, certificates.issue(authority, public, names, serial, begin, begin + days(issuing.VALIDITY) - 1)


def _store(call: Call, order: Order, authority, pem: str) -> str:
    """Keep the certificate among ACM's, without its key; its ARN."""
    ctx = call.ctx
    if not len(ctx.rows(issuing.authorities)):
        ctx.rows(issuing.authorities).put(issuing.Kept(authority))
    told = certificates.describe(certificates.read(pem.encode()))
    names = told.pop("Names")
    record = Certificate.make(ctx, {
        **told, "Issuer": "Amazon", "DomainName": names[0], "SubjectAlternativeNames": names, "Status": "ISSUED",
        "Type": "AMAZON_ISSUED", "IssuedAt": ctx.now, "CertificateKeyPairOrigin": "ACME",
        "AcmeEndpointArn": call.endpoint.arn, "AcmeAccountId": call.account.id[0].rpartition("/")[2],
        "Options": {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED"},
    }, {each["Key"]: each.get("Value", "") for each in call.endpoint.document.get("CertificateTags", ())})  # fmt: skip
    ctx.rows(certificate_store.materials).put(
        certificate_store.Material(record.arn, pem, authority.pem + authority.root, b""))
    ctx.at(told["NotAfter"], "expire", job_id=f"expire/{record.id[0]}", id=record.id[0])
    return record.arn


def _certificate(call: Call, rest: str) -> tuple:
    found = call.ctx.rows(certificate_store.materials).get(call.order(rest).certificate)
    if found is None:
        raise Problem("malformed", "The order has no certificate yet.", 404)
    return 200, {"content-type": "application/pem-certificate-chain"}, found.pem + found.chain


def _revoke(call: Call, _rest: str) -> tuple:
    """Revoke one of the account's own certificates."""
    ctx, wanted = call.ctx, jws.decode(call.given.get("certificate", ""))
    for order in ctx.rows(orders):
        material = ctx.rows(certificate_store.materials).get(order.certificate)
        own = call.account is not None and order.account == call.account.id[0]
        if material and own and wanted == certificates.der(material.pem):
            record = Certificate.get(ctx, {"CertificateArn": order.certificate})
            document = {**record.document, "Status": "REVOKED", "RevokedAt": ctx.now, "RevocationReason": "UNSPECIFIED"}
            Certificate.put(ctx, replace(record, document=document))
            return 200, {}, None
    raise Problem("unauthorized", "The account has no such certificate.", 403)


OPERATIONS = {
    "new-account": _new_account, "account": _update_account, "new-order": _new_order, "order": _order,
    "authorization": _authorization, "finalize": _finalize, "certificate": _certificate, "revoke-cert": _revoke,
}  # fmt: skip
