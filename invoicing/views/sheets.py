"""Pages of a grid that is typed into: numbered, so that a save can go on to the next one."""

from dataclasses import dataclass

from directory.web.numbers import whole_number

LINES_PER_PAGE = 200


@dataclass(frozen=True)
class SheetPage:
    """`lines` of page `number` out of `count`, and what those `elsewhere` come to, which the totals need too."""

    lines: list
    elsewhere: object
    number: int
    count: int

    @property
    def numbers(self):
        return range(1, self.count + 1)

    @property
    def is_last(self):
        return self.number == self.count


def page_asked(size, asked):
    """The number of the page `asked` (text out of a URL) of `size` lines, how many pages there are, and what it shows.

    What cannot be read means the first.
    """
    count = max(1, -(-size // LINES_PER_PAGE))
    number = min(max(whole_number(asked, digits=5) or 1, 1), count)
    first = (number - 1) * LINES_PER_PAGE
    return number, count, slice(first, first + LINES_PER_PAGE)
