"""The order in which the options of a question are printed: one that does not tell which of them is right.

Models like to put the right option first. Numbers, dates and versions stand in their own order, since nobody looks for
150 behind 200; so do true and false. All others stand in the order of a digest.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from course_kit.labels import LANGUAGES, Labels, base_language

# Languages that write 1.5 for what others call 1,5, and the other way round; Arabic has signs of its own.
_DECIMAL_COMMA = frozenset({"es", "pt", "fr", "de", "it", "nl", "pl", "ru", "tr", "sv", "da", "nb", "fi", "cs"})
_NUMBER = re.compile(
    r"""
    (?P<sign>(?<![\w.,)\]])[-−–+](?=[\d.]))?
    (?:
        (?P<base>0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)
      | (?P<dotted>\d+(?:\.\d+){2,})
      | (?P<plain>\d+(?:[.,'’_\u00a0\u202f\u066b\u066c]\d+)*(?:[\u0020](?=\d{3}(?!\d))\d{3})*(?:[eE][-+]?\d+)?)
      | (?P<part>[¼½¾⅓⅔⅛⅜⅝⅞])
    )
    """,
    re.VERBOSE,
)
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,])\d{3})(?:(?P=mark)\d{3})*")
_PLURAL = re.compile(r"(?<=[^\W\d_]{3})(?:es|s|en|n|e)\b")
_FRACTION = re.compile(r"(?P<sign>[-−]?)(?P<upper>\d+)\s*[/⁄]\s*(?P<lower>[1-9]\d*)")
_BOOLEANS = (
    ("true", "false"), ("yes", "no"),
    ("verdadero", "falso"), ("cierto", "falso"), ("sí", "no"),
    ("verdadeiro", "falso"), ("sim", "não"),
    ("vrai", "faux"), ("oui", "non"),
    ("wahr", "falsch"), ("richtig", "falsch"), ("ja", "nein"),
    ("vero", "falso"), ("sì", "no"),
    ("真", "偽"), ("正しい", "誤り"), ("正しい", "間違い"), ("はい", "いいえ"),
    ("真", "假"), ("正确", "错误"), ("对", "错"), ("是", "否"), ("正確", "錯誤"),
    ("صحيح", "خطأ"), ("صح", "خطأ"), ("نعم", "لا"),
)  # fmt: skip
_SECOND, _BYTE, _BIT, _HERTZ, _METRE, _GRAM = "time", "bytes", "bits", "frequency", "length", "mass"
_SCALE = {"n": Fraction(1, 10**9), "µ": Fraction(1, 10**6), "μ": Fraction(1, 10**6), "u": Fraction(1, 10**6)}
_SCALE |= {"m": Fraction(1, 1000), "": Fraction(1), "k": Fraction(1000), "K": Fraction(1000), "M": Fraction(10**6)}
_SCALE |= {"G": Fraction(10**9), "T": Fraction(10**12), "P": Fraction(10**15), "E": Fraction(10**18)}
_BINARY = {f"{letter}i": Fraction(1024**power) for power, letter in enumerate("KMGTPE", start=1)}
_BESIDE_DATES = frozenset({"of", "de", "del", "do", "le", "er", "st", "nd", "rd", "th", "the", "o"})
_DURATIONS = {
    1: "s sec secs second seconds segundo segundos seconde secondes sekunde sekunden secondi 秒 秒間 ثانية ثوان",
    60: "min mins minute minutes minuto minutos minuten minuti 分 分間 分钟 分鐘 دقيقة دقائق",
    3600: "h hr hrs hour hours hora horas heure heures stunde stunden ora ore 時間 小时 小時 ساعة ساعات",
    86_400: "d day days día días dia dias jour jours tag tage tagen giorno giorni 日 日間 天 يوم أيام",
    604_800: "week weeks semana semanas semaine semaines woche wochen settimana settimane 週間 周 星期 أسبوع أسابيع",
    2_629_800: "month months mes meses mês mois monat monate monaten mese mesi か月 ヶ月 个月 شهر أشهر",
    31_557_600: "year years año años ano anos an ans année années jahr jahre jahren anno anni 年 年間 سنة سنوات",
}
_WORD_UNITS = {word: (_SECOND, Fraction(size)) for size, words in _DURATIONS.items() for word in words.split()}
_WORD_UNITS |= {"byte": (_BYTE, Fraction(1)), "bytes": (_BYTE, Fraction(1))}
_WORD_UNITS |= {"bit": (_BIT, Fraction(1)), "bits": (_BIT, Fraction(1))}
_SYMBOLS = {"s": _SECOND, "B": _BYTE, "b": _BIT, "bit": _BIT, "bps": _BIT, "bit/s": _BIT, "b/s": _BIT, "B/s": _BYTE}
_SYMBOLS |= {"Hz": _HERTZ, "m": _METRE, "g": _GRAM}

# What an option is sorted by: its numbers in order, each with its parts (a version has several).
_Key = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class _Number:
    text: str
    """What stands around the numbers, each of which is a ``#``."""
    values: _Key


def printing_order(question: str, options: Sequence[str], language: str) -> list[int]:
    """Return the positions of a question's options in the order in which they are printed.

    Parameters
    ----------
    question, options
        As their writer gave them.
    language
        The course's, which tells what a comma in a number means.
    """

    def place(position: int) -> str:
        return hashlib.sha256(f"{question}\n{options[position]}".encode()).hexdigest()

    positions = sorted(range(len(options)), key=place)
    keys = _keys_of_numbers(options, language) or _keys_of_booleans(options)
    return sorted(positions, key=lambda position: keys[position]) if keys else positions


def _keys_of_booleans(options: Sequence[str]) -> list[tuple[int]] | None:
    texts = [_bare(option).casefold().rstrip(".") for option in options]
    for first, second in _BOOLEANS:
        if texts.count(first) == texts.count(second) == 1:
            return [({first: 0, second: 1}.get(text, 2),) for text in texts]
    return None


def _keys_of_numbers(options: Sequence[str], language: str) -> list[_Key] | None:
    base = base_language(language)
    texts = [_bare(option) for option in options]
    return _fractions(texts) or _dates(texts, base) or _quantities(texts, base)


def _bare(option: str) -> str:
    """Return an option without the marks of code, emphasis and formulas around it."""
    text = unicodedata.normalize("NFC", " ".join(option.split()))
    return re.sub(r"^(\*\*|\*|`+|\$)(.+)\1$", r"\2", text).strip()


def _fractions(texts: Sequence[str]) -> list[_Key] | None:
    found = [_FRACTION.fullmatch(text) for text in texts]
    values = [Fraction(int(f["upper"]), int(f["lower"])) * (-1 if f["sign"] else 1) for f in found if f]
    return [((value,),) for value in values] if len(values) == len(texts) else None


def _dates(texts: Sequence[str], base: str) -> list[_Key] | None:
    months = {month.casefold(): number for number, month in enumerate(Labels.of("en").months, start=1)}
    months |= {m.casefold(): n for n, m in enumerate(Labels.of(base if base in LANGUAGES else "en").months, start=1)}
    keys = [_date(text, months) for text in texts]
    dates = [key for key in keys if key]
    return [(key,) for key in dates] if len(dates) == len(texts) else None


def _date(text: str, months: dict[str, int]) -> tuple[Fraction, ...] | None:
    """Return year, month and day of ``2024-03-01``, ``1 March 2024``, ``March 2024``, ``2024年3月1日``."""
    numeric = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})?日?)?", text)
    if numeric:
        return tuple(Fraction(int(part or 0)) for part in numeric.groups())
    german = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text)
    if german:
        return tuple(Fraction(int(part)) for part in reversed(german.groups()))
    words = re.findall(r"[^\W\d]+|\d+", text.casefold())
    named = [months[word] for word in words if word in months]
    years = [int(word) for word in words if re.fullmatch(r"\d{4}", word)]
    days = [int(word) for word in words if re.fullmatch(r"\d{1,2}", word)]
    others = [word for word in words if not word.isdigit() and word not in months and word not in _BESIDE_DATES]
    if len(named) != 1 or len(years) > 1 or len(days) > 1 or others or not (years or days):
        return None
    return (Fraction(sum(years)), Fraction(named[0]), Fraction(sum(days)))


def _quantities(texts: Sequence[str], base: str) -> list[_Key] | None:
    numbers = [_number(text, base) for text in texts]
    found = [number for number in numbers if number is not None]
    if len(found) != len(texts):
        return None
    if len({_folded(number.text) for number in found}) == 1:
        return [number.values for number in found]
    # Only the unit differs: 512 KiB, 1 MiB.
    sizes = [_in_units(number) for number in found]
    known = [size for size in sizes if size is not None]
    if len(known) != len(texts) or len({(before, dimension) for before, dimension, _ in known}) != 1:
        return None
    return [((value,),) for _, _, value in known]


def _folded(text: str) -> str:
    """Return what `1 pod` and `2 pods`, `2^8` and `2^{10}` have in common."""
    return " ".join(_PLURAL.sub("", re.sub(r"[{}]", "", text.casefold())).split())


def _number(text: str, base: str) -> _Number | None:
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    around = _NUMBER.sub("#", text)
    # `Python 3.9` is a version: 3.10 comes after it.
    is_version = bool(re.match(r"\W*(?:[^\W\d_]{3,}|v)\W{0,2}#\W*$", around))
    return _Number(text=around, values=tuple(_value(match, base, is_version=is_version) for match in found))


def _value(match: re.Match[str], base: str, *, is_version: bool) -> tuple[Fraction, ...]:
    sign = -1 if (match["sign"] or "+") in "-−–" else 1
    if match["base"]:
        return (sign * Fraction(int(match["base"], 0)),)
    if match["part"]:
        return (sign * Fraction(unicodedata.numeric(match["part"])).limit_denominator(8),)
    text = match["dotted"] or match["plain"]
    grouped = _GROUPED.fullmatch(text)
    comma = "," if base in _DECIMAL_COMMA else "."
    if (match["dotted"] and not grouped) or (is_version and re.fullmatch(r"\d+(?:\.\d+)+", text)):
        return tuple(Fraction(int(part)) for part in text.split("."))
    text = re.sub(r"['’_\u00a0\u202f\u066c ]", "", text).replace("\u066b", ".")
    other = "." if comma == "," else ","
    if grouped and (grouped["mark"] == other or text.count(grouped["mark"]) > 1):
        text = text.replace(grouped["mark"], "")
    text = text.replace(other, "") if comma in text and other in text else text
    text = text.replace(",", ".")
    try:
        return (sign * Fraction(text),)
    except ValueError:
        return tuple(Fraction(int(part)) for part in re.findall(r"\d+", text))


def _in_units(number: _Number) -> tuple[str, str, Fraction] | None:
    """Return what stands before a number with a unit, the unit's dimension, and its value in it."""
    before, _, unit = number.text.partition("#")
    if "#" in unit or len(number.values[0]) != 1:
        return None
    dimension, size = _unit(unit.strip().rstrip(".")) or ("", Fraction(0))
    return (_folded(before), dimension, number.values[0][0] * size) if dimension else None


def _unit(unit: str) -> tuple[str, Fraction] | None:
    if unit.casefold() in _WORD_UNITS:
        return _WORD_UNITS[unit.casefold()]
    for symbol, dimension in _SYMBOLS.items():
        prefix = unit.removesuffix(symbol)
        if prefix == unit:
            continue
        scale = _BINARY.get(prefix) or _SCALE.get(prefix)
        if scale is not None:
            return dimension, scale
    return None
