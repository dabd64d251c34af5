"""The bucket through which package and templates reach AWS: created if none is named, private, removed."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from kafka_trigger_guard.installing.failures import CALL_FAILURES, InstallError, code_of, failed
from kafka_trigger_guard.installing.names import bucket_of
from kafka_trigger_guard.installing.place import Place

_ABSENT = ("404", "NoSuchBucket", "NoSuchKey", "NotFound")
_PER_CALL = 1000
_HOME_OF_S3 = "us-east-1"


def prepared(place: Place, named: str | None) -> str:
    """The bucket to upload to: the named one as it is, else our own. Raises InstallError."""
    bucket = named or bucket_of(place.account, place.region)
    try:
        exists = _exists(place, bucket)
        if named is None:
            _make(place, bucket, exists=exists)
    except CALL_FAILURES as error:
        raise failed(f"preparing the bucket {bucket}", error) from None
    if named is not None and not exists:
        raise InstallError(f"there is no bucket {bucket}; without --bucket one is created")
    return bucket


def upload(place: Place, bucket: str, key: str, content: bytes) -> None:
    """Put an object there, unless it is there already: keys say what the content is. Raises InstallError."""
    s3, owner = place.client("s3"), place.account
    try:
        if not _holds(place, bucket, key):
            s3.put_object(Bucket=bucket, Key=key, Body=content, ExpectedBucketOwner=owner)
    except CALL_FAILURES as error:
        raise failed(f"uploading to the bucket {bucket}", error) from None


def address(place: Place, bucket: str, key: str) -> str:
    """Where CloudFormation finds an object."""
    return f"https://{bucket}.s3.{place.region}.{place.domain}/{key}"


def remove(place: Place) -> bool:
    """Empty and delete our own bucket here; whether there was one. Raises InstallError."""
    bucket = bucket_of(place.account, place.region)
    try:
        if not _exists(place, bucket):
            return False
        _empty(place, bucket)
        place.client("s3").delete_bucket(Bucket=bucket, ExpectedBucketOwner=place.account)
    except CALL_FAILURES as error:
        raise failed(f"removing the bucket {bucket}", error) from None
    return True


def _exists(place: Place, bucket: str) -> bool:
    try:
        place.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=place.account)
    except ClientError as error:
        if code_of(error) in _ABSENT:
            return False
        if code_of(error) in ("403", "AccessDenied"):
            raise InstallError(
                f"the bucket {bucket} is refused; it is another account's, or s3:ListBucket is not allowed"
            ) from None
        raise
    return True


def _holds(place: Place, bucket: str, key: str) -> bool:
    try:
        place.client("s3").head_object(Bucket=bucket, Key=key, ExpectedBucketOwner=place.account)
    except ClientError as error:
        if code_of(error) in _ABSENT:
            return False
        raise
    return True


def _make(place: Place, bucket: str, *, exists: bool) -> None:
    """Private, encrypted and versioned; done again each time, in case it was interrupted."""
    s3: Any = place.client("s3")
    mine = {"Bucket": bucket, "ExpectedBucketOwner": place.account}
    if not exists:
        here = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
        s3.create_bucket(Bucket=bucket, **({} if place.region == _HOME_OF_S3 else here))
    blocked = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(**mine, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(**mine, ServerSideEncryptionConfiguration=encryption)
    s3.put_bucket_versioning(**mine, VersioningConfiguration={"Status": "Enabled"})


def _empty(place: Place, bucket: str) -> None:
    """Delete every version of every object, a page at a time. s3 API, DeleteObjects: 1000 keys a call."""
    s3: Any = place.client("s3")
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, ExpectedBucketOwner=place.account, PaginationConfig={"PageSize": _PER_CALL}
    )
    for page in pages:
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        if keys:
            s3.delete_objects(
                Bucket=bucket, Delete={"Objects": keys, "Quiet": True}, ExpectedBucketOwner=place.account
            )
