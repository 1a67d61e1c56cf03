"""A refusal always teaches: its sentence stands in both languages, with its facts."""

import inspect

import pytest
from django.utils import translation

from campaigns.models import Layer, Standing
from campaigns.refusals import (
    AccountRefusal,
    CampaignNotStarted,
    CapReached,
    NotAllowed,
    Refusal,
    TooFast,
    WrongState,
    every_refusal,
)

OURS = [refusal for refusal in every_refusal() if refusal.__module__ == "campaigns.refusals"]


def an_example(kind: type[Refusal]) -> Refusal:
    """One of the kind, whatever its constructor asks for."""
    needed = {
        name: 1.0 if name == "retry_after_s" else "draft"
        for name, parameter in inspect.signature(kind).parameters.items()
        if parameter.default is parameter.empty
    }
    return kind(**needed)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_refusal_has_a_sentence_and_a_next_step(kind: type[Refusal], language: str) -> None:
    with translation.override(language):
        refusal = an_example(kind)
        assert len(str(refusal.message())) > 3
        assert "%(" not in str(refusal.message())
        assert str(refusal.visitor_message())
    assert kind.sentence
    assert kind.remedy


def test_codes_are_stable_slugs_and_differ() -> None:
    codes = [kind.code for kind in every_refusal()]
    assert len(codes) == len(set(codes))
    assert all(code.replace("-", "").isalnum() and code.islower() for code in codes)


def test_facts_stand_in_the_sentence() -> None:
    with translation.override("en"):
        said = str(CapReached(measured=7, limit=7, unit="pictures").message())
        assert "7 of 7 pictures" in said
        slow = TooFast(Layer.SITE, 3.2, limit=200, unit="1 s")
        assert "the whole site" in str(slow.message())
        assert "4 seconds" in str(slow.message())
        assert "Frozen" in str(WrongState(Standing.FREEZE).message())
        assert "edit" in str(NotAllowed("edit").message())


@pytest.mark.parametrize("kind", [kind for kind in OURS if issubclass(kind, AccountRefusal)])
def test_visitors_never_read_a_billing_word(kind: type[Refusal]) -> None:
    with translation.override("en"):
        said = str(an_example(kind).visitor_message()).lower()
    assert not {"account", "balance", "arrears", "pack", "fee", "finance"} & set(said.split())


def test_the_sentence_is_in_the_language_of_whoever_reads_it() -> None:
    message = CampaignNotStarted("draft", retry_after_s=5).message()
    with translation.override("en"):
        assert "5 seconds" in str(message)
