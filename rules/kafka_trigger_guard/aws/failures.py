"""What a failed AWS call means: no credentials at all, or one operation that could not be collected."""

from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from kafka_trigger_guard.aws.snapshot import ApiError

_EXPIRED: Final = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_REFUSED: Final = {
    "AuthFailure",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
FAILURES: Final = (
    BotoCoreError,
    ClientError,
    ResponseParserError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What a call may raise; the built-in ones are botocore's when an answer has another shape than its model."""
_ABSENT: Final = (
    CredentialRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)


class CollectError(Exception):
    """Nothing can be read at all; the message is one line that says what to do."""


def api_error(error: Exception) -> ApiError:
    """The error as a snapshot records it: AWS's code and message, or the kind of the connection failure."""
    if isinstance(error, ClientError):
        answer = error.response.get("Error", {})
        return ApiError(str(answer.get("Code", "Unknown")), one_line(answer.get("Message", error)))
    if isinstance(error, BotoCoreError):
        return ApiError(type(error).__name__, one_line(error))
    return ApiError("MalformedResponse", one_line(f"the answer could not be read ({error})"))


def without_credentials(error: Exception) -> CollectError | None:
    """The error that ends collecting: credentials are absent or have expired, so that no call can succeed."""
    if isinstance(error, _ABSENT):
        return CollectError(
            f"no usable AWS credentials ({one_line(error)}); name a profile with --profile, "
            "set AWS_PROFILE, or sign in with `aws sso login`"
        )
    if isinstance(error, ClientError) and api_error(error).code in _EXPIRED:
        return CollectError(
            f"the AWS credentials have expired ({api_error(error).code}); sign in again, "
            "for example with `aws sso login`, and check this machine's clock"
        )
    return None


def refused(error: Exception, region: str) -> CollectError | None:
    """The error of an account's first call in a Region that says that no later call can succeed there."""
    if isinstance(error, ClientError) and api_error(error).code in _REFUSED:
        return CollectError(
            f"AWS refuses the credentials in {region} ({api_error(error).code}); check the profile and "
            "its keys, and that the Region is enabled for the account"
        )
    return None


def unreachable(error: Exception, region: str) -> CollectError | None:
    """The error of a first call that says that nothing in this Region can be reached from here."""
    if isinstance(error, EndpointConnectionError | HTTPClientError):
        return CollectError(
            f"AWS cannot be reached in {region} ({one_line(error)}); check the network, the Region's name "
            "and AWS_ENDPOINT_URL"
        )
    return None


def one_line(text: object) -> str:
    """The text without line breaks, cut to 500 characters: messages and snapshots stay readable."""
    return " ".join(str(text).split())[:500]
