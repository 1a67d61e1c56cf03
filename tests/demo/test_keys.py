"""The demo's keys: made once, kept, and made anew when they stop opening."""

import stat
from pathlib import Path

import pytest

from campaigns import credentials
from campaigns.models import Credential, Role
from fusionsite.demo.keys import KINDS, demo_keys
from tests.factories import a_person, an_account

pytestmark = pytest.mark.django_db


def test_every_protocol_has_a_key_that_opens_and_a_second_run_keeps_it(tmp_path: Path) -> None:
    account = an_account()
    operator = a_person(Role.PARTNER, organisation=account.organisation)
    keys = demo_keys(account, by=operator)
    assert set(keys["tencent"]) == {"secret_id", "secret_key"}
    assert set(keys["jd"]) == {"appkey", "secretkey"}
    assert set(keys["aigs"]) == set(keys["api_token"]) == {"token"}
    assert set(keys["api"]) == {"key_id", "secret"}
    signing = credentials.by_secret_id(keys["tencent"]["secret_id"], kind=Credential.Kind.TENCENT)
    assert credentials.secret_of(signing) == keys["tencent"]["secret_key"]
    assert credentials.by_token(keys["aigs"]["token"]).dialects == ["aigs"]
    assert demo_keys(account, by=operator) == keys
    mode = (tmp_path / "demo-credentials.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_lost_file_and_switched_off_key_are_made_anew(tmp_path: Path) -> None:
    account = an_account()
    operator = a_person(Role.PARTNER, organisation=account.organisation)
    first = demo_keys(account, by=operator)
    (tmp_path / "demo-credentials.json").unlink()
    second = demo_keys(account, by=operator)
    assert first["aigs"] != second["aigs"]
    assert account.credentials.filter(disabled_at=None).count() == len(KINDS)
    credentials.disable(credentials.by_token(second["aigs"]["token"]), by=operator)
    third = demo_keys(account, by=operator)
    assert third["aigs"] != second["aigs"] and third["jd"] == second["jd"]
