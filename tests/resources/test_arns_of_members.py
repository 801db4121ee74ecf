"""ARNs made of members, lists of the resource itself, creations that repeat, names that must be the record's own."""

import pytest

from emulator.kernel.service import Service
from emulator.resources import Among, IdPattern, Listing, Resource, Tags, Unique, Version, equal, resource_of

SCOPES = {"REGIONAL": "regional", "CLOUDFRONT": "global"}
MISSING = ("LoadBalancerNotFound", "One or more load balancers not found")


@pytest.fixture
def balancers(bench):
    service = Service("elbv2")
    bench = bench(service)
    bench.resource = Resource(
        "LoadBalancer", service, id=IdPattern("{16:hex}", "LoadBalancerId"), arn_member="LoadBalancerArn", by_arn=True,
        arn="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{Type}/{LoadBalancerName}/{LoadBalancerId}",
        words={"Type": {"application": "app", "network": "net"}.get}, names={"Name": "LoadBalancerName"},
        tags=Tags("AddTags", "RemoveTags", "DescribeTags", repeated="DuplicateTagKeys"),
        create="CreateLoadBalancer", update="SetIpAddressType", delete="DeleteLoadBalancer", missing=MISSING,
        list=Listing("DescribeLoadBalancers", {
            "LoadBalancerArns": Among("LoadBalancerArn", MISSING), "Names": Among("LoadBalancerName", MISSING)}),
        unique=(Unique("LoadBalancerName", ("DuplicateLoadBalancerName", "{LoadBalancerName} exists"), repeats=True),),
    )  # fmt: skip
    return bench


def test_an_arn_tells_members_in_its_own_words(balancers):
    made = balancers.call("CreateLoadBalancer", Name="front", Type="network")["LoadBalancers"]
    assert len(made) == 1
    arn = made[0]["LoadBalancerArn"]
    assert arn.startswith("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/front/")
    assert balancers.call("DescribeLoadBalancers", LoadBalancerArns=[arn])["LoadBalancers"] == made
    assert balancers.call("SetIpAddressType", LoadBalancerArn=arn, IpAddressType="ipv4") == {"IpAddressType": "ipv4"}
    service = balancers.service
    assert resource_of(balancers.context(), service, "DeleteLoadBalancer", {"LoadBalancerArn": arn}) == arn
    assert resource_of(balancers.context(), service, "CreateLoadBalancer", {"Name": "n", "Type": "network"}).endswith(
        ":loadbalancer/net/n/*")
    balancers.call("DeleteLoadBalancer", LoadBalancerArn=arn)
    assert balancers.refusal("DescribeLoadBalancers", LoadBalancerArns=[arn]).code == "LoadBalancerNotFound"


def test_creating_what_stands_answers_it_and_another_is_refused(balancers):
    first = balancers.call("CreateLoadBalancer", Name="front", Type="network")
    assert balancers.call("CreateLoadBalancer", Name="front", Type="network") == first
    assert balancers.refusal("CreateLoadBalancer", Name="front", Type="application").message == "front exists"
    assert len(balancers.call("DescribeLoadBalancers")["LoadBalancers"]) == 1


def test_tags_of_several_at_once(balancers):
    one, two = (balancers.call("CreateLoadBalancer", Name=name, Type="network", Tags=[{"Key": "a", "Value": "1"}])
                ["LoadBalancers"][0]["LoadBalancerArn"] for name in ("one", "two"))
    balancers.call("AddTags", ResourceArns=[one, two], Tags=[{"Key": "b", "Value": "2"}])
    balancers.call("RemoveTags", ResourceArns=[two], TagKeys=["a"])
    assert balancers.call("DescribeTags", ResourceArns=[one, two]) == {"TagDescriptions": [
        {"ResourceArn": one, "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]},
        {"ResourceArn": two, "Tags": [{"Key": "b", "Value": "2"}]}]}
    twice = [{"Key": "c", "Value": "1"}, {"Key": "c", "Value": "2"}]
    assert balancers.refusal("AddTags", ResourceArns=[one], Tags=twice).code == "DuplicateTagKeys"
    gone = one[:-1] + "x"
    assert balancers.refusal("AddTags", ResourceArns=[one, gone], Tags=twice[:1]).code == "LoadBalancerNotFound"
    assert len(balancers.call("DescribeTags", ResourceArns=[one])["TagDescriptions"][0]["Tags"]) == 2


@pytest.fixture
def sets(bench):
    service = Service("wafv2")
    bench = bench(service)
    Resource(
        "IPSet", service, id=IdPattern("{uuid}"), arn_member="ARN", named=("Name", "Scope"),
        arn="arn:{partition}:wafv2:{region}:{account}:{Scope}/ipset/{Name}/{Id}", words={"Scope": SCOPES.get},
        create="CreateIPSet", read="GetIPSet", update="UpdateIPSet", delete="DeleteIPSet",
        list=Listing("ListIPSets", {"Scope": equal("Scope")}), names={"NextLockToken": "LockToken"},
        unique=(Unique(("Scope", "Name"), "WAFDuplicateItemException"),), missing="WAFNonexistentItemException",
        version=Version("LockToken", "LockToken", stale="WAFOptimisticLockException", pattern="{uuid}"),
    )  # fmt: skip
    return bench


def test_an_id_under_another_name_is_missing(sets):
    given = {"Name": "a", "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": []}
    made = sets.call("CreateIPSet", **given)["Summary"]
    named = {"Name": "a", "Scope": "REGIONAL", "Id": made["Id"]}
    assert ":regional/ipset/a/" in made["ARN"] and len(made["LockToken"]) == 36
    assert sets.call("GetIPSet", **named)["IPSet"]["ARN"] == made["ARN"]
    assert sets.refusal("GetIPSet", **{**named, "Name": "b"}).code == "WAFNonexistentItemException"
    assert sets.refusal("GetIPSet", **{**named, "Scope": "CLOUDFRONT"}).code == "WAFNonexistentItemException"


def test_a_name_is_unique_within_its_scope(sets):
    given = {"Name": "a", "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": []}
    made = sets.call("CreateIPSet", **given)["Summary"]
    assert sets.refusal("CreateIPSet", **given).code == "WAFDuplicateItemException"
    assert sets.call("CreateIPSet", **{**given, "Scope": "CLOUDFRONT"})["Summary"]["Id"] != made["Id"]
    new = sets.call("UpdateIPSet", Name="a", Scope="REGIONAL", Id=made["Id"], LockToken=made["LockToken"], Addresses=[])
    assert new["NextLockToken"] != made["LockToken"]
