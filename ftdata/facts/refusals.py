"""Refusals: how models say no, in several languages. A list to begin with; give your own with a file of phrases.

Two kinds of phrase: those that refuse by themselves, and apologies, which refuse only when the same sentence says what
cannot be done ("I'm sorry, but I need your order number" asks for a detail).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.example.parts import last_answer, text_of
from ftdata.example.thoughts import said
from ftdata.facts.traces import Traces

if TYPE_CHECKING:
    from ftdata.example.words import Example

PHRASES: dict[str, tuple[str, ...]] = {
    "en": (
        "i cannot assist",
        "i can't assist",
        "i cannot help with",
        "i can't help with",
        "i cannot provide",
        "i can't provide",
        "i cannot fulfill",
        "i can't fulfill",
        "i cannot comply",
        "i can't comply",
        "i am unable to",
        "i'm unable to",
        "i am not able to",
        "i'm not able to",
        "i won't be able to",
        "as an ai language model",
        "as a large language model",
        "as an ai assistant, i",
        "i must decline",
        "i cannot do that",
        "i can't do that",
        "i cannot answer",
        "i can't answer",
        "i cannot generate",
        "i can't generate",
        "i cannot create",
        "i can't create",
    ),
    "zh": (
        "我无法",
        "我不能",
        "作为一个人工智能",
        "作为人工智能",
        "作为一个ai",
        "作为ai",
        "作为一个语言模型",
        "我没有办法",
        "無法提供",
        "无法提供",
        "我拒绝",
    ),
    "de": (
        "ich kann dabei nicht helfen",
        "ich kann ihnen dabei nicht",
        "ich kann dir dabei nicht",
        "als ki-sprachmodell",
        "als ki-modell",
        "ich bin nicht in der lage",
        "ich darf keine",
        "dabei kann ich nicht",
    ),
    "fr": (
        "je ne peux pas vous aider",
        "je ne peux pas t'aider",
        "je ne peux pas répondre",
        "en tant que modèle de langage",
        "en tant qu'ia",
        "je ne suis pas en mesure",
        "il m'est impossible de",
    ),
    "es": (
        "no puedo ayudarte con",
        "no puedo ayudar con",
        "no puedo ayudarle",
        "lo siento, no puedo",
        "como modelo de lenguaje",
        "no puedo proporcionar",
        "no estoy en condiciones de",
        "no me es posible",
    ),
    "pt": (
        "não posso ajudar",
        "desculpe, não posso",
        "como um modelo de linguagem",
        "não consigo ajudar",
        "não posso fornecer",
    ),
    "it": (
        "non posso aiutarti",
        "non posso aiutarla",
        "come modello linguistico",
        "non sono in grado di",
        "non posso fornire",
    ),
    "ja": (
        "お手伝いできません",
        "お答えできません",
        "aiとして",
        "言語モデルとして",
        "提供することはできません",
    ),
    "ko": (
        "도와드릴 수 없",
        "도와 드릴 수 없",
        "언어 모델로서",
        "제공할 수 없습니다",
        "답변할 수 없습니다",
    ),
    "ru": (
        "я не могу помочь",
        "к сожалению, я не могу",
        "как языковая модель",
        "как искусственный интеллект",
        "я не в состоянии",
        "я не могу предоставить",
    ),
}
"""By language, in lower case and with plain apostrophes: phrases seen in models' answers, and nobody's standard."""

APOLOGIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        ("sorry", "apologize", "apologise", "unfortunately", "my apologies"),
        (
            "i can't", "i cannot", "i can not", "i won't", "i will not", "unable", "not able", "i must decline",
            "we can't", "we cannot", "but i don't", "but i do not", "can't help", "cannot help", "not allowed",
        ),
    ),
    "zh": (("抱歉", "对不起", "對不起", "不好意思"), ("无法", "不能", "無法", "没有办法", "不便", "拒绝")),
    "de": (
        ("tut mir leid", "leider", "entschuldigung"),
        ("kann ich", "ich kann", "darf ich", "ich darf", "nicht in der lage"),
    ),
    "fr": (
        ("désolé", "malheureusement", "je regrette"),
        ("je ne peux", "je ne suis pas en mesure", "impossible", "je ne puis"),
    ),
    "es": (
        ("lo siento", "lamentablemente", "perdona", "disculp"),
        ("no puedo", "no es posible", "no me es posible", "no estoy"),
    ),
    "pt": (("desculp", "sinto muito", "infelizmente", "lamento"), ("não posso", "não consigo", "não é possível")),
    "it": (("mi dispiace", "purtroppo", "mi spiace"), ("non posso", "non sono in grado", "non è possibile")),
    "ja": (("申し訳", "すみません", "残念ながら"), ("できません", "できかねます", "いたしかねます", "お答えしかね")),
    "ko": (("죄송", "유감"), ("수 없", "할 수가 없", "어렵습니다", "불가능")),
    "ru": (("извините", "простите", "к сожалению", "мне жаль"), ("не могу", "не в состоянии", "не имею возможности")),
}  # fmt: skip
"""By language: how a sentence apologises, and what it must say then to refuse; in lower case."""

BEGINNING = 200
"""Characters of an answer in which a refusal stands: later on it is somebody else's, or a part of the answer."""

_ENDS = ".!?。！？\n"


def every_phrase() -> tuple[str, ...]:
    """The phrases of all languages that refuse by themselves."""
    return tuple(phrase for phrases in PHRASES.values() for phrase in phrases)


def _folded(text: str) -> str:
    return text.replace("’", "'").replace("‘", "'").replace("`", "'").casefold()  # ten times as fast as translate


@dataclass(frozen=True)
class Refuses:
    """Whether the last trained answer refuses: it says so by its ``refusal``, or its first 200 characters do.

    Thoughts before the answer are looked past.

    Attributes:
        phrases: What refusals say, in any case; by default, the phrases and apologies that ftdata knows.
    """

    phrases: tuple[str, ...] | None = None

    def __call__(self, example: Example) -> bool:
        """Whether it does."""
        last = last_answer(example)
        return last is not None and (_marked(last) or self.says_no(text_of(last.get("content"))))

    def says_no(self, text: str) -> bool:
        """Whether the text refuses."""
        text = said(text) or text
        return self._traces.found_in(_folded(text[:BEGINNING]))

    @cached_property
    def _traces(self) -> Traces:
        phrases = every_phrase() if self.phrases is None else self.phrases
        pieces = [re.escape(_folded(phrase)) for phrase in phrases]
        pieces += [_apology(*spoken) for spoken in APOLOGIES.values()] if self.phrases is None else []
        return Traces(*pieces)


def _apology(openers: tuple[str, ...], denials: tuple[str, ...]) -> str:
    said, denied = ("|".join(map(re.escape, map(_folded, words))) for words in (openers, denials))
    return f"(?:{said})[^{_ENDS}]{{0,60}}(?:{denied})"


REFUSES = Refuses()
"""With the phrases that ftdata knows."""


def _marked(turn: dict[str, Any]) -> bool:
    content = turn.get("content")
    return bool(turn.get("refusal")) or (
        type(content) is list and any(part.get("type") == "refusal" for part in content)
    )


def phrases_in(lines: Iterable[str]) -> tuple[str, ...]:
    """The phrases of a file: one a line, ``#`` begins a remark."""
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))
