"""Options stand where their order tells nothing: numbers in theirs, true before false, all others shuffled."""

import itertools

import pytest

from study_writer.option_order import printing_order

QUESTION = "Which one?"
IN_ORDER = [
    ("en", ["150", "200", "400"]),
    ("en", ["-5", "-1", "0", "3"]),
    ("en", ["−1", "0", "+1"]),
    ("en", ["`-1`", "`0`", "`10`"]),
    ("en", ["4 KiB", "8 KiB", "16 KiB", "64 KiB"]),
    ("en", ["512 KiB", "1 MiB", "4 MiB"]),
    ("en", ["1 kB", "1 MB", "1 GB"]),
    ("en", ["100 Mbit/s", "1 Gbit/s", "10 Gbit/s"]),
    ("en", ["100 ms", "2 s", "1 min"]),
    ("en", ["30 minutes", "1 hour", "2 days"]),
    ("en", ["1 pod", "2 pods", "10 pods"]),
    ("en", ["5 %", "10 %", "20 %"]),
    ("en", ["$5", "$10", "$200"]),
    ("en", ["1,000", "1,500", "10,000"]),
    ("en", ["0.5", "1", "1.25"]),
    ("en", ["1/4", "1/3", "1/2"]),
    ("en", ["1e3", "1e4", "1e6"]),
    ("en", ["0x0F", "0x10", "0x1F"]),
    ("en", ["$2^8$", "$2^{9}$", "$2^{10}$"]),
    ("en", ["1–5", "6–10", "11–15"]),
    ("en", ["Layer 2", "Layer 3", "Layer 4"]),
    ("en", ["Python 3.9", "Python 3.10", "Python 3.11"]),
    ("en", ["v1.2.3", "v1.2.10", "v1.10.0"]),
    ("en", ["192.168.0.0/24", "192.168.1.0/24", "192.168.2.0/24"]),
    ("en", ["1969", "1983", "1991"]),
    ("en", ["2023-12-31", "2024-01-02", "2024-02-01"]),
    ("en", ["3 March 2023", "1 January 2024", "2 May 2024"]),
    ("en", ["March 2023", "May 2023", "January 2024"]),
    ("en", ["True", "False", "It depends"]),
    ("de", ["1,25", "1,5", "2"]),
    ("de", ["1.000", "1.500", "10.000"]),
    ("de", ["1. Januar 2023", "2. März 2023", "1. Mai 2023"]),
    ("de", ["Wahr", "Falsch", "Nur manchmal"]),
    ("es", ["1 de enero de 2023", "2 de marzo de 2023", "1 de mayo de 2024"]),
    ("fr", ["1 heure", "2 heures", "1 jour"]),
    ("ja", ["2024年3月1日", "2024年3月2日", "2024年12月1日"]),
    ("ja", ["30 秒", "2 分", "1 時間"]),
    ("ar", ["٥", "١٠", "٢٠"]),
]
SHUFFLED = [
    ["a cat", "a dog", "a hen", "a fox"],
    ["1NF", "2NF", "BCNF", "none"],
    ["O(n)", "O(n²)", "O(log n)", "O(1)"],
    ["True", "true", "TRUE", "tRUE"],
    ["3 apples", "4 pears", "5 km", "a lot"],
    ["`x < 5`", "`x > 5`", "`x == 5`", "`x != 5`"],
]


def printed(options: list[str], language: str) -> list[str]:
    return [options[position] for position in printing_order(QUESTION, options, language)]


@pytest.mark.parametrize(("language", "options"), IN_ORDER)
def test_numbers_dates_and_truth_stand_in_their_order_however_they_came(language: str, options: list[str]) -> None:
    for given in itertools.permutations(options):
        assert printed(list(given), language) == options


@pytest.mark.parametrize("options", SHUFFLED)
def test_other_options_stand_in_an_order_that_does_not_depend_on_the_writers(options: list[str]) -> None:
    orders = {tuple(printed(list(given), "en")) for given in itertools.permutations(options)}
    assert len(orders) == 1


def test_the_order_of_other_options_differs_from_question_to_question() -> None:
    options = SHUFFLED[0]
    orders = {tuple(printing_order(f"Question {number}?", options, "en")) for number in range(20)}
    assert len(orders) > 1


def test_options_of_one_value_are_all_printed() -> None:
    assert sorted(printed(["1 KiB", "1024 B", "2 KiB"], "en")) == ["1 KiB", "1024 B", "2 KiB"]
