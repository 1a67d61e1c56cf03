"""Every refusal a visitor may meet has a title, an icon that exists, and a next step."""

import pytest
from django.utils import translation

from campaigns.refusals import AccountInArrears, Refusal, TooFast, every_refusal
from fusionsite.jobs import refusals as photo_reasons
from fusionsite.upload.advice import ADVICE, advice_on, panel, phone_panels
from fusionsite.upload.icons import PATHS
from templates_app.refusals import MaterialNotFound, RightsLapsed

# Raised towards partners and the console alone; a visitor's form cannot cause them.
NOT_FOR_VISITORS = {
    "photo-not-base64",
    "photo-address-wrong",
    "photo-not-fetched",
    "answer-too-heavy",
    "unknown-reason",
}


def own_reasons() -> list[type[Refusal]]:
    return [kind for kind in every_refusal() if kind.__module__ == photo_reasons.__name__]


@pytest.mark.parametrize("kind", own_reasons(), ids=lambda kind: kind.code)
def test_every_reason_about_photo_and_moment_has_its_advice(kind: type[Refusal]) -> None:
    assert kind.code in ADVICE or kind.code in NOT_FOR_VISITORS


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_every_advice_belongs_to_a_reason_and_has_an_icon(code: str) -> None:
    assert code in {kind.code for kind in every_refusal()}
    assert ADVICE[code].icon in PATHS
    assert str(ADVICE[code].title)


def test_money_is_never_mentioned() -> None:
    shown = panel(AccountInArrears())
    assert "arrears" not in f"{shown.title} {shown.message}".lower()
    assert "break" in str(shown.message)


@pytest.mark.parametrize("kind", own_reasons(), ids=lambda kind: kind.code)
def test_no_reason_tells_a_visitor_of_charges(kind: type[Refusal]) -> None:
    refusal = kind(measured=1, limit=2, retry_after_s=3)
    assert "charged" not in str(panel(refusal).message)


def test_a_scene_out_of_service_is_only_not_available() -> None:
    for refusal in (MaterialNotFound(), RightsLapsed()):
        assert "not available" in str(panel(refusal).message)
        assert panel(refusal).action == "other_scene"


def test_the_panel_holds_the_measured_fact_and_the_box_to_scale() -> None:
    refusal = photo_reasons.FaceTooSmall(measured=28, limit=34, unit="px", box=(10, 20, 38, 60))
    refusal.size = (600, 800)
    shown = panel(refusal)
    assert (shown.measured, shown.limit, shown.scales) == ("28", "34", True)
    assert (shown.box, shown.size) == ("10 20 38 60", "600 800")
    assert "28" in str(shown.message)
    assert "34" in str(shown.message)


def test_waiting_is_rounded_up_to_whole_seconds() -> None:
    assert panel(TooFast("address", 7.2)).retry_after_s == 8


def test_what_the_phone_refuses_is_filled_in_by_the_phone() -> None:
    panels = {shown.code: shown for shown in phone_panels()}
    assert "{measured}" in str(panels["photo-too-heavy"].message)
    assert not any(shown.was_sent for shown in panels.values())


def test_an_unknown_reason_is_answered_neutrally() -> None:
    assert advice_on("something-new").action == "start"


def test_advice_follows_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert str(advice_on("face-too-small").title) == "再靠近一点"
        assert str(panel(photo_reasons.NoFace()).message) == "没有看到人脸。请正对镜头。"
