"""The network of edge locations: protocols that viewers may speak, addresses that lead there."""

import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from conformance.probes import probe
from conformance.probes.cloudfront.edge import GUIDE, site, text, visit

H2, PLAIN = "h2", "http/1.1"


def negotiated(trial, made, *protocols):
    """The protocol that the edge chooses of those that a viewer offers over TLS; None where it serves no TLS."""
    parts = urlsplit(trial.world.endpoint.url)
    aws = parts.hostname.endswith("amazonaws.com")
    where = (made["DomainName"], 443) if aws else (parts.hostname, parts.port or 443)
    context = ssl.create_default_context()
    context.set_alpn_protocols(protocols)
    try:
        with (socket.create_connection(where, timeout=10) as plain,
              context.wrap_socket(plain, server_hostname=made["DomainName"]) as secure):  # fmt: skip
            return secure.selected_alpn_protocol()
    except OSError:
        return None


@probe("cloudfront", "CreateDistribution", "Viewers may speak HTTP/2, and with it gRPC",
       GUIDE + "DownloadDistValuesGeneral.html#DownloadDistValuesSupportedHTTPVersions",
       cause="the emulator's one listener speaks HTTP/1.1, in which every answer is the same")
def viewers_speak_http2(trial):
    made = site(trial, {"a.txt": text(b"x")}, HttpVersion="http2")
    assert negotiated(trial, made, H2, PLAIN) == H2, "the edge does not offer it"


@probe("cloudfront", "CreateAnycastIpList", "Static addresses lead to the edge from everywhere",
       GUIDE + "request-static-ips.html",
       cause="only AWS's network announces such addresses to the Internet; those here are of the block for examples")
def static_addresses_lead_here(trial):
    made = trial.ask("CreateAnycastIpList", Name=trial.unique("ips"), IpCount=3)
    trial.later(lambda: trial.ask("DeleteAnycastIpList", Id=made["AnycastIpList"]["Id"], IfMatch=made["ETag"]))
    addresses = made["AnycastIpList"]["AnycastIps"]
    assert all(ipaddress.ip_address(each).is_global for each in addresses), addresses


@probe("cloudfront", "PublishConnectionFunction", "A connection function is not asked where no certificate is shown",
       GUIDE + "connection-functions.html")
def connection_functions_see_certificates(trial):
    function, store = trial.fixture("connection_function"), trial.fixture("trust_store")
    made = site(trial, {"a.txt": text(b"x")}, ConnectionFunctionAssociation={"Id": function["Id"]}, ViewerMtlsConfig={
        "Mode": "optional", "TrustStoreConfig": {"TrustStoreId": store["Id"]}})
    status = visit(trial, made, "/a.txt")[0]
    assert status == 200, f"the edge answers {status}"


@probe("cloudfront", "CreateDistribution", "Certificates of viewers are passed on to the origin without being checked",
       GUIDE + "viewer-mtls-headers.html",
       cause="Python's TLS, which the emulator's port speaks, takes no certificate that it cannot verify")
def certificates_pass_through(trial):
    made = site(trial, {"a.txt": text(b"x")}, ViewerMtlsConfig={"Mode": "passthrough"})
    status = visit(trial, made, "/a.txt")[0]
    assert status == 200, f"the edge answers {status}"
