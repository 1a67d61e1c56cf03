"""Every text people read is translated, keeps its placeholders, and is compiled."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import polib
import pytest

LANGUAGE = "zh_Hans"


@pytest.fixture(scope="module")
def messages() -> Iterator[ModuleType]:
    """tools/messages, loaded as a module: it has no ending because people call it by name."""
    path = Path(__file__).resolve().parent.parent / "tools" / "messages"
    spec = importlib.util.spec_from_loader("messages", SourceFileLoader("messages", str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["messages"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["messages"]


@pytest.fixture(scope="module")
def translated(messages: ModuleType) -> polib.POFile:
    return polib.pofile(messages.po_path(LANGUAGE))


def test_every_text_is_translated_and_compiled(messages: ModuleType) -> None:
    assert messages.faults(LANGUAGE) == []


def test_chinese_speaks_to_the_visitor_as_the_house_does(translated: polib.POFile) -> None:
    """你 and not 您, no 亲, no exclamation marks, full-width punctuation after Chinese."""
    wrong = re.compile(r"[您亲！!]|[\u4e00-\u9fff][,;:?](?:\s|$)")
    texts = [text for entry in translated for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in texts if wrong.search(text)] == []


def test_python_and_templates_are_both_read(messages: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text(
        "{% load i18n %}{% translate 'One' %}{{ x|default:_('Two') }}"
        "{% blocktranslate count counter=n %}a day{% plural %}{{ counter }} days"
        "{% endblocktranslate %}{% translate 'Three' context 'colour' %}"
    )
    code = tmp_path / "code.py"
    code.write_text(
        "from django.utils.translation import gettext_lazy as say, ngettext\n"
        "say('Four' ' and five')\nngettext('%(n)d leaf', '%(n)d leaves', 2)\nother('six')\n"
    )
    found = {message.msgid for path in (page, code) for message in messages.messages_of(path)}
    assert found == {"One", "Two", "a day", "Three", "Four and five", "%(n)d leaf"}


def test_what_the_admin_theme_says_is_translated_here(
    messages: ModuleType, translated: polib.POFile
) -> None:
    """Unfold ships no Chinese; Django's own words, which it repeats, are left to Django."""
    found = messages.collected(LANGUAGE)
    foreign = {text.msgid for text, places in found.items() if places[0].startswith("unfold/")}
    assert {"Select record", "Apply Filters"} <= foreign
    assert "Log in" not in foreign
    assert foreign <= {entry.msgid for entry in translated if entry.translated()}


def test_a_changed_placeholder_is_noticed(messages: ModuleType) -> None:
    entry = polib.POEntry(msgid="%(n)s of {limit}", msgstr="")
    assert messages._same_placeholders(entry, "{limit} 中的 %(n)s")
    assert not messages._same_placeholders(entry, "{limit} 中的 %(m)s")
    assert not messages._same_placeholders(entry, "%(n)s")
