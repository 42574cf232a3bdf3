"""Text of a model that speaks of itself or of its task instead of the subject: refusals, scratchpads, placeholders.

A lesson may well speak about language models, so "as a language model" alone is no fault; "as a language model, I" is.
What a lesson quotes as code or as a block quotation is not looked at.
"""

import re

# Anywhere in a paragraph.
_ANYWHERE = re.compile(
    "|".join(
        (
            r"</?(?:thinking|scratchpad|reasoning|reflection|(?:lesson|lab)_specification|(?:lesson|lab)_faults)\b",
            r"\[content generation failed\]",
            r"\[ministack mock",
            r"\[(?:rest|remainder|continuation) of [^\]\n]{0,60}\]",
            r"\[[^\]\n]{0,60}\bomitted (?:for|here)\b[^\]\n]{0,40}\]",
            r"\blorem ipsum\b",
            # en
            r"\b(?:as|i am|i['’]m) an? (?:ai|artificial intelligence|large language|language)"
            r"(?: language)?(?: model| assistant)?,? (?:i\b|my\b|and (?:i\b|cannot))",
            r"\bi(?: a|['’])m (?:just |only )?an? (?:ai\b|(?:large )?language model)",
            # es
            r"\bcomo (?:una? )?(?:gran )?(?:ia|inteligencia artificial|modelo de (?:lenguaje|ia)(?: de ia)?|asistente"
            r"(?: virtual| de ia)?),? (?:(?:yo )?no (?:puedo|tengo|debo)|puedo|debo|mis?\b|yo\b)",
            r"\bsoy (?:solo )?(?:una? )?(?:ia|inteligencia artificial|modelo de lenguaje)\b",
            # pt
            r"\bcomo (?:uma? )?(?:ia|inteligência artificial|(?:grande )?modelo de (?:linguagem|ia)|assistente"
            r"(?: virtual| de ia)?),? (?:(?:eu )?não (?:posso|consigo|tenho|devo)|posso|eu\b|minha)",
            r"\bsou (?:apenas )?(?:uma? )?(?:ia|inteligência artificial|modelo de linguagem)\b",
            # fr
            r"\ben tant qu(?:e |['’])(?:une? )?(?:ia|intelligence artificielle|(?:grand )?modèle (?:de langage"
            r"|linguistique|d['’]ia)|assistant(?: virtuel)?),? (?:je |j['’]|mes\b|mon\b)",
            r"\bje (?:ne )?suis (?:qu['’])?une? (?:ia|intelligence artificielle|modèle de langage)\b",
            # de
            r"\bals (?:eine? )?(?:ki|künstliche intelligenz|(?:großes )?sprachmodell"
            r"|ki-(?:modell|assistent|sprachmodell)),? (?:(?:kann|habe|darf|bin|werde) )?ich\b",
            r"\bich bin (?:nur )?(?:eine? )?(?:ki\b|künstliche intelligenz|sprachmodell|ki-)",
            # it
            r"\bin quanto (?:ia|intelligenza artificiale|modello linguistico),? (?:non |io\b)",
        )
    ),
    re.IGNORECASE,
)
# At the beginning of a paragraph, where a refusal stands; in the middle of one it is somebody's line in a dialogue.
_OPENING = re.compile(
    "|".join(
        (
            # en
            r"(?:i['’]m sorry|i am sorry|sorry|i apologi[sz]e|my apologies|unfortunately)[,.]?(?: but)?,? "
            r"i(?:['’]m| am)? (?:can['’]?t|can ?not|won['’]t|will not|unable to|not able to|don['’]t feel)",
            r"i (?:can['’]?t|can ?not|won['’]t|am unable to|am not able to) "
            r"(?:help|assist|provide|create|write|generate|fulfil|comply|produce|continue|complete)\b",
            # es
            r"(?:lo siento|lo lamento|lamento|disculp[ae]|perdón)[,.]?(?: pero)?,? no (?:puedo|me es posible|estoy)",
            r"no puedo (?:ayudar|asistir|proporcionar|crear|escribir|generar|cumplir|continuar)(?:te|le|la|lo)?\b",
            # pt
            r"(?:desculpe|me desculpe|sinto muito|lamento)[,.]?(?: mas)?,? (?:eu )?não (?:posso|consigo|me é possível)",
            r"não posso (?:ajudar|fornecer|criar|escrever|gerar|continuar)\b",
            # fr
            r"(?:je suis (?:vraiment )?désolée?|désolée?|je regrette)[,.]?(?: mais)?,? je ne (?:peux|suis)",
            r"je ne peux pas (?:vous )?(?:aider|fournir|créer|écrire|générer|rédiger|continuer|répondre)\b",
            # de
            r"(?:es tut mir leid|tut mir leid|leider|entschuldigung)[,.]?(?: aber)?,? "
            r"(?:das |dabei )?(?:kann ich|ich kann)",
            r"ich kann (?:ihnen |dir )?(?:dabei |diese\w* |das )?(?:\w+ )?nicht (?:helfen|schreiben|erstellen|weiter)",
            # it
            r"(?:mi dispiace|spiacente)[,.]?(?: ma)?,? non (?:posso|sono in grado)",
            # ja, zh, ar
            r"申し訳(?:ありません|ございません)が|(?:很)?抱歉[,,]?\s*(?:我|但)|(?:عذر[اً]+|آسف|أعتذر)[،,]?",
        )
    ),
    re.IGNORECASE,
)
# At the beginning of the last paragraph: an offer to the one who asked.
_CLOSING = re.compile(
    r"(?:i hope (?:this|that) helps|let me know if|would you like me to|feel free to ask|espero que (?:esto )?te|"
    r"¿(?:quieres|desea) que|avísame si|espero ter ajudado|n['’]hésitez pas à me|dites-moi si|"
    r"lass(?:en sie)? mich wissen)",
    re.IGNORECASE,
)


def talk_of_writing(paragraphs: list[str]) -> str | None:
    """Return the first words with which a text speaks of its own writing; None when it speaks of its subject.

    Parameters
    ----------
    paragraphs
        The prose, without code and quotations, in order.
    """
    for paragraph in paragraphs:
        found = _ANYWHERE.search(paragraph) or _OPENING.match(paragraph)
        if found:
            return found[0]
    closing = _CLOSING.match(paragraphs[-1]) if paragraphs else None
    return closing[0] if closing else None
