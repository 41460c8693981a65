from __future__ import annotations

import json
import pickle
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import RowError
from ftdata.formats import FORMATS
from ftdata.formats.completion import CompletionChats, CompletionToChat, FileFindings, found_in, marks
from ftdata.formats.completion.dialogues import _parts, is_dialogue, split
from ftdata.formats.completion.marks import SEPARATORS, instruction, mark_of
from ftdata.formats.completion.notes import notes, written
from ftdata.formats.completion.preparing import Change, remarks
from ftdata.formats.completion.survey import Distinct, FileSurvey, FileSurveys
from ftdata.formats.completion.writing import CompletionMarks
from ftdata.report.completions import remarks_of

Row = dict[str, Any]
WORDS = (
    "parcel",
    "invoice",
    "password",
    "refund",
    "delivery",
    "login",
    "price",
    "return",
    "size",
    "colour",
    "stock",
    "coupon",
)


def rows(prompt: str = "{}", completion: str = "{}", number: int = 12) -> list[Row]:
    return [{"prompt": prompt.format(f"Where is my {word}"), "completion": completion.format(f"It is {word[::-1]}")}
            for word in WORDS[:number]]  # fmt: skip


def surveyed(given: list[Row], *, unescape: bool = False) -> FileFindings:
    survey = FileSurveys(unescape)
    for row in given:
        survey.add(row)
    return found_in(survey.files[0])


def chats(given: list[Row], **options: Any) -> list[Row]:
    return list(ftdata.read(given, format="completion").completion_to_chat(**options))


def texts(example: Row) -> list[tuple[str, str]]:
    return [(turn["role"], turn["content"]) for turn in example["messages"]]


MARKS = {
    "text ->": " ->",
    "text?\n\n###\n\n": "\n\n###\n\n",
    "text\n\n===>\n\n": "\n\n===>\n\n",
    "text END": " END",
    "a == END": " == END",
    "text [END]": " [END]",
    "text.\n": "\n",
    "text***": "***",
    "text<|endoftext|>": "<|endoftext|>",
    "text </s>": " </s>",
    "text →": " →",
    "Summary:\n\n###\n\n": "\n\n###\n\n",
    # what is the text's own
    "text.": "",
    "text?": "",
    "Answer:": "",
    "the WEEKEND": "",
    "</div>": "",
    "100%": "",
    "C#": "",
    "(so)": "",
    "a `word`": "",
    "": "",
}


@pytest.mark.parametrize(("text", "mark"), MARKS.items())
def test_marks_at_the_end(text: str, mark: str) -> None:
    assert mark_of(text) == mark


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("Turn the message into an action:\\nTell m", "Turn the message into an action:\\n"),
        ("Classify this.\nText: The ", "Classify this.\n"),
        ("Say it politely: ", "Say it politely: "),
        ("Where is my ", ""),
        ("", ""),
    ],
)
def test_an_instruction_ends_where_a_sentence_does(prefix: str, found: str) -> None:
    assert instruction(prefix) == found


def test_what_the_guide_told_to_add_is_found_and_taken_away() -> None:
    given = rows("{}?\n\n###\n\n", " {} END")
    found = surveyed(given)
    assert (found.separator, found.stop, found.space, found.task, found.touched) == (
        "\n\n###\n\n",
        " END",
        True,
        "conditional",
        12,
    )
    assert texts(chats(given)[0]) == [("user", "Where is my parcel?"), ("assistant", "It is lecrap")]


def test_nine_in_ten_are_enough_and_the_others_stay() -> None:
    given = [*rows("{}\n\n###\n\n", " {}\n", 11), {"prompt": "odd", "completion": "one"}]
    assert (surveyed(given).separator, surveyed(given).stop) == ("\n\n###\n\n", "\n")
    assert texts(chats(given)[-1]) == [("user", "odd"), ("assistant", "one")]
    few = [*rows("{}\n\n###\n\n", " {}\n", 5), *rows(number=6)]
    assert (surveyed(few).separator, surveyed(few).stop, surveyed(few).space) == ("", "", False)


def test_what_all_texts_end_with_by_nature_stays() -> None:
    given = rows("{}?", "{}.")
    assert (surveyed(given).separator, surveyed(given).stop) == ("", "")
    assert texts(chats(given)[0]) == [("user", "Where is my parcel?"), ("assistant", "It is lecrap.")]


def test_the_instruction_moves_only_when_asked() -> None:
    given = rows("Answer the customer in one sentence:\n{} ->", " {}")
    assert surveyed(given).prefix == "Answer the customer in one sentence:\n"
    assert texts(chats(given)[0])[0] == ("user", "Answer the customer in one sentence:\nWhere is my parcel")
    assert texts(chats(given, prefix_to_system=True)[0])[:2] == [
        ("system", "Answer the customer in one sentence:"), ("user", "Where is my parcel")]  # fmt: skip


def test_literal_new_lines_are_found_and_made_real_when_asked() -> None:
    given = rows("Answer:\\n{}\\n\\n###\\n\\n", "{}")
    assert surveyed(given).survey.escaped == 12
    assert texts(chats(given)[0])[0][1] == "Answer:\\nWhere is my parcel\\n\\n###\\n\\n"
    assert texts(chats(given, unescape=True)[0])[0][1] == "Answer:\nWhere is my parcel"


def test_empty_texts_have_no_part_in_what_texts_share() -> None:
    given = [*rows("{} ->", " {} END"), *({"prompt": "x ->", "completion": ""} for _ in range(4))]
    found = surveyed(given)
    assert (found.stop, found.space) == (" END", True)
    assert not [one.rule for one in remarks(found) if one.rule in ("completion-ending", "completion-space")]


def test_classification_and_its_labels() -> None:
    given = [{"prompt": f"{word} ->", "completion": f" {number % 2} END"} for number, word in enumerate(WORDS)]
    found = surveyed(given)
    assert (found.task, found.labels, found.codes) == ("classification", (("0", 6), ("1", 6)), True)
    words = surveyed([{**row, "completion": " yes" if "0" in row["completion"] else " no"} for row in given])
    assert (words.labels, words.codes) == ((("no", 6), ("yes", 6)), False)
    assert surveyed(given[:3]).task == "conditional"


def test_json_completions_and_open_ended_text() -> None:
    objects = surveyed(rows(completion=' {{"a": "{}"}}\n'))
    assert (objects.objects, objects.stop) == (True, "\n")
    given = [{"prompt": "", "completion": f" {word}"} for word in WORDS]
    assert surveyed(given).task == "generation"
    assert chats(given)[0] == {"messages": [{"role": "assistant", "content": "parcel"}]}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"prompt": " ->", "completion": " x"}, "the prompt is empty"),
        ({"prompt": "x ->", "completion": " "}, "the completion is empty"),
        ({"prompt": "x", "completion": None}, "the completion is empty"),
        ({"prompt": 1, "completion": "x"}, "expected text; got 1"),
        ({"prompt": "x"}, "expected prompt and completion"),
    ],
)
def test_rows_that_make_no_chat_are_rejected(row: Row, words: str) -> None:
    rejected: list[ftdata.Rejected] = []
    data = ftdata.read([*rows("{} ->", " {}"), row], format="completion").completion_to_chat()
    assert len(list(data.examples(on_reject=rejected.append))) == 12
    assert [reject.error.message.startswith(words) for reject in rejected] == [True]


def test_many_rows_are_surveyed_as_a_few_are() -> None:
    whole, alone = FileSurveys(unescape=False), FileSurvey()
    for number in range(700):  # more than are taken in at once
        prompt, completion = f"{number}\\n: {'AB' * (number % 3)} ->", f" {number % 90} END"
        whole.add({"prompt": prompt, "completion": completion})
        alone.add([prompt], [completion])
    alone.escaped = 700
    sent = pickle.loads(pickle.dumps(whole))
    for survey in (whole.files[0], sent.files[0]):
        assert (survey.prompts, survey.completions, survey.labels) == (alone.prompts, alone.completions, alone.labels)
        assert found_in(survey).to_dict() == found_in(alone).to_dict()
        assert (survey.answers.count, survey.labels) == (90, alone.labels)


@given(
    st.text("xD# -=>\n\u3000", max_size=60), st.sampled_from(["", *SEPARATORS, " END", "[END]\n", "<|end|>", "</s> "])
)
def test_the_mark_of_a_text_is_what_the_pattern_finds_in_its_end(body: str, end: str) -> None:
    text = body + end
    found = marks._MARK.search(text, max(0, len(text) - marks._LOOKED_AT))
    if text[-1:] not in marks._OWN and (not text[-1].isalnum() or text.endswith(marks._WORDS)):
        assert mark_of(text) == (found[0] if found else "")


def test_white_space_of_marks_is_all_that_there_is() -> None:
    assert {chr(code) for code in range(0x110000) if chr(code).isspace()} <= {*marks._SIGNS}


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=12), st.integers(0, 12))
def test_surveys_of_pieces_come_to_the_survey_of_all(pairs: list[tuple[str, str]], cut: int) -> None:
    whole, first, later = FileSurvey(), FileSurvey(), FileSurvey()
    whole.add([prompt for prompt, _ in pairs], [completion for _, completion in pairs])
    for number, (prompt, completion) in enumerate(pairs):
        (first if number < cut else later).add([prompt], [completion])
    first.merge(later)
    assert (first.prompts, first.completions) == (whole.prompts, whole.completions)
    assert found_in(first).to_dict() == found_in(whole).to_dict()
    assert (first.answers.count, first.prompts.same, first.first) == (
        whole.answers.count, whole.prompts.same, whole.first)  # fmt: skip
    assert remarks(found_in(first)) == remarks(found_in(whole))


def test_distinct_texts_are_counted_by_estimate_beyond_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Distinct, "KEPT", 1000)
    one, other = Distinct(), Distinct()
    for number in range(20_000):
        (one if number % 3 else other).add([str(number % 10_000)])
    one.merge(other)
    assert not one.exact
    assert 9_000 < one.count < 11_000


def test_each_file_is_looked_at_on_its_own(tmp_path: Path) -> None:
    for name, lines in (("a", rows("{} ->", " {}\n")), ("b", rows("{}\n\n###\n\n", "{}"))):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="utf-8")
    data = ftdata.read([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    for workers in (1, 2):
        data.write(tmp_path / "{stem}.out", format="openai", force=True, workers=workers)
        for name in "ab":
            first = json.loads((tmp_path / f"{name}.out").read_text(encoding="utf-8").splitlines()[0])
            assert texts(first) == [("user", "Where is my parcel"), ("assistant", "It is lecrap")]
    (decision,) = {type(decision): decision for decision in data.decisions()}.values()
    assert isinstance(decision, CompletionChats)
    assert [found.separator for found in decision.found.values()] == [" ->", "\n\n###\n\n"]


def test_they_stay_as_they_are_unless_another_format_is_written(tmp_path: Path) -> None:
    given = rows("{} ->", " {}\n")
    data = ftdata.read(given)
    assert list(data) == given
    assert list(data.filter("'parcel' in prompt")) == given[:1]
    data.filter("'parcel' in prompt").write(tmp_path / "a.jsonl")
    assert json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8")) == given[0]


def test_chats_become_prompts_with_what_the_models_need() -> None:
    one = {
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "q"},
            {"role": "assistant", "content": "a"},
        ]
    }
    assert FORMATS["completion"].dump(one, Counter()) == {"prompt": "s\n\nq\n\n###\n\n", "completion": " a END"}
    lost: Counter[str] = Counter()
    two = {"messages": [*one["messages"], {"role": "user", "content": "r"}, {"role": "assistant", "content": "b"}]}
    assert FORMATS["completion"].dump(two, lost) == {
        "prompt": "s\n\n###\n\nUser: q\nAssistant: a\nUser: r\nAssistant:", "completion": " b END"}  # fmt: skip
    assert lost == {"earlier answers": 1}
    with pytest.raises(RowError, match="expected an answer at the end"):
        FORMATS["completion"].dump({"messages": one["messages"][:2]}, Counter())


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z][a-z \n]{0,20}[a-z]", fullmatch=True), st.from_regex(r"[a-z]{1,9}", fullmatch=True)
        ),
        min_size=2,
    )
)
def test_chats_survive_the_way_there_and_back(pairs: list[tuple[str, str]]) -> None:
    given = [{"messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]} for q, a in pairs]
    written = [FORMATS["completion"].dump(example, Counter()) for example in given]
    assert chats(written) == given


REMARKS: dict[str, tuple[list[Row], dict[str, str]]] = {
    "bare": (
        rows(),
        {"completion-separator": " ->", "completion-ending": "\n", "completion-space": " "},
    ),
    "lines in prompts": (
        rows("a\n{}"),
        {"completion-separator": SEPARATORS[1], "completion-ending": "\n", "completion-space": " "},
    ),
    "arrows in prompts": (
        rows("a -> {}"),
        {"completion-separator": SEPARATORS[1], "completion-ending": "\n", "completion-space": " "},
    ),
    "prepared": (rows("{} ->", " {}\n"), {}),
    "ends that are no marks": (rows("{}?", " {}."), {}),
    "same prompts": ([{"prompt": "x", "completion": f" {w}\n"} for w in WORDS], {"completion-same-prompt": ""}),
    "no prompts": ([{"prompt": "", "completion": f" {w}"} for w in WORDS], {}),
    "some prompts": (
        [{"prompt": "", "completion": " x\n"}, *rows("{} ->", " {}\n")],
        {"completion-empty-prompt": ""},
    ),
    "same answers": ([{"prompt": f"{w} ->", "completion": " x\n"} for w in WORDS[:3]], {"completion-same-answer": ""}),
    "labels": (
        [{"prompt": f"{w} ->", "completion": f" {len(w) % 2}"} for w in WORDS],
        {"completion-classification": ""},
    ),
    "capitals": (rows("ALL OF IT IS LOUD {} ->", " {}\n"), {"completion-prompt-capitals": ""}),
    "an end in capitals": ([{"prompt": f"{w} ->", "completion": f" {w[0]} END"} for w in WORDS], {}),
    "missing": (
        [*rows("{} ->", " {}\n"), {"prompt": "y", "completion": " y\n"}],
        {"completion-separator": " ->"},
    ),
    "missing end": (
        [*rows("{} ->", " {} END"), {"prompt": "y ->", "completion": " y"}],
        {"completion-ending": " END"},
    ),
    "long end": (rows("{}\n\n======>\n\n", " {}\n"), {"completion-long-mark": ""}),
    "repeated end": (
        [*rows("{} ->", " {}\n"), {"prompt": "a -> b ->", "completion": " y\n"}],
        {"completion-repeated-mark": ""},
    ),
}


@pytest.mark.parametrize(("given", "names"), REMARKS.values(), ids=REMARKS.keys())
def test_what_prepare_data_would_say(given: list[Row], names: dict[str, str]) -> None:
    # The prompts of these rows begin alike, as do their completions: another test is about that.
    found = {remark.rule: remark.change.text if remark.change else "" for remark in remarks(surveyed(given))}
    found.pop("completion-prefix", None)
    found.pop("completion-prompt-prefix", None)
    assert found == names


PREFIXES: list[tuple[list[str], list[str], dict[str, str]]] = [
    (["Where is my cup ->", "Where is my hat ->"], [" a\n", " b\n"], {}),  # 12 characters
    (["Where are my cups ->", "Where are my hats ->"], [" a\n", " b\n"], {"completion-prompt-prefix": "Where are my "}),
    (
        ["Ticket number 1023 ->", "Ticket number 1045 ->"],
        [" a\n", " b\n"],
        {"completion-prompt-prefix": "Ticket number "},
    ),
    (["a ->", "b ->"], [" It's a\n", " It's b\n"], {"completion-prefix": " It's "}),
    (["a ->", "b ->"], [" It a\n", " It b\n"], {}),
    (["a ->", "b ->"], [" positives\n", " positively\n"], {}),  # half a word
    (["a ->", "b ->"], [' {"name": "a"}\n', ' {"name": "b"}\n'], {}),  # JSON
]


@pytest.mark.parametrize(("prompts", "completions", "expected"), PREFIXES)
def test_what_texts_begin_with(prompts: list[str], completions: list[str], expected: dict[str, str]) -> None:
    found = surveyed([{"prompt": p, "completion": c} for p, c in zip(prompts, completions, strict=True)])
    assert {one.rule: one.change.text for one in remarks(found) if one.change and one.change.what == "cut"} == expected


CHANGES = [
    (Change("completion", "cut", " It is "), " It is red\n", " red\n"),
    (Change("completion", "cut", "It is "), "It is red\n", "red\n"),
    (Change("completion", "cut", " It is "), " It is  END", " It is  END"),  # nothing would be left
    (Change("prompt", "cut", " It is "), " It is red ->", "red ->"),
    (Change("prompt", "cut", "It is "), "They are red ->", "They are red ->"),
    (Change("completion", "lower"), " YES PLEASE END", " yes please END"),
    (Change("completion", "end", " END"), " yes END", " yes END"),
    (Change("completion", "end", " END"), " yes", " yes END"),
    (Change("prompt", "end", " ->"), " ", " "),
    (Change("completion", "begin", " "), "yes", " yes"),
    (Change("completion", "begin", " "), " yes", " yes"),
    (Change("completion", "begin", " "), "", ""),
]


@pytest.mark.parametrize(("change", "before", "after"), CHANGES)
def test_what_a_change_does(change: Change, before: str, after: str) -> None:
    assert change(before) == after
    assert change(after) == after or change.what == "cut"


def test_remarks_of_nothing() -> None:
    assert remarks(found_in(FileSurvey())) == []


def test_the_notes_say_what_the_calling_code_must_change() -> None:
    page = notes(
        "t.jsonl", surveyed(rows("Answer the customer in one sentence:\n{} ->", " {} END")), prefix_to_system=True
    )
    for words in (
        'separator `" ->"`',
        '`stop=" END"`',
        'Send `"Answer the customer in one sentence:"` as the system message',
        "begin with a space",
    ):
        assert words in page


def test_the_step_is_what_its_fields_say() -> None:
    assert CompletionToChat(prefix_to_system=True) == CompletionToChat(True, False)
    assert not CompletionToChat().carries_metadata


# -- in one's own words -----------------------------------------------------------------------------------------------


def test_any_columns_hold_prompts_and_completions() -> None:
    given = [{"q": f"{row['prompt']} ->", "code": number % 2, "id": number} for number, row in enumerate(rows())]
    made = list(ftdata.read(given).completion_to_chat(prompt_column="q", completion_column="code", metadata=["id"]))
    assert texts(made[1]) == [("user", "Where is my invoice"), ("assistant", "1")]
    assert made[1]["metadata"] == {"id": 1}
    with pytest.raises(ftdata.UsageError, match='completion_column names "cod", which the rows do not have'):
        ftdata.read(given).completion_to_chat(prompt_column="q", completion_column="cod")


def test_a_separator_that_most_prompts_have_is_told_and_taken_away_when_asked() -> None:
    given = [*rows("{} ->", " {}", 9), *rows("{}", " {}")[9:]]
    found = surveyed(given)
    assert (found.separator, found.nearly) == ("", (("prompt", " ->", 0.75),))
    assert remarks_of(found) == ['75% of the prompts end with " ->", too few to take it away: --separator " ->" does']
    made = chats(given, separator=" ->")
    assert [texts(example)[0][1] for example in made] == [f"Where is my {word}" for word in WORDS]


def test_labels_are_shown_as_they_are_and_trimmed_when_asked() -> None:
    spelled = (" yes", "yes ", " Yes", "no")
    given = [{"prompt": f"{number} ->", "completion": spelled[number % 4]} for number in range(40)]
    found = surveyed(given)
    assert {label for label, _ in found.labels} == set(spelled)
    assert remarks_of(found) == [
        'labels that differ in case or white space alone: " Yes", " yes", "yes "; --trim-labels trims white space'
    ]
    assert {texts(example)[1][1] for example in chats(given, trim_labels=True)} == {"yes", "Yes", "no"}


DIALOGUE = "A shop for {0}.\n\n###\n\nCustomer: hi\nAgent: Hello!\nCustomer: a {0}\nAgent:"


PIECES = (
    "\n",
    ":",
    ": ",
    " ",
    "\t",
    "\r",
    "\u2028",
    "User",
    "\nUser: hi",
    "Agent",
    "\nAgent:",
    "é",
    "1",
    "'",
    "x" * 20,
)


@given(st.lists(st.sampled_from(PIECES)))
def test_speakers_are_found_where_lines_begin(pieces: list[str]) -> None:
    text = "".join(pieces)
    anywhere = re.finditer(r"^[ \t]*([^\W\d_][\w .'-]{0,24}):(?:[ \t]+|$)", text, re.MULTILINE)
    roles = {"user": "user", "agent": "assistant"}
    expected = [(roles[one[1].casefold()], one.span()) for one in anywhere if one[1].casefold() in roles]
    begins = [("system", 0), *((role, end + 1) for role, (_, end) in expected)]
    ends = [begin for _, (begin, _) in expected]
    body = f"\n{text}"
    said = [(role, body[at:end]) for (role, at), end in zip(begins, ends, strict=False)]
    assert list(zip(*_parts(body, "agent"), strict=True)) == said


@given(st.lists(st.sampled_from(PIECES)), st.sampled_from(["\nAgent:", "\n Agent: \n", ""]))
def test_a_dialogue_is_what_can_be_split(pieces: list[str], end: str) -> None:
    prompt = "".join(pieces) + end
    assert is_dialogue(prompt) is (split(prompt) is not None)


def test_prompts_that_are_dialogues_become_turns() -> None:
    given = [{"prompt": DIALOGUE.format(word), "completion": f" Yes, {word}.\n"} for word in WORDS]
    made = chats(given)
    assert texts(made[0]) == [
        ("system", "A shop for parcel."), ("user", "hi"), ("assistant", "Hello!"), ("user", "a parcel"),
        ("assistant", "Yes, parcel."),
    ]  # fmt: skip
    assert [turn.get("weight") for turn in made[0]["messages"]] == [None, None, 0, None, None]
    assert texts(chats(given, whole_prompts=True)[0])[0] == ("user", DIALOGUE.format("parcel"))


@pytest.mark.parametrize("prompt", ["Tweet: a\nSentiment:", "a: b", "User: a", "Agent:", "", "x\nUser:"])
def test_other_prompts_are_no_dialogues(prompt: str) -> None:
    assert split(prompt) is None


def test_indentation_is_no_leading_space() -> None:
    given = [{"prompt": f"# {word}\n", "completion": f"    def {word}():\n        pass\n"} for word in WORDS]
    assert texts(chats(given)[0])[1][1] == "    def parcel():\n        pass"


def test_chats_become_completions_with_the_marks_that_are_asked_for() -> None:
    given: list[dict[str, object]] = [
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "metadata": {"id": 1}},
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
                      {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]},
    ]  # fmt: skip
    made = list(ftdata.read(given, format="ftdata").to_completion(separator=" ->", stop="\n"))
    assert made == [
        {"prompt": "a ->", "completion": " b\n"},
        {"prompt": "User: a\nAssistant: b\nUser: c ->", "completion": " d\n"},
    ]
    usual = ftdata.read(given, format="ftdata").to_completion().head(2)
    assert usual[1]["prompt"].endswith("\nAssistant:")


def test_the_notes_on_what_was_written_name_the_marks() -> None:
    page = written("out.jsonl", CompletionMarks(" ->", "\n"))
    assert 'separator `" ->"` to each prompt' in page
    assert 'stop="\\n"' in page
