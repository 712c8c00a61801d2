"""How hypothesis runs: the same examples every time; `HYPOTHESIS_PROFILE=thorough` draws new and many more."""

import os

from hypothesis import settings

settings.register_profile("tieout", derandomize=True, deadline=None, database=None)
settings.register_profile("thorough", deadline=None, database=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tieout"))
