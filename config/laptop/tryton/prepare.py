"""Make the demo's own copy of the books, installing Tryton when it is not there. Run by the demo; prints its steps."""

import datetime

from config.laptop.paths import DEMO
from config.laptop.tryton.server import Wanted, books_with
from erp_integrations.simulator.codes import ACCOUNTS, CUSTOMERS

# With the codes of the demo ERP, so that what is mapped to one is mapped to the other.
REVENUES = tuple((code, name) for code, name in ACCOUNTS if code.startswith("4"))
BOOKS = DEMO / "tryton"


def main() -> None:
    if not BOOKS.exists():
        this = datetime.date.today().year
        books_with(Wanted("Harbor & Vine Builders", (this - 1, this, this + 1), CUSTOMERS, REVENUES)).copy_to(BOOKS)


if __name__ == "__main__":
    main()
