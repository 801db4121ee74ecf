"""The edge as curl and a browser see it: a site in a bucket, with a script that asks another origin."""

import shutil
import subprocess
from urllib.parse import urlsplit

import pytest
from distribution_configs import behavior, items

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CORS = "60669652-455b-4ae9-85a4-c4c02393f86c"
PAGE = b"""<!doctype html><title>waiting</title><script>
fetch(API).then((answer) => answer.json()).then((found) => { document.title = found.said; });
</script>"""


@pytest.fixture
def local(endpoint):
    """``local(distribution)``: host and port that lead to the emulator by the distribution's name."""
    port = urlsplit(endpoint).port
    return lambda made: f"{made['Distribution']['DomainName'].partition('.')[0]}.cloudfront.localhost:{port}"


def curl(*given):
    done = subprocess.run(["curl", "-sS", *given], capture_output=True, timeout=20, check=True)
    return done.stdout.decode()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_sees_a_miss_a_hit_and_a_range(distribution, web, local):
    web.pages["/a.txt"] = (200, {"Content-Type": "text/plain"}, b"0123456789")
    host = local(distribution(origins=[web.described()]))
    named = ("--connect-to", f"{host}:127.0.0.1:{host.rpartition(':')[2]}")
    heads = [curl(*named, "-o", "/dev/null", "-D", "-", f"http://{host}/a.txt").lower() for _ in range(2)]
    assert "x-cache: miss from cloudfront" in heads[0] and "x-cache: hit from cloudfront" in heads[1]
    assert "age: " in heads[1] and "via: 1.1 " in heads[1]
    assert curl(*named, "-r", "2-4", f"http://{host}/a.txt") == "234"
    assert curl(*named, "-o", "/dev/null", "-w", "%{http_code}", "-X", "DELETE", f"http://{host}/a.txt") == "403"


def test_a_browser_loads_a_site_that_asks_another_distribution(distribution, web, local):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    web.pages["/api/said.json"] = (200, {"Content-Type": "application/json"}, b'{"said": "hello from the edge"}')
    api = local(distribution("api", origins=[web.described()], default=behavior(ResponseHeadersPolicyId=CORS)))
    page = PAGE.replace(b"API", f"'http://{api}/api/said.json'".encode())
    web.pages["/index.html"] = (200, {"Content-Type": "text/html"}, page)
    site = local(distribution("site", origins=[web.described()], DefaultRootObject="index.html", CacheBehaviors=items(
        {**behavior(), "PathPattern": "*.js"})))  # fmt: skip
    with sync_api.sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except sync_api.Error as error:
            pytest.skip(f"no Chromium can be started: {str(error).partition(chr(10))[0]}")
        tab = browser.new_page()
        answer = tab.goto(f"http://{site}/")
        assert answer.status == 200 and answer.headers["x-cache"] == "Miss from cloudfront"
        tab.wait_for_function("document.title !== 'waiting'", timeout=5000)
        assert tab.title() == "hello from the edge"
        assert tab.reload().headers["x-cache"] == "Hit from cloudfront"
        browser.close()
