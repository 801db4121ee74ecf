"""Multi-Region Access Points: asynchronous requests, routes and failover, and the data plane, signed with SigV4A."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.testing import emulated
from tests.services.s3.conftest import through_hosts

ACCOUNT = "000000000000"
WEST, EAST = "us-west-2", "us-east-1"


@pytest.fixture
def regions(client):
    """A bucket in each of two regions, ``east`` and ``west``; each holds ``k`` with its own name as content."""
    made = {}
    for name, region in (("east", EAST), ("west", WEST)):
        s3 = made[name] = client("s3", region=region)
        where = {} if region == EAST else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **where)
        s3.put_object(Bucket=name, Key="k", Body=name.encode())
    return made


@pytest.fixture
def create(control, emulator, regions):
    """``create(name)``: a Multi-Region Access Point over both buckets, ready; as GetMultiRegionAccessPoint tells it."""

    def make(name: str) -> dict:
        details = {"Name": name, "Regions": [{"Bucket": "east"}, {"Bucket": "west"}]}
        control.create_multi_region_access_point(AccountId=ACCOUNT, Details=details)
        emulator.advance(2)
        return control.get_multi_region_access_point(AccountId=ACCOUNT, Name=name)["AccessPoint"]

    return make


def arn(point: dict) -> str:
    return f"arn:aws:s3::{ACCOUNT}:accesspoint/{point['Alias']}"


def dial(control, point, **percentages) -> None:
    control.submit_multi_region_access_point_routes(
        AccountId=ACCOUNT, Mrap=arn(point),
        RouteUpdates=[{"Bucket": name, "TrafficDialPercentage": value} for name, value in percentages.items()],
    )  # fmt: skip


def test_creation_is_asynchronous(control, regions, emulator, error_of):
    details = {"Name": "many", "Regions": [{"Bucket": "east"}, {"Bucket": "west"}]}
    made = control.create_multi_region_access_point(AccountId=ACCOUNT, ClientToken="t", Details=details)
    again = control.create_multi_region_access_point(AccountId=ACCOUNT, ClientToken="t", Details=details)
    token = made["RequestTokenARN"]
    assert again["RequestTokenARN"] == token
    assert token.startswith(f"arn:aws:s3:us-west-2:{ACCOUNT}:async-request/mrap/create/")

    def status() -> tuple[str, str]:
        found = control.describe_multi_region_access_point_operation(AccountId=ACCOUNT, RequestTokenARN=token)
        point = control.get_multi_region_access_point(AccountId=ACCOUNT, Name="many")["AccessPoint"]
        return found["AsyncOperation"]["RequestStatus"], point["Status"]

    assert status() == ("INPROGRESS", "CREATING")
    emulator.advance(2)
    assert status() == ("SUCCEEDED", "READY")
    (listed,) = control.list_multi_region_access_points(AccountId=ACCOUNT)["AccessPoints"]
    assert [(each["Bucket"], each["Region"]) for each in listed["Regions"]] == [("east", EAST), ("west", WEST)]
    refused = error_of(control.create_multi_region_access_point, AccountId=ACCOUNT, Details=details)
    assert refused["Error"]["Code"] == "MultiRegionAccessPointAlreadyOwnedByYou"
    twice = {"Name": "twice", "Regions": [{"Bucket": "east"}, {"Bucket": "east"}]}
    refused = error_of(control.create_multi_region_access_point, AccountId=ACCOUNT, Details=twice)
    assert refused["Error"]["Code"] == "MultiRegionAccessPointSameBucketRegion"
    control.delete_multi_region_access_point(AccountId=ACCOUNT, Details={"Name": "many"})
    emulator.advance(2)
    gone = error_of(control.get_multi_region_access_point, AccountId=ACCOUNT, Name="many")
    assert gone["Error"]["Code"] == "NoSuchMultiRegionAccessPoint"


def test_requests_go_where_the_routes_say(control, create, aws, regions, error_of):
    point = create("many")
    s3 = aws("s3")
    assert s3.get_object(Bucket=arn(point), Key="k")["Body"].read() == b"east"
    dial(control, point, east=0)
    assert s3.get_object(Bucket=arn(point), Key="k")["Body"].read() == b"west"
    s3.put_object(Bucket=arn(point), Key="new", Body=b"there")
    assert regions["west"].get_object(Bucket="west", Key="new")["Body"].read() == b"there"
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=arn(point))["Contents"]] == ["k", "new"]
    routes = control.get_multi_region_access_point_routes(AccountId=ACCOUNT, Mrap=arn(point))
    assert {each["Bucket"]: each["TrafficDialPercentage"] for each in routes["Routes"]} == {"east": 0, "west": 100}
    refused = error_of(dial, control=control, point=point, west=0)
    assert refused["Error"]["Code"] == "InvalidRequest"
    dial(control, point, east=100, west=0)
    assert s3.get_object(Bucket=arn(point), Key="k")["Body"].read() == b"east"


def test_a_whole_upload_goes_through_it(create, aws, regions):
    place = {"Bucket": arn(create("many")), "Key": "large"}
    s3 = aws("s3")
    upload = s3.create_multipart_upload(**place)["UploadId"]
    part = s3.upload_part(**place, UploadId=upload, PartNumber=1, Body=b"x" * 1000)
    s3.complete_multipart_upload(
        **place, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    assert regions["east"].head_object(Bucket="east", Key="large")["ContentLength"] == 1000


def test_what_it_does_not_serve_and_who_may_not(control, create, aws, emulator, error_of):
    point = create("many")
    refused = error_of(aws("s3").delete_objects, Bucket=arn(point), Delete={"Objects": [{"Key": "k"}]})
    assert refused["Error"]["Code"] == "MethodNotAllowed"
    absent = error_of(aws("s3").get_object, Bucket=f"arn:aws:s3::{ACCOUNT}:accesspoint/mabsent.mrap", Key="k")
    assert absent["Error"]["Code"] in ("NoSuchAccessPoint", "NoSuchBucket")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn(point)}/object/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    proposed = {"Name": "many", "Policy": document}
    control.put_multi_region_access_point_policy(AccountId=ACCOUNT, Details=proposed)
    found = control.get_multi_region_access_point_policy(AccountId=ACCOUNT, Name="many")["Policy"]
    assert list(found) == ["Proposed"]
    emulator.advance(2)
    found = control.get_multi_region_access_point_policy(AccountId=ACCOUNT, Name="many")["Policy"]
    assert list(found) == ["Established"]
    assert error_of(aws("s3").get_object, Bucket=arn(point), Key="k")["Error"]["Code"] == "AccessDenied"


def test_signatures_are_verified_on_both_ways():
    with emulated(verify_signatures=True) as emulator:

        def client(service: str, secret: str = "test"):
            made = boto3.client(
                service, region_name=EAST, aws_access_key_id=ACCOUNT, aws_secret_access_key=secret,
                config=Config(ignore_configured_endpoint_urls=True, retries={"total_max_attempts": 1}),
            )  # fmt: skip
            return through_hosts(made, emulator.url)

        s3, control = client("s3"), client("s3control")
        s3.create_bucket(Bucket="east")
        s3.put_object(Bucket="east", Key="a/b ü", Body=b"content")
        point = control.create_access_point(AccountId=ACCOUNT, Name="point", Bucket="east")["AccessPointArn"]
        details = {"Name": "many", "Regions": [{"Bucket": "east"}]}
        control.create_multi_region_access_point(AccountId=ACCOUNT, Details=details)
        emulator.advance(2)
        many = control.get_multi_region_access_point(AccountId=ACCOUNT, Name="many")["AccessPoint"]
        for bucket in (point, arn(many)):
            s3.put_object(Bucket=bucket, Key="new", Body=b"1")
            assert s3.get_object(Bucket=bucket, Key="a/b ü")["Body"].read() == b"content"
            with pytest.raises(ClientError) as caught:
                client("s3", "another").get_object(Bucket=bucket, Key="a/b ü")
            assert caught.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
