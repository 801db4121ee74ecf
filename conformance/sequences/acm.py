"""ACM's imported certificates: a name's certificate is imported again in place of itself."""

from conformance.sequences.kind import Kind, follow
from conformance.services.self_signed import pair

ASKED = {"Includes": {"keyTypes": ["EC_prime256v1"]}}


def domain(name):
    return f"{name.lower()}.example.com"


def arn_of(trial, name):
    """The ARN of the certificate for a name; one that is nobody's where there is none."""
    for each in trial.ask("ListCertificates", MaxItems=1000, **ASKED)["CertificateSummaryList"]:
        if each["DomainName"] == domain(name):
            return each["CertificateArn"]
    return "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"


def pages(trial, prefix, size):
    found = follow(trial, "ListCertificates", {"MaxItems": size, **ASKED}, "CertificateSummaryList",
                   ("NextToken", "NextToken"), "DomainName")
    return [name.removesuffix(".example.com") for name in found if name.startswith(prefix.lower())]


def bring(trial, name, value, again=False):
    certificate, key = pair(domain(name), value)
    arn = arn_of(trial, name)
    more = {"CertificateArn": arn} if again or not arn.endswith("1234567890ab") else {}
    trial.ask("ImportCertificate", Certificate=certificate, PrivateKey=key, **more)


def read(trial, name):
    """Which of the certificates of a name stands."""
    found = trial.ask("GetCertificate", CertificateArn=arn_of(trial, name))["Certificate"].encode()
    return next((value for value in VALUES if pair(domain(name), value)[0] == found), found)


def tags(trial, name):
    found = trial.ask("ListTagsForCertificate", CertificateArn=arn_of(trial, name))["Tags"]
    return {each["Key"]: each["Value"] for each in found}


VALUES = (1, 2, 3)
KINDS = [
    Kind("acm", "import", VALUES, create=bring, read=read, sequences=6, winners=4,
         update=lambda trial, name, value: bring(trial, name, value, again=True),
         delete=lambda trial, name: trial.ask("DeleteCertificate", CertificateArn=arn_of(trial, name)),
         missing="ResourceNotFoundException",
         tag=lambda trial, name, given: trial.ask("AddTagsToCertificate", CertificateArn=arn_of(trial, name), Tags=[
             {"Key": key, "Value": value} for key, value in given.items()]),
         untag=lambda trial, name, keys: trial.ask(
             "RemoveTagsFromCertificate", CertificateArn=arn_of(trial, name), Tags=[{"Key": key} for key in keys]),
         tags=tags),
]  # fmt: skip
