"""Reads TOML tables with typed fields: what is missing, misspelt or of the wrong type is a `CatalogError`."""

import re
import tomllib
from pathlib import Path
from typing import Any, cast

DATA = Path(__file__).parent

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ISO3 = re.compile(r"[A-Z]{3}")


class CatalogError(Exception):
    """A data file that cannot be used. `str()` is one line: file, key, reason."""

    def __init__(self, file: Path | str, key: str, reason: str) -> None:
        self.file, self.key, self.reason = str(file), key, " ".join(reason.split())
        super().__init__(f"{self.file}: {key}: {self.reason}" if key else f"{self.file}: {self.reason}")


class Table:
    """One TOML table that knows its file and name; fields are taken one by one, and `done` refuses what is left."""

    def __init__(self, values: dict[str, Any], file: Path, name: str) -> None:
        self.values, self.file, self.name = dict(values), file, name

    def error(self, key: str, reason: str) -> CatalogError:
        return CatalogError(self.file, f"{self.name}.{key}" if key else self.name, reason)

    def _take(self, key: str, types: type | tuple[type, ...], default: Any, wanted: str) -> Any:
        if key not in self.values:
            if default is ...:
                raise self.error(key, "is missing")
            return default
        value = self.values.pop(key)
        if not isinstance(value, types) or isinstance(value, bool):
            raise self.error(key, f"must be {wanted}, not {value!r}")
        return value

    def text(self, key: str, default: Any = ..., *, choices: tuple[str, ...] = ()) -> str:
        value = self._take(key, str, default, "text")
        if value is default:
            return cast(str, value)
        if value != value.strip() or (default is ... and not value):
            raise self.error(key, f"must be text without blanks at its ends, not {value!r}")
        if choices and value not in choices:
            raise self.error(key, f"must be one of {', '.join(choices)}, not {value!r}")
        return cast(str, value)

    def slug(self, key: str) -> str:
        value = self.text(key)
        if not _SLUG.fullmatch(value):
            raise self.error(key, f"must be lower-case words joined by hyphens, not {value!r}")
        self.name = f"{self.name.partition('[')[0]}[{value}]"
        return value

    def iso3(self, key: str, default: Any = ...) -> str:
        value = self.text(key, default)
        if value is not default and not _ISO3.fullmatch(value):
            raise self.error(key, f"must be an ISO 3166-1 alpha-3 code, not {value!r}")
        return value

    def number(self, key: str, default: Any = ..., *, low: int, high: int) -> int:
        value: int = self._take(key, int, default, "a whole number")
        if value is not default and not low <= value <= high:
            raise self.error(key, f"must be between {low} and {high}, not {value}")
        return value

    def texts(self, key: str, default: Any = (), *, iso3: bool = False) -> tuple[str, ...]:
        values = self._take(key, list, default, "a list of text")
        for value in values:
            if not isinstance(value, str) or not value or value != value.strip():
                raise self.error(key, f"must hold text without blanks at its ends, not {value!r}")
            if iso3 and not _ISO3.fullmatch(value):
                raise self.error(key, f"must hold ISO 3166-1 alpha-3 codes, not {value!r}")
        return tuple(values)

    def done(self) -> None:
        for key in self.values:
            raise self.error(key, "is not a field of this table")


def read_document(file: Path) -> dict[str, Any]:
    """A whole TOML file. Raises CatalogError when it is missing, unreadable, not UTF-8 or not TOML."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as problem:
        raise CatalogError(file, "", f"cannot be read: {problem.strerror or problem}") from problem
    except UnicodeDecodeError as problem:
        raise CatalogError(file, "", "is not UTF-8") from problem
    except tomllib.TOMLDecodeError as problem:
        raise CatalogError(file, "", f"is not TOML: {problem}") from problem


def read_tables(file: Path, array: str, *, others: tuple[str, ...] = ()) -> list[Table]:
    """The tables of `[[array]]` in a TOML file; other top-level keys than `others` are refused. Raises CatalogError."""
    document = read_document(file)
    for key in document:
        if key != array and key not in others:
            raise CatalogError(file, key, f"is not known here: expected [[{array}]]")
    rows = document.get(array, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CatalogError(file, array, f"must be tables headed [[{array}]]")
    return [Table(row, file, f"{array}[{number}]") for number, row in enumerate(rows, 1)]
