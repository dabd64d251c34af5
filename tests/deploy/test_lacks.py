"""What is missing is told before anything is touched; what goes wrong is one line that says how to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kafka_trigger_guard.installing import stacks
from kafka_trigger_guard.installing.lacks import lacks_of_functions
from kafka_trigger_guard.installing.place import Place
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.aws import Aws
from kafka_trigger_guard.sandbox.functions import account_settings
from tests.deploy.conftest import Deploy
from tests.deploy.places import MANAGEMENT, REGION, acting, delegated, organized, ready, standing

Clients = Callable[[str], Any]


def refused(result: tuple[int, str, str]) -> str:
    """The one line of a command that could not do what it was asked."""
    code, _, err = result
    assert code == 2
    assert err.startswith("kafka-trigger-guard: ")
    assert err.count("\n") == 1
    return err


class TestMissing:
    def test_a_recorder_and_a_trail_are_asked_for(self, guard: Deploy) -> None:
        with aws(REGION):
            code, out, _ = guard("deploy", "single", "--region", REGION, "--dry-run")
        assert code == 0
        assert "missing: AWS Config has no configuration recorder in us-east-1" in out
        assert "missing: no trail of CloudTrail logs management events in us-east-1" in out

    def test_a_trail_that_is_off_or_reads_only_does_not_count(self, deploy: Deploy, client: Clients) -> None:
        cloudtrail = client("cloudtrail")
        assert "no trail" not in deploy("single", "--dry-run")[1]
        selectors = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "DataResources": []}]
        cloudtrail.put_event_selectors(TrailName="all", EventSelectors=selectors)
        assert "missing: no trail" in deploy("single", "--dry-run")[1]
        advanced = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]
        cloudtrail.put_event_selectors(TrailName="all", AdvancedEventSelectors=advanced)
        assert "no trail" not in deploy("single", "--dry-run")[1]
        cloudtrail.stop_logging(Name="all")
        assert "missing: no trail" in deploy("single", "--dry-run")[1]

    def test_a_quota_that_is_too_small_stops_it(
        self, deploy: Deploy, sandbox: Aws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = standing(sandbox.session())
        monkeypatch.setattr(account_settings, "CONCURRENT_EXECUTIONS", 10)
        said = refused(deploy("single"))
        assert "nothing was touched" in said
        assert "--parameter RuleConcurrency=0" in said
        assert standing(sandbox.session()) == before
        unreserved = ("--parameter", "RuleConcurrency=0", "--parameter", "WatchConcurrency=0")
        assert deploy("single", *unreserved)[0] == 0

    def test_what_is_reserved_already_counts(self, deploy: Deploy, sandbox: Aws) -> None:
        assert deploy("single")[0] == 0
        place = Place(sandbox.session(), MANAGEMENT, REGION)
        assert lacks_of_functions(place, 901, already=12) != []
        assert lacks_of_functions(place, 900, already=12) == []

    def test_roles_that_another_stack_made_stop_it(self, deploy: Deploy, guard: Deploy, sandbox: Aws) -> None:
        ready(sandbox.session("eu-west-1"), trail=False)
        assert deploy("single")[0] == 0
        said = refused(guard("deploy", "single", "--region", "eu-west-1"))
        assert "--home-region" in said
        assert not {name for name in standing(sandbox.session("eu-west-1")) if name.startswith("stack")}

    def test_an_account_without_organization_cannot_be_central(self, deploy: Deploy) -> None:
        assert "is in no organization" in refused(deploy("central"))

    def test_named_accounts_need_no_organization(self, deploy: Deploy) -> None:
        assert deploy("central", "--parameter", "AllowedAccounts=111122223333")[0] == 0

    def test_trusted_access_is_asked_for(self, deploy: Deploy, client: Clients) -> None:
        client("organizations").create_organization(FeatureSet="ALL")
        _, out, err = deploy("members", "--central-account", "111122223333")
        assert "aws cloudformation activate-organizations-access" in out + err

    def test_a_delegated_administrator_is_asked_for(self, sandbox: Aws, guard: Deploy) -> None:
        central = organized(sandbox.session(), "central")["central"]
        with acting(sandbox, central):
            said = refused(guard("deploy", "members", "--region", REGION))
        assert "register-delegated-administrator" in said
        assert central in said

    def test_members_need_an_account_that_answers(self, sandbox: Aws, guard: Deploy) -> None:
        central = organized(sandbox.session(), "central")["central"]
        delegated(sandbox.session(), central)
        with acting(sandbox, central):
            said = refused(guard("deploy", "members", "--region", REGION))
        assert "deploy central --region us-east-1" in said


class TestMistakes:
    @pytest.mark.parametrize(
        ("parameter", "said"),
        [
            ("Shedule=One_Hour", "did you mean Schedule?"),
            ("Schedule=Daily", "expected one of One_Hour"),
            ("RuleConcurrency=many", "expected a whole number from 0 to 1000"),
            ("RuleConcurrency=1001", "expected a whole number from 0 to 1000"),
            ("kafka-trigger-lamda-endpoint.AllowNat=true", "unknown rule kafka-trigger-lamda-endpoint"),
            ("kafka-trigger-egress.Exempt=a@2026-01-01", "one for all rules"),
            ("kafka-trigger-egress.MinimumZones=2", "has no parameter"),
            ("Exempt=orders", "ID@YYYY-MM-DD"),
            ("Schedule", "write it as Name=Value"),
        ],
    )
    def test_a_parameter_that_means_nothing(self, deploy: Deploy, parameter: str, said: str) -> None:
        assert said in refused(deploy("single", "--parameter", parameter))

    def test_an_exemption_that_is_too_long(self, deploy: Deploy) -> None:
        many = ",".join(f"function-{number}@2026-12-31" for number in range(50))
        assert "at most 700 fit" in refused(deploy("single", "--parameter", f"Exempt={many}"))

    def test_a_package_that_is_none(self, guard: Deploy, sandbox: Aws, tmp_path: Any) -> None:
        (tmp_path / "no.zip").write_text("no")
        said = refused(guard("deploy", "single", "--region", sandbox.region, "--package", "no.zip"))
        assert "no zip file" in said

    def test_a_bucket_that_is_not_there(self, deploy: Deploy) -> None:
        assert "there is no bucket ours" in refused(deploy("single", "--bucket", "ours"))


class TestFailures:
    def test_what_failed_first_is_told_and_the_next_attempt_begins_anew(
        self, deploy: Deploy, client: Clients, sandbox: Aws
    ) -> None:
        client("sns").create_topic(Name="kafka-trigger-guard-alarms", Attributes={"DisplayName": "ours"})
        client("logs").create_log_group(logGroupName="/aws/lambda/kafka-trigger-guard")
        said = refused(deploy("single"))
        assert "ROLLBACK_COMPLETE" in said
        assert "already exists" in said
        client("logs").delete_log_group(logGroupName="/aws/lambda/kafka-trigger-guard")
        assert deploy("single")[0] == 0
        assert "function kafka-trigger-guard" in standing(sandbox.session())

    def test_an_interruption_says_how_to_go_on(self, deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object) -> str:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(stacks.Stack, "_settle", interrupted)
            code, _, err = deploy("single")
        assert code == 130
        assert "run the same command again to go on" in err
        code, out, _ = deploy("single")
        assert (code, "is up to date" in out) == (0, True)

    def test_a_change_set_that_was_never_executed_is_no_obstacle(
        self, deploy: Deploy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(stacks.Stack, "execute", interrupted)
            assert deploy("single")[0] == 130
        assert deploy("single")[0] == 0

    def test_who_refuses_on_the_terminal_changes_nothing(
        self, deploy: Deploy, client: Clients, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kafka_trigger_guard.commands import installing

        monkeypatch.setattr(installing._Progress, "asked", lambda *_: False)
        assert "was not changed" in refused(deploy("single"))
        stacks_left = client("cloudformation").describe_stacks()["Stacks"]
        assert [each["StackName"] for each in stacks_left] == []
