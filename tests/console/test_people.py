"""People, what they are told, and the sign-in that does not let itself be guessed."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import letters, notices
from campaigns.models import AuditLine, Membership, Notice, Organisation, Person, Role
from tests.console.reading import told
from tests.factories import a_person, an_organisation

pytestmark = pytest.mark.django_db
PEOPLE = "/console/people/"
INVITE = "/console/people/new/invite/"
NOTICES = "/console/notices/"
LOGIN = "/console/login/"


@pytest.fixture
def root(client: Client) -> Person:
    """An administrator, signed in."""
    person = a_person(Role.ADMINISTRATOR, username="root")
    client.force_login(person)
    return person


def act(person: Person, name: str) -> str:
    return reverse("admin:person_deed", args=[person.pk, name])


def typed(organisation: Organisation, **fields: str) -> dict[str, Any]:
    return {
        "username": "lin",
        "role": "operator",
        "organisation": organisation.pk,
        "language": "zh-hans",
        "email": "lin@example.org",
    } | fields


class TestPeople:
    def test_someone_invited_signs_in_with_what_was_shown_once(
        self, client: Client, root: Person
    ) -> None:
        organisation = an_organisation()
        shown = client.post(INVITE, typed(organisation))
        assert "no-store" in shown["Cache-Control"]
        lin = Person.objects.get(username="lin")
        assert lin.memberships.get().organisation == organisation
        (password,) = [text for _label, text in shown.context["once"].shown if text != "lin"]
        assert password in shown.content.decode()
        assert password not in str(list(AuditLine.objects.values()))
        stranger = Client()
        answer = stranger.post(LOGIN, {"username": "lin", "password": password})
        assert answer.status_code == 302

    @pytest.mark.parametrize(
        "wrong",
        [
            {"username": ""},
            {"username": "x" * 151},
            {"username": "two words"},
            {"username": "root"},
            {"email": "no address"},
            {"role": "king"},
            {"organisation": ""},
            {"language": "tlh"},
        ],
    )
    def test_what_cannot_be_is_said_and_nobody_is_made(
        self, client: Client, root: Person, wrong: dict[str, str]
    ) -> None:
        response = client.post(INVITE, typed(an_organisation()) | wrong)
        assert response.status_code == 200
        assert not Person.objects.exclude(pk=root.pk).exists()
        assert 'role="alert"' in response.content.decode() or "errorlist" in (
            response.content.decode()
        )

    def test_roles_are_given_once_and_taken_with_a_reason(
        self, client: Client, root: Person
    ) -> None:
        organisation = an_organisation()
        lin = a_person()
        fields = {"role": "finance", "organisation": organisation.pk}
        client.post(act(lin, "role"), fields)
        again = client.post(act(lin, "role"), fields)
        assert "holds the role already" in told(again)
        membership = lin.memberships.get()
        take = reverse("admin:role_deed", args=[membership.pk, "take"])
        assert take in client.get(reverse("admin:person_page", args=[lin.pk])).content.decode()
        client.post(take, {"why": "left the team"})
        assert not lin.memberships.exists()
        assert AuditLine.objects.filter(why="left the team").exists()

    def test_a_site_wide_role_needs_no_organisation(self, client: Client, root: Person) -> None:
        lin = a_person()
        client.post(act(lin, "role"), {"role": "auditor", "organisation": an_organisation().pk})
        assert lin.memberships.get().organisation is None

    def test_whoever_is_switched_off_is_out_at_once_and_can_come_back(
        self, client: Client, root: Person
    ) -> None:
        lin = a_person(Role.FINANCE)
        browser = Client()
        browser.force_login(lin)
        assert browser.get(NOTICES).status_code == 200
        client.post(act(lin, "off"), {"why": "left"})
        assert browser.get(NOTICES).status_code == 302
        late = client.post(act(lin, "off"), {"why": "again"})
        assert "This cannot be done now" in told(late)
        client.post(act(lin, "on"), {"why": "came back"})
        lin.refresh_from_db()
        assert lin.is_active

    def test_a_new_password_ends_the_old_one(self, client: Client, root: Person) -> None:
        lin = a_person(Role.FINANCE)
        lin.set_password("the old one")
        lin.save()
        browser = Client()
        browser.force_login(lin)
        client.post(act(lin, "password"))
        lin.refresh_from_db()
        assert not lin.check_password("the old one")
        assert browser.get(NOTICES).status_code == 302

    def test_nobody_locks_themselves_out(self, client: Client, root: Person) -> None:
        answer = client.post(act(root, "off"), {"why": "tired"})
        assert "somebody else has to decide" in told(answer)
        take = reverse("admin:role_deed", args=[root.memberships.get().pk, "take"])
        assert "somebody else has to decide" in told(client.post(take, {"why": "tired"}))
        root.refresh_from_db()
        assert root.is_active
        assert root.memberships.exists()

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.FINANCE])
    def test_other_roles_are_turned_away(self, client: Client, role: Role) -> None:
        lin = a_person(Role.OPERATOR)
        client.force_login(a_person(role))
        assert client.get(PEOPLE).status_code == 403
        assert client.post(INVITE, typed(an_organisation())).status_code == 403
        assert client.post(act(lin, "off"), {"why": "a"}).status_code == 403
        take = reverse("admin:role_deed", args=[lin.memberships.get().pk, "take"])
        assert client.post(take, {"why": "a"}).status_code == 403
        assert Membership.objects.filter(person=lin).exists()

    @pytest.mark.parametrize("people", [1, 20])
    def test_the_list_costs_the_same_for_one_and_for_many(
        self, client: Client, root: Person, django_assert_max_num_queries: Any, people: int
    ) -> None:
        for _number in range(people):
            a_person(Role.OPERATOR)
        client.get(PEOPLE)
        with django_assert_max_num_queries(12):
            assert client.get(PEOPLE).status_code == 200


class TestNotices:
    @pytest.fixture
    def operator(self, client: Client) -> Person:
        person = a_person(Role.OPERATOR, organisation=an_organisation())
        client.force_login(person)
        return person

    def tell(self, person: Person, **fields: Any) -> Notice:
        organisation = person.organisations.all()[0]
        facts = {"campaign": 7, "before": "draft", "after": "published"}
        made = notices.tell(organisation, notices.CAMPAIGN_STATE, facts=facts, **fields)
        assert made is not None
        return made

    def test_states_are_read_in_words(self, client: Client, operator: Person) -> None:
        self.tell(operator)
        assert "Campaign 7: Published." in told(client.get(NOTICES))

    def test_reading_everything_takes_the_marks_away(
        self, client: Client, operator: Person
    ) -> None:
        self.tell(operator)
        self.tell(operator)
        assert [one.new for one in client.get(NOTICES).context["told"]] == [True, True]
        client.post(NOTICES, {"read": "1"})
        assert [one.new for one in client.get(NOTICES).context["told"]] == [False, False]
        assert not notices.unread(operator).exists()

    def test_a_muted_kind_is_not_shown(self, client: Client, operator: Person) -> None:
        self.tell(operator)
        answer = client.post(NOTICES, {"kinds": ["campaign_state"]}, follow=True)
        assert "Kept." in told(answer)
        assert answer.context["told"] == []
        client.post(NOTICES, {})
        assert len(client.get(NOTICES).context["told"]) == 1

    @pytest.mark.parametrize("kinds", [["gold"], ["<script>"], ["x" * 9000]])
    def test_an_unknown_kind_is_refused(
        self, client: Client, operator: Person, kinds: list[str]
    ) -> None:
        response = client.post(NOTICES, {"kinds": kinds})
        assert "errorlist" in response.content.decode()
        operator.refresh_from_db()
        assert operator.muted_notices == []

    def test_strangers_are_not_told(self, client: Client, operator: Person) -> None:
        self.tell(a_person(Role.OPERATOR))
        assert "Nothing to tell" in told(client.get(NOTICES))


class TestLetters:
    @pytest.fixture(autouse=True)
    def a_server(self, settings: Any) -> None:
        settings.FUSION_EMAIL_URL = "smtp://mail.example.org"

    def told_person(self, **fields: Any) -> Person:
        person = a_person(Role.OPERATOR, email="lin@example.org", **fields)
        organisation = person.organisations.all()[0]
        facts = {"campaign": 7, "after": "published"}
        notices.tell(organisation, notices.CAMPAIGN_STATE, facts=facts)
        return person

    def test_off_by_default(self, settings: Any) -> None:
        settings.FUSION_EMAIL_URL = ""
        self.told_person()
        assert letters.send_due(timezone.now()) == 0
        assert not Notice.objects.exclude(mailed_at=None).exists()

    def test_one_letter_in_the_readers_language_and_only_once(self) -> None:
        self.told_person(language="zh-hans")
        assert letters.send_due(timezone.now()) == 1
        assert letters.send_due(timezone.now()) == 0
        (letter,) = mail.outbox
        assert letter.to == ["lin@example.org"]
        assert "Published" not in letter.body
        assert "/console/notices/" in letter.body

    def test_several_notices_are_one_letter(self) -> None:
        person = self.told_person()
        organisation = person.organisations.all()[0]
        facts = {"month": "2026-10", "closing_fen": 1}
        notices.tell(organisation, notices.STATEMENT_READY, facts=facts)
        assert letters.send_due(timezone.now()) == 1
        assert "and 1 more" in mail.outbox[0].subject
        assert "The statement of 2026-10 is ready." in mail.outbox[0].body

    @pytest.mark.parametrize(
        "fields", [{"muted_notices": ["campaign_state"]}, {"is_active": False}, {"email": ""}]
    )
    def test_who_does_not_want_it_or_cannot_be_reached_gets_none(
        self, fields: dict[str, Any]
    ) -> None:
        person = self.told_person()
        Person.objects.filter(pk=person.pk).update(**fields)
        assert letters.send_due(timezone.now()) == 0
        assert mail.outbox == []

    def test_a_server_that_is_away_stops_nothing_and_repeats_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.told_person()

        def away(*_: object, **__: object) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(letters, "get_connection", away)
        assert letters.send_due(timezone.now()) == 0
        monkeypatch.undo()
        assert mail.outbox == []

    def test_what_is_for_finance_is_for_finance(self) -> None:
        person = a_person(Role.OPERATOR, email="lin@example.org")
        organisation = person.organisations.all()[0]
        facts = {"month": "2026-10", "closing_fen": 1}
        notices.tell(organisation, notices.STATEMENT_READY, facts=facts, role=Role.FINANCE)
        assert letters.send_due(timezone.now()) == 0


class TestSignIn:
    @pytest.fixture
    def lin(self) -> Person:
        person = a_person(Role.OPERATOR, username="lin")
        person.set_password("the right one")
        person.save()
        return person

    def guess(self, client: Client, password: str, **more: Any) -> Any:
        return client.post(LOGIN, {"username": "lin", "password": password}, **more)

    def guessed(self, client: Client, settings: Any, **more: Any) -> None:
        for number in range(settings.FUSION_SIGN_IN_ATTEMPTS):
            self.guess(client, f"wrong {number}", **more)

    def test_after_some_guesses_even_the_right_password_waits(
        self, client: Client, lin: Person, settings: Any
    ) -> None:
        self.guessed(client, settings)
        answer = self.guess(client, "the right one")
        assert answer.status_code == 429
        assert answer["Retry-After"] == "900"
        assert "Try again in 15 minutes" in told(answer)

    def test_the_page_is_in_the_readers_language_and_names_nobody(
        self, client: Client, lin: Person, settings: Any
    ) -> None:
        chinese = {"headers": {"accept-language": "zh-hans"}}
        self.guessed(client, settings, **chinese)
        said = told(self.guess(client, "the right one", **chinese))
        assert "Try again" not in said
        assert "15" in said
        assert "lin" not in said.split()

    def test_a_name_that_does_not_exist_is_answered_alike(
        self, client: Client, settings: Any
    ) -> None:
        self.guessed(client, settings)
        assert self.guess(client, "anything").status_code == 429

    def test_another_address_and_another_name_are_not_locked(
        self, client: Client, lin: Person, settings: Any
    ) -> None:
        self.guessed(client, settings)
        elsewhere = self.guess(client, "the right one", REMOTE_ADDR="203.0.113.9")
        assert elsewhere.status_code == 302

    def test_the_address_is_counted_behind_our_own_proxies(
        self, client: Client, lin: Person, settings: Any
    ) -> None:
        settings.FUSION_TRUSTED_PROXIES = 1
        for number in range(settings.FUSION_SIGN_IN_ATTEMPTS):
            forged = {"x-forwarded-for": f"198.51.100.{number}, 203.0.113.9"}
            self.guess(client, "wrong", headers=forged)
        locked = self.guess(
            client, "the right one", headers={"x-forwarded-for": "1.2.3.4, 203.0.113.9"}
        )
        assert locked.status_code == 429
        free = self.guess(
            client, "the right one", headers={"x-forwarded-for": "203.0.113.9, 203.0.113.10"}
        )
        assert free.status_code == 302

    def test_the_pause_ends_by_itself(
        self, client: Client, lin: Person, settings: Any, time_machine: Any
    ) -> None:
        time_machine.move_to(timezone.now())
        self.guessed(client, settings)
        time_machine.shift(settings.AXES_COOLOFF_TIME)
        time_machine.shift(1)
        assert self.guess(client, "the right one").status_code == 302

    def test_a_sign_in_forgives_what_went_before(
        self, client: Client, lin: Person, settings: Any
    ) -> None:
        for _round in range(3):
            for number in range(settings.FUSION_SIGN_IN_ATTEMPTS - 1):
                self.guess(client, f"wrong {number}")
            assert self.guess(client, "the right one").status_code == 302
            client.logout()
