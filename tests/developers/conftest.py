"""What the tests of the developers' pages share: the dialects' world, behind a socket or not."""

from tests.dialects.conftest import live_site, world

__all__ = ["live_site", "world"]
