"""Makes the demo's organisation, people, campaigns and materials, each by the rules' own functions.

Everything is done once: a second run finds what is there and goes on where the first one stopped.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from campaigns import billing, lifecycle, standing
from campaigns.models import Account, Campaign, Membership, Organisation, Person, Role, Standing
from fusionsite.demo.keys import Keys, demo_keys
from fusionsite.demo.words import CONSENT, LANTERN_NIGHT, SNOW_FAIR, Words
from fusionsite.painted import Scene, scenes
from templates_app import intake, publishing, review, rights
from templates_app.models import Consent, Depicted, Material, Source, State

PEOPLE = {
    "operator": [Role.OPERATOR, Role.PARTNER],
    "reviewer": [Role.REVIEWER],
    "finance": [Role.FINANCE],
    "administrator": [],
}
# The scene that waits for its review, and the one of the campaign that is not published.
PENDING, UNPUBLISHED = "garden_poet", "snow_rider"
FEE_FEN = 50_000
TOP_UP_FEN = 10_000_000


@dataclass(frozen=True)
class Seeded:
    """The rows of the demo."""

    organisation: Organisation
    account: Account
    people: dict[str, Person]
    passwords: dict[str, str]
    campaign: Campaign
    unpublished: Campaign
    pending: Material
    keys: Keys


def seed() -> Seeded:
    """The demo, made as far as it was not there yet."""
    organisation, _new = Organisation.objects.get_or_create(
        slug="harbour-museum", defaults={"name": "Harbour Museum"}
    )
    passwords = _passwords()
    people = {name: _person(name, passwords[name], organisation) for name in PEOPLE}
    account = _account(organisation, people["finance"])
    painted = {scene.key: scene for scene in scenes()}
    pending_scene, winter_scene = painted.pop(PENDING), painted.pop(UNPUBLISHED)
    campaign = _campaign(account, people, "lantern-night", LANTERN_NIGHT)
    for scene in painted.values():
        _approved(campaign, scene, people)
    pending = _submitted(campaign, pending_scene, people)
    _published(campaign, people)
    unpublished = _campaign(account, people, "snow-fair", SNOW_FAIR)
    _approved(unpublished, winter_scene, people)
    keys = demo_keys(account, by=people["operator"])
    return Seeded(organisation, account, people, passwords, campaign, unpublished, pending, keys)


def approved_materials(campaign: Campaign) -> Sequence[Material]:
    """The campaign's materials that visitors may choose, in order."""
    return list(Material.objects.filter(campaign=campaign, state=State.APPROVED).order_by("number"))


# --- People ----------------------------------------------------------------------------------


def _passwords() -> dict[str, str]:
    """Made once, kept in the var folder, readable by its owner alone."""
    file = settings.FUSION_VAR_DIR / "demo-passwords.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = {name: secrets.token_urlsafe(9) for name in PEOPLE if name not in known}
    if missing:
        file.touch(mode=0o600)
        file.write_text(json.dumps(known | missing, indent=2))
    return known | missing


def _person(name: str, password: str, organisation: Organisation) -> Person:
    person, _new = Person.objects.get_or_create(
        username=name, defaults={"is_staff": True, "first_name": name.capitalize()}
    )
    if not person.check_password(password):
        person.set_password(password)
        person.save()
    for role in PEOPLE[name]:
        Membership.objects.get_or_create(person=person, organisation=organisation, role=role)
    if name == "administrator":
        Membership.objects.get_or_create(person=person, organisation=None, role=Role.ADMINISTRATOR)
    return person


# --- Money -----------------------------------------------------------------------------------


def _account(organisation: Organisation, finance: Person) -> Account:
    account = organisation.accounts.first() or billing.make_account(organisation, by=finance)
    if account.standing == Standing.NOT_EXIST:
        standing.make_record(account, by=finance)
    if account.standing == Standing.NOT_READY:
        standing.open_service(account, by=finance)
    if account.standing == Standing.DELIVERING:
        standing.finish_setup(account, by=finance)
    if not account.entries.exists():
        billing.top_up(account, amount_fen=TOP_UP_FEN, by=finance, reference="demo")
    account.refresh_from_db()
    return account


# --- Campaigns -------------------------------------------------------------------------------


def _campaign(
    account: Account, people: dict[str, Person], slug: str, words: dict[str, Words]
) -> Campaign:
    operator = people["operator"]
    campaign = Campaign.objects.filter(slug=slug).first()
    if campaign is None:
        campaign = lifecycle.make_campaign(
            account.organisation,
            account,
            by=operator,
            slug=slug,
            owner_contact="operator@example.org",
            starts_at=timezone.now() - timedelta(days=1),
            ends_at=timezone.now() + timedelta(days=365),
            brand_colour="#d93a1f",
            stage_colour="#06202a",
            skin_tone=Campaign.SkinTone.OWN,
        )
    for language, text in words.items():
        if not campaign.texts.filter(language=language).exists():
            lifecycle.write_text(
                campaign,
                language,
                by=operator,
                name=text["name"],
                tagline=text["tagline"],
                description=text["description"],
            )
        if not campaign.consent_texts.filter(language=language).exists():
            lifecycle.write_consent(campaign, language, by=operator, **CONSENT[language])
    return campaign


def _published(campaign: Campaign, people: dict[str, Person]) -> None:
    if campaign.fee_state == Campaign.FeeState.UNPAID:
        billing.take_fee(campaign, amount_fen=FEE_FEN, by=people["finance"])
    campaign.refresh_from_db()
    if campaign.state == Campaign.State.DRAFT:
        publishing.publish(campaign, by=people["operator"])
        campaign.refresh_from_db()


# --- Materials -------------------------------------------------------------------------------


def _material(campaign: Campaign, scene: Scene, operator: Person) -> Material:
    """The scene's material in this campaign; its English title tells it again."""
    for material in Material.objects.filter(campaign=campaign):
        if material.titles.get("en") == scene.titles["en"]:
            return material
    material = intake.take_in(
        campaign=campaign,
        data=scene.picture,
        by=operator,
        title=scene.titles,
        layer=scene.layer,
        skin_mask=scene.skin_mask,
    )
    rights.record(
        material=material,
        by=operator,
        source=Source.GENERATED,
        source_note="Painted by this product's own generator.",
        holder="The authors of this product",
        depicted=Depicted.NOBODY,
        consent=Consent.NOT_NEEDED,
        without_end=True,
    )
    return material


def _submitted(campaign: Campaign, scene: Scene, people: dict[str, Person]) -> Material:
    material = _material(campaign, scene, people["operator"])
    if material.state == State.DRAFT:
        review.submit(material=material, by=people["operator"])
        material.refresh_from_db()
    return material


def _approved(campaign: Campaign, scene: Scene, people: dict[str, Person]) -> Material:
    material = _submitted(campaign, scene, people)
    if material.state == State.PENDING:
        asked = material.newest.reviews.latest("pk")
        claimed = review.claim(review=asked, by=people["reviewer"])
        review.approve(review=claimed, by=people["reviewer"])
        material.refresh_from_db()
    return material
