"""Rows as public sets have them (re-typed with words of our own, the set named), and what must come of each."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Row = dict[str, Any]


class Case(NamedTuple):
    """A row and what comes of it.

    Attributes:
        read: The layout or the format that reads it.
        row: The row.
        made: The examples, or the reason of a drop.
    """

    read: str
    row: Row
    made: list[Row] | str


Q, A, B = "Why do leaves fall?", "Trees save water in winter.", "They are tired."


def user(text: Any) -> Row:
    return {"role": "user", "content": text}


def said(text: Any, **more: Any) -> Row:
    return {"role": "assistant", "content": text, **more}


def system(text: str) -> Row:
    return {"role": "system", "content": text}


def chat(*messages: Row, **metadata: Any) -> list[Row]:
    return [{"messages": list(messages), **({"metadata": metadata} if metadata else {})}]


def pair(*asked: Row, better: str = A, worse: str = B, **metadata: Any) -> list[Row]:
    sides = {"preferred_output": [said(better)], "non_preferred_output": [said(worse)]}
    return [{"input": {"messages": list(asked)}, **sides, **({"metadata": metadata} if metadata else {})}]


ONE = chat(user(Q), said(A))
PAIR = pair(user(Q))
DIALOGUE = [user(Q), said(A)]
OTHER = [user(Q), said(B)]
HUMAN = f"\n\nHuman: {Q}\n\nAssistant: {A}"
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {}}}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "find", "arguments": '{"q": "leaves"}'}}

# fmt: off
CASES: dict[str, Case] = {
    # -- a question and its answer
    "databricks/databricks-dolly-15k": Case(
        "question-and-answer",
        {"instruction": Q, "context": "Leaves cost water.", "response": A, "category": "closed_qa"},
        chat(user(f"{Q}\nLeaves cost water."), said(A), category="closed_qa"),
    ),
    "databricks/databricks-dolly-15k without context": Case(
        "question-and-answer", {"instruction": Q, "context": "", "response": A}, ONE
    ),
    "meta-math/MetaMathQA": Case(
        "question-and-answer",
        {"type": "GSM_Rephrased", "query": Q, "original_question": "Why?", "response": A},
        chat(user(Q), said(A), type="GSM_Rephrased", original_question="Why?"),
    ),
    "microsoft/orca-math-word-problems-200k": Case("question-and-answer", {"question": Q, "answer": A}, ONE),
    "Open-Orca/OpenOrca": Case(
        "question-and-answer",
        {"id": "niv.1", "system_prompt": "Think.", "question": Q, "response": A},
        chat(system("Think."), user(Q), said(A), id="niv.1"),
    ),
    "nvidia/HelpSteer2": Case(
        "question-and-answer",
        {"prompt": Q, "response": A, "helpfulness": 4, "verbosity": 1},
        chat(user(Q), said(A), helpfulness=4, verbosity=1),
    ),
    "nvidia/OpenMathInstruct-2": Case(
        "question-and-answer",
        {"problem": Q, "generated_solution": A, "expected_answer": "7", "problem_source": "math"},
        chat(user(Q), said(A), expected_answer="7", problem_source="math"),
    ),
    "CohereForAI/aya_dataset": Case(
        "question-and-answer",
        {"inputs": Q, "targets": A, "language_code": "eng", "user_id": "u1"},
        chat(user(Q), said(A), language_code="eng", user_id="u1"),
    ),
    "YeungNLP/firefly-train-1.1M": Case(
        "question-and-answer", {"kind": "NLI", "input": Q, "target": A}, chat(user(Q), said(A), kind="NLI")
    ),
    "GAIR/LIMO": Case(
        "question-and-answer", {"question": Q, "solution": A, "answer": "7"}, chat(user(Q), said(A), answer="7")
    ),
    "ise-uiuc/Magicoder-OSS-Instruct-75K": Case(
        "question-and-answer",
        {"lang": "python", "index": 5, "seed": "x = 1", "problem": Q, "solution": A},
        chat(user(Q), said(A), lang="python", index=5, seed="x = 1"),
    ),
    "THUDM/webglm-qa": Case(
        "question-and-answer",
        {"question": Q, "answer": A, "references": ["one", "two"]},
        chat(user(Q), said(A), references=["one", "two"]),
    ),
    "mental health counselling, titles": Case("question-and-answer", {"Context": Q, "Response": A}, ONE),
    "a Chinese table": Case("question-and-answer", {"问题": Q, "答案": A, "来源": "web"}, chat(user(Q), said(A), 来源="web")),
    "a German table": Case("question-and-answer", {"Frage": Q, "Antwort": A}, ONE),
    "a French table": Case("question-and-answer", {"Question": Q, "Réponse": A}, ONE),
    "a Spanish table": Case("question-and-answer", {"Pregunta": Q, "Respuesta": A}, ONE),
    "a Japanese table": Case("question-and-answer", {"質問": Q, "回答": A}, ONE),
    "an answer that is a number": Case("question-and-answer", {"question": "6 x 7?", "answer": 42},
                                       chat(user("6 x 7?"), said("42"))),
    "labelled answers": Case(
        "question-and-answer",
        {"prompt": Q, "response": A, "label": True},
        chat(user(Q), said(A), kto_tag=True),
    ),
    "system beside prompt and completion": Case(
        "system-prompt-and-completion",
        {"system": "Think.", "prompt": Q, "completion": A},
        chat(system("Think."), user(Q), said(A)),
    ),
    "history beside a question": Case(
        "question-and-answer",
        {"prompt": "And pines?", "response": "They keep theirs.", "history": [[Q, A]]},
        chat(user(Q), said(A), user("And pines?"), said("They keep theirs.")),
    ),
    "cais/mmlu": Case(
        "choices",
        {"question": Q, "subject": "trees", "choices": ["Wind.", "Water."], "answer": 1},
        chat(user(f"{Q}\nA. Wind.\nB. Water."), said("B. Water."), subject="trees"),
    ),
    "allenai/ai2_arc": Case(
        "choices",
        {"id": "x", "question": Q, "choices": {"text": ["Wind.", "Water."], "label": ["1", "2"]}, "answerKey": "1"},
        chat(user(f"{Q}\n1. Wind.\n2. Water."), said("1. Wind."), id="x"),
    ),
    # -- thoughts
    "simplescaling/s1K": Case(
        "thoughts",
        {"question": Q, "solution": "s", "attempt": A, "thinking_trajectories": ["Water is short."], "cot": None},
        chat(user(Q), said(A, reasoning_content="Water is short."), solution="s"),
    ),
    "simplescaling/s1K-1.1": Case(
        "thoughts",
        {"question": Q, "solution": "s", "gemini_thinking_trajectory": "Cold.", "gemini_attempt": B,
         "deepseek_thinking_trajectory": "Water.", "deepseek_attempt": A},
        [*chat(user(Q), said(B, reasoning_content="Cold."), solution="s", teacher="gemini"),
         *chat(user(Q), said(A, reasoning_content="Water."), solution="s", teacher="deepseek")],
    ),
    "FreedomIntelligence/medical-o1-reasoning-SFT": Case(
        "thoughts",
        {"Question": Q, "Complex_CoT": "Water is short.", "Response": A},
        chat(user(Q), said(A, reasoning_content="Water is short.")),
    ),
    "Congliu/Chinese-DeepSeek-R1-Distill-data-110k": Case(
        "thoughts",
        {"input": Q, "content": A, "reasoning_content": "Water is short.", "score": 9},
        chat(user(Q), said(A, reasoning_content="Water is short."), score=9),
    ),
    "alpaca with a column of reasoning": Case(
        "thoughts",
        {"instruction": Q, "input": "", "output": A, "reasoning": "Water is short."},
        chat(user(Q), said(A, reasoning_content="Water is short.")),
    ),
    "HuggingFaceH4/Multilingual-Thinking": Case(
        "openai",
        {"reasoning_language": "French", "user": Q, "analysis": "De l'eau.", "final": A,
         "messages": [{"role": "user", "content": Q, "thinking": None},
                      {"role": "assistant", "content": A, "thinking": "De l'eau."}]},
        [{"reasoning_language": "French", "user": Q, "analysis": "De l'eau.", "final": A,
          "messages": [user(Q), said(A, reasoning_content="De l'eau.")]}],
    ),
    "open-r1/OpenR1-Math-220k": Case(
        "messages-with-thoughts",
        {"problem": Q, "solution": "s", "messages": [user(Q), said(f"<think>\nWater.\n</think>\n\n{A}")]},
        chat(user(Q), said(A, reasoning_content="Water."), problem=Q, solution="s"),
    ),
    "an answer that begins with <think>": Case(
        "question-and-answer",
        {"question": Q, "answer": f"<think>Water.</think>{A}"},
        chat(user(Q), said(A, reasoning_content="Water.")),
    ),
    "open-thoughts/OpenThoughts-114k": Case(
        "conversations-with-thoughts",
        {"system": "Think.", "conversations": [
            {"from": "user", "value": Q},
            {"from": "assistant", "value": "<|begin_of_thought|>\n\nWater.\n\n<|end_of_thought|>\n\n"
                                           f"<|begin_of_solution|>\n\n{A}\n\n<|end_of_solution|>"}]},
        chat(system("Think."), user(Q), said(A, reasoning_content="Water.")),
    ),
    "BelleGroup/multiturn_chat_0.8M": Case(
        "dialogue-and-answer",
        {"instruction": f"Human: {Q}\nAssistant: {B}\nHuman: Really?\nAssistant:", "input": "", "output": A},
        chat(user(Q), said(B), user("Really?"), said(A)),
    ),
    "openbmb/UltraInteract_pair": Case(
        "two-sides",
        {"task": "Coding", "trajectory": [{"from": "user", "value": Q}], "chosen": A, "rejected": B},
        pair(user(Q), task="Coding"),
    ),
    "nvidia/OpenCodeReasoning": Case(
        "question-and-answer",
        {"id": "1", "input": Q, "output": f"<think>Water.</think>{A}", "solution": "x", "license": "mit"},
        chat(user(Q), said(A, reasoning_content="Water."), id="1", solution="x", license="mit"),
    ),
    "allenai/soda": Case(
        "turns",
        {"dialogue": [Q, A, "Thanks."], "speakers": ["Ann", "Bob", "Ann"]},
        chat(user(Q), said(A), speakers=["Ann", "Bob", "Ann"]),
    ),
    # -- turns and an answer
    "nvidia/Llama-Nemotron-Post-Training-Dataset": Case(
        "system-turns-and-answer",
        {"input": [user(Q)], "output": A, "category": "math", "reasoning": "on", "system_prompt": "thinking on"},
        chat(system("thinking on"), user(Q), said(A), category="math", reasoning="on"),
    ),
    "turns in a context column": Case(
        "turns-and-answer",
        {"context": [user(Q), said(A), user("And?")], "response": "No more.", "domain": "nature"},
        chat(user(Q), said(A), user("And?"), said("No more."), domain="nature"),
    ),
    # -- conversations
    "LDJnr/Capybara": Case(
        "turns",
        {"source": "x", "conversation": [{"input": Q, "output": A}, {"input": "And?", "output": "No more."}]},
        chat(user(Q), said(A), user("And?"), said("No more."), source="x"),
    ),
    "THUDM/AgentInstruct": Case("turns", {"messages": json.dumps([system("Act."), user(Q), said(A)])},
                                chat(system("Act."), user(Q), said(A))),
    "messages as Python wrote them": Case("turns", {"messages": str(DIALOGUE), "id": 3}, chat(user(Q), said(A), id=3)),
    "GAIR/lima": Case("turns", {"conversations": [Q, A], "source": "x"}, chat(user(Q), said(A), source="x")),
    "dialogue of speakers and texts": Case(
        "turns", {"dialogue": [{"speaker": "Customer", "text": Q}, {"speaker": "Agent", "text": A}]}, ONE
    ),
    "turns of role and content under another name": Case(
        "turns", {"turns": [user(Q), said(None, tool_calls=[CALL]),
                            {"role": "tool", "tool_call_id": "call_1", "content": "3"}, said(A)],
                  "tools": json.dumps([TOOL])},
        [{"messages": [user(Q), {"role": "assistant", "tool_calls": [CALL]},
                       {"role": "tool", "tool_call_id": "call_1", "content": "3"}, said(A)], "tools": [TOOL]}],
    ),
    "HuggingFaceH4/ultrachat_200k": Case("openai", {"prompt": Q, "prompt_id": "p", "messages": DIALOGUE},
                                         [{"prompt": Q, "prompt_id": "p", "messages": DIALOGUE}]),
    "lmsys/lmsys-chat-1m": Case(
        "sharegpt", {"conversation_id": "c", "conversation": DIALOGUE, "turn": 1},
        chat(user(Q), said(A), conversation_id="c", turn=1),
    ),
    "Open-Orca/SlimOrca": Case(
        "sharegpt",
        {"conversations": [{"from": "system", "value": "Think.", "weight": None},
                           {"from": "human", "value": Q, "weight": 0.0}, {"from": "gpt", "value": A, "weight": 1.0}]},
        chat(system("Think."), user(Q), said(A, weight=1)),
    ),
    "liuhaotian/LLaVA-Instruct-150K": Case(
        "sharegpt",
        {"id": "1", "image": "1.jpg",
         "conversations": [{"from": "human", "value": f"<image>\n{Q}"}, {"from": "gpt", "value": A}]},
        chat(user([{"type": "image_url", "image_url": {"url": "1.jpg"}}, {"type": "text", "text": f"\n{Q}"}]), said(A),
             id="1"),
    ),
    "function calls with a system message beside": Case(
        "sharegpt",
        {"system_message": "Help.", "conversations": [{"from": "human", "value": Q}, {"from": "gpt", "value": A}]},
        chat(system("Help."), user(Q), said(A)),
    ),
    "stingning/ultrachat": Case("texts-by-turns", {"id": "0", "data": [Q, A, "And?", "No more."]},
                                chat(user(Q), said(A), user("And?"), said("No more."), id="0")),
    "messages, tools and target as JSON text": Case(
        "messages-and-target",
        {"messages_json": json.dumps([user(Q)]), "tools_json": json.dumps([TOOL]),
         "target_json": json.dumps(said(None, tool_calls=[CALL]))},
        [{"messages": [user(Q), {"role": "assistant", "tool_calls": [CALL]}], "tools": [TOOL]}],
    ),
    # -- one text
    "timdettmers/openassistant-guanaco": Case(
        "written-out", {"text": f"### Human: {Q}### Assistant: {A}### Human: And?### Assistant: No more."},
        chat(user(Q), said(A), user("And?"), said("No more.")),
    ),
    "mlabonne/guanaco-llama2-1k": Case(
        "written-out", {"text": f"<s>[INST] <<SYS>>\nThink.\n<</SYS>>\n\n{Q} [/INST] {A} </s><s>[INST] And? [/INST] No more. </s>"},
        chat(system("Think."), user(Q), said(A), user("And?"), said("No more.")),
    ),
    "OpenAssistant/oasst_top1_2023-08-25": Case(
        "chatml", {"text": f"<|im_start|>user\n{Q}<|im_end|>\n<|im_start|>assistant\n{A}<|im_end|>\n"}, ONE
    ),
    "Llama 3's template": Case(
        "written-out",
        {"text": f"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n{Q}<|eot_id|>"
                 f"<|start_header_id|>assistant<|end_header_id|>\n\n{A}<|eot_id|>", "id": 1},
        chat(user(Q), said(A), id=1),
    ),
    "Zephyr's template": Case("written-out", {"text": f"<|system|>\n</s>\n<|user|>\n{Q}</s>\n<|assistant|>\n{A}</s>\n"}, ONE),
    "Phi-3's template": Case("written-out", {"text": f"<|user|>\n{Q}<|end|>\n<|assistant|>\n{A}<|end|>\n"}, ONE),
    "Gemma's template": Case(
        "written-out",
        {"text": f"<bos><start_of_turn>user\n{Q}<end_of_turn>\n<start_of_turn>model\n{A}<end_of_turn>\n"}, ONE,
    ),
    "Vicuna's template": Case(
        "written-out", {"text": f"A chat between a user and an assistant. USER: {Q} ASSISTANT: {A}</s>"},
        chat(system("A chat between a user and an assistant."), user(Q), said(A)),
    ),
    "Anthropic/hh-rlhf red-team-attempts": Case("turns", {"transcript": HUMAN, "rating": 4.0},
                                                chat(user(Q), said(A), rating=4.0)),
    # -- pairs: two sides
    "HuggingFaceH4/ultrafeedback_binarized": Case(
        "trl",
        {"prompt": Q, "prompt_id": "p", "chosen": DIALOGUE, "rejected": OTHER, "messages": DIALOGUE, "score_chosen": 8.0},
        pair(user(Q), prompt_id="p", score_chosen=8.0),
    ),
    "trl-lib/ultrafeedback_binarized": Case(
        "trl", {"chosen": DIALOGUE, "rejected": OTHER, "score_chosen": 8.0}, pair(user(Q), score_chosen=8.0)
    ),
    "Anthropic/hh-rlhf": Case("two-sides-written-out", {"chosen": HUMAN, "rejected": HUMAN.replace(A, B)}, PAIR),
    "Intel/orca_dpo_pairs": Case(
        "two-sides", {"system": "Think.", "question": Q, "chosen": A, "rejected": B}, pair(system("Think."), user(Q))
    ),
    "maywell/ko_Ultrafeedback_binarized": Case("trl", {"prompt": Q, "chosen": A, "rejected": B}, PAIR),
    "argilla/distilabel-math-preference-dpo": Case(
        "two-sides",
        {"instruction": Q, "chosen_response": A, "rejected_response": B, "chosen_rating": 9.0},
        pair(user(Q), chosen_rating=9.0),
    ),
    "argilla/distilabel-capybara-dpo": Case(
        "trl",
        {"source": "x", "conversation": [{"input": Q, "output": A}], "chosen": DIALOGUE, "rejected": OTHER},
        pair(user(Q), source="x", conversation=[{"input": Q, "output": A}]),
    ),
    "lvwerra/stack-exchange-paired": Case(
        "two-sides", {"qid": 4, "question": Q, "response_j": A, "response_k": B}, pair(user(Q), qid=4)
    ),
    "Dahoas/rm-static": Case(
        "two-sides-written-out",
        {"prompt": f"\n\nHuman: {Q}\n\nAssistant:", "response": A, "chosen": A, "rejected": B},
        pair(user(Q), response=A),
    ),
    "DPO-En-Zh-20k": Case(
        "sharegpt",
        {"conversations": [{"from": "human", "value": Q}], "chosen": {"from": "gpt", "value": A},
         "rejected": {"from": "gpt", "value": B}},
        PAIR,
    ),
    "sides that repeat a prompt of text": Case(
        "two-sides", {"question": Q, "chosen": f"{Q} {A}", "rejected": f"{Q} {B}"}, PAIR
    ),
    "sides as JSON text with tools": Case(
        "two-sides", {"chosen": json.dumps({"messages": DIALOGUE}), "rejected": json.dumps({"messages": OTHER})}, PAIR
    ),
    # -- pairs: a verdict
    "lmsys/chatbot_arena_conversations": Case(
        "two-answers-and-a-verdict",
        {"model_a": "m", "model_b": "n", "winner": "model_b", "conversation_a": OTHER, "conversation_b": DIALOGUE},
        pair(user(Q), model_a="m", model_b="n", winner="model_b"),
    ),
    "lmsys/chatbot_arena_conversations, a tie": Case(
        "two-answers-and-a-verdict",
        {"winner": "tie (bothbad)", "conversation_a": OTHER, "conversation_b": DIALOGUE},
        "a tie: neither answer is better",
    ),
    "lmsys/lmsys-arena-human-preference-55k": Case(
        "two-answers-and-a-verdict",
        {"id": 1, "prompt": json.dumps([Q]), "response_a": json.dumps([A]), "response_b": json.dumps([B]),
         "winner_model_a": 1, "winner_model_b": 0, "winner_tie": 0},
        pair(user(Q), id=1, winner_model_a=1, winner_model_b=0, winner_tie=0),
    ),
    "PKU-Alignment/PKU-SafeRLHF": Case(
        "two-answers-and-a-verdict",
        {"prompt": Q, "response_0": B, "response_1": A, "better_response_id": 1, "safer_response_id": 0},
        pair(user(Q), better_response_id=1, safer_response_id=0),
    ),
    "stanfordnlp/SHP": Case(
        "two-answers-and-a-verdict",
        {"history": Q, "human_ref_A": B, "human_ref_B": A, "labels": 0, "score_A": 2, "score_B": 9},
        pair(user(Q), labels=0, score_A=2, score_B=9),
    ),
    "nvidia/HelpSteer3": Case(
        "two-answers-and-a-verdict",
        {"domain": "general", "context": [user(Q)], "response1": A, "response2": B, "overall_preference": -2},
        pair(user(Q), domain="general", overall_preference=-2),
    ),
    "openai/webgpt_comparisons": Case(
        "two-answers-and-a-verdict",
        {"question": {"id": "1", "full_text": Q}, "answer_0": B, "answer_1": A, "score_0": -1.0, "score_1": 1.0},
        pair(user(Q), score_0=-1.0, score_1=1.0),
    ),
    "equal scores": Case(
        "two-answers-and-a-verdict",
        {"question": Q, "answer_0": B, "answer_1": A, "score_0": 0.0, "score_1": 0.0},
        "a tie: neither answer is better",
    ),
    # -- trees
    "OpenAssistant/oasst1, its export of whole trees": Case(
        "whole-trees",
        {"message_tree_id": "t", "prompt": {"text": Q, "role": "prompter", "replies": [
            {"text": B, "role": "assistant", "rank": 1, "replies": []},
            {"text": A, "role": "assistant", "rank": 0, "replies": [{"text": "And?", "role": "prompter", "replies": []}]},
        ]}},
        chat(user(Q), said(A), message_tree_id="t"),
    ),
    # -- pairs: scores and ranks
    "openbmb/UltraFeedback": Case(
        "scored-answers",
        {"source": "x", "instruction": Q, "models": ["m", "n"],
         "completions": [{"model": "m", "response": B, "overall_score": 3.0},
                         {"model": "n", "response": A, "overall_score": 8.0}]},
        pair(user(Q), source="x", models=["m", "n"], score_chosen=8.0, score_rejected=3.0),
    ),
    "berkeley-nest/Nectar": Case(
        "scored-answers",
        {"prompt": f"\n\nHuman: {Q}\n\nAssistant: ", "num_responses": 3,
         "answers": [{"answer": B, "model": "m", "rank": 3.0}, {"answer": "So so.", "rank": 2.0},
                     {"answer": A, "model": "n", "rank": 1.0}]},
        pair(user(Q), num_responses=3, rank_chosen=1.0, rank_rejected=3.0),
    ),
    "generations and ratings": Case(
        "scored-answers",
        {"instruction": Q, "generations": [B, A], "ratings": ["2", "N/A"]},
        "fewer than two answers with a score",
    ),
    "facebook/natural_reasoning": Case(
        "several-answers",
        {"question": Q, "reference_answer": "x",
         "responses": [{"response_model": "m", "response": A}, {"response_model": "n", "response": B}]},
        [*chat(user(Q), said(A), reference_answer="x", response_model="m"),
         *chat(user(Q), said(B), reference_answer="x", response_model="n")],
    ),
    "rajpurkar/squad": Case(
        "several-answers",
        {"id": "s1", "context": "About trees.", "question": Q, "answers": {"text": [A, A], "answer_start": [3, 3]}},
        chat(user(f"{Q}\nAbout trees."), said(A), id="s1", answer_start=3),
    ),
    "openai/summarize_from_feedback": Case(
        "scored-answers",
        {"info": {"id": "t", "post": Q, "article": None}, "summaries": [{"text": B}, {"text": A}], "choice": 1},
        pair(user(Q), choice=1, choice_chosen=1.0, choice_rejected=0.0),
    ),
    "NCSOFT/offsetbias": Case(
        "two-answers-and-a-verdict",
        {"instruction": Q, "output_1": B, "output_2": A, "label": 2},
        pair(user(Q), label=2),
    ),
    # -- dialogues of two who are not called user and assistant
    "pfb30/multi_woz_v22": Case(
        "turns",
        {"dialogue_id": "M", "turns": {"turn_id": ["0", "1"], "speaker": [0, 1], "utterance": [Q, A]}},
        chat(user(Q), said(A), dialogue_id="M"),
    ),
    "google-research-datasets/schema_guided_dstc8": Case(
        "turns",
        {"turns": [{"speaker": "USER", "utterance": Q, "frames": []}, {"speaker": "SYSTEM", "utterance": A}]},
        chat(user(Q), said(A)),
    ),
    "nebius/SWE-agent-trajectories": Case(
        "turns",
        {"trajectory": [{"role": "system", "system_prompt": "Act.", "text": None, "mask": False},
                        {"role": "user", "system_prompt": None, "text": Q, "mask": False},
                        {"role": "ai", "system_prompt": None, "text": A, "mask": False}]},
        chat(system("Act."), user(Q), said(A)),
    ),
    "tau-bench's results": Case(
        "turns", {"task_id": 1, "reward": 1.0, "traj": [user(Q), said(A)]}, chat(user(Q), said(A), task_id=1, reward=1.0)
    ),
    "HuggingFaceM4/the_cauldron": Case(
        "turns",
        {"images": ["a.png"], "texts": [{"user": Q, "assistant": A, "source": "x"}]},
        chat(user([{"type": "image_url", "image_url": {"url": "a.png"}}, {"type": "text", "text": Q}]), said(A)),
    ),
    "camel-ai/math": Case(
        "question-and-answer",
        {"role_1": "x", "message_1": Q, "message_2": A}, chat(user(Q), said(A), role_1="x"),
    ),
    "allenai/sciq": Case(
        "question-and-answer",
        {"question": Q, "distractor1": B, "correct_answer": A, "support": "x"},
        chat(user(Q), said(A), distractor1=B, support="x"),
    ),
    # -- for graders
    "trl-lib/prm800k": Case(
        "steps",
        {"prompt": Q, "completions": ["First.", "Then."], "labels": [True, False]},
        chat(user(Q), said("First.\nThen."), kto_tag=False, step_labels=[True, False]),
    ),
    "verl's data": Case(
        "prompt-and-truth",
        {"data_source": "x", "prompt": [user(Q)], "ability": "math", "extra_info": {"index": 1},
         "reward_model": {"style": "rule", "ground_truth": "4"}},
        [{"messages": [user(Q)], "ground_truth": "4", "data_source": "x", "ability": "math",
          "metadata": {"extra_info": {"index": 1}}}],
    ),
}
# fmt: on
