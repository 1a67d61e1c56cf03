"""Documentation that cannot lie: settings, checks, commands and links are held to the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SOURCES = [
    *(ROOT / "fusionsite" / name for name in ("settings.py", "env.py", "serve.py")),
    ROOT / "fusion" / "networks.py",
]
_READ = re.compile(
    r'(?:env\.\w+|kept_secret)\(\s*"([A-Z][A-Z0-9_]+)"|FOLDER_VARIABLE = "([A-Z_]+)"'
)


def settings_read() -> set[str]:
    """Names of all environment variables that the code reads."""
    return {a or b for source in SOURCES for a, b in _READ.findall(source.read_text())}


def documented_settings() -> dict[str, str]:
    """Name to default, from the tables of docs/settings.md."""
    text = (ROOT / "docs" / "settings.md").read_text()
    return dict(re.findall(r"^\| `([A-Z0-9_]+)` \| (?:`(.*?)`|empty) \|", text, re.M))


def example_settings() -> dict[str, str]:
    """Name to default, from .env.example."""
    text = (ROOT / ".env.example").read_text()
    return dict(re.findall(r"^# ([A-Z0-9_]+)=(.*)$", text, re.M))


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(documented_settings()) == settings_read()
    assert len(settings_read()) > 40


def test_example_environment_names_every_setting_with_its_default() -> None:
    documented = documented_settings()
    assert set(example_settings()) == set(documented)
    for name, value in example_settings().items():
        if " " not in documented[name]:
            assert value == documented[name], name


def test_literal_defaults_are_those_of_the_code() -> None:
    code = "".join(source.read_text() for source in SOURCES)
    literal = re.findall(r'env\.\w+\("([A-Z0-9_]+)", default=(?:"(.*?)"|([0-9_.]+))\)', code)
    documented = documented_settings()
    for name, text, number in literal:
        expected = number.replace("_", "").removesuffix(".0") if number else text
        assert documented[name] == expected, name


def test_example_environment_is_accepted_as_it_stands(tmp_path: Path) -> None:
    """Uncommented, every default is one that the settings can read."""
    lines = [
        f"{name}={value}"
        for name, value in example_settings().items()
        if value and name != "FUSION_VAR_DIR"
    ]
    script = "from django.conf import settings; settings.FUSION_JOB_WAIT_S"
    environment = dict(line.split("=", 1) for line in lines) | {
        "DJANGO_SETTINGS_MODULE": "fusionsite.settings",
        "FUSION_VAR_DIR": str(tmp_path),
        "PATH": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_every_system_check_is_listed() -> None:
    ids = set(
        re.findall(r'id="(fusionsite\.[EW]\d+)"', (ROOT / "fusionsite/checks.py").read_text())
    )
    listed = set(re.findall(r"`(fusionsite\.[EW]\d+)`", (ROOT / "docs" / "operate.md").read_text()))
    assert ids == listed and ids


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_commands_shown_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    for page in PAGES:
        for target in re.findall(r"^\s*make ([a-z]+)", page.read_text(), re.M):
            assert target in targets, f"{page.name} shows make {target}"


def test_changelog_begins_with_the_version_of_the_project() -> None:
    version = re.search(r'^version = "(.*?)"', (ROOT / "pyproject.toml").read_text(), re.M)
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert version and first and first.group(1) == version.group(1)
