"""Digests for training: texts made of sentences that have nothing to do with each other."""

from typing import Any

from extractors.training.digests import mix_digests

TOLD = "Envoys of both states signed the {} in the capital on a cold Monday."
REFERRED = "It was signed by the envoys of both states on a cold Monday in March."
PLAIN = "The price of oil fell by {} dollars a barrel in a day of slow trade."


def passage(name: str, *sentences: str, evidence: str | None = None) -> dict[str, Any]:
    mentions = [{"initiative": name, "accept": [f"{name} accord"], "evidence": evidence}] if evidence else []
    return {"id": name, "title": f"On the {name}", "text": " ".join(sentences), "mentions": mentions}


PASSAGES = [
    *(
        passage(f"Lake Pact {n}", TOLD.format(f"Lake Pact {n}"), evidence=TOLD.format(f"Lake Pact {n}"))
        for n in range(5)
    ),
    passage("Hill Pact", REFERRED, evidence=REFERRED),
    *(passage(f"Oil {n}", PLAIN.format(n), "Too short.") for n in range(5)),
]


def test_a_digest_has_told_and_plain_sentences_with_their_labels() -> None:
    digests = mix_digests(PASSAGES, 40)
    assert len({digest["id"] for digest in digests}) == len(digests) == 40
    for digest in digests:
        assert 1 <= len(digest["mentions"]) <= 2
        assert digest["text"].count("oil") >= 1
        assert all(digest["text"].count(mention["evidence"]) == 1 for mention in digest["mentions"])
        assert "Too short" not in digest["text"]


def test_a_sentence_that_does_not_name_what_it_tells_of_is_left_out() -> None:
    assert not any(REFERRED in digest["text"] for digest in mix_digests(PASSAGES, 40))


def test_the_same_seed_makes_the_same() -> None:
    assert mix_digests(PASSAGES, 9) == mix_digests(PASSAGES, 9) != mix_digests(PASSAGES, 9, seed=6)
