"""The names that public training sets and tables give to their columns, by what a column is for.

Sources: the cards of well-known public sets (each layout names its own), LLaMA-Factory's and axolotl's documented
columns; headers of tables in Chinese, Japanese, German, French and Spanish as questionnaires and help desks write them.
The order is the order of preference: of several columns for one thing, the first is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ftdata.lazily import pattern

For = Literal["asked", "answered", "context", "system", "history", "turns", "thoughts", "tools", "target", "image"]
"""What a column is for."""

ASKED = (
    "instruction", "prompt", "question", "query", "problem", "inputs", "input", "user", "human", "request",
    "user_prompt", "user_message", "user_input", "user_query", "user_question", "question_text", "problem_statement",
    "patient", "message_1", "客户问题", "用户问题", "问题", "提问", "指令", "用户输入", "输入", "用户", "问",
    "題目", "问句", "問題",
    "質問", "質問文", "指示", "入力", "お問い合わせ", "ユーザー", "frage", "anweisung", "aufgabe", "eingabe", "anfrage",
    "benutzer", "kundenfrage", "consigne", "requête", "requete", "demande", "utilisateur", "pregunta", "instrucción",
    "instruccion", "consulta", "entrada", "solicitud", "usuario",
)  # fmt: skip
ANSWERED = (
    "generated_solution", "response", "output", "completion", "generation", "outputs", "targets", "target", "solution",
    "answer", "reply", "assistant", "gpt", "chatgpt", "bot", "responses", "answer_text", "best_answer",
    "model_response",
    "model_answer", "model_output", "assistant_response", "ai_response", "bot_response", "generated_answer",
    "generated_text", "generated_response", "gpt_response", "response_text", "final_response", "doctor",
    "correct_answer", "canonical_solution", "message_2",
    "客服回复", "标准答案", "回答", "答案", "输出", "回复", "答复", "助手", "答",
    "解答", "応答", "返答", "返信", "出力", "アシスタント",
    "antwort", "ausgabe", "lösung", "loesung", "réponse", "reponse", "sortie", "respuesta", "salida", "solución",
    "solucion", "asistente",
)  # fmt: skip
CONTEXT = (
    "input", "context", "passage", "background", "document", "paragraph", "knowledge", "reference_context",
    "上下文", "背景", "文章", "材料", "コンテキスト", "文脈", "kontext", "contexte", "contexto",
)  # fmt: skip
SYSTEM = (
    "system", "system_prompt", "system_message", "system_instruction", "system_instructions", "sys_prompt",
    "系统提示词", "系统提示", "系统", "システムプロンプト", "システム", "systemprompt", "systemnachricht",
    "système", "sistema", "definition",
)  # fmt: skip
HISTORY = ("history", "chat_history", "conversation_history", "历史", "历史对话")
TURNS = (
    "messages", "conversations", "conversation", "dialogue", "dialog", "chat", "turns", "message_list", "utterances",
    "dialogs", "dialogues", "chats", "thread", "transcript", "trajectory", "traj", "对话", "会话", "消息",
    "对话内容", "会話", "対話", "gespräch",
    "unterhaltung", "dialogo", "diálogo", "conversación",
)  # fmt: skip
THOUGHTS = (
    "reasoning_content", "thinking", "reasoning", "thinking_trajectory", "thinking_trajectories", "reasoning_trace",
    "thought", "thoughts", "complex_cot", "cot", "chain_of_thought", "rationale", "trajectory", "think", "analysis",
    "thinking_process", "reasoning_process", "思考", "思考过程", "推理过程",
)  # fmt: skip
TOOLS = ("tools", "functions", "available_tools", "tool_definitions", "function_definitions", "function_description")
TARGET = ("target", "response", "answer", "answers", "output", "completion", "expected", "ground_truth", "label")
IMAGE = ("images", "image", "image_path", "image_url", "img", "图片", "画像")

NAMES: dict[For, tuple[str, ...]] = {
    "asked": ASKED,
    "answered": ANSWERED,
    "context": CONTEXT,
    "system": SYSTEM,
    "history": HISTORY,
    "turns": TURNS,
    "thoughts": THOUGHTS,
    "tools": TOOLS,
    "target": TARGET,
    "image": IMAGE,
}

BESIDE: dict[str, tuple[str, ...]] = {
    "solution": ("answer",),  # the solution ends with it
    "generated_solution": ("answer", "solution"),
    "output": ("solution",),
    "attempt": ("solution", "answer"),
    "response": ("target",),
}
"""Columns that have the name of an answer and are none, beside the one that is: references, final results."""

ALONE = frozenset(("correct_answer", "canonical_solution", "message_2"))
"""Columns that hold the answer only where no other does."""

WORDS = frozenset(("on", "off", "true", "false", "yes", "no", "none", "null", "low", "medium", "high", "auto",
                   "default", "y", "n", "0", "1"))  # fmt: skip
"""What stands in a column that switches something on, and is no text of anybody's."""

_CAMEL = pattern(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = pattern(r"[\W_]+")
_AS_TEXT = pattern(r"_(json|str|string|text)\Z")


def plain(name: str) -> str:
    """A column's name without what people write in different ways: case, spaces, punctuation.

    Examples:
        >>> plain("Complex_CoT"), plain("userMessage "), plain("Réponse")
        ('complex_cot', 'user_message', 'réponse')
    """
    cut = _OTHER.sub("_", name.strip())
    if not cut.isupper() and "_" not in cut:
        cut = _CAMEL.sub("_", cut)
    return cut.casefold().strip("_")


def bare(name: str) -> str:
    """The same without an ending that says how the value is written: ``messages_json``."""
    return _AS_TEXT.sub("", plain(name))


def by_plain_name(names: Iterable[str]) -> dict[str, str]:
    """The columns by their plain names; of two that are the same then, the first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(plain(name), name)
    for name in names:
        found.setdefault(bare(name), name)
    return found
