"""Texts on which tokenizers differ, and the published examples."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

PIECES = (
    " ", "  ", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\u3000", "\u2028", "\u200b", "\ufeff",
    "a", "B", "Word", "word", "camelCase", "é", "e\u0301", "ß", "ǅ", "Ж", "ש", "م", "हि", "ไท", "中文", "か", "한",
    "1", "12345", "٣", "½", "!", "?!", "/", "//", "'s", "'S", "'ll", "’t", "😀", "👩‍👧", "🇩🇪", "<|endoftext|>",
    "<|im_start|>", "{", '"', "\\n", "\x00", "-", "_", "\U0010ffff",
)  # fmt: skip

tricky = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text(" \t\n\r\x0b\xa0a1!", max_size=40),
)
"""All scripts, emoji, white-space runs, digits, contractions, the text of special tokens."""

JARGON: list[dict[str, Any]] = [
    {
        "role": "system",
        "content": "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
    },
    {"role": "system", "name": "example_user", "content": "New synergies will help drive top-line growth."},
    {
        "role": "system",
        "name": "example_assistant",
        "content": "Things working well together will increase revenue.",
    },
    {
        "role": "system",
        "name": "example_user",
        "content": "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    },
    {
        "role": "system",
        "name": "example_assistant",
        "content": "Let's talk later when we're less busy about how to do better.",
    },
    {
        "role": "user",
        "content": "This late pivot means we don't have time to boil the ocean for the client deliverable.",
    },
]
"""The messages of OpenAI's cookbook on counting: 129 tokens for gpt-3.5-turbo and gpt-4, 124 for gpt-4o."""

WEATHER: dict[str, Any] = {
    "messages": [
        {
            "role": "system",
            "content": "You are a helpful assistant that can answer to questions about the weather.",
        },
        {"role": "user", "content": "What's the weather like in San Francisco?"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "get_current_weather",
                "description": "Get the current weather in a given location",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "location": {
                            "type": "string",
                            "description": "The city and state, e.g. San Francisco, CA",
                        },
                        "unit": {
                            "type": "string",
                            "description": "The unit of temperature to return",
                            "enum": ["celsius", "fahrenheit"],
                        },
                    },
                    "required": ["location"],
                },
            },
        }
    ],
}
"""Its example with a function: 105 tokens for gpt-3.5-turbo and gpt-4, 101 for gpt-4o."""
