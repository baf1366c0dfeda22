"""The faults that `sentences` finds, each in a sentence that has it and not in one like it."""

from __future__ import annotations

import pytest
from sentences import faults

RIGHT = {
    "en": [
        "1 order in the last 365 days.",
        "21 orders in the last 365 days.",
        "Net margin of -€1,234.50 in the last 365 days, more than 3% of the customers.",
        "€0.50 spent on Candles & 'lights' in the last 365 days.",
        "1.1 pieces per order on average in the last 365 days.",
        "1,234 days in the shop.",
        "In none of 5 sessions.",
    ],
    "nl": [
        "1 bestelling in de laatste 365 dagen.",
        "Eén bestelling, gisteren.",
        "Nettomarge van € -1.234,50 in de laatste 365 dagen.",
        "Gemiddeld 1,1 stuks per bestelling in de laatste 365 dagen.",
        "10.000 volgers op sociale media.",
    ],
}
WRONG = [
    ("en", "1 orders in the last 365 days.", "a plural after 1"),
    ("en", "21 order in the last 365 days.", "a singular after another number"),
    ("en", "1.5 piece per order on average.", "a singular after another number"),
    ("nl", "1 bestellingen in de laatste 365 dagen.", "a plural after 1"),
    ("nl", "0 bestelling in de laatste 365 dagen.", "a singular after another number"),
    ("nl", "Gemiddeld 1.3 stuks per bestelling.", "a decimal separator of another language"),
    ("nl", "Nettomarge van € 234.50 in totaal.", "a decimal separator of another language"),
    ("en", "1,3 pieces per order.", "a decimal separator of another language"),
    (
        "en",
        "Net margin of €1234.50 in total.",
        "digits that are not grouped, or in another language's way",
    ),
    (
        "en",
        "Net margin of €1.234 in total.",
        "digits that are not grouped, or in another language's way",
    ),
    ("en", "Net margin of 234.50 in total.", "an amount without its currency"),
    ("nl", "Nettomarge van -1.234,50 in totaal.", "an amount without its currency"),
    ("en", "Ordered – days ago.", "a dash"),
    ("en", "Ordered - yesterday.", "a dash"),
    ("nl", "Keek in in het weekend.", "a word twice"),
    ("en", "Ordered  yesterday.", "a blank too many"),
    ("en", "Ordered , yesterday.", "a blank too many"),
    ("en", "Ordered {x} yesterday.", "something that was not filled in"),
    ("en", "Bought as waits_for_sale.", "something that was not filled in"),
    ("nl", "Antwoord: none.", "something that was not filled in"),
    ("en", "ordered yesterday.", "no capital"),
    ("en", "Ordered yesterday", "no full stop, or punctuation twice"),
    ("en", "Ordered yesterday..", "no full stop, or punctuation twice"),
]


@pytest.mark.parametrize(("language", "sentence"), [(k, s) for k, v in RIGHT.items() for s in v])
def test_a_right_sentence_has_no_fault(language: str, sentence: str) -> None:
    assert list(faults(sentence, language)) == []


@pytest.mark.parametrize(("language", "sentence", "fault"), WRONG)
def test_a_fault_is_found_and_no_other(language: str, sentence: str, fault: str) -> None:
    assert set(faults(sentence, language)) == {fault}
