"""Notebooks: machines on which people try out code against data."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types

NOTEBOOK_TYPES: Final = ("aws_sagemaker_notebook_instance",)


class Notebook(Struct, frozen=True):
    """A notebook.

    Args:
        metadata_version: Oldest version of the metadata service that it answers to; 2 demands a token.
        has_own_key: Its disk is encrypted with a key of ours.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    metadata_version: Fact[int]
    has_own_key: Fact[bool]


def build_notebook(resource: Resource, index: GraphIndex) -> Notebook:
    """From `aws_sagemaker_notebook_instance`."""
    del index
    own = Source(resource)
    version = "instance_metadata_service_configuration.0.minimum_instance_metadata_service_version"
    return Notebook(resource, (), own.number(version), own_key(own, "kms_key_id"))


VIEW_TYPES: Final = (ViewType("Notebook", of_types(*NOTEBOOK_TYPES), build_notebook),)
