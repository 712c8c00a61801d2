"""The house rules that a machine can hold: import layers, and the budgets for files and functions."""

import ast
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("config", "directory", "erp_integrations", "invoicing", "notifications")
OUTSIDE_WORLD = {"erp_integrations/simulator": set(), "notifications/mailbox": {"aiosmtpd"}}

FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES, MEDIAN_LINES = 250, 400, 40, 8


def lint_imports(root: Path) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy_of_tree(tmp_path_factory):
    root = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def test_the_tree_keeps_its_layers():
    report = lint_imports(ROOT)

    assert report.returncode == 0, report.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("notifications/models.py", "import directory.models", "Apps import downwards"),
        ("invoicing/models/__init__.py", "import invoicing.lifecycle", "Inside an app, imports go downwards"),
        ("erp_integrations/adapters/__init__.py", "import requests", "An adapter knows an ERP and nothing else"),
        ("erp_integrations/simulator/__init__.py", "import django", "The demo ERP and the mailbox know nothing"),
    ],
)
def test_one_bad_line_breaks_a_contract(copy_of_tree, file, line, contract):
    path = copy_of_tree / file
    sound = path.read_text()
    path.write_text(f"{sound}\n{line}\n")

    report = lint_imports(copy_of_tree)

    path.write_text(sound)
    broken = [said for said in report.stdout.splitlines() if " BROKEN" in said]
    assert (report.returncode, len(broken)) == (1, 1), report.stdout
    assert broken[0].startswith(contract)


def test_a_module_without_a_place_breaks_the_contract(copy_of_tree):
    stray = copy_of_tree / "invoicing" / "odds_and_ends.py"
    stray.touch()

    report = lint_imports(copy_of_tree)

    stray.unlink()
    assert report.returncode == 1
    assert "- invoicing.odds_and_ends" in report.stdout.splitlines()


@pytest.mark.parametrize("package", OUTSIDE_WORLD)
def test_the_outside_world_imports_the_standard_library_alone(package):
    allowed = sys.stdlib_module_names | OUTSIDE_WORLD[package]

    strangers = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / package).rglob("*.py")
        for name in absolute_imports(path)
        if name.partition(".")[0] not in allowed and not name.startswith(package.replace("/", "."))
    }

    assert strangers == set()


def absolute_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_budgets():
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]
    tests = list((ROOT / "tests").rglob("*.py"))
    functions = dict(found for path in files for found in functions_of(path))
    budgets = {path: FILE_LINES for path in files} | {path: TEST_FILE_LINES for path in tests}

    lengths = {path: len(path.read_text().splitlines()) for path in budgets}
    over = [f"{path.relative_to(ROOT)}: {lines} lines" for path, lines in lengths.items() if lines > budgets[path]]
    over += [f"{name}: {lines} lines" for name, lines in functions.items() if lines > FUNCTION_LINES]
    if (median := statistics.median(functions.values())) > MEDIAN_LINES:
        over.append(f"the median function has {median} lines")

    assert over == []
