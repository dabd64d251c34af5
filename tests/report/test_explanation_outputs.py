"""Specification of explanations as text, JSON and SVG."""

import json
import xml.etree.ElementTree as ET

import pytest
from rich.cells import cell_len

from kafka_trigger_guard.report.explanation_json import explanation_json
from kafka_trigger_guard.report.explanation_svg import explanation_svg
from kafka_trigger_guard.report.explanation_text import explanation_text
from kafka_trigger_guard.report.page import Page
from tests.networks import catalogue
from tests.networks.builder import Scenario
from tests.networks.cases import Case
from tests.networks.healthy import healthy
from tests.networks.shapes import ACCOUNT, REGION, group_id, interface_id
from tests.networks.triggers import UUID
from tests.report.evaluated import explained

_SVG = "{http://www.w3.org/2000/svg}"
_CATALOGUE = pytest.mark.parametrize("case", catalogue.CASES, ids=lambda case: case.name)


def _hostile() -> Scenario:
    name = '</text><script>alert("x")</script>\x1b[31m[red]' + "n" * 10_000
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    return healthy().ingress("broker").mapping(FunctionArn=arn)


def test_text_marks_the_blocking_hop_its_object_and_what_would_open_it() -> None:
    text = explanation_text([explained(healthy().ingress("broker"))], Page())
    assert "✗ brokers 10.0.0.132:9092, 10.0.0.148:9092, 10.0.0.164:9092: not reached" in text
    assert f"blocked here, by security group {group_id('broker')}" in text
    assert "→ Allow TCP 9092 from" in text
    assert "✓ lambda on TCP 443: reached" in text


def test_text_names_the_account_of_an_object_that_is_not_the_triggers_own() -> None:
    scenario = healthy().change(group_id("broker"), OwnerId="444455556666").ingress("broker")
    assert f"security group {group_id('broker')} of account 444455556666" in " ".join(
        explanation_text([explained(scenario)], Page()).split()
    )


@_CATALOGUE
def test_text_is_never_wider_than_the_page(case: Case) -> None:
    text = explanation_text([explained(case.build(), case.parameters)], Page(80, None, unicode=False))
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert text.isascii()


def test_hostile_names_stay_inside_the_page() -> None:
    text = explanation_text([explained(_hostile())], Page())
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    assert "[red]" in text


def test_json_has_every_hop_and_the_index_of_the_blocking_one() -> None:
    document = json.loads(explanation_json([explained(healthy().ingress("broker"))]))
    assert (document["format"], document["uuid"]) == (1, UUID)
    brokers = document["places"][0]["destinations"][-1]
    (path,) = brokers["ways"][0]["paths"]
    blocking = path["hops"][path["blocking_hop"]]
    assert blocking["answer"] == "deny"
    assert blocking["object"]["id"] == group_id("broker")
    assert blocking["rule"] == "kafka-trigger-broker-access"


@_CATALOGUE
def test_svg_is_well_formed_and_has_title_and_description(case: Case) -> None:
    root = ET.fromstring(explanation_svg([explained(case.build(), case.parameters)]))
    assert root.tag == f"{_SVG}svg"
    assert root.get("role") == "img"
    ids = {element.get("id") for element in root}
    assert set(str(root.get("aria-labelledby")).split()) <= ids
    assert root.findtext(f"{_SVG}title")
    assert root.findtext(f"{_SVG}desc")


@_CATALOGUE
def test_svg_boxes_lie_inside_the_picture_and_do_not_overlap(case: Case) -> None:
    root = ET.fromstring(explanation_svg([explained(case.build(), case.parameters)]))
    width, height = int(str(root.get("width"))), int(str(root.get("height")))
    boxes = [
        tuple(int(str(rect.get(name))) for name in ("x", "y", "width", "height"))
        for rect in root.iter(f"{_SVG}rect")
    ]
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    rows = {y for _, y, _, _ in boxes}
    assert all(later - earlier >= 58 for earlier, later in zip(sorted(rows), sorted(rows)[1:], strict=False))
    assert len({(x, y) for x, y, _, _ in boxes}) == len(boxes)


def test_svg_tells_blocked_from_open_without_colour() -> None:
    root = ET.fromstring(explanation_svg([explained(healthy().ingress("broker"))]))
    texts = [element.text or "" for element in root.iter(f"{_SVG}text")]
    assert "✗ ingress" in texts
    assert "✓ egress" in texts
    assert any("blocked at security group" in text for text in texts)


def test_svg_is_self_contained_and_escapes_everything() -> None:
    text = explanation_svg([explained(_hostile())])
    assert "<script" not in text
    assert "\x1b" not in text
    assert "href" not in text
    assert "url(" not in text
    assert "&lt;script&gt;" in text


def test_what_was_not_read_is_in_doubt_and_named() -> None:
    scenario = healthy().not_collected("ec2:DescribeNetworkAcls")
    text = explanation_text([explained(scenario)], Page())
    assert "? lambda on TCP 443: not known" in text
    assert "in doubt here" in text
    assert "ec2:DescribeNetworkAcls was not read" in " ".join(text.split())


def test_an_address_that_no_interface_has_is_blocked_on_arrival() -> None:
    text = explanation_text([explained(healthy().remove(interface_id("broker-a")))], Page())
    assert "✗ broker 10.0.0.132:9092: not reached" in text
    assert "✓ brokers 10.0.0.148:9092, 10.0.0.164:9092: reached" in text


def test_svg_text_stays_inside_the_picture() -> None:
    root = ET.fromstring(explanation_svg([explained(_hostile())]))
    sizes = {"title": 18, "destination": 15, "small": 11}
    for element in root.iter(f"{_SVG}text"):
        size = sizes.get(str(element.get("class")), 13)
        right = int(str(element.get("x"))) + 0.6 * size * len(element.text or "")
        assert right <= int(str(root.get("width")))
