"""A page for every way in, each written from the tables that its door answers with."""

from collections.abc import Callable

from fusionsite.developers.guides import aigs, fuseapi, jd, own_api, tencent_v3
from fusionsite.developers.guides.base import Guide

GUIDES: dict[str, Callable[[], Guide]] = {
    "own-api": own_api.guide,
    "tencent-v3": tencent_v3.guide,
    "fuseapi": fuseapi.guide,
    "jd": jd.guide,
    "aigs": aigs.guide,
}


def guides() -> list[Guide]:
    """All of them, in the order of the index."""
    return [make() for make in GUIDES.values()]


__all__ = ["GUIDES", "Guide", "guides"]
