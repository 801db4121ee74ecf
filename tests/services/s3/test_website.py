"""Static websites over plain HTTP."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest


@pytest.fixture
def visit(client, endpoint):
    """``visit("/path")``: status, Location and body of a website's answer; ``visit.s3`` is the owner's client."""
    s3 = client("s3")
    s3.create_bucket(Bucket="site")
    s3.delete_public_access_block(Bucket="site")
    s3.delete_bucket_ownership_controls(Bucket="site")
    s3.put_bucket_acl(Bucket="site", ACL="public-read")
    address = urlsplit(endpoint)
    host = f"site.s3-website.localhost:{address.port}"

    def visit(path, method="GET", **headers):
        connection = HTTPConnection(address.hostname, address.port)
        connection.request(method, path, headers={"Host": host, **headers})
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, response.getheader("location"), body

    def put(key, body=b"", **members):
        s3.put_object(Bucket="site", Key=key, Body=body, ACL=members.pop("ACL", "public-read"), **members)

    def configure(**document):
        s3.put_bucket_website(
            Bucket="site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, **document}
        )

    visit.s3, visit.put, visit.configure, visit.host = s3, put, configure, f"http://{host}"
    return visit


def test_not_configured(visit):
    status, _, body = visit("/")
    assert status == 404
    assert "<li>Code: NoSuchWebsiteConfiguration</li>" in body and "<li>BucketName: site</li>" in body


def test_index_documents(visit):
    visit.configure()
    visit.put("index.html", b"root")
    visit.put("directory/index.html", b"below")
    assert visit("/") == (200, None, "root")
    assert visit("/index.html") == (200, None, "root")
    assert visit("/directory") == (302, "/directory/", "")
    assert visit("/directory/") == (200, None, "below")
    assert visit("/", method="HEAD") == (200, None, "")


def test_errors_are_pages(visit):
    visit.configure()
    status, _, body = visit("/none")
    assert status == 404
    assert body.startswith(
        "<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n"
        "<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n<li>Key: none</li>\n"
        "<li>RequestId: "
    )
    assert body.endswith("</ul>\n<hr/>\n</body>\n</html>\n")
    visit.configure(ErrorDocument={"Key": "error.html"})
    assert "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>" in visit("/none")[2]
    visit.put("error.html", b"sorry")
    assert visit("/none") == (404, None, "sorry")
    visit.put("private.html", b"secret", ACL="private")
    assert visit("/private.html") == (403, None, "sorry")


def test_only_reading_is_allowed(visit):
    visit.configure()
    for method in ("POST", "PUT", "DELETE"):
        status, _, body = visit("/", method=method)
        assert status == 405
        assert f"<li>Method: {method}</li>\n<li>ResourceType: OBJECT</li>" in body


def test_redirects(visit):
    visit.configure(RoutingRules=[
        {"Condition": {"KeyPrefixEquals": "host/"}, "Redirect": {"HostName": "example.com", "Protocol": "https"}},
        {"Condition": {"KeyPrefixEquals": "old/"},
         "Redirect": {"ReplaceKeyPrefixWith": "new/", "HttpRedirectCode": "307"}},
        {"Condition": {"HttpErrorCodeReturnedEquals": "404"}, "Redirect": {"ReplaceKeyWith": "lost.html"}},
    ])  # fmt: skip
    visit.put("moved", b"", WebsiteRedirectLocation="/there")
    assert visit("/host/key") == (301, "https://example.com/host/key", "")
    assert visit("/old/key") == (307, f"{visit.host}/new/key", "")
    assert visit("/none") == (301, f"{visit.host}/lost.html", "")
    assert visit("/moved") == (301, "/there", "")
    visit.s3.put_bucket_website(
        Bucket="site", WebsiteConfiguration={"RedirectAllRequestsTo": {"HostName": "example.org", "Protocol": "https"}}
    )
    assert visit("/any/key") == (301, "https://example.org/any/key", "")


def test_conditional_requests(visit):
    visit.configure()
    visit.put("page", b"text")
    etag = visit.s3.head_object(Bucket="site", Key="page")["ETag"]
    assert visit("/page", **{"If-None-Match": etag}) == (304, None, "")
    assert visit("/page", Range="bytes=1-2") == (206, None, "ex")
