"""Settings: defaults, the environment, the command line; a bad value names its variable."""

from dataclasses import fields
from pathlib import Path

import pytest

from flows.settings import Settings, SettingsError, list_settings, load_settings, unknown_variables


def test_defaults_need_no_environment() -> None:
    settings = load_settings({})
    assert settings == Settings()
    assert settings.home == Path("var")
    assert settings.published_copy == Path("var/public/warehouse.duckdb")


def test_environment_is_read_by_type() -> None:
    settings = load_settings(
        {
            "PACTWATCH_HOME": "/srv/watch",
            "PACTWATCH_ALLOW_HOSTS": " 127.0.0.1:8000, localhost ,",
            "PACTWATCH_MAX_CONCURRENT_SOURCES": "4",
            "PACTWATCH_HOST_DELAY_SECONDS": "0.5",
            "OTHER": "x",
        }
    )
    assert settings.home == Path("/srv/watch")
    assert settings.allow_hosts == ("127.0.0.1:8000", "localhost")
    assert settings.max_concurrent_sources == 4
    assert settings.host_delay_seconds == 0.5


def test_command_line_wins_and_nothing_given_changes_nothing() -> None:
    environ = {"PACTWATCH_HOME": "/from/environment"}
    assert load_settings(environ, home=Path("here")).home == Path("here")
    assert load_settings(environ, home=None).home == Path("/from/environment")


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("PACTWATCH_INTERVAL_MINUTES", "often", "should be a number (minutes)"),
        ("PACTWATCH_INTERVAL_MINUTES", "0", "should be at least 0.05 (minutes)"),
        ("PACTWATCH_INTERVAL_MINUTES", "nan", "should be at least 0.05 (minutes)"),
        ("PACTWATCH_MAX_CONCURRENT_SOURCES", "2.5", "should be a whole number (sources)"),
        ("PACTWATCH_MAX_CONCURRENT_SOURCES", "501", "should be from 1 to 500 (sources)"),
        ("PACTWATCH_MIN_CONFIDENCE", "1.1", "should be from 0 to 1 (0 to 1)"),
        ("PACTWATCH_HOME", " ", "is empty"),
    ],
)
def test_bad_value_names_variable_value_and_reason(variable: str, value: str, reason: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value})
    assert str(caught.value) == f"{variable}={value.strip()!r}: {reason}"


def test_every_setting_has_a_unit_and_a_sentence() -> None:
    rows = list_settings()
    assert len(rows) == len(fields(Settings))
    for variable, _, unit, about in rows:
        assert variable.startswith("PACTWATCH_")
        assert unit
        assert len(about) > 10


def test_misspelt_variables_are_named() -> None:
    assert unknown_variables({"PACTWATCH_HOMME": "x", "PACTWATCH_HOME": "y", "PATH": "z"}) == ["PACTWATCH_HOMME"]


def test_watches_of_the_home_are_found(tmp_path: Path) -> None:
    assert load_settings({}, home=tmp_path).watches_file is None
    (tmp_path / "watches.toml").write_text("")
    assert load_settings({}, home=tmp_path).watches_file == tmp_path / "watches.toml"
    assert load_settings({}, home=tmp_path, watches="mine.toml").watches_file == Path("mine.toml")
