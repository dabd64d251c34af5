"""Machine images, loaded when first asked for: over a thousand of them take most of a start."""

from typing import Any

from moto.ec2.models.amis import AmiBackend

from kafka_trigger_guard.sandbox.corrections import correct

_moto_load: Any = AmiBackend._load_amis
_moto_describe: Any = AmiBackend.describe_images


@correct(AmiBackend, "_load_amis")
def _load_later(ec2: Any) -> None:
    ec2.images_are_loaded = False


@correct(AmiBackend, "describe_images")
def _describe(ec2: Any, *arguments: Any, **named: Any) -> Any:
    if not ec2.images_are_loaded:
        _moto_load(ec2)
        ec2.images_are_loaded = True
    return _moto_describe(ec2, *arguments, **named)
