"""Rows as each format's own documentation shows them (facts re-typed, the source named), and what they mean.

They stand beside the law of the round trip, since two wrongs can round-trip.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from ftdata.errors import RowError
from ftdata.formats import FORMATS, named
from tests.formats import example_of

Row = dict[str, Any]
ID = re.compile(r"call_[0-9a-f]{9}")


def user(text: Any) -> Row:
    return {"role": "user", "content": text}


def said(text: Any, **more: Any) -> Row:
    return {"role": "assistant", "content": text, **more}


def system(text: str) -> Row:
    return {"role": "system", "content": text}


def calls(*functions: tuple[str, str], ids: tuple[str, ...] = ("#0", "#1"), **more: Any) -> Row:
    made = [{"id": id, "type": "function", "function": {"name": name, "arguments": given}}
            for id, (name, given) in zip(ids, functions, strict=False)]  # fmt: skip
    return {"role": "assistant", **more, "tool_calls": made}


def result(content: str, id: str = "#0") -> Row:
    return {"role": "tool", "tool_call_id": id, "content": content}


WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION = {"name": "get_weather", "description": "The weather", "parameters": WEATHER}
TOOL = {"type": "function", "function": FUNCTION}
CALL = ("get_weather", '{"city":"Paris"}')

HARMONY_SYSTEM = ("<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\n"
                  "Current date: 2025-06-28\n\nReasoning: high\n\n# Valid channels: analysis, commentary, final. Channel must be "
                  "included for every message.\nCalls to these tools must go to the commentary channel: 'functions'.<|end|>")  # fmt: skip

READ: dict[str, tuple[str, Row, Row]] = {
    # LLaMA-Factory, data/README.md: sharegpt with function_call and observation; tools are bare, as JSON text
    "sharegpt tools": (
        "sharegpt",
        {
            "conversations": [
                {"from": "human", "value": "Weather in Paris?"},
                {"from": "function_call", "value": '{"name": "get_weather", "arguments": {"city": "Paris"}}'},
                {"from": "observation", "value": '{"high": 20}'},
                {"from": "gpt", "value": "20 degrees."},
            ],
            "system": "Be brief.",
            "tools": json.dumps([FUNCTION]),
        },
        {
            "messages": [system("Be brief."), user("Weather in Paris?"), calls(CALL), result('{"high": 20}'), said("20 degrees.")],
            "tools": [TOOL],
        },
    ),
    # LLaMA-Factory, data/README.md: a list of calls is parallel calls, one observation holds both results
    "sharegpt parallel": (
        "sharegpt",
        {"conversations": [
            {"from": "human", "value": "Both?"},
            {"from": "function_call", "value": '[{"name": "f", "arguments": {}}, {"name": "g", "arguments": {"a": 1}}]'},
            {"from": "observation", "value": "1\n</tool_response>\n<tool_response>\n2"},
            {"from": "gpt", "value": "Yes."},
        ]},
        {"messages": [user("Both?"), calls(("f", "{}"), ("g", '{"a":1}')), result("1"), result("2", "#1"), said("Yes.")]},
    ),
    # mistral-finetune, utils/reformat_data_glaive.py: hyphens, and definitions glued together
    "sharegpt hyphens": (
        "sharegpt",
        {"conversations": [
            {"from": "human", "value": "Hi"},
            {"from": "function-call", "value": '{"name": "f", "arguments": "{\\"a\\": 1}"}'},
            {"from": "function-response", "value": "ok"},
            {"from": "gpt", "value": "Done."},
        ], "function_description": '{"name": "f"}\n{"name": "g"}'},
        {"messages": [user("Hi"), calls(("f", '{"a": 1}')), result("ok"), said("Done.")],
         "tools": [{"type": "function", "function": {"name": "f"}}, {"type": "function", "function": {"name": "g"}}]},
    ),
    # LLaMA-Factory, data/README.md: preference and KTO in sharegpt
    "sharegpt preference": (
        "sharegpt",
        {"conversations": [{"from": "human", "value": "q"}], "chosen": {"from": "gpt", "value": "good"},
         "rejected": {"from": "gpt", "value": "bad"}},
        {"input": {"messages": [user("q")]}, "preferred_output": [said("good")], "non_preferred_output": [said("bad")]},
    ),
    "sharegpt kto": (
        "sharegpt",
        {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}], "kto_tag": False},
        {"messages": [user("q"), said("a")], "metadata": {"kto_tag": False}},
    ),
    # LLaMA-Factory, data/README.md: a mark in the text for each image
    "sharegpt image": (
        "sharegpt",
        {"conversations": [{"from": "human", "value": "<image>What is it?"}, {"from": "gpt", "value": "A cat."}],
         "images": ["cat.jpg"]},
        {"messages": [user([{"type": "image_url", "image_url": {"url": "cat.jpg"}}, {"type": "text", "text": "What is it?"}]),
                      said("A cat.")]},
    ),
    # axolotl, docs/dataset-formats: train on a message
    "sharegpt train": (
        "sharegpt",
        {"conversations": [{"from": "user", "value": "q"}, {"from": "assistant", "value": "a", "train": False}]},
        {"messages": [user("q"), said("a", weight=0)]},
    ),
    # LLaMA-Factory, data/README.md: alpaca with system and history
    "alpaca": (
        "alpaca",
        {"instruction": "Sum up", "input": "a text", "output": "short", "system": "Be brief.", "history": [["hi", "ho"]]},
        {"messages": [system("Be brief."), user("hi"), said("ho"), user("Sum up\na text"), said("short")]},
    ),
    "alpaca preference": (
        "alpaca",
        {"instruction": "q", "input": "", "chosen": "good", "rejected": "bad"},
        {"input": {"messages": [user("q")]}, "preferred_output": [said("good")], "non_preferred_output": [said("bad")]},
    ),
    # Stanford Alpaca, train.py: the prompts with and without input
    "alpaca stanford": (
        "alpaca:stanford",
        {"instruction": "Add", "input": "1 2", "output": "3"},
        {"messages": [user("Below is an instruction that describes a task, paired with an input that provides further "
                           "context. Write a response that appropriately completes the request.\n\n### Instruction:\nAdd\n\n"
                           "### Input:\n1 2\n\n### Response:"), said("3")]},
    ),
    # TRL, docs/source/dataset_formats.md: tool calling (no ids, objects), preference with an implicit prompt, unpaired
    "trl tools": (
        "trl",
        {
            "messages": [
                user("Weather?"),
                {"role": "assistant", "content": None, "tool_calls": [
                    {"type": "function", "function": {"name": "get_weather", "arguments": {"city": "Paris"}}}]},
                {"role": "tool", "name": "get_weather", "content": "sunny", "tool_calls": None},
                {"role": "assistant", "content": "Sunny.", "tool_calls": None},
            ],
            "tools": json.dumps([TOOL]),
        },
        {"messages": [user("Weather?"), calls(CALL), result("sunny"), said("Sunny.")], "tools": [TOOL]},
    ),
    "trl implicit": (
        "trl",
        {"chosen": [user("q"), said("good")], "rejected": [user("q"), said("bad")]},
        {"input": {"messages": [user("q")]}, "preferred_output": [said("good")], "non_preferred_output": [said("bad")]},
    ),
    "trl explicit": (
        "trl",
        {"prompt": "The sky is", "chosen": " blue.", "rejected": " green."},
        {"input": {"messages": [user("The sky is")]}, "preferred_output": [said(" blue.")], "non_preferred_output": [said(" green.")]},
    ),
    "trl prompt-completion": (
        "trl",
        {"prompt": [user("a"), said("b"), user("c")], "completion": [said("d")]},
        {"messages": [user("a"), said("b", weight=0), user("c"), said("d")]},
    ),
    "trl unpaired": (
        "trl",
        {"prompt": [user("q")], "completion": [said("a")], "label": True},
        {"messages": [user("q"), said("a")], "metadata": {"kto_tag": True}},
    ),
    "trl thinking": (
        "trl",
        {"messages": [user("q"), {"role": "assistant", "content": "4", "thinking": "2 + 2"}]},
        {"messages": [user("q"), said("4", reasoning_content="2 + 2")]},
    ),
    # mistral-finetune, README: ids of nine characters
    "mistral": (
        "mistral",
        {
            "messages": [
                user("Weather?"),
                {"role": "assistant", "tool_calls": [
                    {"id": "TX92Jm8Zi", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'}}]},
                {"role": "tool", "content": "sunny", "tool_call_id": "TX92Jm8Zi"},
                said("Sunny."),
            ],
            "tools": [TOOL],
        },
        {
            "messages": [user("Weather?"), calls(("get_weather", '{"city": "Paris"}'), ids=("call_TX92Jm8Zi",)),
                         result("sunny", "call_TX92Jm8Zi"), said("Sunny.")],
            "tools": [TOOL],
        },
    ),
    "mistral only_last": (
        "mistral",
        {"interactions": [user("a"), said("b"), user("c"), said("d")], "only_last": True, "system_prompt": "s"},
        {"messages": [system("s"), user("a"), said("b", weight=0), user("c"), said("d")]},
    ),
    # Vertex AI, supervised tuning with function calling: no ids, types in capitals, a response without a role
    "gemini": (
        "gemini",
        {
            "systemInstruction": {"role": "system", "parts": [{"text": "Be brief."}]},
            "contents": [
                {"role": "user", "parts": [{"text": "Weather in Paris?"}]},
                {"role": "model", "parts": [{"functionCall": {"name": "get_weather", "args": {"city": "Paris"}}}]},
                {"parts": [{"functionResponse": {"name": "get_weather", "response": {"high": 20}}}]},
                {"role": "model", "parts": [{"text": "20 degrees."}]},
            ],
            "tools": [{"functionDeclarations": [{**FUNCTION, "parameters": {
                "type": "OBJECT", "properties": {"city": {"type": "STRING"}}, "required": ["city"]}}]}],
        },
        {"messages": [system("Be brief."), user("Weather in Paris?"), calls(CALL), result('{"high":20}'), said("20 degrees.")],
         "tools": [TOOL]},
    ),
    # Vertex AI, preference tuning
    "gemini preference": (
        "gemini",
        {"system_instruction": {"parts": [{"text": "s"}]}, "contents": [{"role": "user", "parts": [{"text": "q"}]}],
         "completions": [{"score": 0, "completion": {"role": "model", "parts": [{"text": "bad"}]}},
                         {"score": 1, "completion": {"role": "model", "parts": [{"text": "good"}]}}]},
        {"input": {"messages": [system("s"), user("q")]}, "preferred_output": [said("good")], "non_preferred_output": [said("bad")]},
    ),
    # anthropic-sdk-python, types/message_param.py: results in the user's message, beside text
    "anthropic": (
        "anthropic",
        {
            "system": "Be brief.",
            "messages": [
                user("Weather?"),
                {"role": "assistant", "content": [
                    {"type": "thinking", "thinking": "I must look.", "signature": "x"}, {"type": "text", "text": "I look."},
                    {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Paris"}},
                    {"type": "tool_use", "id": "toolu_2", "name": "get_weather", "input": {}}]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"},
                    {"type": "tool_result", "tool_use_id": "toolu_2", "content": [{"type": "text", "text": "wet"}], "is_error": True},
                    {"type": "text", "text": "And now?"}]},
                said("Sunny."),
            ],
            "tools": [{"name": "get_weather", "description": "The weather", "input_schema": WEATHER}],
        },
        {
            "messages": [system("Be brief."), user("Weather?"),
                         calls(CALL, ("get_weather", "{}"), ids=("toolu_1", "toolu_2"), content="I look.") | {"reasoning_content": "I must look."},
                         result("sunny", "toolu_1"), result("wet", "toolu_2"), user("And now?"), said("Sunny.")],
            "tools": [TOOL],
        },
    ),
    # Bedrock user guide, Converse format for fine-tuning
    # AWS, Nova's user guide and its validator of data sets: candidates of the last message
    "bedrock preference": (
        "bedrock",
        {
            "schemaVersion": "bedrock-conversation-2024",
            "system": [{"text": "s"}],
            "messages": [
                {"role": "user", "content": [{"text": "q"}]},
                {"role": "assistant", "candidates": [
                    {"content": [{"text": "b"}], "preferenceLabel": "non-preferred"},
                    {"content": [{"text": "a"}], "preferenceLabel": "preferred"},
                ]},
            ],
        },
        {"input": {"messages": [system("s"), user("q")]}, "preferred_output": [said("a")], "non_preferred_output": [said("b")]},
    ),
    "bedrock": (
        "bedrock",
        {
            "schemaVersion": "bedrock-conversation-2024",
            "system": [{"text": "Be brief."}],
            "messages": [
                {"role": "user", "content": [{"text": "Weather?"}]},
                {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "get_weather", "input": {"city": "Paris"}}}]},
                {"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "content": [{"json": {"high": 20}}]}}]},
                {"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"text": "Hm."}}}, {"text": "20."}]},
            ],
            "toolConfig": {"tools": [{"toolSpec": {"name": "get_weather", "description": "The weather", "inputSchema": {"json": WEATHER}}}]},
        },
        {"messages": [system("Be brief."), user("Weather?"), calls(CALL, ids=("t1",)), result('{"high":20}', "t1"),
                      said("20.", reasoning_content="Hm.")], "tools": [TOOL]},
    ),
    # Cohere, preparing chat data
    "cohere": (
        "cohere",
        {"messages": [{"role": "System", "content": "s"}, {"role": "User", "content": "q"}, {"role": "Chatbot", "content": "a"}]},
        {"messages": [system("s"), user("q"), said("a")]},
    ),
    # openai-python 0.27, chatml.md
    "chatml": (
        "chatml",
        {"text": "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>system name=example_user\nHi<|im_end|>\n"
                 "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na\nb<|im_end|>\n"},
        {"messages": [system("Be brief."), {**system("Hi"), "name": "example_user"}, user("q"), said("a\nb")]},
    ),
    # openai/harmony, docs/format.md: definitions, thoughts, a preamble, the recipient in either part of the header
    "harmony": (
        "harmony",
        {"text": HARMONY_SYSTEM + "<|start|>developer<|message|># Instructions\n\nUse a friendly tone.\n\n# Tools\n\n## functions\n\n"
                 "namespace functions {\n\n// Gets the location of the user.\ntype get_location = () => any;\n\n"
                 "// The weather\n// in a list of places.\ntype get_weather = (_: {\n// City, e.g. [\"Paris\"]\nlocations: string[],\n"
                 "format?: \"celsius\" | \"fahrenheit\", // default: celsius\nwhere?: {\n  lat: number,\n},\n}) => any;\n\n"
                 "} // namespace functions<|end|><|start|>user<|message|>Weather?<|end|>"
                 "<|start|>assistant<|channel|>analysis<|message|>Need it.<|end|>"
                 "<|start|>assistant<|channel|>commentary<|message|>I look.<|end|>"
                 "<|start|>assistant<|channel|>commentary to=functions.get_location <|constrain|>json<|message|>{}<|call|>"
                 "<|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{\"locations\": [\"Paris\"]}<|call|>"
                 "<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>sunny<|end|>"
                 "<|start|>functions.get_location to=assistant<|channel|>commentary<|message|>here<|end|>\n"
                 "<|start|>assistant<|channel|>analysis<|message|>Sun.<|end|>"
                 "<|start|>assistant<|channel|>final<|message|>Sunny.<|return|>"},
        {"metadata": {"harmony_system": HARMONY_SYSTEM[26:-7]},
         "messages": [system("Use a friendly tone."), user("Weather?"),
                      calls(("get_location", "{}"), ("get_weather", '{"locations": ["Paris"]}'), content="I look.") | {"reasoning_content": "Need it."},
                      result("sunny", "#1"), result("here"), said("Sunny.", reasoning_content="Sun.")],
         "tools": [
             {"type": "function", "function": {"name": "get_location", "description": "Gets the location of the user."}},
             {"type": "function", "function": {"name": "get_weather", "description": "The weather\nin a list of places.", "parameters": {
                 "type": "object", "properties": {
                     "locations": {"type": "array", "items": {"type": "string"}, "description": "City, e.g. [\"Paris\"]"},
                     "format": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                     "where": {"type": "object", "properties": {"lat": {"type": "number"}}, "required": ["lat"]}},
                 "required": ["locations"]}}}]},
    ),
    # NousResearch/hermes-function-calling-v1: single quotes, two calls, two results in one turn in another order
    "hermes": (
        "hermes",
        {"conversations": [
            {"from": "system", "value": "Tools: <tools> [" + json.dumps(TOOL) + "] </tools>"},
            {"from": "human", "value": "q"},
            {"from": "gpt", "value": "I look.\n<tool_call>\n{'name': 'get_weather', 'arguments': {'city': 'Paris'}}\n</tool_call>\n"
                                     "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>"},
            {"from": "tool", "value": '<tool_response>\n{"name": "g", "content": {"x": 2}}\n</tool_response>\n'
                                      '<tool_response>\n{"name": "get_weather", "content": "sunny"}\n</tool_response>'},
            {"from": "gpt", "value": "Sunny; no <tool_call> here."}]},
        {"messages": [system("Tools: <tools> [" + json.dumps(TOOL) + "] </tools>"), user("q"),
                      calls(CALL, ("g", "{}"), content="I look."), result('{"x":2}', "#1"), result("sunny"),
                      said("Sunny; no <tool_call> here.")], "tools": [TOOL]},
    ),
    # glaiveai/glaive-function-calling-v2: arguments in single quotes inside of JSON
    "glaive": (
        "glaive",
        {"system": "SYSTEM: You are helpful. Use them if required -\n" + json.dumps(FUNCTION, indent=4) + "\n\n{\n    \"name\": \"g\"\n}\n",
         "chat": "USER: Weather?\n\n\nASSISTANT: <functioncall> {\"name\": \"get_weather\", \"arguments\": '{\"city\": \"Paris\"}'} "
                 "<|endoftext|>\n\n\nFUNCTION RESPONSE: {\"high\": 20}\n\n\nASSISTANT: 20 degrees. <|endoftext|>\n\n\n"},
        {"messages": [system("You are helpful. Use them if required -"), user("Weather?"), calls(CALL), result('{"high": 20}'),
                      said("20 degrees.")], "tools": [TOOL, {"type": "function", "function": {"name": "g"}}]},
    ),
    # Salesforce/xlam-function-calling-60k
    "xlam": (
        "xlam",
        {"id": 7, "query": "Weather?", "answers": '[{"name": "get_weather", "arguments": {"city": "Paris"}}]', "tools": json.dumps([FUNCTION])},
        {"messages": [user("Weather?"), calls(CALL)], "tools": [TOOL], "metadata": {"id": 7}},
    ),
    # Team-ACE/ToolACE: names with spaces and brackets, type dict, JSON's constants among Python's arguments
    "toolace": (
        "toolace",
        {"system": 'Here is a list of functions in JSON format that you can invoke:\n[{"name": "Get Market (v2)", "description": "x", '
                   '"parameters": {"type": "dict", "properties": {}}, "required": null}]. \nShould you decide',
         "conversations": [{"from": "user", "value": "q"}, {"from": "assistant", "value": '[Get Market (v2)(a="b, true)", n=2, ok=true)]'},
                           {"from": "tool", "value": "r"}, {"from": "assistant", "value": "done"}]},
        {"messages": [system('Here is a list of functions in JSON format that you can invoke:\n[{"name": "Get Market (v2)", "description": "x", '
                             '"parameters": {"type": "dict", "properties": {}}, "required": null}]. \nShould you decide'),
                      user("q"), calls(("Get_Market_v2", '{"a":"b, true)","n":2,"ok":true}')), result("r"), said("done")],
         "tools": [{"type": "function", "function": {"name": "Get_Market_v2", "description": "x",
                                                     "parameters": {"type": "object", "properties": {}}}}]},
    ),
    # LLaMA-Factory, v1_sft_demo: parts with value, loss_weight
    "llama-factory-v1": (
        "llama-factory-v1",
        {"messages": [{"role": "user", "content": [{"type": "text", "value": "a"}], "loss_weight": 0.0},
                      {"role": "assistant", "content": [{"type": "text", "value": "b"}], "loss_weight": 0.0},
                      {"role": "user", "content": [{"type": "text", "value": "c"}], "loss_weight": 0.0},
                      {"role": "assistant", "content": [{"type": "text", "value": "d"}], "loss_weight": 1.0}]},
        {"messages": [user("a"), said("b", weight=0), user("c"), said("d")]},
    ),
    # axolotl, docs/dataset-formats/conversation.qmd
    "axolotl": (
        "axolotl",
        {"messages": [user("q"), {**said("a"), "train": False}, user("r"), {**said("b"), "train": True, "reasoning_content": "t"}]},
        {"messages": [user("q"), said("a", weight=0), user("r"), said("b", reasoning_content="t")]},
    ),
    # NeMo RL, docs/guides/dpo.md: the lower rank is preferred
    "nemo ranks": (
        "nemo",
        {"context": [user("q")], "completions": [{"rank": 1, "completion": [said("b")]}, {"rank": 0, "completion": [said("a")]}]},
        {"input": {"messages": [user("q")]}, "preferred_output": [said("a")], "non_preferred_output": [said("b")]},
    ),
    # NeMo's GPTSFTChatDataset: who is masked is named
    "nemo conversations": (
        "nemo",
        {"system": "s", "conversations": [{"from": "User", "value": "q"}, {"from": "Assistant", "value": "a"}], "mask": "User",
         "type": "VALUE_TO_TEXT"},
        {"messages": [system("s"), user("q"), said("a")], "metadata": {"type": "VALUE_TO_TEXT"}},
    ),
    # tinker-cookbook, the docstring of FromConversationFileBuilder and its Message
    "tinker": (
        "tinker",
        {"messages": [user("q"), said("a"), user("r"), said("b")]},
        {"messages": [user("q"), said("a"), user("r"), said("b")]},
    ),
    # Fireworks, fine-tuning guide: a weight of the whole example
    # Fireworks' cookbook, training/examples/serverless_rl: the shape of its rows for reinforcement
    "fireworks for reinforcement": (
        "fireworks",
        {"messages": [{"role": "system", "content": "Reason step by step."}, {"role": "user", "content": "2 + 2?"}], "ground_truth": '{"target": 4}', "level": 1},
        {"messages": [{"role": "system", "content": "Reason step by step."}, {"role": "user", "content": "2 + 2?"}], "ground_truth": '{"target": 4}', "level": 1},
    ),
    "fireworks": (
        "fireworks",
        {"messages": [user("q"), said("a", weight=0), user("r"), said("b", reasoning_content="t")], "weight": -0.5},
        {"messages": [user("q"), said("a", weight=0), user("r"), said("b", reasoning_content="t")], "weight": -0.5},
    ),
}  # fmt: skip


def numbered(example: Row) -> Row:
    """The example with ids that were made as #0, #1, … in the order of their calls."""
    text = json.dumps(example)
    for number, id in enumerate(dict.fromkeys(ID.findall(text))):
        text = text.replace(id, f"#{number}")
    same: Row = json.loads(text)
    return same


@pytest.mark.parametrize(("name", "row", "example"), READ.values(), ids=READ.keys())
def test_documented_rows_are_read(name: str, row: Row, example: Row) -> None:
    before = json.dumps(row)
    assert numbered(example_of(named(FORMATS, name), row)) == example
    assert json.dumps(row) == before, "a row must not be changed by reading it"


CHAT = {"messages": [system("s"), user("q"), calls(CALL, ids=("call_123456789",), content="I look."),
                     result("sunny", "call_123456789"), said("Sunny.", weight=0)], "tools": [TOOL]}  # fmt: skip

WRITTEN: dict[str, tuple[str, Row, dict[str, int]]] = {
    "sharegpt": (
        "sharegpt",
        {"conversations": [
            {"from": "system", "value": "s"}, {"from": "human", "value": "q"}, {"from": "gpt", "value": "I look."},
            {"from": "function_call", "value": '{"name":"get_weather","arguments":{"city":"Paris"}}'},
            {"from": "observation", "value": "sunny"}, {"from": "gpt", "value": "Sunny.", "weight": 0}],
         "tools": json.dumps([FUNCTION], separators=(",", ":"))},
        {},
    ),
    "mistral": (
        "mistral",
        {"messages": [system("s"), user("q"), calls(CALL, ids=("123456789",)), result("sunny", "123456789"), said("Sunny.", weight=0)],
         "tools": [TOOL]},
        {"content beside calls": 1},
    ),
    "trl": (
        "trl",
        {"messages": [system("s"), user("q"),
                      {"role": "assistant", "content": "I look.", "tool_calls": [
                          {"id": "call_123456789", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Paris"}}}]},
                      {"role": "tool", "name": "get_weather", "tool_call_id": "call_123456789", "content": "sunny"}, said("Sunny.")],
         "tools": [TOOL]},
        {"message weight": 1},
    ),
    "gemini": (
        "gemini",
        {"systemInstruction": {"role": "system", "parts": [{"text": "s"}]},
         "contents": [{"role": "user", "parts": [{"text": "q"}]},
                      {"role": "model", "parts": [{"text": "I look."}, {"functionCall": {"name": "get_weather", "args": {"city": "Paris"}}}]},
                      {"role": "user", "parts": [{"functionResponse": {"name": "get_weather", "response": {"output": "sunny"}}}]},
                      {"role": "model", "parts": [{"text": "Sunny."}]}],
         "tools": [{"functionDeclarations": [{**FUNCTION, "parameters": {
             "type": "OBJECT", "properties": {"city": {"type": "STRING"}}, "required": ["city"]}}]}]},
        {"message weight": 1, "call id": 1},
    ),
    "openai functions": (
        "openai:functions",
        {"messages": [system("s"), user("q"), {"role": "assistant", "content": "I look.", "function_call": {"name": CALL[0], "arguments": CALL[1]}},
                      {"role": "function", "name": "get_weather", "content": "sunny"}, said("Sunny.", weight=0)],
         "functions": [FUNCTION]},
        {},
    ),
    "harmony": (
        "harmony",
        {"text": HARMONY_SYSTEM.replace("Current date: 2025-06-28\n", "").replace("high", "medium")
                 + "<|start|>developer<|message|># Instructions\n\ns\n\n# Tools\n\n## functions\n\nnamespace functions {\n\n"
                 "// The weather\ntype get_weather = (_: {\ncity: string,\n}) => any;\n\n} // namespace functions<|end|>"
                 "<|start|>user<|message|>q<|end|><|start|>assistant<|channel|>commentary<|message|>I look.<|end|>"
                 "<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"city\":\"Paris\"}<|call|>"
                 "<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>sunny<|end|>"
                 "<|start|>assistant<|channel|>final<|message|>Sunny.<|return|>"},
        {"message weight": 1},
    ),
    "nemo": (
        "nemo",
        {"messages": [system("s"), user("q"),
                      {"role": "assistant", "content": "I look.", "tool_calls": [
                          {"id": "call_123456789", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Paris"}}}]},
                      {"role": "tool", "content": "sunny", "tool_call_id": "call_123456789"}, said("Sunny.")],
         "tools": [TOOL]},
        {"message weight": 1},
    ),
    "axolotl": (
        "axolotl",
        {"messages": [*CHAT["messages"][:4], {**said("Sunny."), "train": False}], "tools": [TOOL]},
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "row", "lost"), WRITTEN.values(), ids=WRITTEN.keys())
def test_a_chat_is_written_as_documented(name: str, row: Row, lost: dict[str, int]) -> None:
    counted: Counter[str] = Counter()
    assert named(FORMATS, name).dump(CHAT, counted) == row
    assert counted == lost


WRONG: dict[str, tuple[str, Row, str, str]] = {
    "sharegpt keys": ("sharegpt", {"messages": "x"}, "$", 'expected conversations of from and value; got the keys "messages"'),
    "sharegpt empty": ("sharegpt", {"conversations": []}, "$.conversations", "expected at least one turn; got []"),
    "sharegpt speaker": ("sharegpt", {"conversations": [{"from": "humam", "value": "x"}]}, "$.conversations[0].from", 'got "humam". Did you'),
    "sharegpt value": ("sharegpt", {"conversations": [{"from": "human", "value": None}]}, "$.conversations[0].value", "expected text; got null"),
    "sharegpt turn": ("sharegpt", {"conversations": ["x"]}, "$.conversations[0]", "expected a turn"),
    "sharegpt result": ("sharegpt", {"conversations": [{"from": "observation", "value": "x"}]}, "$.conversations[0]", "expected a call before"),
    "sharegpt call": ("sharegpt", {"conversations": [{"from": "function_call", "value": "x"}]}, "$.conversations[0].value", "not valid JSON"),
    "hermes place": ("hermes", {"conversations": [{"from": "human", "value": "a"}, {"from": "x", "value": "b"}]}, "$.conversations[1].from", 'got "x"'),
    "hermes call": ("hermes", {"conversations": [{"from": "gpt", "value": "<tool_call>{x}</tool_call>"}]}, "$.conversations[0].value", "expected JSON in <tool_call>"),
    "sharegpt images": ("sharegpt", {"conversations": [{"from": "human", "value": "<image>"}], "images": ["a", "b"]}, "$.images", "expected 1 images"),
    "alpaca keys": ("alpaca", {"prompt": "x"}, "$", 'expected instruction and output; got the keys "prompt"'),
    "alpaca output": ("alpaca", {"instruction": "x"}, "$", "expected output"),
    "alpaca type": ("alpaca", {"instruction": 1, "output": "x"}, "$.instruction", "expected text; got 1"),
    "alpaca history": ("alpaca", {"instruction": "x", "output": "y", "history": [["a"]]}, "$.history[0]", "expected a question and its answer"),
    "trl text": ("trl", {"text": "x"}, "$", "Rows of text alone need the template"),
    "gemini": ("gemini", {"messages": []}, "$.contents", "expected contents; got null"),
    "gemini part": ("gemini", {"contents": [{"role": "user", "parts": [{"video": 1}]}]}, "$.contents[0].parts[0]", "expected text, a file, a call"),
    "gemini scores": ("gemini", {"contents": [{"parts": [{"text": "q"}]}], "completions": []}, "$.completions", "expected the scores 0 and 1"),
    "anthropic block": ("anthropic", {"messages": [{"role": "user", "content": [{"type": "video"}]}]}, "$.messages[0].content[0]", "expected text, image"),
    "mistral": ("mistral", {"text": "x"}, "$", "expected messages or interactions"),
    "bedrock": ("bedrock", {"messages": [{"role": "user", "content": "x"}]}, "$.messages[0]", "expected a user's or assistant's blocks"),
    "cohere": ("cohere", {"messages": [{"role": "user", "content": "x"}]}, "$.messages[0]", 'expected one of System, User, Chatbot; got "user". Did you mean "User"?'),
    "chatml": ("chatml", {"text": "<|im_start|>user\nx<|im_end|>\nrubbish"}, "$.text", 'expected a message at character 29; got "rubbish"'),
    "harmony": ("harmony", {"text": "<|start|>user<|message|>x<|end|>rubbish"}, "$.text", 'expected a message at character 32; got "rubbish"'),
    "harmony built-in": ("harmony", {"text": "<|start|>assistant<|channel|>analysis to=python<|message|>1<|call|>"}, "$.text", 'expected a call of functions.NAME at character 0; got "python"'),
    "harmony definitions": ("harmony", {"text": "<|start|>developer<|message|># Tools\n\n## functions\n\nnamespace functions {\n\ntype f = (_: Date) => any;<|end|>"}, "$.text", "expected a type in the definitions; got"),
    "completion": ("completion", {"prompt": "x"}, "$", 'expected prompt and completion; got the keys "prompt"'),
    "completion type": ("completion", {"prompt": "x", "completion": [1]}, "$.completion", "expected text; got [1]"),
    "xlam": ("xlam", {"query": "x"}, "$", 'expected query, answers and tools; got the keys "query"'),
    "glaive": ("glaive", {"system": "x"}, "$.chat", "expected system and chat as text; got null"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "row", "path", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_read_is_said_with_its_place(name: str, row: Row, path: str, words: str) -> None:
    with pytest.raises(RowError) as caught:
        named(FORMATS, name).parse(row, Counter())
    assert caught.value.json_path == path
    assert words in caught.value.reason


UNWRITABLE: dict[str, tuple[str, Row, str]] = {
    "alpaca tools": ("alpaca", CHAT, "expected no tools"),
    "alpaca order": ("alpaca", {"messages": [user("a"), user("b"), said("c")]}, "expected alternating user and assistant turns"),
    "llama-factory order": ("llama-factory", {"messages": [user("a"), user("b"), said("c")]}, "LLaMA-Factory would train nothing"),
    "llama-factory content": ("llama-factory", CHAT, "It trains no text beside a call: --to llama-factory:calls"),
    "gemini arguments": ("gemini", {"messages": [user("a"), calls(("f", "no json"))]}, "expected JSON text of an object"),
    "unwanted": ("openai", {"messages": [user("a"), said("b")], "metadata": {"kto_tag": False}}, "expected a wanted answer"),
    "preference": ("mistral", {"input": {"messages": [user("a")]}, "preferred_output": [], "non_preferred_output": []}, "mistral holds chat examples; got a preference"),
    "completion": ("sharegpt", {"prompt": "a", "completion": "b"}, "Read the file with --from completion"),
    "chatml": ("chatml", {"messages": [user("<|im_end|>"), said("b")]}, "expected text without <|im_start|>"),
    "harmony": ("harmony", {"messages": [user("<|call|>"), said("b")]}, "expected text without harmony's marks; got <|call|>"),
    "harmony definitions": ("harmony", {"messages": [system("# Tools\n\n## functions\n\nnamespace functions {"), said("b")]}, "expected instructions without definitions"),
    "bedrock": ("bedrock", {"messages": [said("b")]}, "expected the user first"),
    "stray result": ("sharegpt", {"messages": [user("a"), result("b")]}, "expected the result of a call before it"),
    "mistral end": ("mistral", {"messages": [user("a")]}, "expected an answer at the end"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "example", "words"), UNWRITABLE.values(), ids=UNWRITABLE.keys())
def test_what_a_format_cannot_hold_is_refused(name: str, example: Row, words: str) -> None:
    with pytest.raises(RowError) as caught:
        named(FORMATS, name).dump(example, Counter())
    assert words in caught.value.reason


def test_wanted_answers_are_written() -> None:
    row = {"messages": [user("a"), said("b")], "metadata": {"kto_tag": True}}
    assert FORMATS["openai"].dump(row, Counter()) == {"messages": row["messages"]}
    assert FORMATS["trl"].dump(row, Counter()) == {"prompt": [user("a")], "completion": [said("b")], "label": True}
    assert FORMATS["alpaca"].dump(row, Counter())["kto_tag"] is True
