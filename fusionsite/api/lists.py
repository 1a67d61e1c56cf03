"""One shape for every list: the items, and the address of the next page."""

from functools import cache
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers


@cache
def page_shape(item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The shape of a page of such items."""
    return inline_serializer(
        f"{item.__name__.removesuffix('Out')}Page",
        {
            "items": item(many=True),
            "next": serializers.CharField(
                allow_null=True, help_text="The address of the next page; null on the last one."
            ),
        },
    )
