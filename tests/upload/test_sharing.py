"""Before and around publishing: the preview link, frames on other sites, and the share kit."""

import io
import re
from datetime import timedelta
from typing import Any

import cv2
import numpy as np
import pytest
import time_machine
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campaigns import embedding, previews
from campaigns.models import AuditLine, Campaign, Person, Role
from campaigns.refusals import NotAllowed, WrongState
from fusionsite.console import poster
from fusionsite.funnel.models import FunnelCount, Step, add_one
from fusionsite.jobs import watermark
from fusionsite.jobs.models import FusionJob
from fusionsite.results.models import Result
from fusionsite.results.storing import read
from templates_app.models import Material
from tests.factories import a_person
from tests.upload.conftest import FACE

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(campaign: Campaign) -> Person:
    return a_person(Role.OPERATOR, organisation=campaign.organisation)


@pytest.fixture
def draft(campaign: Campaign, material: Material) -> Campaign:
    Campaign.objects.update(state=Campaign.State.DRAFT)
    campaign.refresh_from_db()
    return campaign


# --- Preview ---------------------------------------------------------------------------------


def preview_of(draft: Campaign, operator: Person) -> str:
    token = previews.give(draft, by=operator)
    return reverse("upload:preview", args=[draft.slug, token])


def test_the_link_opens_the_draft_for_this_browser_alone(
    client: Client, draft: Campaign, operator: Person
) -> None:
    opened = client.get(preview_of(draft, operator))
    assert opened["Location"] == "/c/lanterns/"
    page = client.get("/c/lanterns/")
    assert "Preview: only people with the link see this" in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    assert Client().get("/c/lanterns/").status_code == 404


def test_the_whole_way_can_be_walked_and_the_picture_says_preview(
    client: Client,
    draft: Campaign,
    operator: Person,
    send: Any,
    run_jobs_at_once: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(
        "fusionsite.jobs.provenance.draw_watermark", lambda picture: drawn.append(picture.shape[0])
    )
    client.get(preview_of(draft, operator))
    assert client.get("/c/lanterns/templates/").status_code == 200
    assert send(gallery="yes").status_code == 303
    assert len(drawn) == 1
    job = FusionJob.objects.get()
    assert (job.preview, job.state) == (True, "succeeded")
    assert not FunnelCount.objects.exists()
    assert Result.objects.get().gallery_state == Result.GalleryState.OFF


def test_a_published_campaigns_picture_has_no_watermark(
    send: Any, run_jobs_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(
        "fusionsite.jobs.provenance.draw_watermark", lambda picture: drawn.append(1)
    )
    send()
    assert drawn == []
    with Image.open(io.BytesIO(read(Result.objects.get()))) as picture:
        assert picture.format == "JPEG"


def test_one_picture_a_second_and_no_more(
    client: Client, draft: Campaign, operator: Person, send: Any
) -> None:
    client.get(preview_of(draft, operator))
    assert send().status_code == 303
    refused = send()
    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"


def test_the_link_ends_by_its_date(client: Client, draft: Campaign, operator: Person) -> None:
    address = preview_of(draft, operator)
    client.get(address)
    with time_machine.travel(timezone.now() + previews.LIFE + timedelta(seconds=1)):
        assert client.get("/c/lanterns/").status_code == 404
        ended = client.get(address)
        assert ended.status_code == 410
        assert "This preview has ended" in ended.content.decode()


def test_taking_it_back_ends_it_at_once(client: Client, draft: Campaign, operator: Person) -> None:
    address = preview_of(draft, operator)
    client.get(address)
    previews.revoke(draft, by=operator)
    assert client.get("/c/lanterns/").status_code == 404
    assert client.get(address).status_code == 410


def test_a_new_link_ends_the_old_one(client: Client, draft: Campaign, operator: Person) -> None:
    old = preview_of(draft, operator)
    new = preview_of(draft, operator)
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 302


def test_a_guessed_link_is_no_link(client: Client, draft: Campaign, operator: Person) -> None:
    token = previews.give(draft, by=operator)
    value, _, signature = token.partition(".")
    for guess in ("x", value, f"{value}.{signature[::-1]}", f"{draft.project_id}-.{signature}"):
        assert client.get(f"/c/lanterns/preview/{guess}/").status_code == 404


def test_after_publishing_it_leads_to_the_public_page(
    client: Client, draft: Campaign, operator: Person
) -> None:
    address = preview_of(draft, operator)
    Campaign.objects.update(state=Campaign.State.PUBLISHED)
    assert client.get(address)["Location"] == "/c/lanterns/"
    page = client.get("/c/lanterns/")
    assert "Preview:" not in page.content.decode()
    draft.refresh_from_db()
    with pytest.raises(WrongState):
        previews.give(draft, by=operator)


def test_giving_and_taking_back_is_written_down(draft: Campaign, operator: Person) -> None:
    token = previews.give(draft, by=operator)
    previews.revoke(draft, by=operator)
    lines = AuditLine.objects.filter(by=operator)
    assert lines.count() == 2
    assert token not in str([line.after for line in lines])
    with pytest.raises(NotAllowed):
        previews.give(draft, by=a_person(Role.FINANCE, organisation=draft.organisation))


def test_the_watermark_can_be_read_on_any_ground() -> None:
    for shade in (0, 128, 255):
        plain = np.full((400, 300, 3), shade, np.uint8)
        marked = plain.copy()
        watermark.draw_watermark(marked)
        changed = np.abs(marked.astype(int) - plain).max(axis=2)
        assert (changed > 25).mean() > 0.03
        assert (changed == 0).mean() > 0.5


# --- Frames ----------------------------------------------------------------------------------


def test_no_site_may_frame_a_page_unless_it_is_named(client: Client, material: Material) -> None:
    page = client.get("/c/lanterns/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_a_named_site_may_frame_this_campaigns_pages_alone(
    client: Client, material: Material, operator: Person
) -> None:
    embedding.allow(material.campaign, ["https://shop.example.org/"], by=operator)
    for address in ("", "templates/", f"make/?model={material.model_id}"):
        page = client.get(f"/c/lanterns/{address}")
        policy = page["Content-Security-Policy"]
        assert "frame-ancestors 'self' https://shop.example.org;" in policy + ";"
        assert "script-src 'self';" in policy + ";"
        assert "X-Frame-Options" not in page
    for other in ("/", "/find/", "/console/login/"):
        page = client.get(other)
        assert "shop.example.org" not in page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "origin",
    [
        "http://shop.example.org",
        "https://shop.example.org/path",
        "https://",
        "*",
        "https://*",
        "'unsafe-inline'",
        "https://a.b; script-src *",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_origin_is_refused(campaign: Campaign, operator: Person, origin: str) -> None:
    with pytest.raises(ValidationError):
        embedding.allow(campaign, [origin], by=operator)
    campaign.refresh_from_db()
    assert campaign.frame_ancestors == []


def test_the_flow_works_in_a_frame_without_a_cookie(
    material: Material, run_jobs_at_once: None
) -> None:
    from_the_frame = {"sec-fetch-site": "same-origin", "sec-fetch-dest": "empty"}
    visitor = Client(enforce_csrf_checks=True)
    fields = {
        "model_id": material.model_id,
        "consent_version": "1",
        "consent_language": "en",
        "agrees": "yes",
        "photo": io.BytesIO(FACE),
    }
    answer = visitor.post("/c/lanterns/jobs/", fields, headers=from_the_frame)
    assert answer.status_code == 303
    visitor.cookies.clear()
    assert "/p/" in visitor.get(answer["Location"])["Location"]


def test_in_a_frame_the_cookie_is_kept_apart_for_each_site(
    client: Client, material: Material, settings: LazySettings
) -> None:
    settings.FUSION_HTTPS = True
    address = f"/c/lanterns/make/?model={material.model_id}"
    client.get(address, headers={"sec-fetch-dest": "iframe"})
    framed = client.cookies["visitor"].OutputString()
    assert "SameSite=None" in framed
    assert "Secure" in framed
    assert "Partitioned" in framed
    plain = Client()
    plain.get(address, headers={"sec-fetch-dest": "document"})
    assert "SameSite=Lax" in plain.cookies["visitor"].OutputString()


# --- The kit ---------------------------------------------------------------------------------


def share(campaign: Campaign) -> str:
    return reverse("admin:campaign_share", args=[campaign.pk])


@pytest.fixture
def console(client: Client, operator: Person) -> Client:
    client.force_login(operator)
    return client


def decoded(content: bytes) -> str:
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    text, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(pixels)
    return text


def test_the_code_leads_to_the_page_with_its_source(
    console: Client, material: Material, settings: LazySettings
) -> None:
    settings.FUSION_BASE_URL = "https://faces.example.org"
    address = reverse("admin:campaign_share_qr", args=[material.campaign_id, "png"])
    for side in (512, 1024, 2048):
        answer = console.get(address, {"size": side, "from": "poster", "download": ""})
        assert "attachment" in answer["Content-Disposition"]
        with Image.open(io.BytesIO(answer.content)) as code:
            assert side * 0.8 < code.width <= side
            white = np.asarray(code.convert("L"))
            assert (white[: code.width // 20] == 255).all()  # the quiet zone
        if side == 512:
            url = "https://faces.example.org/c/lanterns/?from=poster"
            assert decoded(answer.content) == url


def test_the_code_is_a_drawing_too(console: Client, material: Material) -> None:
    answer = console.get(reverse("admin:campaign_share_qr", args=[material.campaign_id, "svg"]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<?xml")
    wrong = reverse("admin:campaign_share_qr", args=[material.campaign_id, "exe"])
    assert console.get(wrong).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_poster_is_a_sheet_of_paper_with_a_code_that_reads(
    console: Client, material: Material, settings: LazySettings, language: str
) -> None:
    settings.FUSION_BASE_URL = "https://faces.example.org"
    args = [material.campaign_id, language]
    png = console.get(
        reverse("admin:campaign_share_poster", args=[*args, "png"]), {"from": "poster"}
    )
    with Image.open(io.BytesIO(png.content)) as sheet:
        assert sheet.size == (poster.WIDTH, poster.HEIGHT)
    assert decoded(png.content) == "https://faces.example.org/c/lanterns/?from=poster"
    pdf = console.get(reverse("admin:campaign_share_poster", args=[*args, "pdf"]))
    assert pdf.content.startswith(b"%PDF")
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf.content)
    assert box is not None
    assert (round(float(box[1])), round(float(box[2]))) == (595, 842)  # A4 in points


def test_characters_that_cannot_be_painted_are_named(console: Client, material: Material) -> None:
    material.campaign.texts.update(name="𠮷野 ☃")
    page = console.get(share(material.campaign)).content.decode()
    assert "𠮷☃" in page
    args = [material.campaign_id, "en", "png"]
    answer = console.get(reverse("admin:campaign_share_poster", args=args))
    assert (answer.status_code, answer.content.decode()) == (409, "𠮷☃")


def test_long_words_still_fit_on_the_poster(material: Material) -> None:
    material.campaign.texts.update(name="A" * 80, tagline="把你的脸画进今夜的灯火里" * 13)
    words = poster.words_of(material.campaign, "en")
    room = poster.WIDTH - 2 * poster.MARGIN
    for text, largest in ((words.title, 190), (words.tagline, 60)):
        lines, font = poster._fitted(text, room, largest=largest, lines=2)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(font.getlength(line) <= room for line in lines)


def test_the_page_makes_a_link_for_any_source(console: Client, material: Material) -> None:
    page = console.get(share(material.campaign), {"tag": " Spring Fair "}).content.decode()
    assert "/c/lanterns/?from=spring-fair" in page
    refused = console.get(share(material.campaign), {"tag": "<b>"}).content.decode()
    assert "up to 40 small letters" in refused
    assert "<b>" not in refused.replace("<b>English</b>", "").replace("<b>简体中文</b>", "")


def test_small_counts_are_hidden_on_the_page(console: Client, material: Material) -> None:
    for _ in range(3):
        add_one(material.campaign, Step.OPENED, source="poster")
    page = console.get(share(material.campaign)).content.decode()
    assert '<td class="r">&lt;5</td>' in page
    assert '<td class="r">3</td>' not in page


def test_the_page_gives_and_takes_the_preview(console: Client, draft: Campaign) -> None:
    console.post(share(draft), {"act": "give"})
    page = console.get(share(draft)).content.decode()
    link = re.search(r'id="preview-link">[^<]*?(/c/lanterns/preview/[^<]+)<', page)
    assert link is not None
    assert Client().get(link[1]).status_code == 302
    console.post(share(draft), {"act": "revoke"})
    assert "preview-link" not in console.get(share(draft)).content.decode()
    assert Client().get(link[1]).status_code == 410


def test_the_page_sets_who_may_embed(console: Client, material: Material) -> None:
    address = share(material.campaign)
    console.post(address, {"act": "embed", "origins": "https://a.example.org\nhttps://b.cn/ \n"})
    material.campaign.refresh_from_db()
    assert material.campaign.frame_ancestors == ["https://a.example.org", "https://b.cn"]
    refused = console.post(address, {"act": "embed", "origins": "http://plain.example.org"})
    assert refused.status_code == 400
    assert "http://plain.example.org" in refused.content.decode()
    material.campaign.refresh_from_db()
    assert material.campaign.frame_ancestors == ["https://a.example.org", "https://b.cn"]


def test_only_an_operator_changes_anything(client: Client, draft: Campaign) -> None:
    client.force_login(a_person(Role.REVIEWER, organisation=draft.organisation))
    assert client.get(share(draft)).status_code == 200
    for act in ("give", "revoke", "embed"):
        assert client.post(share(draft), {"act": act}).status_code == 403
    client.force_login(a_person(Role.OPERATOR))
    assert client.get(share(draft)).status_code == 404
    assert client.post(share(draft), {"act": "give"}).status_code == 404


def test_the_snippet_is_the_pages_own_address(console: Client, material: Material) -> None:
    material.campaign.texts.update(name='Night "of" <lanterns>')
    page = console.get(share(material.campaign)).content.decode()
    assert "/c/lanterns/?from=embed" in page
    assert "<iframe" not in page
    assert "&lt;iframe" in page
