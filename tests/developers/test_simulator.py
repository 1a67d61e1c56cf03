"""Every documented code of every dialect, provoked once by the word that asks for it."""

import json
from typing import Any

import pytest

from campaigns.models import Campaign, Hold
from fusionsite.api.errors import TABLE
from fusionsite.developers import inside
from fusionsite.developers.calls import BY_SLUG, Wish
from fusionsite.dialects.aigs.errors import SAID
from fusionsite.dialects.jd.errors import BUSINESS, SYSTEM
from fusionsite.dialects.tencent_fuseapi.errors import CODES as RETS
from fusionsite.dialects.tencent_v3.errors import CODES
from fusionsite.jobs.models import FusionJob
from tests.dialects.transcripts import forget_counts
from tests.factories import a_campaign, a_credential, an_account

pytestmark = pytest.mark.django_db


class Trial:
    """A partner with a key, and an unpublished campaign or a sandbox."""

    def __init__(self, kind: str, dialects: list[Any], **campaign: Any) -> None:
        account = an_account()
        self.campaign = a_campaign(account=account, **{"state": "draft"} | campaign)
        kept_to = [self.campaign] if self.campaign.sandbox else []
        made = a_credential(account, kind=kind, dialects=dialects, campaigns=kept_to)
        self.key, self.secret = made.credential, made.secret

    def call(self, slug: str, code: str, *, project_id: int = 0, **more: Any) -> inside.Answer:
        """The operation's answer when this code is asked for."""
        forget_counts()  # a loop is faster than the key's own rate
        word = f"simulate.{code}"
        wish = Wish(
            self.key,
            self.secret,
            project_id=str(project_id or self.campaign.project_id),
            model_id=word,
            photo=b"x",
            template=b"x",
            more={BY_SLUG[slug].error_goes_in: word, **more},
        )
        return inside.send(BY_SLUG[slug].prepare(wish).outgoing, address="203.0.113.9")


def said(answer: inside.Answer) -> Any:
    return json.loads(answer.body)


@pytest.fixture(autouse=True)
def nothing_is_made() -> Any:
    yield
    assert not FusionJob.objects.exists() and not Hold.objects.exists()


V3 = ["v3-2018-FaceFusion", "v3-2022-FuseFace", "v3-2018-DescribeMaterialList"]


@pytest.mark.parametrize("slug", V3)
def test_every_code_of_v3(slug: str, subtests: pytest.Subtests) -> None:
    trial = Trial("tencent", ["tencent_v3"])
    for code in CODES:
        with subtests.test(code):
            error = said(trial.call(slug, code))["Response"]["Error"]
            assert error["Code"] == code and error["Message"]
            assert "{" not in error["Message"]


def test_every_code_of_v3_where_there_is_no_campaign(subtests: pytest.Subtests) -> None:
    trial = Trial("tencent", ["tencent_v3"], sandbox=True)
    for code in CODES:
        with subtests.test(code):
            answer = said(trial.call("v3-2022-FuseFaceUltra", code))
            assert answer["Response"]["Error"]["Code"] == code


def test_every_ret_of_fuseapi(subtests: pytest.Subtests) -> None:
    trial = Trial("tencent", ["tencent_fuseapi"])
    for ret in RETS:
        with subtests.test(ret):
            answer = said(trial.call("fuseapi-face", ret))
            assert answer == {"ret": ret, "msg": RETS[ret].msg}


@pytest.mark.parametrize("api", ["face_morph", "face_parser"])
def test_every_code_of_jd(api: str, subtests: pytest.Subtests) -> None:
    trial = Trial("jd", [f"jd_{api.removeprefix('face_')}"], sandbox=True)
    for code in SYSTEM.keys() - {"10000"}:
        with subtests.test(code):
            answer = said(trial.call(f"jd-{api}", code))
            assert (answer["code"], answer["msg"]) == (code, SYSTEM[code].msg)
    for status in BUSINESS.keys() - {200}:
        with subtests.test(str(status)):
            answer = said(trial.call(f"jd-{api}", str(status)))
            assert (answer["code"], answer["charge"]) == ("10000", False)
            assert answer["result"]["status"] == status and answer["result"]["message"]


def test_every_word_of_faceswap(subtests: pytest.Subtests) -> None:
    trial = Trial("bearer", ["aigs"], sandbox=True)
    for name, expected in SAID.items():
        with subtests.test(name):
            answer = trial.call("aigs-faceswap", name)
            assert (answer.status, said(answer)["code"]) == (expected.status, expected.code)
            assert said(answer)["detail"] == expected.detail


def test_every_problem_of_the_own_api(subtests: pytest.Subtests) -> None:
    trial = Trial("bearer", ["api"])
    for code, status in {kind.code: cell.status for kind, cell in TABLE.items()}.items():
        with subtests.test(code):
            answer = trial.call("api-post-fusions", code)
            assert (answer.status, said(answer)["code"]) == (status, code)
            assert said(answer)["detail"] and said(answer)["charged"] is False


# --- Where it is not obeyed ------------------------------------------------------------------


def test_a_published_campaign_knows_no_such_material() -> None:
    trial = Trial("tencent", ["tencent_v3"], state=Campaign.State.PUBLISHED)
    error = said(trial.call("v3-2022-FuseFace", "InternalError"))["Response"]["Error"]
    assert error["Code"] == "InvalidParameterValue.MaterialIdNotFound"


def test_a_key_that_opens_more_than_its_sandbox_sends_a_broken_picture() -> None:
    trial = Trial("jd", ["jd_morph"])
    assert said(trial.call("jd-face_morph", "10010"))["result"]["status"] == 1003


def test_a_code_that_nobody_documents_is_no_code() -> None:
    trial = Trial("tencent", ["tencent_v3"])
    error = said(trial.call("v3-2022-FuseFace", "Nonsense"))["Response"]["Error"]
    assert error["Code"] == "InvalidParameterValue.MaterialIdNotFound"


def test_a_key_kept_to_another_campaign_is_told_so_first() -> None:
    trial = Trial("tencent", ["tencent_v3"])
    trial.key.campaigns.set([a_campaign(account=trial.key.account)])
    error = said(trial.call("v3-2022-FuseFace", "InternalError"))["Response"]["Error"]
    assert error["Code"] == "AuthFailure.UnauthorizedOperation"


def test_a_foreign_campaign_is_not_there() -> None:
    trial, other = Trial("tencent", ["tencent_v3"]), a_campaign(state="draft")
    answer = trial.call("v3-2022-FuseFace", "InternalError", project_id=other.project_id)
    code = said(answer)["Response"]["Error"]["Code"]
    assert code == "InvalidParameterValue.ActivityIdNotFound"


def test_a_wrong_signature_simulates_nothing() -> None:
    trial = Trial("tencent", ["tencent_v3"])
    trial.secret = "wrong"
    error = said(trial.call("v3-2022-FuseFace", "InternalError"))["Response"]["Error"]
    assert error["Code"] == "AuthFailure.SignatureFailure"


def test_the_answer_keeps_the_callers_language() -> None:
    trial = Trial("tencent", ["tencent_v3"])
    error = said(trial.call("v3-2022-FuseFace", "LimitExceeded"))["Response"]["Error"]
    assert error["Message"] == CODES["LimitExceeded"].en
