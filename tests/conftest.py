"""What tests of several folders share: modules beside this file can be imported by all of them.

Properties are tried on the same examples in every run, so that a run that passed passes again. New examples are
searched for with `pytest --hypothesis-profile=explore`; what they find becomes an `@example` or a test.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False, max_examples=300)
settings.load_profile("steady")
