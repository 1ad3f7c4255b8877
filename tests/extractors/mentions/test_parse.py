"""Remembering what the attribute ruler says changes nothing that it says."""

from spacy import load

from extractors.mentions.parse import MODEL, parse_sentences, straighten
from tests.gold.evaluate import read_passages

_ODD = (
    "There's one; there was another.",
    "I'd go, but he's gonna say nothin' to y'all.",
    "Two  blanks , and the ministers   spoke .",
    "It ain't so: let's see what they've got to sign.",
    "You gotta go now.",
    "You ta go now, she said.",
)


def test_attributes_are_those_of_the_ruler() -> None:
    texts = [*_ODD, *(p["text"].replace("\n", " ").replace("’", "'") for p in read_passages("dev")[:40]), *_ODD]
    texts = [text.translate(str.maketrans("“”‘’‑", "\"\"''-")) for text in texts]
    for ours, theirs in zip(parse_sentences(texts), load(MODEL, exclude=["ner"]).pipe(texts), strict=True):
        assert [(t.text, t.pos_, t.tag_, t.dep_, t.lemma_, str(t.morph)) for t in ours] == [
            (t.text, t.pos_, t.tag_, t.dep_, t.lemma_, str(t.morph)) for t in theirs
        ]


def test_straightened_text_keeps_its_length_and_lines() -> None:
    assert straighten("“3\u00a0May\t2014”\n’") == '"3 May 2014"\n\''
