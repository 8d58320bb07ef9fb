"""Settings for every test."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "npverify",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("npverify")
