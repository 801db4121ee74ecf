"""Distributions as CloudFront told them: created from what was recorded, they are told in the same words again."""

import gzip
import json
import re

import pytest

SET = "placebo/cloud-custodian/cloudfront.jsonl.gz"
# Answered in capitals once, which the model of today does not know; added by CloudFront since.
LEFT = ("CallerReference", "Aliases", "WebACLId")  # unique, or of what isn't there
CERTIFICATE = re.compile(r"arn:aws:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+")  # must be there
WORDS = {"HTTP2": "http2", "HTTP1_1": "http1.1"}


@pytest.fixture(scope="module")
def recorded(evidence):
    """The complete configurations of distributions, and of streaming ones."""
    with gzip.open(evidence / SET, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    found = {}
    for row in rows:
        for name in ("DistributionConfig", "StreamingDistributionConfig"):
            config = row["data"].get(name, {})
            if row["operation"] == f"Get{name}" and {"CallerReference", "PriceClass", "Logging"} <= config.keys():
                found[json.dumps(config, sort_keys=True)] = name
    return [(name, json.loads(text)) for text, name in sorted(found.items())]


def told(expected, got, place=""):
    """Where something that was recorded is not told so."""
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return [place]
        return [each for key, value in expected.items() for each in told(value, got.get(key), f"{place}.{key}")]
    if isinstance(expected, list):
        if not isinstance(got, list) or len(expected) != len(got):
            return [place]
        pairs = enumerate(zip(expected, got))
        return [each for at, (one, other) in pairs for each in told(one, other, f"{place}[{at}]")]
    return [] if WORDS.get(expected, expected) == got else [f"{place}: {expected!r}, got {got!r}"]


def bare(value):
    """What a client would have sent: without what only answers tell, and without what was left at its default."""
    if isinstance(value, dict):
        return {key: bare(each) for key, each in value.items()
                if each not in ({"Quantity": 0}, {"Enabled": False, "Quantity": 0}, "")}  # fmt: skip
    return [bare(each) for each in value] if isinstance(value, list) else WORDS.get(value, value)


def sendable(name, config, number):
    """A configuration as it may have been sent."""
    unique = {"CallerReference": f"{config['CallerReference']}-{number}"}
    if name == "StreamingDistributionConfig":
        return {**config, **unique}
    sent = {**bare(config), **unique, "Comment": config["Comment"]}
    for name in LEFT:
        sent.pop(name, None)
    sent.update(unique)
    for origin in sent["Origins"]["Items"]:
        if not origin.keys() & {"CustomOriginConfig", "VpcOriginConfig"}:
            origin["S3OriginConfig"] = {"OriginAccessIdentity": ""}
    return sent


def test_recorded_configurations_are_told_again(cloudfront, recorded, certificate):
    assert len(recorded) >= 8
    own = certificate("*.example.com")["ACMCertificateArn"]
    for number, (name, config) in enumerate(recorded):
        config = json.loads(CERTIFICATE.sub(own, json.dumps(config)))
        kind, words = name.removesuffix("Config"), name.removesuffix("DistributionConfig").lower()
        snake = f"{words}_distribution".removeprefix("_")
        made = getattr(cloudfront, f"create_{snake}")(**{name: sendable(name, config, number)})
        found = getattr(cloudfront, f"get_{snake}_config")(Id=made[kind]["Id"])[name]
        assert told({key: value for key, value in config.items() if key not in LEFT}, found) == [], config
