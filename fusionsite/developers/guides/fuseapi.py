"""fuseapi: fields from its reader, errors from its table."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_noop as _

from campaigns.models import Credential, Dialect
from fusionsite.developers.guides.base import (
    FieldLine,
    Group,
    Guide,
    Mistake,
    Part,
    Words,
    reasons,
)
from fusionsite.dialects.tencent_fuseapi import messages, views
from fusionsite.dialects.tencent_fuseapi.errors import CODES, NOT_SAID

SIGNING = (
    Words(
        _(
            "Write the text: a=<appid>&b=&k=<SecretId>&e=<end>&t=<now>&r=<random>&u=0&f= with times"
            " in seconds. Fields may come in any order; b, r, u and f may be left away."
        )
    ),
    Words(_("HMAC-SHA1 of the text with your SecretKey gives 20 bytes.")),
    Words(_("Send the header Authorization: base64 of those 20 bytes followed by the text.")),
    Words(
        _("A signature may be used until e, at most %(days)s days after t."),
        {"days": views.LONGEST_LIFE_S // 86_400},
    ),
)


def meanings() -> Mapping[str, Words]:
    """What each field says, by its name."""
    return {
        "appid": Words(_("The account's appid; it must be the one in the signature.")),
        "uin": Words(_("The account's uin.")),
        "project_id": Words(_("The campaign's number.")),
        "model_id": Words(_("The material's id, such as qc_100646_154021_9.")),
        "img_data": Words(
            _(
                "The picture as base64 without a data: header: JPEG or PNG, at most %(mb)s MB of"
                " file, sides of 64 to %(px)s pixels."
            ),
            {
                "mb": round(settings.FUSION_FUSEAPI_MAX_BYTES / 2**20, 2),
                "px": settings.FUSION_FUSEAPI_MAX_SIDE_PX,
            },
        ),
        "rsp_img_type": Words(_("url or base64, in lower case.")),
    }


def guide() -> Guide:
    """The page."""
    said = meanings()
    fields = [FieldLine(name, "String", True, said[name]) for name in messages.REQUIRED]
    return Guide(
        slug="fuseapi",
        name="fuseapi",
        doors=(Dialect.TENCENT_FUSEAPI,),
        kind=Credential.Kind.TENCENT,
        summary=Words(
            _(
                "The older door: programs written for aiconsole.cloud.tencent.com/fuseapi/face."
                " The key is the one of v3; appid and uin stand beside it."
            )
        ),
        address="/fuseapi/face",
        call="POST /fuseapi/face",
        signing=SIGNING,
        rules=(
            Words(
                _("A JSON object of at most %(mb)s MB, whatever its content type says."),
                {"mb": views.MAX_BODY_BYTES // 2**20},
            ),
            Words(_("Every answer is HTTP 200 with ret; 0 is success, and a text.")),
            Words(_("Unknown fields are ignored; account and campaign numbers may be numbers.")),
        ),
        parts=(
            Part(
                "face",
                "POST /fuseapi/face",
                Words(_("One user into a stored material.")),
                fields,
                Words(_("img_url: an address that opens for 7 days, or the base64 text. ret.")),
            ),
        ),
        errors=(Group(Words(_("Values of ret")), _mistakes()),),
        not_said=reasons(NOT_SAID),
        long_form="dialects/fuseapi.md",
        error_goes_in=Words("model_id"),
    )


def _mistakes() -> list[Mistake]:
    return [
        Mistake(
            code=ret,
            anchor=f"ret{ret}",
            status="200",
            messages=(said.msg,),
            cause=Words(said.cause),
            remedy=Words(said.remedy),
            word=f"simulate.{ret}",
        )
        for ret, said in CODES.items()
    ]
