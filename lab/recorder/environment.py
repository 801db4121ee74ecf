"""The environment of the recorded command, so that its SDK goes through the recorder and trusts its certificate."""

import os
from pathlib import Path

#: Where credentials come from on EC2, ECS and EKS: never through a recorder.
DIRECT = "169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254"

#: Who calls an emulator that the recorder started: nobody's key; names that stay the same from recording to recording.
CALLER = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
          "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "PARITYLAB_SUFFIX": "5ca1ab1e",
          "PARITYLAB_PATIENCE": "0"}

NODE_PRELOAD = Path(__file__).with_name("node_proxy.cjs")


def forward(address: str, certificate: Path) -> dict[str, str]:
    """For the forward proxy at ``address``; writes the bundle of public roots and our own beside ``certificate``."""
    import certifi

    bundle = certificate.with_name("bundle.pem")
    bundle.write_text(Path(certifi.where()).read_text() + certificate.read_text())
    proxies = {name: address for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")}
    direct = {name: DIRECT for name in ("NO_PROXY", "no_proxy")}
    roots = {name: str(bundle) for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")}
    # Node reads no proxy variables: a preloaded script opens its connections through the proxy.
    node = {
        "NODE_EXTRA_CA_CERTS": str(certificate),
        "NODE_OPTIONS": f"{os.environ.get('NODE_OPTIONS', '')} --require {NODE_PRELOAD}".strip(),
    }
    return {**proxies, **direct, **roots, **node}


def reverse(address: str) -> dict[str, str]:
    """For the reverse proxy at ``address``."""
    direct = ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1")))
    return {"AWS_ENDPOINT_URL": address, "NO_PROXY": direct, "no_proxy": direct}
