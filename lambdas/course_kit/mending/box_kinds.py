"""The five kinds of box in a book, by the words of tools and writers."""

KINDS = {
    **dict.fromkeys(
        ("note", "notes", "info", "information", "abstract", "summary", "tldr", "example", "question", "faq"), "NOTE"
    ),
    **dict.fromkeys(
        ("help", "todo", "seealso", "details", "definition", "quote", "cite", "remark", "default", "secondary"), "NOTE"
    ),
    **dict.fromkeys(("tip", "tips", "hint", "success", "check", "done", "best-practice", "idea"), "TIP"),
    **dict.fromkeys(("important", "key", "remember", "primary"), "IMPORTANT"),
    **dict.fromkeys(("warning", "warn", "attention"), "WARNING"),
    **dict.fromkeys(("caution", "danger", "error", "failure", "fail", "bug", "critical", "alert"), "CAUTION"),
}
"""By the name that a tool has for it, in small letters."""

_SAID = {
    "NOTE": (
        "note|notes|nb|n.b.|info|information|nota|notas|información|observação|obs|informação|remarque|note bene"
        "|nota bene|à noter|hinweis|anmerkung|merke|osservazione|informazione",
        "注|注記|メモ|ノート|補足|参考|情報|注记|备注|说明|信息|備註|說明|資訊|ملاحظة|ملحوظة|معلومة",
    ),
    "TIP": (
        "tip|tips|hint|pro tip|consejo|sugerencia|truco|dica|astuce|conseil|tipp|suggerimento|consiglio",
        "ヒント|コツ|提示|技巧|小贴士|小提示|建议|نصيحة|تلميح",
    ),
    "IMPORTANT": ("important|importante|wichtig", "重要|重要提示|مهم|هام"),
    "WARNING": (
        "warning|attention|advertencia|atención|aviso|atenção|advertência|avertissement|warnung|achtung|avvertenza"
        "|attenzione",
        "警告|注意|注意事项|تحذير|تنبيه",
    ),
    "CAUTION": (
        "caution|danger|peligro|cuidado|precaución|perigo|prudence|vorsicht|gefahr|pericolo|cautela",
        "危険|危险|危險|小心|خطر|احذر",
    ),
}
# Words that are more specific than their kind, so they stay as the title.
_TITLES = {
    "TIP": "best practice|good to know|buena práctica|boa prática|bonne pratique|buona pratica",
    "IMPORTANT": "remember|key point|recuerde|recuerda|lembre-se|rappel|à retenir|ricorda|zur erinnerung",
    "WARNING": "heads-up|heads up|common mistake|error común|erro comum|erreur courante|errore comune|häufiger fehler",
}
_KIND_SAID = {word: kind for kind, groups in _SAID.items() for group in groups for word in group.split("|")}
_KIND_TITLED = {word: kind for kind, group in _TITLES.items() for word in group.split("|")}


def kind_and_title(words: str) -> tuple[str, str] | None:
    """Return the kind for a label in one of nine languages, and a title if the label is more specific."""
    said = " ".join(words.split()).casefold()
    if said in _KIND_SAID:
        return _KIND_SAID[said], ""
    return (_KIND_TITLED[said], " ".join(words.split())) if said in _KIND_TITLED else None
