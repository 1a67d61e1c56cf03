"""faceswap: two pictures and a token; errors from its table."""

from django.utils.translation import gettext_noop as _

from campaigns.models import Credential, Dialect
from fusionsite.developers.guides.base import FieldLine, Group, Guide, Mistake, Part, Words
from fusionsite.dialects.aigs import messages, views
from fusionsite.dialects.aigs.errors import SAID

_PHOTO = {
    "least": messages.MIN_SIDE_PX,
    "most": messages.MAX_SIDE_PX,
    "mb": messages.MAX_BYTES // 2**20,
}
_TEMPLATE = {"most": messages.TEMPLATE_MAX_SIDE_PX, "mb": messages.MAX_BYTES // 2**20}
FIELDS = (
    FieldLine(
        "image_url",
        "String",
        False,
        Words(_("The photo's public address. It goes before image_base64.")),
    ),
    FieldLine(
        "image_base64",
        "String",
        False,
        Words(
            _("The photo: JPEG, PNG or WebP, sides of %(least)s to %(most)s pixels, %(mb)s MB."),
            _PHOTO,
        ),
    ),
    FieldLine(
        "template_url",
        "String",
        False,
        Words(_("The template's public address. It goes before template_base64.")),
    ),
    FieldLine(
        "template_base64",
        "String",
        False,
        Words(
            _("The template: a frontal face, sides of 64 to %(most)s pixels, %(mb)s MB."),
            _TEMPLATE,
        ),
    ),
)


def guide() -> Guide:
    """The page."""
    return Guide(
        slug="aigs",
        name="faceswap",
        doors=(Dialect.AIGS,),
        kind=Credential.Kind.BEARER,
        summary=Words(
            _(
                "For programs written for ai-gs.cn/v1/faceswap: both pictures and a token,"
                " nothing to sign."
            )
        ),
        address="/v1/faceswap",
        call="POST /v1/faceswap?token=…",
        signing=(
            Words(_("Send your token in the query: ?token=… Nothing else is needed.")),
            Words(
                _(
                    "We keep only a hash of the token. Whoever has it can spend your credits: keep"
                    " it out of logs and browsers."
                )
            ),
        ),
        rules=(
            Words(
                _("A JSON object of at most %(mb)s MB, whatever its content type says."),
                {"mb": views.MAX_BODY_BYTES // 2**20},
            ),
            Words(_("The number is the HTTP status; code and detail say more.")),
            Words(_("Each picture by address or as base64, in any mix; a data: header is fine.")),
            Words(_("One call a second for each token, unless the console says otherwise.")),
        ),
        parts=(
            Part(
                "faceswap",
                "POST /v1/faceswap?token=…",
                Words(_("The photo's face in the template.")),
                FIELDS,
                Words(_("code success, image_url (opens for 7 days), task_id.")),
            ),
        ),
        errors=(Group(Words(_("Status, code and detail")), _mistakes()),),
        not_said={},
        long_form="dialects/aigs.md",
        error_goes_in=Words("image_base64"),
    )


def _mistakes() -> list[Mistake]:
    return [
        Mistake(
            code=said.code,
            anchor=name,
            status=str(said.status),
            messages=(said.detail,),
            cause=Words(said.cause),
            remedy=Words(said.remedy),
            word=f"simulate.{name}",
        )
        for name, said in SAID.items()
    ]
