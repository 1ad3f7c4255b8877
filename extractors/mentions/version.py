"""The version that is stamped on every row: what was extracted by other rules, weights or names can be told apart."""

import hashlib
import json

from extractors.lexicon import Lexicon
from extractors.mentions.actors import WEIGHTS as ROLE_WEIGHTS
from extractors.mentions.dates import DATE_WEIGHTS
from extractors.mentions.main_date import MAIN_DATE_WEIGHTS
from extractors.mentions.modality import MODALITY_WEIGHTS
from extractors.mentions.model import Model

RULES = "1"
"""Raised by hand when rules change."""


def extractor_version(lexicon: Lexicon, model: Model) -> str:
    """The rules' number and a fingerprint of all that is data: weights, thresholds, confidence and lexicon."""
    # model.meta has the fingerprint of encoder and heads, which are too large to be read a second time
    digest = hashlib.sha256(json.dumps(model.meta, sort_keys=True).encode())
    for path in (model.directory / "relevance.npz", ROLE_WEIGHTS, DATE_WEIGHTS, MAIN_DATE_WEIGHTS, MODALITY_WEIGHTS):
        digest.update(path.read_bytes())
    digest.update(repr(sorted(lexicon.initiatives.items())).encode())
    return f"{RULES}+{digest.hexdigest()[:12]}"
