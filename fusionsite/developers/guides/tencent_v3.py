"""FaceFusion of the v3 protocol: fields from its schemas, errors from its code tables."""

from collections.abc import Iterator, Mapping

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
from fusionsite.developers.guides.v3_fields import ANSWERS, MEANINGS, WHAT
from fusionsite.dialects.tencent_v3 import fields, views
from fusionsite.dialects.tencent_v3.codes import GATEWAY, Said
from fusionsite.dialects.tencent_v3.errors import NOT_SAID, V2022
from fusionsite.dialects.tencent_v3.schemas import SCHEMAS
from fusionsite.dialects.tencent_v3.service_codes import SERVICE

KINDS = {
    "text": "String",
    "integer": "Integer",
    "number": "Float",
    "object": "Object",
    "list": "Array",
}
SIGNING = (
    Words(_("Hash the body: SHA-256 over the very bytes that you send, in lower-case hex.")),
    Words(
        _(
            "Write the canonical request: method, /, query (empty for POST), each signed header as"
            " name:value in lower case on its own line, an empty line, the names of the signed"
            " headers, the hash of the body."
        )
    ),
    Words(
        _(
            "Write the string to sign: TC3-HMAC-SHA256, the timestamp, date/facefusion/tc3_request,"
            " and the SHA-256 of the canonical request, one per line. The date is the timestamp's,"
            " in UTC."
        )
    ),
    Words(
        _(
            "Derive the key: HMAC-SHA256 of the date with TC3 and your SecretKey, then of"
            " facefusion with that, then of tc3_request with that. Sign the string with the last"
            " one."
        )
    ),
    Words(
        _(
            "Send the header Authorization with your SecretId, the scope, the names of the signed"
            " headers and the signature. content-type and host must be among them."
        )
    ),
    Words(
        _("The timestamp may be at most %(seconds)s seconds away from this site's clock."),
        {"seconds": views.WINDOW_S},
    ),
)


def rules() -> tuple[Words, ...]:
    """What holds for every action."""
    return (
        Words(_("POST with JSON or multipart, or GET with the fields in the query.")),
        Words(
            _("At most %(body)s MB of body (signature v1: %(old)s MB), %(query)s KB of query."),
            {
                "body": views.MAX_BODY_BYTES // 2**20,
                "old": views.MAX_V1_BODY_BYTES // 2**20,
                "query": views.MAX_QUERY_BYTES // 2**10,
            },
        ),
        Words(_("Every answer is HTTP 200, errors too; look for Response.Error.")),
        Words(
            _("X-TC-Region may be left away, or is one of: %(regions)s."),
            {"regions": ", ".join(settings.FUSION_TENCENT_REGIONS)},
        ),
        Words(_("Messages are Chinese; with X-TC-Language: en-US they are English.")),
        Words(_("Signature v1 (HmacSHA1, HmacSHA256) is taken for DescribeMaterialList only.")),
        Words(
            _("A campaign serves 1 call a second before it is published, then 50 unless raised.")
        ),
    )


def guide() -> Guide:
    """The page."""
    return Guide(
        slug="tencent-v3",
        name="FaceFusion v3",
        doors=(Dialect.TENCENT_V3,),
        kind=Credential.Kind.TENCENT,
        summary=Words(
            _(
                "For programs written for facefusion.tencentcloudapi.com, with the public SDK or"
                " without. Only the address changes."
            )
        ),
        address="/",
        call="POST /",
        signing=SIGNING,
        rules=rules(),
        parts=[
            _part(version, action)
            for version, action in sorted(SCHEMAS, key=lambda key: (key[0] != V2022, key[1]))
        ],
        errors=(
            Group(Words(_("Common errors")), _mistakes(GATEWAY)),
            Group(Words(_("Errors of the service")), _mistakes(SERVICE)),
        ),
        not_said=reasons(NOT_SAID),
        long_form="dialects/tencent-v3.md",
        error_goes_in=Words(
            _("ModelId, or MaterialId of DescribeMaterialList, or ModelImage of FuseFaceUltra")
        ),
    )


def _part(version: str, action: str) -> Part:
    return Part(
        title=f"{action} {version}",
        call=f"X-TC-Action: {action}\nX-TC-Version: {version}",
        what=WHAT[action],
        fields=list(_lines(SCHEMAS[version, action], "")),
        answer=ANSWERS[version, action],
    )


def _lines(schema: fields.Schema, place: str) -> Iterator[FieldLine]:
    for name, wanted in schema.items():
        path = f"{place}{name}"
        yield FieldLine(path, KINDS[wanted.kind], wanted.required, MEANINGS[name])
        yield from _lines(wanted.members, f"{path}[]." if wanted.kind == "list" else f"{path}.")


def _mistakes(codes: Mapping[str, Said]) -> list[Mistake]:
    return [
        Mistake(
            code=code,
            anchor=code,
            status="200",
            messages=(said.zh, said.en),
            cause=Words(said.cause),
            remedy=Words(said.remedy),
            word=f"simulate.{code}",
        )
        for code, said in codes.items()
    ]
