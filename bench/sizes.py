"""How much is measured. BENCH_SIZE=small is for trying out that the bench works; its figures mean little."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`rounds` of each measure, interleaved; exports are spread over `companies`."""

    rounds: int
    companies: int
    exports: int
    noops: int
    claims: int
    slow_exports: int
    backlog: int
    few_lines: int
    many_lines: int


SIZES = {
    "small": Size(
        rounds=2,
        companies=4,
        exports=40,
        noops=400,
        claims=400,
        slow_exports=40,
        backlog=120,
        few_lines=50,
        many_lines=500,
    ),
    "full": Size(
        rounds=5,
        companies=8,
        exports=400,
        noops=4_000,
        claims=4_000,
        slow_exports=200,
        backlog=10_000,
        few_lines=50,
        many_lines=5_000,
    ),
}
NAME = os.environ.get("BENCH_SIZE", "full")
SIZE = SIZES[NAME]
