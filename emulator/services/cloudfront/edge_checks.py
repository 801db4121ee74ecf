"""Who may see a distribution, how and from where: each check answers a viewer instead of the origin, or gives None.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
"""

from emulator.engines.edge import pages, signed
from emulator.engines.edge.messages import Answer
from emulator.engines.firewall import port
from emulator.engines.firewall.requests import WebRequest
from emulator.kernel.errors import AwsError
from emulator.kernel.host_names import found, host_names
from emulator.resources.documents import every
from emulator.services.cloudfront import managed_certificates
from emulator.services.cloudfront.access import KeyGroup, PublicKey
from emulator.services.cloudfront.edge_functions import may_connect
from emulator.services.cloudfront.edge_visits import Visit
from emulator.services.cloudfront.tenants import Tenant

OWN, LOCAL = ".cloudfront.net", ".cloudfront.localhost"  # ends of CloudFront's own names, and of their local form
READS = ("GET", "HEAD")
BLOCKED = "The Amazon CloudFront distribution is configured to block access from your country."
DISALLOWED = ("This distribution is not configured to allow the HTTP request method that was used for this request. "
              "The distribution supports only cachable requests.")  # fmt: skip
UNKNOWN = "Bad request. We can't connect to the server for this app or website at this time."


def check_enabled(here: Visit) -> Answer | None:
    return None if here.config["Enabled"] else pages.error(403, UNKNOWN, here.id)


def check_validation(here: Visit) -> Answer | None:
    """What proves a tenant's domain to who issues its certificate."""
    to = managed_certificates.redirect(here.ctx, here.tenant, here.asked.host, here.asked.path)
    return Answer(301, [("Location", to)], b"", "edge") if to else None


def check_connection(here: Visit) -> Answer | None:
    """What TLS was made for counts for the same account only, and for the same distribution where viewers must show
    certificates: those were checked for the name that TLS was asked for.

    https://aws.amazon.com/blogs/networking-and-content-delivery/continually-enhancing-domain-security-on-amazon-cloudfront/
    """
    shown, asked = (_owner(here.ctx, each) for each in (here.asked.server_name, here.asked.host))
    if not shown or not asked:
        return None
    same = shown == asked if "ViewerMtlsConfig" in here.config else shown[0] == asked[0]
    return None if same else pages.error(421, "The host of the request is not the one that TLS was made for.", here.id)


def _owner(ctx, host: str) -> tuple[str, str] | None:
    """The account and the id of the distribution that answers for a host; None for a host that is nobody's here."""
    row = found(ctx.rows(host_names), host.removesuffix(LOCAL) + OWN if host.endswith(LOCAL) else host)
    if row is None or row.service != "cloudfront":
        return None
    tenant = Tenant.find_arn(ctx, row.arn) if ":distribution-tenant/" in row.arn else None
    return row.arn.split(":")[4], tenant.document["DistributionId"] if tenant else row.arn.rpartition("/")[2]


def check_loop(here: Visit) -> Answer | None:
    """A distribution that is its own origin asks itself only once."""
    looped = f"{here.domain} (CloudFront)" in here.asked.headers.get("via", "")
    return pages.error(403, "This distribution is its own origin.", here.id) if looped else None


def check_certificate(here: Visit) -> Answer | None:
    """Who must show a certificate has shown one, and the connection function lets it in.

    AWS denies the handshake; here TLS is made before the function is asked, so that a viewer learns of it by a 403.
    """
    mode = here.config.get("ViewerMtlsConfig", {}).get("Mode")
    if mode == "passthrough":  # what this edge can't do is refused, not left away
        return pages.error(501, "This edge passes no certificates through.", here.id)
    if here.asked.certificate:
        function = here.config.get("ConnectionFunctionAssociation", {}).get("Id")
        if function is None or may_connect(here, function):
            return None
        return pages.error(403, "The connection function of the distribution denies the connection.", here.id)
    if mode != "required":
        return None
    reason = "The distribution wants a certificate of the viewer, which alternate domain names ask for over TLS."
    return pages.error(403, reason, here.id)


def check_protocol(here: Visit) -> Answer | None:
    policy = here.behavior["ViewerProtocolPolicy"]
    if here.asked.secure or policy == "allow-all":
        return None
    if policy == "https-only" or here.asked.method not in READS:
        return pages.error(403, "Bad request. The distribution only allows HTTPS.", here.id)
    query = f"?{here.asked.query}" if here.asked.query else ""
    return Answer(301, [("Location", f"https://{here.asked.headers.get('host', '')}{here.asked.path}{query}")], b"",
                  "edge")  # fmt: skip


def check_method(here: Visit) -> Answer | None:
    allowed = here.asked.method in here.behavior["AllowedMethods"]["Items"]
    return None if allowed else pages.error(403, DISALLOWED, here.id)


def check_location(here: Visit) -> Answer | None:
    rule = here.config["Restrictions"]["GeoRestriction"]
    listed = here.country in rule.get("Items", ())
    blocked = {"whitelist": not listed, "blacklist": listed}.get(rule["RestrictionType"], False)
    return pages.error(403, BLOCKED, here.id) if blocked else None


def check_firewall(here: Visit) -> Answer | None:
    """What the distribution's web ACL says."""
    acl, asked = here.config["WebACLId"], here.asked
    if not acl.startswith("arn:"):
        return None
    request = WebRequest(asked.method, asked.path, asked.query, tuple(asked.headers.items()), asked.body, asked.ip)
    try:
        passage = port.inspect(here.ctx, request, "CF", resource=here.distribution.arn, acl=acl)
    except AwsError as error:
        return pages.error(500, f"The web ACL {acl} could not be asked: {error.message}", here.id)
    here.inserted = passage.insert
    if passage.answer is None:
        return None
    body = passage.answer.body or pages.error(passage.answer.status, "Request blocked.", here.id).body
    headers = list(passage.answer.headers) or [("Content-Type", "text/html")]
    return Answer(passage.answer.status, headers, body, "edge")


def check_signature(here: Visit) -> Answer | None:
    groups = here.behavior["TrustedKeyGroups"].get("Items", ())
    if not groups and not here.behavior["TrustedSigners"]["Quantity"]:
        return None  # accounts that sign have no keys here: what they signed is signed by nobody known
    keys = {}
    for record in (KeyGroup.find(here.ctx, {"Id": each}) for each in groups):
        for id in every(record.document, "KeyGroupConfig.Items[]") if record else ():
            key = PublicKey.find(here.ctx, {"Id": id})
            if key is not None:
                keys[id] = key.document["PublicKeyConfig"]["EncodedKey"]
    try:
        signed.check(here.asked, _urls(here), keys, here.ctx.now)
    except signed.Denied as error:
        return pages.refusal(*error.args)
    return None


def _urls(here: Visit) -> list[str]:
    """The forms of what is asked that may be signed: by this host or CloudFront's own, over either scheme."""
    query = "&".join(part for name, part in here.asked.parameters if name not in signed.PARAMETERS)
    rest = here.asked.path + (f"?{query}" if query else "")
    hosts = dict.fromkeys((here.asked.headers.get("host", ""), here.asked.host, here.domain))
    return [f"{scheme}://{host}{rest}" for host in hosts for scheme in ("https", "http")]


CHECKS = (check_connection, check_enabled, check_validation, check_loop, check_protocol, check_certificate,
          check_method, check_location, check_firewall, check_signature)  # fmt: skip
