"""What Import Linter cannot see: foreign keys by string, reverse names, hidden imports."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

ROOT = Path(__file__).parent.parent
# From the bottom up: a model may point to its own level or below.
ORDER = ["contenttypes", "auth", "campaigns", "templates_app", "results", "jobs"]
OURS = ["campaigns", "templates_app", "results", "jobs"]


def relations() -> Iterator[tuple[str, Any, str]]:
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.get_fields(include_hidden=True):
                if field.is_relation and field.concrete and field.related_model is not None:
                    yield f"{label}.{model.__name__}.{field.name}", field, label


def test_every_foreign_key_points_down() -> None:
    seen = 0
    for name, field, label in relations():
        target = field.related_model._meta.app_label
        assert ORDER.index(target) <= ORDER.index(label), f"{name} points up to {target}"
        seen += 1
    assert seen > 40


def reverse_names_from_above() -> dict[str, set[str]]:
    """Per package: the names that models of higher packages put on its models."""
    names: dict[str, set[str]] = {label: set() for label in OURS}
    for _name, field, label in relations():
        target = field.related_model._meta.app_label
        if target in names and ORDER.index(target) < ORDER.index(label):
            accessor = field.remote_field.get_accessor_name()
            if accessor:
                names[target].add(accessor)
    return names


def attributes_read(package: Path) -> Iterator[tuple[str, str]]:
    for file in package.rglob("*.py"):
        if "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node.attr


@pytest.mark.parametrize("label", ["campaigns", "templates_app"])
def test_lower_code_never_uses_a_reverse_name_from_above(label: str) -> None:
    from_above = reverse_names_from_above()[label]
    used = [(where, name) for where, name in attributes_read(ROOT / label) if name in from_above]
    assert not used


def imports_in_functions(package: Path) -> Iterator[str]:
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Import | ast.ImportFrom):
                        yield f"{file.relative_to(ROOT)}:{inner.lineno}"


@pytest.mark.parametrize("package", ["campaigns", "templates_app", "fusionsite"])
def test_nobody_imports_inside_a_function(package: str) -> None:
    assert not list(imports_in_functions(ROOT / package))


def test_only_the_engine_slot_imports_late() -> None:
    """Heavy optional packages are imported where an operator's model is loaded, nowhere else."""
    late = {where.partition(":")[0] for where in imports_in_functions(ROOT / "fusion")}
    assert late <= {"fusion/engines/onnx_swap.py"}


def test_fusion_runs_without_django() -> None:
    code = "import sys, fusion, fusion.label; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
