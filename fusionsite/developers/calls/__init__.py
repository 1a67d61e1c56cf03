"""Every operation of every door, with what it takes and how its request is written and signed."""

from fusionsite.developers.calls import aigs, fuseapi, jd, own_api, tencent_v3
from fusionsite.developers.calls.base import Operation, Prepared, Step, Wish

OPERATIONS: tuple[Operation, ...] = (
    *own_api.OPERATIONS,
    *tencent_v3.OPERATIONS,
    *fuseapi.OPERATIONS,
    *jd.OPERATIONS,
    *aigs.OPERATIONS,
)
BY_SLUG = {operation.slug: operation for operation in OPERATIONS}

__all__ = ["BY_SLUG", "OPERATIONS", "Operation", "Prepared", "Step", "Wish"]
