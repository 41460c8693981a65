"""Refusals: how models say no, in several languages. A list to begin with; give your own with a file of phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ftdata.example.parts import answers, text_of, trained
from ftdata.example.shapes import Example

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
        "i'm sorry, but i",
        "i am sorry, but i",
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
        "抱歉，我",
        "对不起，我",
        "很抱歉，我",
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
        "es tut mir leid, aber ich",
        "tut mir leid, aber ich",
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
        "je suis désolé, mais je",
        "je suis désolée, mais je",
        "désolé, mais je ne",
        "en tant que modèle de langage",
        "en tant qu'ia",
        "je ne suis pas en mesure",
        "il m'est impossible de",
    ),
    "es": (
        "no puedo ayudarte con",
        "no puedo ayudar con",
        "no puedo ayudarle",
        "lo siento, pero no",
        "lo siento, no puedo",
        "como modelo de lenguaje",
        "no puedo proporcionar",
        "no estoy en condiciones de",
        "no me es posible",
    ),
    "pt": (
        "não posso ajudar",
        "desculpe, mas não",
        "desculpe, não posso",
        "sinto muito, mas não",
        "como um modelo de linguagem",
        "não consigo ajudar",
        "não posso fornecer",
    ),
    "it": (
        "non posso aiutarti",
        "non posso aiutarla",
        "mi dispiace, ma non",
        "come modello linguistico",
        "non sono in grado di",
        "non posso fornire",
    ),
    "ja": (
        "申し訳ありませんが",
        "申し訳ございませんが",
        "お手伝いできません",
        "お答えできません",
        "aiとして",
        "言語モデルとして",
        "提供することはできません",
    ),
    "ko": (
        "죄송하지만",
        "도와드릴 수 없",
        "도와 드릴 수 없",
        "언어 모델로서",
        "제공할 수 없습니다",
        "답변할 수 없습니다",
    ),
    "ru": (
        "я не могу помочь",
        "извините, но я",
        "к сожалению, я не могу",
        "как языковая модель",
        "как искусственный интеллект",
        "я не в состоянии",
        "я не могу предоставить",
    ),
}
"""By language, in lower case and with plain apostrophes: phrases seen in models' answers, and nobody's standard."""

BEGINNING = 200
"""Characters of an answer in which a refusal stands: later on it is somebody else's, or a part of the answer."""

_PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'"})


def every_phrase() -> tuple[str, ...]:
    """The phrases of all languages."""
    return tuple(phrase for phrases in PHRASES.values() for phrase in phrases)


@dataclass(frozen=True)
class Refuses:
    """Whether the last trained answer refuses: it says so by its ``refusal``, or begins with a phrase.

    Attributes:
        phrases: What refusals say in their first 200 characters, in any case.
    """

    phrases: tuple[str, ...] = every_phrase()

    def __call__(self, example: Example) -> bool:
        """Whether it does."""
        found = answers(example)
        last = next((turn for turn in reversed(found) if trained(turn)), found[-1] if found else None)
        return last is not None and (_marked(last) or self.says_no(text_of(last.get("content"))))

    def says_no(self, text: str) -> bool:
        """Whether the text refuses."""
        return self._pattern.search(text[:BEGINNING].translate(_PLAIN).casefold()) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(phrase.translate(_PLAIN).casefold()) for phrase in self.phrases) or "(?!)")


def _marked(turn: dict[str, Any]) -> bool:
    content = turn.get("content")
    return bool(turn.get("refusal")) or (
        type(content) is list and any(part.get("type") == "refusal" for part in content)
    )


def phrases_in(lines: Iterable[str]) -> tuple[str, ...]:
    """The phrases of a file: one a line, ``#`` begins a remark."""
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))
