"""Settings for all tests."""

import os

from hypothesis import settings

# The same examples in every run, so that a red build is red again on the next machine.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
# Other examples in every run, and more of them: HYPOTHESIS_PROFILE=search make test
settings.register_profile("search", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
