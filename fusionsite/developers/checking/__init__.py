"""Looks at a pasted request as the doors do, and names the first difference from ours."""

from collections.abc import Callable

from fusionsite.developers.checking import aigs, fuseapi, jd, own_api, tencent_v1, tencent_v3
from fusionsite.developers.checking.base import Asked, Keys, Report
from fusionsite.developers.checking.pasted import NotARequest, Pasted, read
from fusionsite.dialects.tencent_v3.common import V1_MARKS


class NobodysRequest(ValueError):
    """The request goes to none of our doors."""


def check(asked: Asked) -> Report:
    """The report of the door that the request goes to; raises NobodysRequest."""
    pasted = asked.pasted
    for prefix, checks in _BY_PATH.items():
        if pasted.path.startswith(prefix):
            return checks(asked)
    if pasted.path == "/":
        v1 = "authorization" not in pasted.headers and _has_v1_marks(asked)
        return tencent_v1.check(asked) if v1 else tencent_v3.check(asked)
    raise NobodysRequest(pasted.path)


def _has_v1_marks(asked: Asked) -> bool:
    return any(name in V1_MARKS for name, _value in tencent_v1.parameters_of(asked))


_BY_PATH: dict[str, Callable[[Asked], Report]] = {
    "/fuseapi/": fuseapi.check,
    "/jdai/": jd.check,
    "/v1/faceswap": aigs.check,
    "/api/": own_api.check,
}

__all__ = ["Asked", "Keys", "NobodysRequest", "NotARequest", "Pasted", "Report", "check", "read"]
