"""What the tests of this room share."""

from pathlib import Path

import pytest

from tests.warehouse.seed import STORIES, seed_warehouse, update_story
from warehouse.store import Warehouse


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse file with all stories, made once a session: to read, not to change."""
    path = tmp_path_factory.mktemp("seed") / "warehouse.duckdb"
    with Warehouse.open(path) as warehouse:
        seed_warehouse(warehouse)
        update_story(warehouse, STORIES[9], "foreign-office", "We would welcome a drone rescue task force.")
    return path
