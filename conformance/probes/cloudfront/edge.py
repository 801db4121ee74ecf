"""The edge: what a viewer gets from a distribution in front of a bucket."""

import http.client
import json
from urllib.parse import urlsplit

from conformance.probes import probe
from conformance.services.cloudfront.configs import behavior, items

GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
OPEN = {"ViewerProtocolPolicy": "allow-all"}


def visit(trial, made, path, method="GET", **headers):
    """(status, headers, body) of a viewer's request; at the emulator by the name in the Host header."""
    parts = urlsplit(trial.world.endpoint.url)
    there = made["DomainName"] if parts.hostname.endswith("amazonaws.com") else parts.hostname
    connection = http.client.HTTPConnection(there, parts.port or 80, timeout=30)
    try:
        connection.request(method, path, headers={"Host": made["DomainName"], **{
            name.replace("_", "-"): value for name, value in headers.items()}})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def site(trial, objects, default=None, **more):
    """A distribution in front of a bucket of its own, which only it may read."""
    name = trial.unique("site")
    trial.ask("CreateBucket", "s3", Bucket=name)
    for key, (content, described) in objects.items():
        trial.ask("PutObject", "s3", Bucket=name, Key=key, Body=content, **described)
    control = trial.ask("CreateOriginAccessControl", OriginAccessControlConfig={
        "Name": name, "SigningProtocol": "sigv4", "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3"})["OriginAccessControl"]["Id"]
    origin = {"Id": "web", "DomainName": f"{name}.s3.{trial.world.region}.amazonaws.com",
              "S3OriginConfig": {"OriginAccessIdentity": ""}, "OriginAccessControlId": control}
    made = trial.ask("CreateDistribution", DistributionConfig={
        "CallerReference": name, "Comment": "", "Enabled": True, "Origins": items(origin),
        "DefaultCacheBehavior": {**behavior(), **OPEN, **(default or {})}, **more})["Distribution"]
    trial.ask("PutBucketPolicy", "s3", Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Resource": [
            f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"], "Action": ["s3:GetObject", "s3:ListBucket"],
        "Condition": {"StringEquals": {"AWS:SourceArn": made["ARN"]}}}]}))
    trial.world.wait(lambda: trial.ask("GetDistribution", Id=made["Id"])["Distribution"],
                     lambda found: found["Status"] == "Deployed")
    return made


def text(content, **described):
    return content, {"ContentType": "text/plain", **described}


@probe("cloudfront", "GetDistribution", "The second answer comes from the cache",
       GUIDE + "HowCloudFrontWorks.html")
def answers_are_cached(trial):
    made = site(trial, {"a.txt": text(b"hello")})
    first, second = (visit(trial, made, "/a.txt") for _ in range(2))
    assert first[0] == 200 and first[2] == b"hello", first
    assert (first[1]["x-cache"], second[1]["x-cache"]) == ("Miss from cloudfront", "Hit from cloudfront")
    assert int(second[1]["age"]) >= 0 and "cloudfront" in second[1]["via"].lower()


@probe("cloudfront", "CreateDistribution", "The default root object answers for the root",
       GUIDE + "DefaultRootObject.html")
def the_root_has_an_object(trial):
    made = site(trial, {"index.html": text(b"home")}, DefaultRootObject="index.html")
    status, _, body = visit(trial, made, "/")
    assert (status, body) == (200, b"home"), (status, body)


@probe("cloudfront", "CreateInvalidation", "An invalidated path is fetched from the origin again",
       GUIDE + "Invalidation.html")
def invalidated_paths_are_fetched_again(trial):
    made = site(trial, {"a.txt": text(b"one")})
    visit(trial, made, "/a.txt")
    bucket = made["DistributionConfig"]["Origins"]["Items"][0]["DomainName"].partition(".")[0]
    trial.ask("PutObject", "s3", Bucket=bucket, Key="a.txt", Body=b"two")
    assert visit(trial, made, "/a.txt")[2] == b"one"
    id = trial.ask("CreateInvalidation", DistributionId=made["Id"], InvalidationBatch={
        "Paths": items("/*"), "CallerReference": trial.unique("r")})["Invalidation"]["Id"]
    trial.world.wait(lambda: trial.ask("GetInvalidation", DistributionId=made["Id"], Id=id)["Invalidation"],
                     lambda found: found["Status"] == "Completed")
    assert visit(trial, made, "/a.txt")[2] == b"two"


@probe("cloudfront", "CreateDistribution", "An error is answered with the page and the status that are configured",
       GUIDE + "creating-custom-error-pages.html")
def errors_have_pages(trial):
    made = site(trial, {"index.html": text(b"app")}, CustomErrorResponses=items(
        {"ErrorCode": 404, "ResponsePagePath": "/index.html", "ResponseCode": "200"}))
    status, headers, body = visit(trial, made, "/some/route")
    assert (status, body, headers["x-cache"]) == (200, b"app", "Error from cloudfront"), (status, body, headers)


@probe("cloudfront", "CreateDistribution", "HTTP is redirected to HTTPS where the behavior says so",
       GUIDE + "using-https-viewers-to-cloudfront.html")
def http_is_redirected(trial):
    made = site(trial, {}, {"ViewerProtocolPolicy": "redirect-to-https"})
    status, headers, _ = visit(trial, made, "/a?b=1")
    assert status == 301 and headers["location"] == f"https://{made['DomainName']}/a?b=1", (status, headers)


@probe("cloudfront", "CreateInvalidation", "What carries an invalidated tag is fetched from the origin again",
       GUIDE + "invalidation-by-tags.html")
def tags_are_invalidated(trial):
    objects = {f"{each}.txt": text(b"x", Metadata={"cache-tag": f"kind:{each}, all"}) for each in "ab"}
    made = site(trial, objects, CacheTagConfig={"HeaderName": "x-amz-meta-cache-tag"})

    def states():
        return [visit(trial, made, f"/{each}.txt")[1]["x-cache"].partition(" ")[0] for each in "ab"]

    assert (states(), states()) == (["Miss"] * 2, ["Hit"] * 2)
    id = trial.ask("CreateInvalidation", DistributionId=made["Id"], InvalidationBatch={
        "Paths": items("#KIND:a"), "CallerReference": trial.unique("batch")})["Invalidation"]["Id"]
    trial.world.wait(lambda: trial.ask("GetInvalidation", DistributionId=made["Id"], Id=id)["Invalidation"],
                     lambda found: found["Status"] == "Completed")
    found = states()
    assert found == ["Miss", "Hit"], found


@probe("cloudfront", "CreateDistribution", "The second origin of a group answers where the first one is not reached",
       GUIDE + "high_availability_origin_failover.html")
def groups_fail_over(trial):
    first = {"Id": "dead", "DomainName": "unreachable.example.com", "CustomOriginConfig": {
        "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}
    made = site(trial, {"a.txt": text(b"hello")})
    found = trial.ask("GetDistributionConfig", Id=made["Id"])
    config = found["DistributionConfig"]
    changed = {**config, "Origins": items(first, *config["Origins"]["Items"]), "OriginGroups": items({
        "Id": "both", "FailoverCriteria": {"StatusCodes": items(502, 503)},
        "Members": items({"OriginId": "dead"}, {"OriginId": "web"})})}
    changed["DefaultCacheBehavior"] = {**config["DefaultCacheBehavior"], "TargetOriginId": "both"}
    trial.ask("UpdateDistribution", Id=made["Id"], IfMatch=found["ETag"], DistributionConfig=changed)
    trial.world.wait(lambda: trial.ask("GetDistribution", Id=made["Id"])["Distribution"],
                     lambda found: found["Status"] == "Deployed")
    assert visit(trial, made, "/a.txt")[2] == b"hello"


@probe("cloudfront", "CreateDistribution", "A method that a behavior does not allow is refused",
       GUIDE + "DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods")
def methods_are_held_to(trial):
    status, headers, _ = visit(trial, site(trial, {"a.txt": text(b"x")}), "/a.txt", "DELETE")
    assert (status, headers["x-cache"]) == (403, "Error from cloudfront"), (status, headers)


@probe("cloudfront", "CreateDistribution", "A viewer without a signature is refused where keys are trusted",
       GUIDE + "private-content-signed-urls.html")
def private_content_needs_a_signature(trial):
    group = trial.fixture("key_group")["Id"]
    made = site(trial, {"a.txt": text(b"x")}, {"TrustedKeyGroups": {"Enabled": True, **items(group)}})
    status, _, body = visit(trial, made, "/a.txt")
    assert status == 403 and b"Missing Key-Pair-Id query parameter or cookie value" in body, (status, body)


@probe("cloudfront", "CreateDistribution", "Text is compressed for viewers that take it",
       GUIDE + "ServingCompressedFiles.html")
def text_is_compressed(trial):
    made = site(trial, {"a.css": (b"a" * 5000, {"ContentType": "text/css"})}, {"Compress": True})
    _, headers, body = visit(trial, made, "/a.css", Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip" and len(body) < 1000, headers
    assert "content-encoding" not in visit(trial, made, "/a.css")[1]


@probe("cloudfront", "CreateDistribution", "A range of an object is answered with 206", GUIDE + "RangeGETs.html")
def ranges_are_cut(trial):
    made = site(trial, {"a.txt": text(b"0123456789")})
    status, headers, body = visit(trial, made, "/a.txt", Range="bytes=2-4")
    assert (status, body, headers["content-range"]) == (206, b"234", "bytes 2-4/10"), (status, headers)


@probe("cloudfront", "CreateResponseHeadersPolicy", "The managed security headers are added to answers",
       GUIDE + "using-managed-response-headers-policies.html")
def security_headers_are_added(trial):
    made = site(trial, {"a.txt": text(b"x")}, {"ResponseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03"})
    headers = visit(trial, made, "/a.txt")[1]
    assert headers["strict-transport-security"] == "max-age=31536000", headers
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "SAMEORIGIN"), headers
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin", headers


@probe("cloudfront", "CreateResponseHeadersPolicy", "The managed CORS policy answers requests with an origin alone",
       GUIDE + "using-managed-response-headers-policies.html")
def origins_are_allowed(trial):
    made = site(trial, {"a.txt": text(b"x")}, {"ResponseHeadersPolicyId": "60669652-455b-4ae9-85a4-c4c02393f86c"})
    assert visit(trial, made, "/a.txt", Origin="https://example.com")[1]["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in visit(trial, made, "/a.txt")[1]


def published(trial, code):
    made = trial.ask("CreateFunction", Name=trial.unique("f"), FunctionCode=code.encode(), FunctionConfig={
        "Comment": "", "Runtime": "cloudfront-js-2.0"})
    name = made["FunctionSummary"]["Name"]
    trial.ask("PublishFunction", Name=name, IfMatch=made["ETag"])
    return made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]


def associated(arn, event):
    return {"FunctionAssociations": items({"FunctionARN": arn, "EventType": event})}


@probe("cloudfront", "PublishFunction", "A function rewrites the path that is asked of the origin",
       GUIDE + "example_cloudfront_functions_url_rewrite_single_page_apps_section.html")
def functions_rewrite(trial):
    arn = published(trial, "function handler(event) { event.request.uri = '/a.txt'; return event.request; }")
    made = site(trial, {"a.txt": text(b"hello")}, associated(arn, "viewer-request"))
    assert visit(trial, made, "/other")[2] == b"hello"


@probe("cloudfront", "PublishFunction", "A function answers a viewer itself",
       GUIDE + "functions-event-structure.html#functions-event-structure-response")
def functions_answer(trial):
    arn = published(trial, "function handler(event) { return {statusCode: 302, statusDescription: 'Found', "
                           "headers: {location: {value: '/new'}}}; }")
    status, headers, _ = visit(trial, site(trial, {}, associated(arn, "viewer-request")), "/")
    assert (status, headers["location"]) == (302, "/new"), (status, headers)
    assert headers["x-cache"] == "FunctionGeneratedResponse from cloudfront", headers


@probe("cloudfront", "PublishFunction", "A function adds headers to an answer",
       GUIDE + "example_cloudfront_functions_add_security_headers_section.html")
def functions_add_headers(trial):
    arn = published(trial, "function handler(event) { event.response.headers['x-own'] = {value: '1'}; "
                           "return event.response; }")
    made = site(trial, {"a.txt": text(b"x")}, associated(arn, "viewer-response"))
    assert visit(trial, made, "/a.txt")[1]["x-own"] == "1"


@probe("cloudfront", "TestFunction", "A test tells logs and the error of a function that throws",
       GUIDE + "test-function.html")
def tests_tell_errors(trial):
    made = trial.ask("CreateFunction", Name=trial.unique("f"), FunctionConfig={
        "Comment": "", "Runtime": "cloudfront-js-2.0"},
        FunctionCode=b"function handler(event) { console.log('before'); throw new Error('broken'); }")
    found = trial.ask("TestFunction", Name=made["FunctionSummary"]["Name"], IfMatch=made["ETag"], EventObject=b"{}")[
        "TestResult"]
    assert found["FunctionExecutionLogs"] == ["before"] and "broken" in found["FunctionErrorMessage"], found
