"""A browser before a load balancer's firewall: it passes a challenge by itself, and a puzzle once that is solved."""

import json
import shutil
import time
import urllib.request

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OK = [{"Type": "fixed-response", "FixedResponseConfig": {
    "StatusCode": "200", "ContentType": "text/html", "MessageBody": "<title>inside</title>"}}]


@pytest.fixture
def page():
    """A page of a browser without a window."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with playwright.sync_playwright() as started:
        try:
            browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"no Chromium can be started: {str(error).partition(chr(10))[0]}")
        yield browser.new_page()
        browser.close()


@pytest.fixture
def site(client, emulator, endpoint, waf, acl, rule, match):
    """The address of a site with a challenge at /quiet and a puzzle at /puzzle."""
    emulator.settings["elbv2.data-plane"] = "on"
    elb = client("elbv2")
    made = elb.create_load_balancer(Name="site", Subnets=["subnet-0a", "subnet-0b"])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=OK)
    protects = acl(rule(match({"UriPath": {}}, b"/quiet", "STARTS_WITH"), "Challenge"),
                   rule(match({"UriPath": {}}, b"/puzzle", "STARTS_WITH"), "Captcha"))
    waf.associate_web_acl(WebACLArn=protects["ARN"], ResourceArn=arn)
    for _ in range(100):
        with urllib.request.urlopen(f"{endpoint}/_elbv2/listeners") as answer:
            where = list(json.load(answer).values())
        if where:
            break
        time.sleep(0.02)
    yield f"http://{where[0]}"
    del emulator.settings["elbv2.data-plane"]


def test_a_challenge_passes_by_itself_and_a_puzzle_when_it_is_solved(page, site):
    page.goto(f"{site}/quiet?a=1")
    page.wait_for_function("document.title == 'inside'")
    assert page.url == f"{site}/quiet?a=1"
    assert [each["name"] for each in page.context.cookies()] == ["aws-waf-token"]
    page.goto(f"{site}/puzzle")
    assert page.title() == "Human Verification"
    first, second = page.inner_text("label").partition("=")[0].split("+")
    page.fill("input[name=answer]", str(int(first) + int(second)))
    page.click("button")
    page.wait_for_function("document.title == 'inside'")
    assert page.url == f"{site}/puzzle"
    page.goto(f"{site}/quiet")  # who solved a puzzle has passed the challenge, too
    assert page.title() == "inside"
