"""`make bench`: a PostgreSQL that writes through to the disk, as a deployment's does, and the measures on it."""

import subprocess
import sys

from config.laptop import children, postgres
from config.laptop.environment import with_our_programs
from config.laptop.paths import ROOT, VAR, writable_folder

CLUSTER = postgres.Cluster("bench-postgres", VAR / "bench" / "postgres", fast=False)
PARTS = ("exports", "applications")
PYTEST = (
    "pytest",
    "-q",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
    "-s",
    "-x",
    "-o",
    "python_files=bench_*.py",
    "-p",
    "no:cacheprovider",
)


def main() -> int:
    """Measure the parts that are named, all when none is."""
    parts = [f"bench/bench_{part}.py" for part in sys.argv[1:] or PARTS]
    if unknown := set(sys.argv[1:]) - set(PARTS):
        sys.exit(f"The bench has no part {unknown.pop()!r}. Its parts: {', '.join(PARTS)}.")
    writable_folder(VAR / "bench")
    server, port = postgres.start(CLUSTER)
    try:
        with postgres.connect(CLUSTER, port, postgres.DATABASE) as connection:
            connection.execute("ALTER ROLE tieout_owner CREATEDB")
            connection.execute("GRANT tieout_app TO tieout_owner")
        environment = {
            "DATABASE_URL": CLUSTER.url("tieout_app", port),
            "MIGRATION_DATABASE_URL": CLUSTER.url("tieout_owner", port),
            "LOG_LEVEL": "WARNING",
        }
        return subprocess.run([*PYTEST, *parts], cwd=ROOT, env=with_our_programs() | environment).returncode
    finally:
        children.end([server])


if __name__ == "__main__":
    sys.exit(main())
