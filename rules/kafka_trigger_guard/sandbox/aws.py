"""An AWS in this process: moto, with the Kafka side of Lambda, MSK and VPC endpoints added."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.config import DefaultConfig

from kafka_trigger_guard.sandbox import organization, oversight, request_methods  # noqa: F401
from kafka_trigger_guard.sandbox.automation import operations as automation_operations  # noqa: F401
from kafka_trigger_guard.sandbox.automation import texts as document_texts  # noqa: F401
from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.config import aggregation as config_aggregation  # noqa: F401
from kafka_trigger_guard.sandbox.config import operations as config_operations  # noqa: F401
from kafka_trigger_guard.sandbox.config import remediation as config_remediation  # noqa: F401
from kafka_trigger_guard.sandbox.corrections import corrections
from kafka_trigger_guard.sandbox.ec2 import (
    block_public_access,  # noqa: F401
    describe_pages,  # noqa: F401
    endpoint_changes,  # noqa: F401
    endpoint_services,  # noqa: F401
    endpoint_templates,  # noqa: F401
    endpoints,  # noqa: F401
    filters,  # noqa: F401
    images,  # noqa: F401
    nat_gateways,  # noqa: F401
    network_interfaces,  # noqa: F401
    profiles,  # noqa: F401
    routes,  # noqa: F401
    vpcs,  # noqa: F401
)
from kafka_trigger_guard.sandbox.functions import (
    account_settings,  # noqa: F401
    event_source_mappings,  # noqa: F401
    queue_polling,  # noqa: F401
)
from kafka_trigger_guard.sandbox.msk import clusters as msk  # noqa: F401
from kafka_trigger_guard.sandbox.msk import first_version as msk_first_version  # noqa: F401
from kafka_trigger_guard.sandbox.msk import vpc_connections as msk_vpc_connections  # noqa: F401
from kafka_trigger_guard.sandbox.operations import process_request
from kafka_trigger_guard.sandbox.sessions import session_of, shared_models
from kafka_trigger_guard.sandbox.stacks import changes as stack_changes  # noqa: F401
from kafka_trigger_guard.sandbox.stacks import resources as stack_resources  # noqa: F401
from kafka_trigger_guard.sandbox.stacks import sets as stack_sets  # noqa: F401
from kafka_trigger_guard.sandbox.stacks import templates as stack_templates  # noqa: F401

DEFAULT_REGION = "us-east-1"
_CONFIGURATION: DefaultConfig = {"lambda": {"use_docker": False}}


@dataclass(frozen=True, slots=True)
class Aws:
    """A running sandbox; every boto3 session of the process reaches it while it runs."""

    region: str

    def session(self, region: str | None = None, account: str | None = None) -> boto3.Session:
        """A session of the sandbox's own account, or of another one by `sts:AssumeRole`."""
        own = session_of(region or self.region)
        if account is None:
            return own
        sts = own.client("sts")
        role = f"arn:{sts.meta.partition}:iam::{account}:role/OrganizationAccountAccessRole"
        credentials = sts.assume_role(RoleArn=role, RoleSessionName="sandbox")["Credentials"]
        return session_of(
            region or self.region,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )


@contextmanager
def aws(region: str = DEFAULT_REGION) -> Iterator[Aws]:
    """Replace AWS by the sandbox for every boto3 session of this process, until the block ends.

    It starts empty; within another sandbox of this process it shares that one's resources.
    """
    with ExitStack() as stack:
        stack.enter_context(_no_way_out(region))
        stack.enter_context(shared_models())
        if BotocoreStubber.process_request is not process_request:
            CLOCK.restart()
            stack.enter_context(patch.object(BotocoreStubber, "process_request", process_request))
            for correction in corrections():
                stack.enter_context(correction)
        # Within the corrections: at its end moto builds every store anew, with what they leave out.
        stack.enter_context(mock_aws(config=_CONFIGURATION))
        yield Aws(region)


@contextmanager
def _no_way_out(region: str) -> Iterator[None]:
    """Hide the caller's profiles, endpoints and credentials: nothing of the sandbox may reach AWS."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ours = {
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with patch.dict(os.environ, inherited | ours, clear=True):
        yield
