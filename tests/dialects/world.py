"""One account with its keys, campaigns and materials, under numbers that never change."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from campaigns import sealing
from campaigns.models import Account, Campaign, Credential, Dialect
from templates_app.models import Material
from tests.factories import a_campaign, a_submission, an_account, an_approved_material
from tests.pictures import a_face_picture, file_of

NOW = 1_700_000_000
SECRET_ID = "AKIDEXAMPLE0000000000000000000000001"
SECRET_KEY = "ExampleSecretKey0000000000000001"
OTHER_SECRET_ID = "AKIDEXAMPLE0000000000000000000000002"
APPKEY = "0f0e0d0c0b0a09080706050403020100"
SECRETKEY = "0123456789abcdef0123456789abcdef"
TOKEN = "fk_example0_0123456789012345678901234567890123456789012"
PICTURES = Path(__file__).parent / "pictures"


@dataclass(frozen=True)
class World:
    """Everything a request may name."""

    account: Account
    tencent: Credential
    jd: Credential
    aigs: Credential
    campaign: Campaign
    material: Material
    pending: Material
    trial: Campaign
    trial_material: Material


def make_world() -> World:
    """The rows, made once per test."""
    account = an_account(appid="1250000001", uin="100000000001")
    campaign = a_campaign(account=account, project_id=100646, slug="published", **_no_dates())
    trial = a_campaign(
        account=account, project_id=100647, slug="trial", state="draft", **_no_dates()
    )
    return World(
        account=account,
        tencent=_signing_key(account, Credential.Kind.TENCENT, SECRET_ID, SECRET_KEY),
        jd=_signing_key(account, Credential.Kind.JD, APPKEY, SECRETKEY),
        aigs=_token(account),
        campaign=campaign,
        material=_named(an_approved_material(campaign), "qc_100646_154021_9"),
        pending=_named(a_submission(campaign, seed=3).version.material, "qc_100646_154022_10"),
        trial=trial,
        trial_material=_named(an_approved_material(trial), "qc_100647_154023_1"),
    )


def _no_dates() -> dict[str, Any]:
    return {"starts_at": None, "ends_at": None}


def _signing_key(
    account: Account, kind: Credential.Kind, secret_id: str, secret: str
) -> Credential:
    dialects = {
        Credential.Kind.TENCENT: [Dialect.TENCENT_V3, Dialect.TENCENT_FUSEAPI],
        Credential.Kind.JD: [Dialect.JD_MORPH, Dialect.JD_PARSER],
    }
    return Credential.objects.create(
        account=account,
        name=kind,
        kind=kind,
        secret_id=secret_id,
        secret_sealed=sealing.seal(secret),
        dialects=dialects[kind],
    )


def _token(account: Account) -> Credential:
    return Credential.objects.create(
        account=account,
        name="token",
        kind=Credential.Kind.BEARER,
        secret_id="fk_example0",
        token_hash=Credential.hash_of(TOKEN),
        dialects=[Dialect.AIGS],
    )


def _named(material: Material, model_id: str) -> Material:
    Material.objects.filter(pk=material.pk).update(model_id=model_id)
    material.refresh_from_db()
    return material


# --- Pictures, drawn and kept, so that requests are the same bytes everywhere ----------------


def draw_pictures() -> None:
    """Writes the files beside this module."""
    drawn = {
        "face.jpg": file_of(a_face_picture(160, 160, seed=2), quality=60),
        "template.jpg": file_of(a_face_picture(200, 240, seed=5), quality=60),
        "noface.jpg": file_of(np.full((100, 120, 3), 128, np.uint8), quality=60),
        "tiny.jpg": file_of(np.full((40, 40, 3), 128, np.uint8), quality=60),
        "wide.png": file_of(np.full((64, 3200, 3), 128, np.uint8), "PNG"),
        "strip.png": file_of(np.full((64, 2000, 3), 128, np.uint8), "PNG"),
    }
    PICTURES.mkdir(exist_ok=True)
    for name, content in drawn.items():
        (PICTURES / name).write_bytes(content)


@cache
def picture(name: str) -> bytes:
    """One of the drawn files."""
    return (PICTURES / name).read_bytes()


def base64_of(name: str) -> str:
    """The same as base64 text."""
    return b64encode(picture(name)).decode()
