"""Writes what stands beside the weights: thresholds, confidence, features and fingerprint."""

import json
from pathlib import Path
from typing import Any


def write_meta(directory: Path, meta: dict[str, Any]) -> None:
    text = json.dumps(meta, indent=1, ensure_ascii=False)
    (directory / "model.json").write_text(text + "\n", "utf-8")
