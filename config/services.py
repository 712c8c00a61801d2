"""The processes of a running Tieout, written once: the demo runs these, docker-compose.yml is tested against them.

Nothing is imported here, so that it can be read without settings.
"""

from dataclasses import dataclass

# What every process reads; .env.example says what each is.
PRODUCT = (
    "ALLOWED_HOSTS",
    "ANYMAIL",
    "BASE_URL",
    "BEHIND_PROXY",
    "CREDENTIAL_KEYS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_URL",
    "ERP_ADAPTERS",
    "ERP_ALLOWED_HOSTS",
    "EXPORT_TIME_SCALE",
    "FILE_STORAGE",
    "LOG_LEVEL",
    "REDIS_URL",
    "SECRET_KEY",
)


@dataclass(frozen=True)
class Service:
    """A command with the names of the variables it reads from its environment."""

    command: tuple[str, ...]
    environment: tuple[str, ...] = PRODUCT


WEB = (*PRODUCT, "METRICS_TOKEN", "WEB_BIND", "WEB_CONCURRENCY")
MIGRATE = Service(("python", "manage.py", "migrate", "--database", "owner"), (*PRODUCT, "MIGRATION_DATABASE_URL"))

CELERY = ("celery", "-A", "config")
# Gossip and mingle are for workers that watch each other; ours meet in PostgreSQL.
UNACQUAINTED = ("--without-gossip", "--without-mingle")

SERVICES = {
    "web": Service(("gunicorn", "--config", "python:config.gunicorn", "config.wsgi"), WEB),
    "worker": Service((*CELERY, "worker", "--loglevel", "INFO", "--concurrency", "4", *UNACQUAINTED)),
    # In memory: one entry every 15 s leaves nothing worth remembering in a file.
    "beat": Service((*CELERY, "beat", "--loglevel", "INFO", "--scheduler", "celery.beat.Scheduler")),
    # Needs no broker, so beat or the broker may be gone and exports still move.
    "sweeper": Service(("python", "manage.py", "export_sweeper")),
}
