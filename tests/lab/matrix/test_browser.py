"""The site in a real browser, from ``file://``: search, filters, answers side by side, charts, dark, phone, keyboard.

Needs playwright and a Chromium: the system's, or the one that ``playwright install chromium`` brings.
"""

import json
import shutil
from pathlib import Path

import pytest

from lab.matrix import cells
from lab.matrix.build import build

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
IMPLEMENTED = {"sqs": {"CreateQueue", "SendMessage", "ReceiveMessage", "DeleteMessage"}, "s3": {"GetObject"}}
PAGES = ("index.html", "sqs.html", "pipes.html", "sqs/ReceiveMessage.html", "sqs/SendMessage.html",
         "s3/ListObjects.html", "s3/GetObject.html")
RULES = Path(__file__).with_name("accessibility.js").read_text()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        try:
            started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except sync_api.Error as error:
            reason = str(error).partition("\n")[0]
            pytest.skip(f"no Chromium can be started (install one, or run `playwright install chromium`): {reason}")
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(records, tmp_path_factory):
    """The address of the made-up project's site."""
    out = tmp_path_factory.mktemp("matrix")
    shutil.copytree(records, out / "data" / "runs")
    build(cells.matrix(out / "data" / "runs", IMPLEMENTED), out)
    return (out / "site").as_uri()


@pytest.fixture
def visit(browser, site):
    """Opens a page of the site; no page may log an error or ask for anything but files of the site."""
    contexts, wrong = [], []

    def visit(path="index.html", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(site) else None)
        page.goto(f"{site}/{path}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []


def test_search_finds_an_operation_from_any_page(visit):
    page = visit("pipes.html")
    page.keyboard.press("/")
    page.keyboard.type("receivem")
    options = page.get_by_role("option")
    sync_api.expect(options.first).to_contain_text("sqs ReceiveMessage")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sqs/ReceiveMessage.html")
    assert page.get_by_role("heading", level=1).text_content() == "ReceiveMessage"


def test_search_moves_by_keys_and_leads_to_what_was_never_tried(visit):
    page = visit("sqs/SendMessage.html")
    box = page.get_by_role("combobox", name="Find a service or an operation")
    box.fill("sqs queue")
    box.press("ArrowDown")
    chosen = page.locator("#hits [aria-selected=true]")
    assert chosen.get_attribute("id") == box.get_attribute("aria-activedescendant") == "hit-1"
    box.press("Escape")
    sync_api.expect(page.get_by_role("listbox")).to_be_hidden()
    box.fill("ListDeadLetterSourceQueues")
    box.press("Enter")
    page.wait_for_url("**/sqs.html#ListDeadLetterSourceQueues")
    sync_api.expect(page.locator("#ListDeadLetterSourceQueues")).to_be_in_viewport()
    box.fill("no such thing")
    sync_api.expect(page.get_by_text("Nothing is called so.")).to_be_visible()


def test_filters_stand_in_the_address_and_come_back(visit):
    page = visit("sqs.html")
    page.get_by_label("Plane").select_option("data")
    page.get_by_label("Evidence").select_option("failing")
    page.get_by_label("Name").fill("message")
    sync_api.expect(page.locator(".filters output")).to_have_text("3 of 23")
    assert "?plane=data&outcome=failing&q=message" in page.url
    page.reload()
    assert page.locator("#rows tr:visible th").all_text_contents() == ["DeleteMessage", "ReceiveMessage", "SendMessage"]
    page.get_by_label("Plane").select_option("")
    assert "plane" not in page.url


def test_a_column_sorts_and_the_address_keeps_it(visit):
    page = visit("index.html")
    head = page.get_by_role("columnheader", name="implemented")
    head.get_by_role("button").click()
    names = page.locator("#rows th")
    assert names.first.text_content() == "sqs" and head.get_attribute("aria-sort") == "descending"
    page.reload()
    assert names.first.text_content() == "sqs" and "sort=-implemented" in page.url
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending" and names.last.text_content() == "sqs"


def test_an_operation_shows_both_answers_with_what_differs(visit):
    page = visit("sqs/ReceiveMessage.html#sqs/messages-3")
    table = page.locator("details[id='sqs/messages-3'] table.answers")
    assert [each.text_content() for each in table.locator("thead th").all()] == ["recorded", "live"]
    changed = table.locator("tr.changed")
    assert changed.locator("del").text_content() == "first" and changed.locator("ins").text_content() == "other"
    left, right = (changed.locator("td").nth(side).bounding_box() for side in (0, 1))
    assert left["y"] == right["y"] and left["x"] + left["width"] <= right["x"] + 1
    assert "11111111" in table.locator("tr.equivalent").text_content()
    assert table.locator("tr.missing").count() == 3 and "Unasked" in table.locator("tr.unexpected").text_content()
    assert "the group waits" in page.get_by_role("region", name="Probes").text_content()


def test_partial_answers_and_hostile_values_are_shown_as_text(visit):
    page = visit("s3/ListObjects.html")
    table = page.locator("table.answers")
    assert "Owner.DisplayName" in table.text_content() and "<script>alert(1)</script>" in table.text_content()
    assert page.get_by_role("link", name="https://docs.aws.amazon.com/AmazonS3/").count() == 2


def test_a_link_to_a_step_opens_what_hides_it(visit):
    page = visit("sqs/ReceiveMessage.html")
    page.locator("details.step summary").click()
    assert page.locator("table.answers").is_hidden()
    page.evaluate("location.hash = '#sqs/messages-3'")
    sync_api.expect(page.locator("table.answers")).to_be_visible()


def test_variants_probes_and_stubs_stand_beside_the_operation(visit):
    page = visit("sqs/SendMessage.html")
    conformance = page.get_by_role("region", name="Conformance").inner_text()
    assert "40 passed" in conformance and "3 no fixture" in conformance and "echo" in conformance
    assert "50 faults" in conformance and "49" in conformance
    row = visit("sqs.html").locator("#SendMessage td").all_text_contents()
    assert [" ".join(each.split()) for each in row[-4:]] == ["40 / 46", "30 / 39", "1 / 1", "2 / 40"]


def test_the_tile_of_stubs_tells_of_the_best(visit):
    tile = visit("index.html").locator(".tile", has_text="What the best stub gets").inner_text()
    assert "5 %" in tile and "1 / 20 positives" in tile and "98 % of 50 seeded faults caught" in tile


def test_the_history_is_a_column_for_each_run(visit):
    page = visit("sqs.html")
    chart = page.get_by_role("img", name="Replayed steps by verdict: 5 runs")
    assert chart.locator("g").count() == 5
    heights = [float(each.get_attribute("height")) for each in chart.locator("rect.equal").all()]
    assert heights == sorted(heights) and heights[0] * 3 < heights[-1]
    assert "2026-03-05 replay-5: 38 equal" in chart.locator("g title").last.text_content()
    assert visit("index.html").get_by_role("img", name="of all services").locator("g").count() == 5


def test_compared_endpoints_are_columns(visit):
    page = visit("index.html")
    assert page.locator("thead th").all_text_contents()[-2:] == ["another", "emulator"]
    row = page.locator("#rows tr", has=page.get_by_role("link", name="sqs", exact=True))
    assert [each.strip() for each in row.locator("td").all_text_contents()[-2:]] == ["48.7 %", "90.2 %"]


def test_badges_and_data_are_there(visit, site):
    for path in PAGES:
        page = visit(path)
        for link in page.locator("footer a").all():
            file = Path((page.evaluate("link => link.href", link.element_handle())).removeprefix("file://"))
            said = file.read_text()
            assert "parity: " in said and "</svg>" in said if file.suffix == ".svg" else json.loads(said), file
    page = visit("badges/sqs.svg")
    assert "sqs parity: 92.6 % of 41" in page.locator("svg").get_attribute("aria-label")


def test_dark_follows_the_system_and_the_reader(visit):
    def paper(page):
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    light, page = paper(visit(color_scheme="light")), visit(color_scheme="dark")
    assert light == "rgb(255, 255, 255)" != paper(page)
    page.get_by_role("button", name="Switch to light colours").click()
    assert paper(page) == light
    page.reload()
    assert paper(page) == light


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_every_page_without_scrolling_sideways(path, visit):
    page = visit(path, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.get_by_role("combobox", name="Find a service").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_contrast_headings_names_and_landmarks(path, scheme, visit):
    assert visit(path, color_scheme=scheme).evaluate(RULES) == []


def test_the_keyboard_reaches_everything(visit):
    page = visit("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    sync_api.expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        name, outline = page.evaluate("""(({name, id, textContent}, style) => [name || id || textContent, style])(
            document.activeElement, getComputedStyle(document.activeElement).outlineStyle)""")
        reached.append(name)
        assert outline != "none", name
    assert {"find", "theme", "q", "reach", "outcome", "service", "sqs"} <= set(reached)


def test_without_a_script_everything_reads(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/index.html")
        assert page.locator("#rows tr:visible").count() == 45
        page.get_by_role("link", name="sqs", exact=True).click()
        page.get_by_role("link", name="ReceiveMessage").first.click()
        assert page.locator("table.answers").is_visible()
