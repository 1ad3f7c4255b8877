"""The version that is stamped on every row: what was extracted by other rules, weights or names can be told apart."""

import hashlib
import json

from extractors.lexicon import Lexicon
from extractors.mentions.background import BACKGROUND_WEIGHTS
from extractors.mentions.choices import FILE as CHOICES
from extractors.mentions.main_date import MAIN_DATE_WEIGHTS
from extractors.mentions.modality import MODALITY_WEIGHTS
from extractors.mentions.model import Model
from extractors.records import MODALITIES

RULES = "7"
"""Raised by hand when rules change, or the catalogues of places, leaders, bodies and words."""
LOG_LINEAR = {MAIN_DATE_WEIGHTS: 1, BACKGROUND_WEIGHTS: 2, MODALITY_WEIGHTS: len(MODALITIES)}
"""The log-linear weights that ship, and how many classes each has."""


def extractor_version(lexicon: Lexicon, model: Model) -> str:
    """The rules' number and a fingerprint of weights, thresholds, confidence and lexicon."""
    # model.meta has the fingerprint of encoder and heads, which are too large to be read a second time
    digest = hashlib.sha256(json.dumps(model.meta, sort_keys=True).encode())
    for path in (model.directory / "relevance.npz", model.directory / CHOICES, *LOG_LINEAR):
        digest.update(path.read_bytes())
    digest.update(repr(sorted(lexicon.initiatives.items())).encode())
    return f"{RULES}+{digest.hexdigest()[:12]}"
