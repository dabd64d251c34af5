"""Specification of the rules' documentation: it is what the rules say, and says all they may answer."""

from pathlib import Path

import pytest

from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.report import rule_pages
from kafka_trigger_guard.report.reasons import MEANINGS, reasons_of
from kafka_trigger_guard.report.rule_list import default_of
from kafka_trigger_guard.rules.findings import Reason
from kafka_trigger_guard.rules.parameters import ALLOW_NAT
from kafka_trigger_guard.rules.registry import BY_NAME, RULES
from kafka_trigger_guard.rules.rule import Rule
from tests.networks import catalogue
from tests.networks.cases import Case
from tests.report.evaluated import snapshot

_ROOT = Path(__file__).parents[2]
_PAGES = _ROOT / "docs" / "rules"
_EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@_EVERY_RULE
def test_the_page_in_the_repository_is_the_one_made_from_the_rule(rule: Rule) -> None:
    """If this fails: `make docs`."""
    assert (_PAGES / f"{rule.name}.md").read_text("utf-8") == rule_pages.page(rule)


def test_the_readmes_table_is_the_one_made_from_the_rules() -> None:
    """If this fails: `python -m kafka_trigger_guard.report.rule_pages docs/rules README.md`."""
    readme = (_ROOT / "README.md").read_text("utf-8")
    assert readme == rule_pages.with_table(readme)


def test_there_is_no_page_without_a_rule() -> None:
    assert {path.stem for path in _PAGES.glob("*.md")} == set(BY_NAME)


def test_every_reason_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Reason)


@pytest.mark.parametrize("case", catalogue.CASES, ids=lambda case: case.name)
def test_every_answer_of_a_rule_is_documented(case: Case) -> None:
    (evaluation,) = evaluate([snapshot(case.build())], parameters=case.parameters)
    for finding in evaluation.triggers[0].findings:
        assert (finding.reason, finding.verdict) in reasons_of(BY_NAME[finding.rule])


@_EVERY_RULE
def test_a_page_names_parameters_reasons_remediation_and_limits(rule: Rule) -> None:
    text = rule_pages.page(rule)
    assert all(f"`{parameter.name}`" in text for parameter in rule.parameters)
    assert all(f"`{reason.value}`" in text for reason in rule.reasons)
    assert (rule.document or "a person decides") in text
    assert "KRaft controllers" in text


def test_nat_is_allowed_by_default_for_all_services_but_lambda() -> None:
    defaults = {rule.name: default_of(rule, ALLOW_NAT) for rule in RULES if ALLOW_NAT in rule.parameters}
    assert defaults == {
        "kafka-trigger-lambda-endpoint": "false",
        "kafka-trigger-sts-endpoint": "true",
        "kafka-trigger-secretsmanager-endpoint": "true",
        "kafka-trigger-destination-endpoint": "true",
        "kafka-trigger-egress": "each service's own",
    }


def test_the_readmes_table_is_replaced_between_its_markers() -> None:
    readme = f"before\n{rule_pages.START}\nold\n{rule_pages.END}\nafter\n"
    assert rule_pages.with_table(readme) == (
        f"before\n{rule_pages.START}\n{rule_pages.table()}\n{rule_pages.END}\nafter\n"
    )
    assert rule_pages.table().count("\n") == 1 + len(RULES)


def test_a_readme_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="between"):
        rule_pages.with_table("no place for it")


def test_check_tells_stale_pages_from_fresh_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rule_pages.main([str(tmp_path)]) == 0
    assert rule_pages.main([str(tmp_path), "--check"]) == 0
    stale = tmp_path / "kafka-trigger-egress.md"
    stale.write_text("old")
    assert rule_pages.main([str(tmp_path), "--check"]) == 1
    assert str(stale) in capsys.readouterr().err


def test_a_wrong_call_shows_how_to_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert rule_pages.main([]) == 2
    assert rule_pages.main(["a", "b", "c"]) == 2
    assert rule_pages.main(["a", "--unknown"]) == 2
    assert "usage: " in capsys.readouterr().err
