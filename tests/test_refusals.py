"""Every reason to refuse has its word in every dialect, and every word is a documented one."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import campaigns
import fusionsite.dialects
import fusionsite.jobs
import fusionsite.results
import templates_app
from campaigns.models import Layer
from campaigns.refusals import Refusal, every_refusal
from fusionsite.api import errors as api
from fusionsite.dialects.aigs import errors as aigs
from fusionsite.dialects.base import Fault, cell
from fusionsite.dialects.jd import errors as jd
from fusionsite.dialects.people import OF_PEOPLE
from fusionsite.dialects.tencent_fuseapi import errors as fuseapi
from fusionsite.dialects.tencent_v3 import errors as v3

# What a partner's call may run: other ways in keep their reasons to themselves.
BELOW = (campaigns, templates_app, fusionsite.results, fusionsite.jobs, fusionsite.dialects)
TABLES: dict[str, Mapping[type[Refusal], Any]] = {
    "tencent_v3": v3.TABLE,
    "tencent_fuseapi": fuseapi.TABLE,
    "jd": jd.TABLE,
    "aigs": aigs.TABLE,
    "api": api.TABLE,
}


def reasons() -> Iterator[type[Refusal]]:
    """All refusals below the ways in; every module is imported first, so that none hides."""
    for package in BELOW:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.rpartition(".")[2].startswith(("00", "__")):
                importlib.import_module(module.name)
    names = tuple(f"{package.__name__}." for package in BELOW)
    yield from {kind for kind in every_refusal() if f"{kind.__module__}.".startswith(names)}


REASONS = sorted(reasons(), key=lambda kind: kind.code)


@pytest.mark.parametrize("dialect", TABLES)
def test_no_cell_is_empty(dialect: str) -> None:
    missing = {kind.__name__ for kind in REASONS} - {kind.__name__ for kind in TABLES[dialect]}
    assert not missing
    assert len(REASONS) > 80


def test_every_word_of_v3_is_documented() -> None:
    cells = [*v3.TABLE.values(), *v3.BY_LAYER.values()]
    words = {
        found.code(version, action)
        for found in cells
        for version in (v3.V2018, v3.V2022)
        for action in ("FaceFusion", "FuseFace")
    }
    assert words <= set(v3.CODES)


def test_every_word_of_fuseapi_is_documented() -> None:
    assert {*fuseapi.TABLE.values(), *fuseapi.BY_LAYER.values()} <= set(fuseapi.CODES)


def test_every_word_of_jd_is_documented() -> None:
    assert set(jd.TABLE.values()) <= {*jd.SYSTEM, *jd.BUSINESS}


def test_every_word_of_aigs_is_documented() -> None:
    words = {w for said in aigs.TABLE.values() for w in ([said] if isinstance(said, str) else said)}
    assert words <= set(aigs.SAID)


@pytest.mark.parametrize("table", [v3.BY_LAYER, fuseapi.BY_LAYER], ids=["v3", "fuseapi"])
def test_every_layer_of_rates_has_its_word(table: Mapping[str, Any]) -> None:
    assert set(table) == set(Layer)


def test_reasons_of_people_are_nobody_elses() -> None:
    assert set(OF_PEOPLE) <= set(REASONS)


def test_reason_without_a_cell_takes_its_parents() -> None:
    class Stranger(Refusal):
        pass

    with pytest.raises(LookupError):
        cell(fuseapi.TABLE, Stranger())


@pytest.mark.parametrize("code", v3.CODES)
def test_every_message_of_v3_is_there_in_both_languages(code: str) -> None:
    facts = {"parameter": "X", "detail": "Y", "measured": 2, "limit": 1}
    chinese = v3.sentence(Fault(code, **facts), "zh-CN")
    english = v3.sentence(Fault(code, **facts), "en-US")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese) or code == "InvalidParameter"
    assert english.isascii() or "×" in english
    assert "{" not in chinese + english
