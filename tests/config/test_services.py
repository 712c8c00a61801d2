"""No container engine runs in the tests, so the deployment's files are held against what the demo runs."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config import health_probe
from config.laptop.ports import any_free_port
from config.services import MIGRATE, SERVICES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
OF_THE_IMAGE = {"STATIC_ROOT", "FONT_DIR", "MEDIA_ROOT"}
OF_A_LAPTOP = {
    *("DEBUG", "DEMO", "DEMO_ERP_URL", "DEMO_ERP_TOKEN", "DEMO_MAILBOX_URL"),
    *("ERP_PORT", "MAILBOX_PORT", "SMTP_PORT", "PG_BINDIR", "CHROMIUM"),
}
TOLD = "from config import settings; print(settings.EMAIL_BACKEND, settings.ANYMAIL, settings.ERP_ADAPTERS)"
OURS = SERVICES | {"migrate": MIGRATE}


def test_compose_runs_these_services_and_no_others():
    assert COMPOSE.keys() == OURS.keys() | {"postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_compose_runs_the_same_command(name):
    assert tuple(COMPOSE[name]["command"]) == OURS[name].command


@pytest.mark.parametrize("name", OURS)
def test_compose_sets_the_same_environment(name):
    assert COMPOSE[name]["environment"].keys() == set(OURS[name].environment)


def test_what_the_example_offers_a_deployment_reaches_its_processes():
    passed = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    passed |= {key for name in OURS for key in COMPOSE[name]["environment"]}

    assert EXAMPLE - passed == OF_THE_IMAGE | OF_A_LAPTOP


def test_what_compose_leaves_empty_is_as_good_as_unset():
    empty = {name: "" for name, value in COMPOSE["web"]["environment"].items() if value.endswith(":-}")}
    unset = {name: value for name, value in os.environ.items() if name not in empty} | {"SECRET_KEY": "x"}

    told = [
        subprocess.run(
            [sys.executable, "-c", TOLD], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout
        for environment in (unset, unset | empty)
    ]

    assert {"ANYMAIL", "EMAIL_BACKEND", "ERP_ADAPTERS"} <= empty.keys()
    assert told[0] == told[1]
    assert "EmailBackend" in told[0]


@pytest.mark.parametrize("name", OURS)
def test_every_service_runs_the_one_image(name):
    assert (COMPOSE[name]["build"], COMPOSE[name]["image"]) == (".", "tieout")


@pytest.mark.parametrize("name", SERVICES)
def test_services_wait_for_the_migrations(name):
    assert COMPOSE[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_only_the_migrations_connect_as_the_owner():
    owner, app = "postgres://tieout_owner:", "postgres://tieout_app:"
    roles = {name: {key: url for key, url in COMPOSE[name]["environment"].items() if owner in url} for name in OURS}

    assert {name for name, urls in roles.items() if urls} == {"migrate"}
    assert [name for name in OURS if app not in COMPOSE[name]["environment"]["DATABASE_URL"]] == []


def test_the_database_gets_its_roles_from_the_files_the_laptop_uses():
    mounts = [volume.split(":") for volume in COMPOSE["postgres"]["volumes"] if volume.startswith("./")]

    assert [mount[0] for mount in mounts] == ["./config/laptop/roles.sql", "./config/laptop/grants.sql"]
    assert [(ROOT / mount[0]).is_file() for mount in mounts] == [True, True]
    assert [mount[1] for mount in mounts] == sorted(mount[1] for mount in mounts)


def test_the_image_serves_the_web_unless_told_otherwise():
    command = re.search(r"^CMD \[(.*)\]$", DOCKERFILE, re.MULTILINE)[1]

    assert tuple(shlex.split(command.replace(",", " "))) == SERVICES["web"].command


def test_the_image_holds_every_room_and_no_more():
    copied = {source for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for source in line.split()}
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}

    assert copied == rooms | {"requirements.txt", "manage.py", "pyproject.toml", "templates", "static"}
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_runs_as_a_user_without_rights():
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["tieout"]


def test_the_example_names_every_variable():
    read_by_settings = set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)""", (ROOT / "config/settings.py").read_text()))
    read_by_services = {name for service in OURS.values() for name in service.environment}
    read_by_compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))

    assert (read_by_settings | read_by_services | read_by_compose) - EXAMPLE == set()


def test_compose_watches_over_web_and_sweeper_from_inside_the_image():
    watched = {name: COMPOSE[name]["healthcheck"]["test"] for name in OURS if "healthcheck" in COMPOSE[name]}

    assert watched == {
        "web": ["CMD", "python", "-m", "config.health_probe"],
        "sweeper": ["CMD", "python", "manage.py", "health"],
    }


def test_the_probe_finds_a_web_process_alive_or_not(web, monkeypatch):
    monkeypatch.setenv("WEB_BIND", web.url.removeprefix("http://"))
    assert health_probe.is_alive()

    monkeypatch.setenv("WEB_BIND", f"127.0.0.1:{any_free_port()}")
    assert not health_probe.is_alive()
