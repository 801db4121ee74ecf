"""Members of behaviors from CloudFront's first years, which AWS still honours."""

from conformance.probes import probe
from conformance.probes.cloudfront.edge import GUIDE, site, visit
from conformance.services.cloudfront.configs import items


@probe("cloudfront", "CreateDistribution", "An account that is a trusted signer has key pairs of its own",
       GUIDE + "private-content-trusted-signers.html",
       cause="those key pairs are made on AWS's account page alone: no operation makes, uploads or lists them")
def accounts_sign(trial):
    made = site(trial, {}, {"TrustedSigners": {"Enabled": True, **items("self")}})
    signers = made["ActiveTrustedSigners"]["Items"]
    assert any(each.get("KeyPairIds", {}).get("Quantity") for each in signers), f"no signer has a key pair: {signers}"


@probe("cloudfront", "CreateDistribution", "Players of Smooth Streaming get manifests and fragments",
       GUIDE + "on-demand-streaming-smooth.html",
       cause="the edge takes no media apart: how it finds a fragment in a presentation's files is not documented")
def presentations_are_streamed(trial):
    manifest = b'<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="0"/>'
    made = site(trial, {"a.ismc": (manifest, {"ContentType": "text/xml"})}, {"SmoothStreaming": True})
    status, _, body = visit(trial, made, "/a.ism/Manifest")
    assert (status, body) == (200, manifest), f"the edge answers {status}"
