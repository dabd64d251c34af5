"""Why an invocation fails; each message is one line that names what to change."""


class InvocationError(Exception):
    """The invocation cannot be answered; Lambda must see it fail, so that it retries and alarms fire."""


class AccountRefusedError(InvocationError):
    """The account is neither the function's own, nor allowed, nor of the organization."""
