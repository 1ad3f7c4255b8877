"""Remembering what the attribute ruler says changes nothing that it says."""

from spacy import load

from extractors.mentions.parse import MODEL, parse_sentences
from tests.gold.evaluate import read_passages

_ODD = (
    "There's one; there was another.",
    "I'd go, but he's gonna say nothin' to y'all.",
    "Two  blanks , and the ministers   spoke .",
    "It ain't so: let's see what they've got to sign.",
)


def test_attributes_are_those_of_the_ruler() -> None:
    texts = [*_ODD, *(p["text"].replace("\n", " ").replace("’", "'") for p in read_passages("dev")[:40]), *_ODD]
    texts = [text.translate(str.maketrans("“”‘’‑", "\"\"''-")) for text in texts]
    for ours, theirs in zip(parse_sentences(texts), load(MODEL, exclude=["ner"]).pipe(texts), strict=True):
        assert [(t.text, t.pos_, t.tag_, t.dep_, t.lemma_, str(t.morph)) for t in ours] == [
            (t.text, t.pos_, t.tag_, t.dep_, t.lemma_, str(t.morph)) for t in theirs
        ]
