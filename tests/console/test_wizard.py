"""The wizard: each step is saved by itself, nothing is lost, the gate cannot be walked round."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns import lifecycle
from campaigns.models import AuditLine, Campaign, Person, Role
from fusionsite.console.wizard_forms import stamp
from fusionsite.console.wizard_steps import STEPS
from tests.console.acting import client_of, page, said, signed_in
from tests.factories import a_campaign, a_person, an_account, an_approved_material
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db
LOGO = SimpleUploadedFile("logo.png", file_of(a_face_picture(200, 200)), "image/png")


@pytest.fixture
def draft() -> Campaign:
    return a_campaign(state="draft", slug="lanterns")


@pytest.fixture
def operator(draft: Campaign) -> Person:
    return a_person(Role.OPERATOR, organisation=draft.organisation)


@pytest.fixture
def client(operator: Person) -> Client:
    return client_of(operator)


def step(campaign: Campaign, name: str) -> str:
    return page("campaign_step", campaign.pk, name)


def given(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back if nobody typed anything."""
    form = client.get(address).context["form"]
    found: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if field.widget_type == "checkbox" and not value:
            continue
        if value is None or field.widget_type == "clearablefile" or hasattr(value, "storage"):
            continue
        found[field.html_name] = form.fields[field.name].prepare_value(value)
    return found


def send(client: Client, campaign: Campaign, name: str, **changes: Any) -> Any:
    fields = {**given(client, step(campaign, name)), **changes}
    return client.post(step(campaign, name), fields)


def wrong(answer: Any) -> str:
    """Everything the page complains about."""
    assert answer.status_code == 200
    return " ".join(re.findall(r"[^\n]+", answer.context["form"].errors.as_text()))


class TestBeginning:
    """The first step, before there is a campaign."""

    def fields(self, **changes: Any) -> dict[str, Any]:
        account = an_account()
        self.client = signed_in(Role.OPERATOR, at=account)
        return {
            "slug": "spring",
            "name_en": "Spring",
            "name_zh-hans": "春天",
            "languages": ["en", "zh-hans"],
            "time_zone": "Asia/Shanghai",
            "account": account.pk,
        } | changes

    def test_a_name_is_enough(self) -> None:
        fields = self.fields()
        answer = self.client.post(page("campaign_new"), fields)
        made = Campaign.objects.get(slug="spring")
        assert answer["Location"] == step(made, "look")
        assert {text.name for text in made.texts.all()} == {"Spring", "春天"}
        assert made.state == "draft" and made.created_by is not None

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"slug": ""}, "slug"),
            ({"slug": "a b"}, "slug"),
            ({"slug": "x" * 61}, "slug"),
            ({"languages": []}, "languages"),
            ({"languages": ["xx"]}, "languages"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"name_en": "", "name_zh-hans": ""}, "name"),
            ({"name_en": "x" * 81}, "name_en"),
            ({"starts_at": "2026-05-02T10:00", "ends_at": "2026-05-01T10:00"}, "end"),
            ({"starts_at": "yesterday"}, "starts_at"),
            ({"owner_contact": "nobody"}, "owner_contact"),
        ],
    )
    def test_what_does_not_fit_is_said_and_nothing_is_made(
        self, changes: dict[str, Any], complaint: str
    ) -> None:
        fields = self.fields(**changes)
        assert complaint in wrong(self.client.post(page("campaign_new"), fields))
        assert not Campaign.objects.exists()

    def test_a_name_that_is_taken_is_said(self, draft: Campaign) -> None:
        fields = self.fields(slug=draft.slug)
        assert "slug" in wrong(self.client.post(page("campaign_new"), fields))

    def test_another_organisations_account_cannot_pay(self) -> None:
        fields = self.fields(account=an_account().pk)
        assert "account" in wrong(self.client.post(page("campaign_new"), fields))

    def test_without_an_account_it_says_who_makes_one(self) -> None:
        client = client_of(a_person(Role.OPERATOR))
        assert "No account pays yet" in client.get(page("campaign_new")).content.decode()


class TestSteps:
    """Each step saved, left, resumed."""

    @pytest.mark.parametrize("name", [one.name for one in STEPS if one.form])
    def test_sending_a_step_back_untouched_changes_nothing(
        self, client: Client, draft: Campaign, name: str
    ) -> None:
        before = stamp(draft)
        assert send(client, draft, name).status_code == 302
        assert stamp(draft) == before
        assert not AuditLine.objects.filter(object_id=str(draft.pk)).exists()

    def test_a_step_leads_to_the_next_or_out(self, client: Client, draft: Campaign) -> None:
        assert send(client, draft, "basics")["Location"] == step(draft, "look")
        left = send(client, draft, "basics", then="leave")
        assert left["Location"] == page("campaign_page", draft.pk)

    def test_what_was_saved_is_there_again(self, client: Client, draft: Campaign) -> None:
        send(client, draft, "look", brand_colour="#ffd400", tagline_en="Come in")
        again = given(client, step(draft, "look"))
        assert (again["brand_colour"], again["tagline_en"]) == ("#ffd400", "Come in")

    def test_times_are_those_of_the_campaigns_clock(self, client: Client, draft: Campaign) -> None:
        send(
            client,
            draft,
            "basics",
            starts_at="2027-01-01T00:00",
            ends_at="2027-02-01T00:00",
            time_zone="Asia/Tokyo",
        )
        draft.refresh_from_db()
        assert draft.starts_at is not None
        assert draft.starts_at.isoformat() == "2026-12-31T15:00:00+00:00"
        assert given(client, step(draft, "basics"))["starts_at"] == "2027-01-01T00:00"

    def test_a_changed_consent_text_is_a_new_version(self, client: Client, draft: Campaign) -> None:
        send(client, draft, "consent", body_en="Once more, in other words.")
        newest = draft.consent("en")
        assert newest is not None
        assert (newest.version, newest.body) == (2, "Once more, in other words.")
        assert draft.consent_texts.filter(language="zh-hans").count() == 1

    def test_half_a_consent_text_is_not_taken(self, client: Client, draft: Campaign) -> None:
        assert "needs this" in wrong(send(client, draft, "consent", responsible_en=""))
        assert draft.consent_texts.count() == 2

    def test_sites_that_may_embed_are_lines(self, client: Client, draft: Campaign) -> None:
        lines = "https://www.example.org/\nhttps://shop.example.com"
        assert send(client, draft, "delivery", frame_ancestors=lines).status_code == 302
        draft.refresh_from_db()
        assert draft.frame_ancestors == ["https://www.example.org", "https://shop.example.com"]
        assert wrong(send(client, draft, "delivery", frame_ancestors="javascript:alert(1)"))

    def test_a_logo_is_kept_and_taken_away(self, client: Client, draft: Campaign) -> None:
        LOGO.seek(0)
        assert send(client, draft, "look", logo=LOGO).status_code == 302
        draft.refresh_from_db()
        assert str(draft.logo).endswith(".png")
        send(client, draft, "look", **{"logo-clear": "on"})
        draft.refresh_from_db()
        assert not draft.logo

    def test_a_file_that_only_ends_like_a_picture_is_not_taken(
        self, client: Client, draft: Campaign
    ) -> None:
        fake = SimpleUploadedFile("logo.png", b"<script>alert(1)</script>")
        assert "no picture" in wrong(send(client, draft, "look", logo=fake))

    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("look", {"brand_colour": "red"}),
            ("look", {"brand_colour": "#12345"}),
            ("look", {"call_to_action_url_en": "javascript:alert(1)"}),
            ("look", {"tagline_en": "x" * 161}),
            ("consent", {"label_height_percent": "4"}),
            ("consent", {"face_degree": "101"}),
            ("consent", {"age_rule": "whoever"}),
            ("limits", {"daily_cap": "-1"}),
            ("limits", {"total_cap": "many"}),
            ("limits", {"daily_cap": "9" * 30}),
            ("delivery", {"link_life_s": "5"}),
            ("delivery", {"leads_purged_at": "2001-01-01"}),
            ("delivery", {"gallery": "everywhere"}),
        ],
    )
    def test_bad_input_gets_a_sentence_and_changes_nothing(
        self, client: Client, draft: Campaign, name: str, changes: dict[str, str]
    ) -> None:
        before = stamp(draft)
        assert wrong(send(client, draft, name, **changes))
        assert stamp(draft) == before

    def test_what_was_typed_is_still_there_after_a_mistake(
        self, client: Client, draft: Campaign
    ) -> None:
        answer = send(client, draft, "look", brand_colour="red", tagline_en="Not lost")
        assert "Not lost" in answer.content.decode()

    def test_a_page_that_was_overtaken_is_shown_again(
        self, client: Client, draft: Campaign, operator: Person
    ) -> None:
        old = given(client, step(draft, "look"))
        lifecycle.change(draft, by=operator, brand_colour="#00ff00")
        answer = client.post(step(draft, "look"), {**old, "brand_colour": "#ff0000"})
        assert "Somebody changed this campaign" in wrong(answer)
        draft.refresh_from_db()
        assert draft.brand_colour == "#00ff00"
        again = {**old, "brand_colour": "#ff0000", "seen": stamp(draft)}
        assert client.post(step(draft, "look"), again).status_code == 302

    def test_a_step_of_a_campaign_that_is_over_changes_nothing(
        self, client: Client, draft: Campaign
    ) -> None:
        old = given(client, step(draft, "look"))
        Campaign.objects.update(state="archived")
        answer = client.post(step(draft, "look"), {**old, "brand_colour": "#ff0000"})
        assert "Archived" in wrong(answer)
        draft.refresh_from_db()
        assert draft.brand_colour != "#ff0000"

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.OPERATOR])
    def test_a_hand_made_post_without_the_right_is_refused(
        self, draft: Campaign, role: Role
    ) -> None:
        other = signed_in(role, at=draft)
        answer = other.post(step(draft, "look"), {"brand_colour": "#ff0000"})
        assert answer.status_code == 403

    def test_fields_that_are_nobodys_to_set_are_left_alone(
        self, client: Client, draft: Campaign
    ) -> None:
        Campaign.objects.update(fee_state="unpaid")
        send(client, draft, "basics", state="published", fee_state="paid", sandbox="on")
        draft.refresh_from_db()
        assert (draft.state, draft.fee_state, draft.sandbox) == ("draft", "unpaid", False)

    def test_the_short_name_stays_once_it_was_published(self, client: Client) -> None:
        campaign = a_campaign(state="published", published_at="2026-01-01T00:00Z")
        an_approved_material(campaign)
        other = signed_in(Role.OPERATOR, at=campaign)
        send(other, campaign, "basics", slug="elsewhere")
        slug = campaign.slug
        campaign.refresh_from_db()
        assert campaign.slug == slug


class TestGate:
    """What a published campaign needs: shown as a checklist, kept afterwards."""

    def test_every_red_line_leads_to_the_step_that_mends_it(self) -> None:
        empty = a_campaign(state="draft", fee_state="unpaid", owner_contact="", starts_at=None)
        empty.texts.all().delete()
        client = signed_in(Role.OPERATOR, at=empty)
        gate = client.get(step(empty, "review")).context["gate"]
        missing = {line.code: line for line in gate if not line.met}
        assert set(missing) == {"contact", "dates", "texts", "materials", "fee"}
        for line in missing.values():
            assert client.get(line.url).status_code == 200, line.code
        assert missing["texts"].url == step(empty, "look")

    def test_finance_is_led_to_the_fee(self, draft: Campaign) -> None:
        Campaign.objects.update(fee_state="unpaid")
        client = signed_in(Role.FINANCE, at=draft)
        gate = client.get(step(draft, "review")).context["gate"]
        (line,) = [line for line in gate if line.code == "fee"]
        assert line.url == page("fee_deed", draft.pk, "take")

    def test_an_unready_campaign_is_not_published_by_hand(
        self, client: Client, draft: Campaign
    ) -> None:
        answer = client.post(page("campaign_deed", draft.pk, "publish"), follow=True)
        assert "cannot be published yet" in said(answer)
        draft.refresh_from_db()
        assert draft.state == "draft"

    def test_a_ready_one_is(self, client: Client, draft: Campaign) -> None:
        an_approved_material(draft)
        answer = client.post(page("campaign_deed", draft.pk, "publish"), follow=True)
        assert "Published." in said(answer)

    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("basics", {"owner_contact": ""}),
            ("basics", {"ends_at": ""}),
            ("basics", {"name_en": ""}),
            ("consent", {"label_text": "painted by hand"}),
            ("delivery", {"lead_form": "on", "leads_purged_at": ""}),
        ],
    )
    def test_what_runs_cannot_be_changed_into_something_unlawful(
        self, name: str, changes: dict[str, str]
    ) -> None:
        running = a_campaign()
        an_approved_material(running)
        client = signed_in(Role.OPERATOR, at=running)
        before = stamp(running)
        assert wrong(send(client, running, name, **changes))
        assert stamp(running) == before

    def test_a_sandbox_says_that_it_is_none_to_publish(self) -> None:
        sandbox = a_campaign(state="draft", sandbox=True)
        client = signed_in(Role.OPERATOR, at=sandbox)
        assert client.post(page("campaign_deed", sandbox.pk, "publish")).status_code == 302
        sandbox.refresh_from_db()
        assert sandbox.state == "draft"


class TestPreview:
    """The phone beside the form."""

    def test_only_our_own_pages_may_frame_it(self, client: Client, draft: Campaign) -> None:
        answer = client.get(page("campaign_preview", draft.pk))
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        other = client.get(page("campaign_page", draft.pk))
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
        assert other["X-Frame-Options"] == "DENY"

    def test_it_speaks_the_language_asked_for(self, client: Client, draft: Campaign) -> None:
        chinese = client.get(page("campaign_preview", draft.pk) + "?lang=zh-hans").content.decode()
        assert draft.texts.get(language="zh-hans").name in chinese and "开始" in chinese

    @pytest.mark.parametrize(
        ("brand", "says"),
        [("%230b656d", ""), ("%23ffd400", "text on buttons is dark"), ("red", "")],
    )
    def test_it_says_in_words_what_became_of_a_colour(
        self, client: Client, draft: Campaign, brand: str, says: str
    ) -> None:
        address = page("campaign_colours", draft.pk) + f"?brand={brand}"
        assert says in client.get(address).json()["says"]

    def test_a_colour_cannot_carry_a_rule(self, client: Client, draft: Campaign) -> None:
        evil = "?brand=%23fff%7D*%7Bdisplay:none"
        css = client.get(page("campaign_look", draft.pk) + evil)
        assert css["Content-Type"].startswith("text/css") and "display" not in css.content.decode()


class TestDeeds:
    """Pause, resume, end, archive, copy."""

    def test_pause_and_resume(self) -> None:
        running = a_campaign()
        an_approved_material(running)
        client = signed_in(Role.OPERATOR, at=running)
        for deed, state in (("pause", "paused"), ("resume", "published")):
            client.post(page("campaign_deed", running.pk, deed), {"why": ""})
            running.refresh_from_db()
            assert running.state == state

    @pytest.mark.parametrize("deed", ["end", "archive"])
    def test_what_cannot_be_brought_back_is_confirmed_by_name(self, deed: str) -> None:
        campaign = a_campaign(state="published" if deed == "end" else "ended")
        client = signed_in(Role.OPERATOR, at=campaign)
        before = campaign.state
        assert "not its short name" in wrong(
            client.post(page("campaign_deed", campaign.pk, deed), {"named": "something else"})
        )
        campaign.refresh_from_db()
        assert campaign.state == before
        client.post(page("campaign_deed", campaign.pk, deed), {"named": campaign.slug})
        campaign.refresh_from_db()
        assert campaign.state != before

    def test_a_stale_page_gets_a_sentence(self) -> None:
        campaign = a_campaign(state="paused")
        client = signed_in(Role.OPERATOR, at=campaign)
        answer = client.post(page("campaign_deed", campaign.pk, "pause"), {"why": ""})
        assert "Paused" in wrong(answer)

    def test_a_copy_is_a_draft_under_its_own_name(self, client: Client, draft: Campaign) -> None:
        answer = client.post(page("campaign_deed", draft.pk, "copy"), {"slug": "again"})
        copy = Campaign.objects.get(slug="again")
        assert answer.status_code == 200 and copy.state == "draft"
        assert step(copy, "basics") in answer.content.decode()
        taken = client.post(page("campaign_deed", draft.pk, "copy"), {"slug": draft.slug})
        assert wrong(taken)

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, Role.PARTNER])
    def test_others_may_not(self, draft: Campaign, role: Role) -> None:
        client = signed_in(role, at=draft)
        for deed in ("publish", "archive", "copy"):
            address = page("campaign_deed", draft.pk, deed)
            assert client.post(address, {"named": draft.slug}).status_code == 403
        assert reverse("admin:campaign_new") not in client.get(page("campaigns")).content.decode()
