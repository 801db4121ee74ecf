"""The edge: origins, behaviors, the cache on the clock, invalidations, who may see what, error pages, headers."""

import gzip
import json

from distribution_configs import behavior, items, origin

DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
NOON = 1_800_014_400.0
OK = (200, {"Content-Type": "text/plain", "ETag": '"v1"'}, b"hello")


def test_an_answer_is_kept_until_its_time_is_over(emulator, distribution, web, visit):
    emulator.freeze(NOON)
    web.pages["/a"] = OK
    made = distribution(origins=[web.described()])
    first = visit(made, "/a")
    assert (first.status, first.data, first.headers["X-Cache"]) == (200, b"hello", "Miss from cloudfront")
    assert "(CloudFront)" in first.headers["Via"] and first.headers["X-Amz-Cf-Id"]
    emulator.advance(100)
    again = visit(made, "/a")
    assert (again.headers["X-Cache"], again.headers["Age"]) == ("Hit from cloudfront", "100")
    assert len(web.seen) == 1
    emulator.advance(86400)
    web.pages["/a"] = (304, {"ETag": '"v1"'}, b"")
    renewed = visit(made, "/a")
    assert (renewed.status, renewed.data, renewed.headers["X-Cache"]) == (200, b"hello", "RefreshHit from cloudfront")
    assert web.seen[1][2]["if-none-match"] == '"v1"'
    assert visit(made, "/a").headers["X-Cache"] == "Hit from cloudfront"


def test_the_origin_says_how_long_within_the_policy(emulator, cloudfront, distribution, web, visit):
    emulator.freeze(NOON)
    web.pages["/short"] = (200, {"Cache-Control": "max-age=5"}, b"1")
    web.pages["/never"] = (200, {"Cache-Control": "no-store"}, b"2")
    made = distribution(origins=[web.described()], default=behavior(CachePolicyId=DISABLED), CacheBehaviors=items(
        {**behavior(), "PathPattern": "/short"}, {**behavior(CachePolicyId="83da9c7e-98b4-4e11-a168-04f0df8e2c65"),
                                                  "PathPattern": "never*"}))  # fmt: skip
    states = [visit(made, "/short").headers["X-Cache"] for _ in range(2)]
    assert states == ["Miss from cloudfront", "Hit from cloudfront"]
    emulator.advance(6)
    assert visit(made, "/short").headers["X-Cache"] == "Miss from cloudfront"
    assert [visit(made, "/never").headers["X-Cache"] for _ in range(2)] == ["Miss from cloudfront"] * 2
    web.pages["/x"] = OK
    assert [visit(made, "/x").headers["X-Cache"] for _ in range(2)] == ["Miss from cloudfront"] * 2


def test_an_invalidation_makes_the_edge_forget(cloudfront, distribution, web, visit):
    web.pages.update({"/a/1": OK, "/a/2": OK, "/b": OK})
    made = distribution(origins=[web.described()])
    for path in web.pages:
        visit(made, path)
    cloudfront.create_invalidation(DistributionId=made["Distribution"]["Id"], InvalidationBatch={
        "Paths": items("/a/*"), "CallerReference": "r"})  # fmt: skip
    states = [visit(made, path).headers["X-Cache"] for path in ("/a/1", "/a/2", "/b")]
    assert states == ["Miss from cloudfront"] * 2 + ["Hit from cloudfront"]


def test_the_policy_decides_key_and_forwarding(cloudfront, distribution, web, visit):
    web.pages["/a"] = OK
    policy = cloudfront.create_cache_policy(CachePolicyConfig={
        "Name": "p", "MinTTL": 1, "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": False,
            "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": items("X-A")},
            "CookiesConfig": {"CookieBehavior": "whitelist", "Cookies": items("c")},
            "QueryStringsConfig": {"QueryStringBehavior": "whitelist", "QueryStrings": items("q")}}})  # fmt: skip
    made = distribution(
        default=behavior(CachePolicyId=policy["CachePolicy"]["Id"]), origins=[web.described(
            OriginPath="", CustomHeaders=items({"HeaderName": "x-secret", "HeaderValue": "s"}))])  # fmt: skip
    miss, hit = "Miss from cloudfront", "Hit from cloudfront"
    asked = {"X_A": "1", "Cookie": "c=1; d=2", "X_B": "b"}
    states = [visit(made, "/a?q=1&z=2", **asked).headers["X-Cache"],
              visit(made, "/a?q=1&z=3", **{**asked, "Cookie": "c=1; d=3", "X_B": "other"}).headers["X-Cache"],
              visit(made, "/a?q=2", **asked).headers["X-Cache"], visit(made, "/a?q=1", X_A="2").headers["X-Cache"],
              visit(made, "/a?q=1", X_A="1", Cookie="c=2").headers["X-Cache"]]  # fmt: skip
    assert states == [miss, hit, miss, miss, miss]
    _, path, headers, _ = web.seen[0]
    assert path == "/a?q=1" and headers["x-a"] == "1" and headers["cookie"] == "c=1" and headers["x-secret"] == "s"
    assert "x-b" not in headers and headers["user-agent"] == "Amazon CloudFront" and headers["host"] == "localhost"


def test_a_bucket_is_an_origin(client, cloudfront, distribution, visit):
    s3 = client("s3")
    s3.create_bucket(Bucket="site")
    s3.put_object(Bucket="site", Key="v1/index.html", Body=b"<p>home</p>", ContentType="text/html")
    control = cloudfront.create_origin_access_control(OriginAccessControlConfig={
        "Name": "c", "SigningProtocol": "sigv4", "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3"})["OriginAccessControl"]["Id"]  # fmt: skip
    bucket = origin(domain="site.s3.us-east-1.amazonaws.com", OriginPath="/v1", OriginAccessControlId=control,
                    S3OriginConfig={"OriginAccessIdentity": ""})  # fmt: skip
    made = distribution(origins=[bucket], DefaultRootObject="index.html", CustomErrorResponses=items(
        {"ErrorCode": 404, "ResponsePagePath": "/index.html", "ResponseCode": "200"}))  # fmt: skip
    s3.put_bucket_policy(Bucket="site", Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::site", "arn:aws:s3:::site/*"],
        "Condition": {"StringEquals": {"AWS:SourceArn": made["Distribution"]["ARN"]}}}]}))  # fmt: skip
    home = visit(made)
    assert (home.status, home.data, home.headers["Content-Type"]) == (200, b"<p>home</p>", "text/html")
    label = made["Distribution"]["DomainName"].partition(".")[0]
    local = visit(f"{label}.cloudfront.localhost:4566", "/index.html")
    assert local.data == b"<p>home</p>"
    absent = visit(made, "/none")
    assert (absent.status, absent.data, absent.headers["X-Cache"]) == (200, b"<p>home</p>", "Error from cloudfront")
    part = visit(made, "/index.html", Range="bytes=3-6")
    assert (part.status, part.data, part.headers["Content-Range"]) == (206, b"home", "bytes 3-6/11")
    same = visit(made, "/index.html", If_None_Match=home.headers["ETag"])
    assert (same.status, same.data) == (304, b"")
    head = visit(made, "/index.html", method="HEAD")
    assert (head.status, head.headers["Content-Length"]) == (200, "11")


def test_methods_countries_and_protocols_are_held_to(distribution, web, visit, emulator):
    web.pages["/a"] = OK
    made = distribution(
        origins=[web.described()], default=behavior(ViewerProtocolPolicy="redirect-to-https"),
        CacheBehaviors=items({**behavior(CachePolicyId=DISABLED, AllowedMethods={**items(
            "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"), "CachedMethods": items("GET", "HEAD")}),
            "PathPattern": "/a"}),
        Restrictions={"GeoRestriction": {"RestrictionType": "blacklist", **items("DE")}})  # fmt: skip
    moved = visit(made, "/b?c=1")
    assert moved.status == 301 and moved.headers["Location"].endswith(".cloudfront.net/b?c=1")
    assert visit(made, "/b", method="DELETE").status == 403
    assert visit(made, "/a", CloudFront_Viewer_Country="DE").status == 403
    emulator.settings["places"] = "127.0.0.0/8=DE"
    assert visit(made, "/a").status == 403
    del emulator.settings["places"]
    posted = visit(made, "/a", method="POST", body=b"data", Content_Type="text/plain")
    assert posted.status == 200 and web.seen[-1][3] == b"data"
    assert web.seen[-1][2]["content-type"] == "text/plain"
    assert visit("enone.cloudfront.net").status == 403


def test_text_is_compressed_for_whom_takes_it(distribution, web, visit):
    web.pages["/a"] = (200, {"Content-Type": "text/css", "ETag": '"t"'}, b"a" * 2000)
    made = distribution(origins=[web.described()], default=behavior(Compress=True))
    small = visit(made, "/a", Accept_Encoding="gzip")
    assert (small.headers["Content-Encoding"], small.headers["ETag"]) == ("gzip", 'W/"t"')
    assert gzip.decompress(small.data) == b"a" * 2000
    assert visit(made, "/a", Accept_Encoding="gzip, br").headers["Content-Encoding"] == "br"
    assert "Content-Encoding" not in visit(made, "/a").headers


def test_a_response_headers_policy_adds_and_takes_away(cloudfront, distribution, web, visit):
    web.pages["/a"] = (200, {"X-Powered-By": "me", "X-Frame-Options": "DENY"}, b"x")
    policy = cloudfront.create_response_headers_policy(ResponseHeadersPolicyConfig={
        "Name": "p", "RemoveHeadersConfig": items({"Header": "X-Powered-By"}),
        "CustomHeadersConfig": items({"Header": "x-own", "Value": "1", "Override": True}),
        "SecurityHeadersConfig": {"FrameOptions": {"FrameOption": "SAMEORIGIN", "Override": False},
                                  "ContentTypeOptions": {"Override": True}},
        "ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 100.0},
        "CorsConfig": {"AccessControlAllowOrigins": items("https://*.example.com"), "AccessControlAllowHeaders": items(
            "*"), "AccessControlAllowMethods": items("ALL"), "AccessControlAllowCredentials": True,
            "AccessControlMaxAgeSec": 60, "OriginOverride": True}})  # fmt: skip
    options = {**items("GET", "HEAD", "OPTIONS"), "CachedMethods": items("GET", "HEAD")}
    made = distribution(origins=[web.described()], default=behavior(
        ResponseHeadersPolicyId=policy["ResponseHeadersPolicy"]["Id"], AllowedMethods=options))  # fmt: skip
    plain = visit(made, "/a").headers
    assert "X-Powered-By" not in plain and plain["X-Frame-Options"] == "DENY"
    assert (plain["X-Content-Type-Options"], plain["x-own"]) == ("nosniff", "1")
    assert plain["Server-Timing"].startswith("cdn-cache-miss") and "Access-Control-Allow-Origin" not in plain
    asked = {"Origin": "https://www.example.com", "Access_Control_Request_Method": "PUT"}
    answer = visit(made, "/a", method="OPTIONS", **asked).headers
    assert answer["Access-Control-Allow-Origin"] == "https://www.example.com"
    assert (answer["Access-Control-Max-Age"], answer["Access-Control-Allow-Credentials"]) == ("60", "true")
    assert "Access-Control-Allow-Origin" not in visit(made, "/a", Origin="https://other.org").headers


def test_a_header_leads_to_the_staging_distribution(cloudfront, distribution, web, visit):
    web.pages.update({"/old/a": (200, {}, b"old"), "/new/a": (200, {}, b"new")})
    primary = distribution(origins=[web.described(OriginPath="/old")], default=behavior(CachePolicyId=DISABLED))
    id = primary["Distribution"]["Id"]
    copy = cloudfront.copy_distribution(
        PrimaryDistributionId=id, Staging=True, IfMatch=primary["ETag"], CallerReference="copy", Enabled=True)
    changed = {**copy["Distribution"]["DistributionConfig"], "Origins": items(web.described(OriginPath="/new"))}
    cloudfront.update_distribution(Id=copy["Distribution"]["Id"], IfMatch=copy["ETag"], DistributionConfig=changed)
    policy = cloudfront.create_continuous_deployment_policy(ContinuousDeploymentPolicyConfig={
        "StagingDistributionDnsNames": items(copy["Distribution"]["DomainName"]), "Enabled": True, "TrafficConfig": {
            "Type": "SingleHeader", "SingleHeaderConfig": {"Header": "aws-cf-cd-new", "Value": "yes"}}})  # fmt: skip
    cloudfront.update_distribution(Id=id, IfMatch=primary["ETag"], DistributionConfig={
        **primary["Distribution"]["DistributionConfig"],
        "ContinuousDeploymentPolicyId": policy["ContinuousDeploymentPolicy"]["Id"]})  # fmt: skip
    assert visit(primary, "/a").data == b"old"
    assert visit(primary, "/a", aws_cf_cd_new="yes").data == b"new"


def test_alternate_names_and_tenants_lead_here(cloudfront, distribution, web, visit, certificate):
    web.pages.update({"/a": OK, "/blue/a": (200, {}, b"blue")})
    named = distribution("1", origins=[web.described()], Aliases=items("www.example.com", "*.wild.example.com"),
                         ViewerCertificate=certificate("*.example.com", "*.wild.example.com"))  # fmt: skip
    assert [visit(host, "/a").data for host in ("www.example.com", "x.wild.example.com:4566")] == [b"hello"] * 2
    cloudfront.associate_alias(TargetDistributionId=named["Distribution"]["Id"], Alias="late.example.com")
    assert visit("late.example.com", "/a").data == b"hello"
    shared = distribution("2", origins=[web.described(OriginPath="/{{color}}")], ConnectionMode="tenant-only",
                          TenantConfig={"ParameterDefinitions": [{"Name": "color", "Definition": {
                              "StringSchema": {"Required": True}}}]})  # fmt: skip
    cloudfront.create_distribution_tenant(
        DistributionId=shared["Distribution"]["Id"], Name="ten", Domains=[{"Domain": "ten.example.com"}],
        Parameters=[{"Name": "color", "Value": "blue"}])
    assert visit("ten.example.com", "/a").data == b"blue"


def test_forwarded_values_still_hold(distribution, web, visit):
    web.pages["/a"] = OK
    values = {"QueryString": True, "QueryStringCacheKeys": items("q"), "Cookies": {"Forward": "none"},
              "Headers": items("X-A")}  # fmt: skip
    default = {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all", "ForwardedValues": values, "MinTTL": 0}
    made = distribution(origins=[web.described()], default=default)
    states = [visit(made, path, X_C="c").headers["X-Cache"] for path in ("/a?q=1&z=1", "/a?q=1&z=2", "/a?q=2")]
    assert states == ["Miss from cloudfront", "Hit from cloudfront", "Miss from cloudfront"]
    assert web.seen[0][1] == "/a?q=1&z=1" and web.seen[0][2]["x-c"] == "c"


def test_a_disabled_or_deleted_distribution_answers_nobody(cloudfront, distribution, web, visit):
    web.pages["/a"] = OK
    made = distribution(origins=[web.described()], Enabled=False)
    assert visit(made, "/a").status == 403
    cloudfront.delete_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"])
    assert visit(made, "/a").status == 403 and not web.seen


def test_a_distribution_is_not_its_own_origin_for_ever(cloudfront, distribution, visit):
    made = distribution()
    named = origin(domain=made["Distribution"]["DomainName"])
    cloudfront.update_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"], DistributionConfig={
        **made["Distribution"]["DistributionConfig"], "Origins": items(named)})  # fmt: skip
    assert visit(made, "/a").status == 403


def test_a_website_and_a_buckets_cors_rules_reach_the_viewer(client, distribution, visit):
    s3 = client("s3")
    s3.create_bucket(Bucket="open-site")
    for key in ("index.html", "other.html"):
        s3.put_object(Bucket="open-site", Key=key, Body=b"site", ContentType="text/html")
    s3.put_bucket_website(Bucket="open-site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    s3.delete_public_access_block(Bucket="open-site")
    s3.put_bucket_policy(Bucket="open-site", Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open-site/*"}]}))
    s3.put_bucket_cors(Bucket="open-site", CORSConfiguration={"CORSRules": [
        {"AllowedOrigins": ["https://a.example"], "AllowedMethods": ["GET"]}]})  # fmt: skip
    website = distribution("1", origins=[origin(domain="open-site.s3-website-us-east-1.amazonaws.com")])
    assert visit(website, "/").data == b"site"
    options = {**items("GET", "HEAD", "OPTIONS"), "CachedMethods": items("GET", "HEAD")}
    bucket = origin(domain="open-site.s3.us-east-1.amazonaws.com", S3OriginConfig={"OriginAccessIdentity": ""})
    shared = distribution("2", origins=[bucket], default=behavior(
        OriginRequestPolicyId="88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", AllowedMethods=options))  # fmt: skip
    for method in ("GET", "OPTIONS"):
        answer = visit(shared, "/index.html", method, Origin="https://a.example", Access_Control_Request_Method="GET")
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "https://a.example")
    assert "Access-Control-Allow-Origin" not in visit(shared, "/other.html", Origin="https://b.example").headers


def test_a_large_object_is_passed_on_and_not_kept(client, cloudfront, distribution, visit):
    s3, size = client("s3"), 33 * 1024 * 1024
    s3.create_bucket(Bucket="large-files")
    s3.put_object(Bucket="large-files", Key="a.bin", Body=b"x" * size)
    s3.delete_public_access_block(Bucket="large-files")
    s3.put_bucket_policy(Bucket="large-files", Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::large-files/*"}]}))
    bucket = origin(domain="large-files.s3.amazonaws.com", S3OriginConfig={"OriginAccessIdentity": ""})
    made = distribution(origins=[bucket], default=behavior(Compress=True))
    assert visit(made, "/a.bin", method="HEAD").headers["Content-Length"] == str(size)
    whole = visit(made, "/a.bin")
    assert (len(whole.data), whole.headers["X-Cache"]) == (size, "Miss from cloudfront")


def test_tags_are_forgotten(cloudfront, distribution, web, visit):
    for path, tags in (("/tv", "Kind:TV, brand:one"), ("/radio", "kind:radio,brand:one"), ("/plain", "")):
        web.pages[path] = (200, {"X-Tags": tags}, b"hello")
    made = distribution("tagged", origins=[web.described()], CacheTagConfig={"HeaderName": "x-tags"})

    def hits():
        return [visit(made, path).headers["X-Cache"].partition(" ")[0] for path in ("/tv", "/radio", "/plain")]

    def forget(*paths):
        cloudfront.create_invalidation(DistributionId=made["Distribution"]["Id"], InvalidationBatch={
            "CallerReference": paths[0], "Paths": items(*paths)})

    assert (hits(), hits()) == (["Miss"] * 3, ["Hit"] * 3)
    forget("#kind:tv")
    assert hits() == ["Miss", "Hit", "Hit"]
    forget("#BRAND:one", "/none")
    assert hits() == ["Miss", "Miss", "Hit"]
