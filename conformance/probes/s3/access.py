"""Who may do what: policies, ownership, the public access block, the expected owner."""

import json

from conformance.probes import probe

GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
ELSEWHERE = "999988887777"


def policy(name, effect, principal, action="s3:GetObject"):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Principal": principal, "Action": action, "Resource": f"arn:aws:s3:::{name}/*"}]})


def elsewhere(trial):
    """Another account, as it calls S3."""
    return trial.world.endpoint.caller("s3", ELSEWHERE)


@probe("s3", "PutBucketPolicy", "A bucket policy lets another account in",
       GUIDE + "example-walkthroughs-managing-access-example2.html")
def a_policy_lets_another_account_in(trial):
    there = trial.fixture("object")
    name = trial.fixture("bucket")["Bucket"]
    place = {"Bucket": name, "Key": there["Key"]}
    assert elsewhere(trial).call("GetObject", place).raw.status == 403
    trial.ask("PutBucketPolicy", Bucket=name, Policy=policy(name, "Allow", {"AWS": ELSEWHERE}))
    assert elsewhere(trial).ask("GetObject", place)["Body"] == there["Body"]


@probe("s3", "PutBucketPolicy", "An explicit deny in the bucket policy holds for the owner",
       GUIDE + "how-s3-evaluates-access-control.html")
def a_deny_holds_for_the_owner(trial):
    there = trial.fixture("object")
    name = trial.fixture("bucket")["Bucket"]
    trial.ask("PutBucketPolicy", Bucket=name, Policy=policy(name, "Deny", "*"))
    trial.later(lambda: trial.ask("DeleteBucketPolicy", Bucket=name))
    trial.refused("GetObject", "AccessDenied", 403, Bucket=name, Key=there["Key"])


@probe("s3", "PutBucketPolicy", "A new bucket refuses a public policy",
       GUIDE + "access-control-block-public-access.html")
def public_policies_are_blocked(trial):
    name = trial.fixture("bucket")["Bucket"]
    trial.refused("PutBucketPolicy", "AccessDenied", 403, Bucket=name, Policy=policy(name, "Allow", "*"))


@probe("s3", "PutBucketPolicy", "A policy for another bucket is refused with MalformedPolicy",
       API + "API_PutBucketPolicy.html")
def a_policy_is_for_its_own_bucket(trial):
    name = trial.fixture("bucket")["Bucket"]
    document = policy("another-bucket", "Allow", {"AWS": ELSEWHERE})
    trial.refused("PutBucketPolicy", "MalformedPolicy", 400, Bucket=name, Policy=document)


@probe("s3", "GetBucketPolicyStatus", "A policy for everybody from a fixed address alone is not public",
       GUIDE + "access-control-block-public-access.html#access-control-block-public-access-policy-status")
def a_fixed_address_is_not_public(trial):
    name = trial.fixture("bucket")["Bucket"]
    document = json.loads(policy(name, "Allow", "*"))
    document["Statement"][0]["Condition"] = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    trial.ask("PutBucketPolicy", Bucket=name, Policy=json.dumps(document))
    assert trial.ask("GetBucketPolicyStatus", Bucket=name)["PolicyStatus"]["IsPublic"] is False


@probe("s3", "GetObject", "A request that expects another owner of the bucket is refused",
       GUIDE + "bucket-owner-condition.html")
def another_owner_is_expected(trial):
    there = trial.fixture("object")
    trial.refused("GetObject", "AccessDenied", 403, Bucket=trial.fixture("bucket")["Bucket"], Key=there["Key"],
                  ExpectedBucketOwner=ELSEWHERE)


@probe("s3", "PutObjectAcl", "Where ACLs count a public ACL is refused as long as the block holds",
       GUIDE + "access-control-block-public-access.html")
def public_acls_are_blocked(trial):
    there = trial.fixture("open")
    trial.ask("PutPublicAccessBlock", Bucket=there["Bucket"],
              PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    trial.refused("PutObjectAcl", "AccessDenied", 403, Bucket=there["Bucket"], Key=there["Key"], ACL="public-read")


@probe("s3", "PutObject", "With ObjectWriter the account that uploads owns the object",
       GUIDE + "about-object-ownership.html")
def the_writer_owns(trial):
    there = trial.fixture("open")
    name = there["Bucket"]
    trial.ask("PutBucketPolicy", Bucket=name, Policy=policy(name, "Allow", {"AWS": ELSEWHERE}, "s3:PutObject"))
    place = {"Bucket": name, "Key": "foreign"}
    elsewhere(trial).ask("PutObject", {**place, "Body": b"theirs"})
    trial.refused("GetObject", "AccessDenied", 403, **place)
    assert elsewhere(trial).ask("GetObject", place)["Body"] == b"theirs"


@probe("s3", "PutBucketRequestPayment", "Where those who ask pay, others say that they do, or are refused",
       GUIDE + "RequesterPaysBuckets.html")
def requesters_pay(trial):
    there = trial.fixture("object")
    name = trial.fixture("bucket")["Bucket"]
    place = {"Bucket": name, "Key": there["Key"]}
    trial.ask("PutBucketPolicy", Bucket=name, Policy=policy(name, "Allow", {"AWS": ELSEWHERE}))
    trial.ask("PutBucketRequestPayment", Bucket=name, RequestPaymentConfiguration={"Payer": "Requester"})
    assert elsewhere(trial).call("GetObject", place).raw.status == 403
    answer = elsewhere(trial).ask("GetObject", {**place, "RequestPayer": "requester"})
    assert answer.get("RequestCharged") == "requester", answer.get("RequestCharged")
