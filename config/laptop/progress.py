"""One line per step, with the seconds it took."""

import time
from contextlib import contextmanager


@contextmanager
def step(name: str):
    """Print the name at once and the seconds when the block is done."""
    began = time.monotonic()
    print(f"  {name:<28}", end="", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - began:6.1f} s", flush=True)
