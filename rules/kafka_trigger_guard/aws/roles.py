"""Sessions that act by a role in another account."""

from functools import partial
from typing import Any, Final

import boto3
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials
from botocore.loaders import Loader, create_loader
from botocore.session import get_session

from kafka_trigger_guard.aws.calls import Progress, client_of

SESSION_NAME: Final = "kafka-trigger-guard"
"""How CloudTrail names what is read by an assumed role."""


class Roles:
    """Assumes roles of one name with a user's own session, at the Regional endpoint of STS.

    All sessions share the API models that were read: reading EC2's takes longer than most calls.
    """

    def __init__(
        self, session: boto3.Session, name: str, region: str, partition: str, progress: Progress
    ) -> None:
        self._name = name.strip("/")
        self._region = region
        self._partition = partition
        self._sts: Any = client_of(session, "sts", region, progress)
        self._models: Loader = create_loader()

    def arn(self, account: str) -> str:
        """The role's ARN in an account; the name may carry a path."""
        return f"arn:{self._partition}:iam::{account}:role/{self._name}"

    def assume(self, account: str) -> boto3.Session:
        """A session of the role in an account, whose credentials are renewed while it is used.

        Raises what the call raises: the role does not exist, or does not trust the caller.
        """
        renew = partial(self._assume, self.arn(account))
        credentials = RefreshableCredentials.create_from_metadata(renew(), renew, "sts-assume-role")
        core = get_session()
        core.register_component("data_loader", self._models)
        core.register_component("credential_provider", CredentialResolver([_Assumed(credentials)]))
        return boto3.Session(botocore_session=core, region_name=self._region)

    def _assume(self, role_arn: str) -> dict[str, Any]:
        answer = self._sts.assume_role(RoleArn=role_arn, RoleSessionName=SESSION_NAME)
        credentials = answer["Credentials"]
        return {
            "access_key": credentials["AccessKeyId"],
            "secret_key": credentials["SecretAccessKey"],
            "token": credentials["SessionToken"],
            "expiry_time": credentials["Expiration"].isoformat(),
        }


class _Assumed(CredentialProvider):
    """The one provider of a session whose credentials are those of a role."""

    METHOD = "sts-assume-role"
    CANONICAL_NAME = None

    def __init__(self, credentials: RefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> RefreshableCredentials:
        """The role's credentials."""
        return self._credentials
