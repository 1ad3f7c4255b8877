"""A web server that plays every trick a site has played on us, and some that an attacker would.

with start_hostile_server() as hostile:
    settings = FetchSettings(allow_hosts=hostile.allow_hosts, ssl_context=hostile.ssl_context, ...)
    for behaviour in BEHAVIOURS:
        hostile.url(behaviour.name)   # what to fetch
        behaviour.fetched             # ok, or the failure class that must be recorded
"""

from tests.hostile import documents, robots, wire  # noqa: F401  (they fill the table)
from tests.hostile.server import BEHAVIOURS, Behaviour, HostileServer, start_hostile_server

__all__ = ["BEHAVIOURS", "Behaviour", "HostileServer", "start_hostile_server"]
