"""What columns are likely to be for, by their names and by what they hold: for proposals, never for decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from ftdata.classes import dataclass
from ftdata.example.words import ROLES
from ftdata.facts import columns
from ftdata.facts.names import SIDES

if TYPE_CHECKING:
    from ftdata.profile.columns import Column, Rows

Likely = Literal[
    "user", "assistant", "system", "label", "role", "group", "id", "time", "order", "weight", "metadata", "empty"
]

_NAMES: dict[Likely, str] = {
    "system": "system system_prompt",
    "assistant": "assistant answer response output completion reply target solution summary translation gold",
    "label": "label category class intent queue topic tag sentiment department route team",
    "role": "role speaker sender from author actor participant sender_type author_role who",
    "group": "conversation conversation_id session session_id thread thread_id dialog_id dialogue_id dialog dialogue "
    "chat_id chat case_id call_id",
    "time": "time timestamp ts date datetime created created_at sent sent_at updated_at",
    "order": "turn turn_id turn_index turn_number index position seq sequence order step message_index",
    "weight": "weight loss_weight",
    "id": "id uuid guid row_id",
    "user": "user question prompt instruction input query request body message text utterance subject title "
    "description problem context ticket email review comment sentence content passage source headline document article",
}
_ELSEWHERE: dict[Likely, str] = {
    "label": "kategorie klasse abteilung etikett catégorie étiquette classe categoría etiqueta clase 分类 类别 标签 "
    "意图 カテゴリ カテゴリー ラベル 分類",
    "role": "rolle absender rôle expéditeur rol remitente 角色 发送者 发送方 役割 送信者",
    "group": "gespräch_id gesprächs_id conversation_id conversación_id 会话_id 对话_id 会话id 对话id 会話_id 会話id",
    "time": "datum zeit uhrzeit zeitpunkt heure fecha hora 时间 日期 创建时间 日時 作成日時 日付",
    "id": "kennung nummer identifiant identificador 编号 序号 番号",
    "user": "text betreff nachricht sujet mensaje asunto 标题 内容 件名 本文",
}
"""Names in Chinese, Japanese, German, French and Spanish; those of questions and answers are facts of layouts."""
_FROM_LAYOUTS: dict[Likely, tuple[str, ...]] = {
    "system": columns.SYSTEM,
    "assistant": tuple(name for name in columns.ANSWERED if name not in ("doctor", "bot", "gpt", "chatgpt")),
    "user": tuple(name for name in columns.ASKED if name != "patient"),
}
_ROLE_OF_NAME = {
    **{name: role for role, names in reversed(_FROM_LAYOUTS.items()) for name in names},
    **{
        name: role
        for known in (_ELSEWHERE, _NAMES)
        for role, names in reversed(known.items())
        for name in names.split()
    },
}

_COUNTS = frozenset((
    "num", "number", "count", "counts", "total", "avg", "average", "mean", "max", "min", "score", "scores", "rating",
    "length", "len", "tokens", "duration", "seconds", "minutes", "hours", "latency", "cost", "price", "votes", "rank",
    "url", "link", "anzahl", "nombre", "número", "数量", "时长", "長さ", "件数",
))  # fmt: skip
"""Words of names whose columns count or measure: no text of anybody's, whatever else the name says."""
WEAK = frozenset(("reference", "original", "expected", "gold", "ground", "old", "previous", "raw", "parent"))
"""Words of names whose columns stand beside the one that is meant, if there is one."""

_SPEAKERS = {
    **SIDES,
    **{role: role for role in ROLES},
}

_LABELS = 200  # distinct values that a column of labels may have
_LONG = 60  # characters that no column's name has


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is likely to be for, and why."""

    role: Likely
    why: str


def guesses(rows: Rows, *, named: bool = True) -> dict[str, Guess]:
    """The likely role of each column; `named` if the names are to be believed."""
    return {name: _guess(name if named else "", column, rows.rows) for name, column in rows.columns.items()}


def _guess(name: str, column: Column, rows: int) -> Guess:
    if not column.filled:
        return Guess("empty", "no row has it")
    if _measures(name):
        return Guess("metadata", "its name: it counts or measures")
    by_name = _by_name(name)
    values = _values(column)
    distinct = column.counts.distinct
    if by_name in ("role", None, "user") and values and len(values) > 1 and values <= _SPEAKERS.keys():
        return Guess("role", "its values are roles")
    if by_name == "role" and distinct <= 12:
        return Guess("role", "its name, and few values")
    if column.share("time") > 0.9:
        return Guess("time", "its values are times")
    if by_name == "weight" and values <= {"0", "1", "0.0", "1.0"}:
        return Guess("weight", "its name, and 0 and 1")
    if by_name in ("group", "id"):
        # Where not all values were kept, the most frequent one tells.
        top = column.counts.top(1)[0][1]
        repeated = top > 1 if column.counts.capped else distinct < column.filled * 0.9
        return Guess("group", "its name, and it repeats") if repeated else Guess("id", "its name, and all distinct")
    if by_name in ("time", "order") and column.kind in ("integer", "decimal"):
        return Guess(by_name, "its name, and numbers")
    if by_name == "user" and distinct == 1 and rows > 1:
        return Guess("metadata", "always the same")
    if by_name in ("system", "assistant", "user", "label") and column.kind not in ("decimal", "time"):
        return Guess(by_name, "its name")
    return _by_content(column, rows)


def _by_content(column: Column, rows: int) -> Guess:
    distinct, median = column.counts.distinct, column.lengths.median
    if column.kind == "text":
        if distinct == 1 and rows > 1:
            return Guess("system", "one long text for all") if median > 40 else Guess("metadata", "always the same")
        few = distinct <= min(_LABELS, max(2, rows // 3)) and column.lengths.longest <= _LONG
        if few and (distinct < column.filled or median < 20):
            return Guess("label", f"{distinct} short values")
        if median >= 20:
            return Guess("user", "longer texts")
        if distinct == column.filled and rows > 2 and not any(" " in value for value, _ in column.counts.top(20)):
            return Guess("id", "one word each, all distinct")
        return Guess("user", "texts") if distinct > _LABELS else Guess("metadata", "short texts")
    return Guess("metadata", column.kind)


def words_of(name: str) -> list[str]:
    """The words of a column's name, without what stands in brackets."""
    bare = name.partition("(")[0].strip() or name
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+", bare)]


def _by_name(name: str) -> Likely | None:
    """The role that a name speaks of: all of it, or its last word."""
    words = words_of(name)
    return _ROLE_OF_NAME.get("_".join(words)) or (_ROLE_OF_NAME.get(words[-1]) if words else None)


def _measures(name: str) -> bool:
    """Whether a name is of what somebody counted or measured."""
    words = words_of(name)
    return len(words) > 0 and not _COUNTS.isdisjoint((words[0], words[-1])) and "_".join(words) not in _ROLE_OF_NAME


def _values(column: Column) -> set[str]:
    """The column's values, if they are few."""
    if column.counts.capped or len(column.counts.counts) > 20:
        return set()
    return {re.sub(r"\W", "", value.casefold()) for value in column.counts.counts}


def headerless(columns: Iterable[str], rows: Rows) -> str:
    """Why the first line looks like data and not like names of columns; empty if it does not."""
    names = [name for name in columns if name in rows.columns]
    repeated = [name for name in names if name in _stripped(rows.columns[name])]
    if repeated and len(repeated) < len(names):
        return f'"{repeated[0]}" also stands in the column below it'
    for name in names:
        if re.fullmatch(r"[+-]?\d+([.,]\d+)?|\d{4}-\d\d-\d\d.*", name):
            return f'"{name}" is not a name'
        if len(name) > _LONG:
            return f'"{name[:_LONG]}…" is longer than names are'
    return ""


def _stripped(column: Column) -> set[str]:
    return {value.strip() for value in column.counts.counts}


def role_map(column: Column) -> tuple[dict[str, str], list[str]]:
    """What the values of a role column mean, those that are no role yet; and the values that were guessed."""
    values = [value.strip() for value in column.counts.counts]
    plain = {value: re.sub(r"\W", "", value.casefold()) for value in values}
    known = {value: _SPEAKERS.get(word, "") for value, word in plain.items()}
    guessed = [value for value in values if not known[value]]
    for value in guessed:
        taken = set(known.values())
        known[value] = next((role for role in ("user", "assistant") if role not in taken), "drop")
    return {value: role for value, role in known.items() if value.casefold() != role}, guessed


def of_role(found: Mapping[str, Guess], *roles: Likely) -> list[str]:
    """The columns of these roles, in the order of the roles and then of the columns."""
    return [name for role in roles for name, guess in found.items() if guess.role == role]
