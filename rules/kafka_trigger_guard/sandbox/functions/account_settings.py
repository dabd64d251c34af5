"""Lambda's limits of an account, which moto does not tell."""

from __future__ import annotations

from kafka_trigger_guard.sandbox.backends import lambda_of
from kafka_trigger_guard.sandbox.operations import Call, Reply, operation

CONCURRENT_EXECUTIONS = 1000
_ZIPPED, _UNZIPPED, _TOTAL = 52_428_800, 262_144_000, 80_530_636_800


@operation("lambda", "GetAccountSettings")
def get_account_settings(call: Call) -> Reply:
    """The quotas of an account, less what functions have reserved. API model: lambda AccountLimit"""
    functions = list(lambda_of(call.account, call.region).list_functions())
    reserved = sum(int(function.reserved_concurrency or 0) for function in functions)
    limit = {
        "TotalCodeSize": _TOTAL,
        "CodeSizeUnzipped": _UNZIPPED,
        "CodeSizeZipped": _ZIPPED,
        "ConcurrentExecutions": CONCURRENT_EXECUTIONS,
        "UnreservedConcurrentExecutions": CONCURRENT_EXECUTIONS - reserved,
    }
    return {"AccountLimit": limit, "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": len(functions)}}
