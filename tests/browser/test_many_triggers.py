"""A report of 5,000 triggers is a file of some MB, and is used like a small one."""

from __future__ import annotations

from time import perf_counter

from playwright.sync_api import expect

from kafka_trigger_guard.report.html_page import report_page
from tests.benchmarks.fleet import fleet
from tests.browser.conftest import Opened
from tests.conftest import Figure
from tests.networks.shapes import Json
from tests.report.html_reports import reported

MANY, VPCS, COPIES = 5_000, 50, 5
MOST_BYTES = 4_000_000
_FILTERED = """async ([text, count]) => {
  const started = performance.now(), field = document.querySelector('#text');
  const shown = () => document.querySelector('#matches').textContent;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  while (!shown().startsWith(count)) await new Promise(requestAnimationFrame);
  return performance.now() - started;
}"""
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def partly_red() -> Json:
    """Many triggers, some with networks of their own; those of every fifth VPC have no endpoint for STS."""
    found = fleet(MANY // COPIES, VPCS)
    responses = found["responses"]
    mappings = responses["lambda:ListEventSourceMappings"]["EventSourceMappings"]
    mappings[:] = [copied(each, copy) for each in mappings for copy in range(COPIES)]
    zones: Json = {vpc["VpcId"]: {"HostedZoneSummaries": []} for vpc in responses["ec2:DescribeVpcs"]["Vpcs"]}
    responses["route53:ListHostedZonesByVPC"] = zones
    responses["route53profiles:ListProfileAssociations"] = {"ProfileAssociations": []}
    listed = responses["ec2:DescribeVpcEndpoints"]["VpcEndpoints"]
    red = {f"vpce-{number:04x}sts" for number in range(0, VPCS, 5)}
    listed[:] = [each for each in listed if each["VpcEndpointId"] not in red]
    return found


def copied(mapping: Json, copy: int) -> Json:
    """A further trigger on the same network."""
    uuid, function = f"{copy:04}{mapping['UUID'][4:]}", f"{mapping['FunctionArn']}-{copy}"
    return mapping | {"UUID": uuid, "FunctionArn": function}


def test_five_thousand_triggers_are_filtered_sorted_turned_and_opened(opened: Opened, figure: Figure) -> None:
    started = perf_counter()
    text = report_page(reported(partly_red()))
    made, size = perf_counter() - started, len(text.encode())
    assert size < MOST_BYTES
    page = opened(text)
    expect(page.locator("#matches")).to_have_text("5,000 triggers")
    expect(page.locator("tr.trigger")).to_have_count(50)
    filtered = page.evaluate(_FILTERED, ["orders-7-", "100 of 5,000"])
    painted, ready = page.evaluate(_PAINTED), page.evaluate(_READY)
    figure(
        f"report of {MANY:,} triggers: made in {made:.1f} s, {size / 1e6:.1f} MB; "
        f"first paint {painted:.0f} ms, ready {ready:.0f} ms, filtered in {filtered:.0f} ms"
    )
    page.evaluate(_FILTERED, ["", "5,000"])
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#pages")).to_contain_text("51 to 100 of 5,000")
    page.locator("#table").get_by_role("columnheader", name="Function").get_by_role("button").click()
    expect(page.locator("tr.trigger .name").first).to_have_text("orders-0-0-0")
    page.locator(".toggle").first.click()
    expect(page.locator("tr.detail .hops .blocking").first).to_be_visible()
    page.get_by_role("checkbox", name="Non-compliant").check()
    expect(page.locator("#matches")).to_have_text("1,000 of 5,000 triggers match")
