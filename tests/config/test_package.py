"""Specification of the deployment package, and of the functions as they run from it."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import pytest

from kafka_trigger_guard.sandbox import aws, server
from kafka_trigger_guard.sandbox.aws import Aws
from kafka_trigger_guard.sandbox.config.service import ROLE_NAME, Config
from kafka_trigger_guard.sandbox.story.triggers import Story, build
from tests.config.cold import event, messages
from tests.config.lambda_runtime import InvocationFailedError, Runtime, running

RULE = "kafka-trigger-lambda-endpoint"
_SCRIPT = Path(__file__).parents[2] / "deploy" / "package.py"
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDOFTHEFUNCTION", "AWS_SECRET_ACCESS_KEY": "secret"}


def builder() -> ModuleType:
    """The build script as a module."""
    spec = importlib.util.spec_from_file_location("package", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package."""
    target = tmp_path_factory.mktemp("package") / "guard.zip"
    builder().build(target)
    return target


@pytest.fixture(scope="module")
def unpacked(archive: Path) -> Path:
    """The package as Lambda unpacks it."""
    folder = archive.parent / "task"
    with ZipFile(archive) as files:
        files.extractall(folder)
    return folder


def test_the_same_sources_give_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    builder().build(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_it_has_at_most_ten_megabytes(archive: Path) -> None:
    assert archive.stat().st_size <= 10_000_000


def test_it_holds_what_runs_and_nothing_else(archive: Path) -> None:
    with ZipFile(archive) as files:
        names = files.namelist()
    ours = {name.split("/")[1] for name in names if name.startswith("kafka_trigger_guard/")}
    assert {"config", "rules", "network", "triggers", "aws", "evaluation.py"} <= ours
    assert not ours & {"sandbox", "report", "cli.py", "cost", "costing.py", "measuring.py"}
    assert any(name.startswith("botocore/data/resourcegroupstaggingapi/") for name in names)
    roots = {name.split("/")[0] for name in names}
    assert {"rdklib", "aws_lambda_powertools", "boto3", "botocore"} <= roots
    assert not roots & {"tests", "moto", "rich", "typer", "hypothesis", "pytest"}
    assert not [name for name in names if name.endswith((".pyc", ".so"))]


def test_versions_that_differ_from_the_fixed_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = builder()
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("rdklib==0.0.1\n")
    monkeypatch.setattr(script, "CONSTRAINTS", constraints)
    with pytest.raises(script.PackageError, match=r"rdklib .* is installed and constraints.txt says 0.0.1"):
        script.build(tmp_path / "never.zip")


class TestRuntime:
    """The package under AWS's own runtime client; AWS is the embedded one, over HTTP."""

    @pytest.fixture
    def sandbox(self) -> Iterator[tuple[Aws, str]]:
        with aws() as running_aws, server() as url:
            yield running_aws, url

    @pytest.fixture
    def story(self, sandbox: tuple[Aws, str]) -> Story:
        return build(sandbox[0].session())

    def environment(self, url: str) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "EXECUTION_ROLE_NAME": ROLE_NAME,
            **_CREDENTIALS,
        }

    @pytest.fixture
    def runtime(self, sandbox: tuple[Aws, str], unpacked: Path, tmp_path: Path) -> Iterator[Runtime]:
        handler = "kafka_trigger_guard.config.handler.handler"
        with running(unpacked, handler, tmp_path / "runtime", **self.environment(sandbox[1])) as started:
            yield started

    @pytest.fixture
    def config(self, sandbox: tuple[Aws, str], runtime: Runtime) -> Config:
        config = Config(
            sandbox[0].session(), lambda asked, context: runtime.invoke(asked, context.invoked_function_arn)
        )
        config.put_rule(RULE, scope=["AWS::EC2::SecurityGroup"])
        return config

    def red(self, config: Config) -> set[str]:
        return {each.resource_id for each in config.compliance() if each.compliance == "NON_COMPLIANT"}

    def test_a_scheduled_event_is_answered(self, config: Config, story: Story) -> None:
        config.run_all()
        assert self.red(config) == {story.orders_through_nat, story.returns_denied_by_network_acl}

    def test_a_change_event_is_answered(self, config: Config, story: Story, sandbox: tuple[Aws, str]) -> None:
        ec2: Any = sandbox[0].session().client("ec2")
        groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["trigger"]}])
        for group in groups["SecurityGroups"]:
            item = {"resourceType": "AWS::EC2::SecurityGroup", "resourceId": group["GroupId"]}
            config.change(
                {**item, "configurationItemStatus": "OK", "configuration": {"vpcId": group["VpcId"]}}
            )
        answered = {each.resource_id for each in config.compliance()}
        assert answered == {
            story.orders_through_nat,
            story.shipments_refused_by_endpoint,
            story.returns_denied_by_network_acl,
        }

    def test_an_event_that_cannot_be_answered_fails(self, runtime: Runtime, story: Story) -> None:
        assert story
        arn = "arn:aws:lambda:us-east-1:111122223333:function:kafka-trigger-guard"
        with pytest.raises(InvocationFailedError, match="parameter Rule is missing"):
            runtime.invoke(event("scheduled", without=("Rule",)), arn)

    def test_a_watch_event_starts_the_evaluations_that_are_due(
        self, sandbox: tuple[Aws, str], config: Config, story: Story, unpacked: Path, tmp_path: Path
    ) -> None:
        handler = "kafka_trigger_guard.config.watch.handler"
        batch = messages({"account": config.account, "region": "us-east-1"}, "nonsense")
        environment = self.environment(sandbox[1])
        with running(unpacked, handler, tmp_path / "watching", **environment) as watching:
            answer = watching.invoke(batch, config.function_arn)
        assert answer == json.loads('{"batchItemFailures": [{"itemIdentifier": "1"}]}')
        assert config.run_started() == (RULE,)
        assert self.red(config) == {story.orders_through_nat, story.returns_denied_by_network_acl}
