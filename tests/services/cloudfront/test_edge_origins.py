"""Origins as the edge asks them: groups that fail over, ports of VPC origins, how long they have for an answer."""

import time

from distribution_configs import behavior, items, origin

OK = (200, {"Content-Type": "text/plain"}, b"hello")


def test_a_group_fails_over(distribution, web, visit):
    web.pages["/a"] = (500, {}, b"broken")
    web.pages["/second/a"] = OK
    group = {"Id": "g", "FailoverCriteria": {"StatusCodes": items(500, 502)}, "Members": items(
        {"OriginId": "o"}, {"OriginId": "second"})}  # fmt: skip
    made = distribution(origins=[web.described(), web.described("second", OriginPath="/second")],
                        default=behavior("g"), OriginGroups=items(group))  # fmt: skip
    assert visit(made, "/a").data == b"hello"


def test_an_origin_that_is_not_there_is_a_bad_gateway(distribution, visit):
    custom = {"HTTPPort": 1, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    made = distribution(origins=[origin(domain="localhost", CustomOriginConfig=custom)])
    answer = visit(made)
    assert answer.status == 502 and b"The request could not be satisfied" in answer.data
    assert answer.headers["X-Cache"] == "Error from cloudfront"


def test_an_origin_that_is_not_reached_gives_way(distribution, web, visit):
    web.pages["/a"] = OK
    dead = origin("dead", "localhost", CustomOriginConfig={
        "HTTPPort": 1, "HTTPSPort": 1, "OriginProtocolPolicy": "http-only"})

    def group(*codes):
        return items({"Id": "g", "FailoverCriteria": {"StatusCodes": items(*codes)}, "Members": items(
            {"OriginId": "dead"}, {"OriginId": "o"})})

    for codes, status in (((503,), 200), ((404,), 502)):
        made = distribution(str(status), origins=[dead, web.described()], default=behavior("g"),
                            OriginGroups=group(*codes))  # fmt: skip
        assert visit(made, "/a").status == status


def test_a_vpc_origin_is_asked_at_its_port(cloudfront, distribution, web, visit):
    web.pages["/a"] = OK
    vpc = cloudfront.create_vpc_origin(VpcOriginEndpointConfig={
        "Name": "in", "Arn": "arn:aws:ec2:us-east-1:000000000000:instance/i-0123456789abcdef0", "HTTPPort": web.port,
        "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"})["VpcOrigin"]["Id"]
    inner = {"Id": "o", "DomainName": "localhost", "VpcOriginConfig": {"VpcOriginId": vpc}}
    assert visit(distribution(origins=[inner]), "/a").data == b"hello"


def test_an_origin_has_its_time_for_the_whole_answer(distribution, web, visit, monkeypatch):
    web.pages["/a"] = OK
    monkeypatch.setattr(web, "answer", lambda handler, answer=web.answer: (time.sleep(1.2), answer(handler)))
    made = distribution(origins=[web.described(ResponseCompletionTimeout=1)])
    assert visit(made, "/a").status == 504
