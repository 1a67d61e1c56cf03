"""faceswap: nothing is signed; the token is looked at."""

from django.utils.translation import gettext_noop as _

from campaigns.models import Dialect
from fusionsite.developers.checking.base import Asked, Comparison, Report, covered
from fusionsite.developers.guides.base import Words

PROTOCOL = "faceswap"


def check(asked: Asked) -> Report:
    """Whether the token is there, is one of the person's, and opens this door."""
    notes = (Words(_("This protocol signs nothing: the token is all that is checked.")),)
    token = asked.pasted.parameters.get("token", "")
    if not token:
        what = Words(_("the query lacks %(names)s."), {"names": "token"})
        return Report(PROTOCOL, "form", facts={"what": what}, notes=notes)
    key = asked.keys.by_token(token)
    if key is None:
        if asked.keys.by_token(token.strip()) is not None:
            return Report(PROTOCOL, "secret-form", notes=notes)
        return Report(PROTOCOL, "token", notes=notes)
    if Dialect.AIGS not in key.dialects:
        return Report(PROTOCOL, "kind", facts={"key": key.secret_id}, notes=notes)
    comparison = Comparison(_("Token"), covered(token), covered(token))
    return Report(PROTOCOL, "", (comparison,), notes=notes)
