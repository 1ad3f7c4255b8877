"""Tables of a person's data files, as text to review and to put there."""

import json
import re
from collections.abc import Mapping, Sequence

# The rest of the control characters JSON escapes; these TOML refuses, or a terminal would obey.
_UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
TomlValue = str | int | Sequence[str]


def format_table(heading: str, values: Mapping[str, TomlValue | None]) -> str:
    """One `[[heading]]` table; empty values are left out. JSON strings, numbers and lists are TOML ones too."""
    lines = [f"{key} = {_value(value)}" for key, value in values.items() if value not in (None, "", [], ())]
    return "\n".join([f"[[{heading}]]", *lines]) + "\n"


def _value(value: TomlValue | None) -> str:
    plain = list(value) if isinstance(value, tuple) else value
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(plain, ensure_ascii=False))
