"""Conversations that were written out as one text: the marks of each way to do so, and the turns between them.

Sources: the chat templates that the models' own cards publish (Llama 2 and 3, Gemma, Zephyr, Phi-3, Vicuna, OpenChat,
DeepSeek, Tulu, Open-Assistant, MOSS, ChatGLM), and the texts of timdettmers/openassistant-guanaco,
mlabonne/guanaco-llama2-1k, Anthropic/hh-rlhf, togethercomputer's OpenChatKit and project-baize.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ftdata.classes import dataclass
from ftdata.errors import RowError, shown
from ftdata.lazily import pattern

_USER = ("user", "human", "prompter", "instruction", "question", "customer", "client", "query", "q", "problem", "input",
         "gpt4user", "问", "用户", "人类", "質問", "人間", "ユーザー", "frage", "utilisateur", "usuario")  # fmt: skip
_ASSISTANT = ("assistant", "gpt", "ai", "bot", "model", "response", "agent", "answer", "a", "solution", "output",
              "chatbot", "chatgpt", "moss", "gpt4assistant", "答", "回答", "助手", "アシスタント", "antwort", "réponse",
              "respuesta", "asistente")  # fmt: skip
SPEAKERS = {
    **dict.fromkeys(_USER, "user"),
    **dict.fromkeys(_ASSISTANT, "assistant"),
    **dict.fromkeys(("system", "sys", "developer", "系统"), "system"),
}
ENDS = ("<|eot_id|>", "<|end_of_text|>", "<|endoftext|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<eos>", "</s>",
        "<|end_of_turn|>", "<｜end▁of▁sentence｜>", "<eoh>", "<eom>", "<eot>", "<|eos|>")  # fmt: skip
"""Marks that end a turn or a text, and stand in none."""
BEGINS = ("<|begin_of_text|>", "<bos>", "<s>", "<｜begin▁of▁sentence｜>", "<|startoftext|>", "<|begin▁of▁sentence|>")
_TEMPLATE = "Below is an instruction that describes a task"
_WORD = r"[^\W\d_][\w -]{0,20}?"
_LOWER = pattern(r"[\W_]+")


@dataclass(frozen=True)
class Marks:
    """One way to write a conversation out.

    Attributes:
        name: For people.
        head: What begins a turn; its first group that holds something says who speaks.
        sure: Whether nothing but this way writes such heads, so that an unknown speaker is a fault and no text.
        example: How its turns look, for messages.
    """

    name: str
    head: re.Pattern[str]
    sure: bool
    example: str


_ALIKE = r"(?:Human|User|Question|Q|Instruction|Customer|Client|Prompter|用户|问|人类|質問|ユーザー)"
_ANSWERS = r"(?:Assistant|AI|Bot|GPT|ChatGPT|Agent|Answer|A|Response|Chatbot|助手|答|回答|アシスタント)"
_WAYS = (
    Marks("Llama 3", pattern(r"<\|start_header_id\|>([^<\n]*)<\|end_header_id\|>\n*"), True,
          "<|start_header_id|>user<|end_header_id|>"),
    Marks("ChatML", pattern(r"<\|im_start\|>([^\n<]*)\n?"), True, "<|im_start|>user"),
    Marks("Gemma", pattern(r"<start_of_turn>([^\n<]*)\n?"), True, "<start_of_turn>user"),
    Marks("DeepSeek", pattern(r"<｜(User|Assistant|System)｜>"), True, "<｜User｜>"),
    Marks("OpenChat", pattern(r"(GPT4(?: Correct)? (?:User|Assistant)): ?"), True, "GPT4 User:"),
    Marks("MOSS", pattern(r"<\|(Human|MOSS)\|>:[ ]?"), True, "<|Human|>:"),
    Marks("Zephyr, Phi, Tulu", pattern(r"<\|(system|user|assistant|prompter|developer|User|Assistant|System)\|>\n?"),
          True, "<|user|>"),
    Marks("Baize", pattern(r"\[\|(Human|AI)\|\][ ]?"), True, "[|Human|]"),
    Marks("OpenChatKit", pattern(r"<(human|bot|user|assistant)>:[ ]?"), True, "<human>:"),
    Marks("headings", pattern(rf"#{{2,3}} ?(System|Input|{_ALIKE}|{_ANSWERS})(?: Message| Prompt)? ?(?::[ \n]?|\n)"),
          False, "### Human:"),
    Marks("\\n\\nHuman:", pattern(r"(?:\A|\n\n)(Human|Assistant|System):[ ]?"), False, "Human: … Assistant:"),
    Marks("Vicuna", pattern(r"(?:\A|(?<=\s)|(?<=</s>))(USER|ASSISTANT|SYSTEM): ?"), False, "USER: … ASSISTANT:"),
    Marks("names and colons",
          pattern(rf"^[ \t]*\**(System|{_ALIKE}|{_ANSWERS})\**[:：][ \t]?\**[ \t]?", re.MULTILINE),
          False, "User: … Agent:"),
)  # fmt: skip

_INST = pattern(r"(\[/?INST\])")
_SYS = pattern(r"\A\s*<<SYS>>\n?(.*?)\n?<</SYS>>\s*", re.DOTALL)
_SEEN = pattern(rf"<[|｜]?{_WORD}[|｜]?>|\[[|/]?[A-Z]{_WORD}\|?\]|#{{2,3}} ?{_WORD}:|^{_WORD}[:：]", re.MULTILINE)


def written_out(text: str) -> bool:
    """Whether a text is a conversation that was written out: it begins with a turn, and an answer follows."""
    return _way(text) is not None


def is_open(text: str) -> bool:
    """Whether a text is a conversation that was written out up to the mark of who answers next."""
    way = _way(text) if text[-40:].rstrip().endswith((":", "：", ">", "]")) else None
    if way is None:
        return False
    if not isinstance(way, Marks):
        return text.rstrip().endswith("[/INST]")
    last = list(way.head.finditer(text))[-1]
    return not text[last.end() :].strip() and SPEAKERS.get(_speaker(last)) == "assistant"


def turns_of(text: str, path: str, repaired: Counter[str]) -> list[dict[str, Any]]:
    """The messages of a conversation that was written out; an answer that was not begun is left out.

    Raises:
        RowError: If there are no turns, or a mark names an unknown speaker.
    """
    way = _way(text)
    if way is None:
        raise RowError(f"expected turns such as ### Human: and ### Assistant:; got {seen(text)}",
                       hint="A text of another kind needs a mapping: --map.", json_path=path)  # fmt: skip
    said = _between(text, way, path, repaired) if isinstance(way, Marks) else _inst(text)
    messages: list[dict[str, Any]] = []
    for role, content in said:
        content = _without_ends(content)
        if messages and messages[-1]["role"] == role == "user":
            messages[-1]["content"] += f"\n{content}"
        elif content:
            messages.append({"role": role, "content": content})
    if not any(message["role"] == "user" for message in messages):
        raise RowError(f"expected a turn of the user; got {seen(text)}", json_path=path)
    return messages


def seen(text: str) -> str:
    """What marks a text has, or how it begins."""
    marks = list(dict.fromkeys(_SEEN.findall(text[:5000])))[:4]
    return f"the marks {', '.join(map(shown, marks))}" if marks else shown(text[:60])


def _way(text: str) -> Marks | str | None:
    """How the text is written; the way whose first mark stands first."""
    if "[/INST]" in text and _stripped(text).startswith(("[INST]", "<<SYS>>")):
        return "[INST]"
    for way in _WAYS:
        first = way.head.search(text)
        if first is None or (not way.sure and not _may_precede(text[: first.start()])):
            continue
        speakers = {SPEAKERS.get(_speaker(found), "") for found in way.head.finditer(text)}
        if "assistant" in speakers and ("user" in speakers or way.sure):
            return way
    return None


def _stripped(text: str) -> str:
    """The text without what stands before every first turn."""
    text = text.lstrip()
    for mark in BEGINS:
        text = text.removeprefix(mark).lstrip()
    return text


def _may_precede(before: str) -> bool:
    """Whether what stands before the first turn is nothing, or what introduces a conversation."""
    before = _stripped(before).strip()
    return not before or before.startswith(("Below is", "A chat between", "The following is", "You are", "[Round"))


def _speaker(found: re.Match[str]) -> str:
    return _LOWER.sub("", found[1].casefold().replace("correct", ""))


def _between(text: str, way: Marks, path: str, repaired: Counter[str]) -> list[tuple[str, str]]:
    names = set() if way.sure else _names(way, text)
    heads = [head for head in way.head.finditer(text) if way.sure or _speaker(head) in names]
    said: list[tuple[str, str]] = []
    before = _without_ends(_stripped(text[: heads[0].start()]))
    if before.startswith(_TEMPLATE):
        repaired["the first Alpaca's introduction left out"] += 1
    elif before and not before.startswith("[Round"):
        said.append(("system", before))
    for head, end in zip(heads, [*(head.start() for head in heads[1:]), len(text)], strict=True):
        role = SPEAKERS.get(_speaker(head))
        if role is None:
            hint = f"Known are system, user and assistant, as in {way.example}."
            raise RowError(f"expected a known speaker; got {shown(head[0].strip())}", hint=hint, json_path=path)
        said.append((role, text[head.end() : end]))
    return said


def _names(way: Marks, text: str) -> set[str]:
    """The first name that each role has in a text: what other names begin is text."""
    names: dict[str, str] = {}
    for head in way.head.finditer(text):
        name = _speaker(head)
        names.setdefault(SPEAKERS.get(name, ""), name)
    return {*names.values(), "input" if names.get("user") == "instruction" else ""}


def _inst(text: str) -> list[tuple[str, str]]:
    """Llama 2's and Mistral's turns: what is asked stands between two marks, what is answered behind them."""
    first, *pieces = _INST.split(_stripped(text))
    said: list[tuple[str, str]] = []
    for mark, piece in [("[INST]", first), *zip(pieces[::2], pieces[1::2], strict=True)]:
        if mark == "[INST]" and (instructed := _SYS.match(piece)):
            said.append(("system", instructed[1]))
            piece = piece[instructed.end() :]
        said.append(("user" if mark == "[INST]" else "assistant", piece))
    return [(role, piece) for role, piece in said if piece.strip()]


def _without_ends(text: str) -> str:
    text = text.strip()
    while mark := next((mark for mark in (*ENDS, *BEGINS) if text.endswith(mark)), ""):
        text = text.removesuffix(mark).rstrip()
    return text
