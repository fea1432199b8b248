"""A traced template says where texts go; what looks into a text is asked, or given up."""

from __future__ import annotations

import pytest

from .row_shapes import RowShapes
from .template import freeze
from .test_tokenize_batch import NOWHERE, turns
from .testing_templates import NAMES, tokenizer_for
from .tokenize_rows import row_tokenizer
from .traced_text import Question, Slot, Trace, Untraceable

ONE = turns("Hi", " Me.\n")


def traced(source: str) -> tuple[list, dict]:
    trace = Trace([m["content"] for m in ONE])
    return freeze(source, "x", dict(NAMES)).trace(trace, ONE), trace.asked


def loop(body: str) -> str:
    return "{% for m in messages %}" + body + "{% endfor %}"


@pytest.mark.parametrize(
    "body",
    [
        "{{ '[' + m.content + ']' }}",
        "{{ '[' ~ m['content'] ~ ']' }}",
        "{% set t %}[{{ m.content }}]{% endset %}{{ t }}",
        "{% macro f(x) %}[{{ x }}]{% endmacro %}{{ f(m.content) }}",
        "[{{ m.content if m.content is string and m.content is iterable }}]",
        "{% set n = namespace(t=m.content) %}[{{ n.t | default('') }}]",
    ],
)
def test_texts_are_put_into_their_places(body: str) -> None:
    parts, asked = traced(loop(body))
    assert parts == ["[", Slot(0), "][", Slot(1), "]"]
    assert asked == {}


def test_questions_are_kept_with_their_answers() -> None:
    parts, asked = traced(loop("{% if '.' in m.content %}{{ m.content | trim }}{% endif %}"))
    assert parts == [Slot(1, (("strip", None),))]
    assert parts[0].fill(["Hi", " Me.\n"]) == "Me."
    slots = [Slot(0), Slot(1)]
    assert asked == {Question(s, "__contains__", "."): s.message == 1 for s in slots}
    _, asked = traced(loop("{% if m.content and m.content.strip() == 'Hi' %}x{% endif %}"))
    assert list(asked.values()) == [True, True, True, False]


@pytest.mark.parametrize(
    "body",
    [
        "{{ m.content | length }}",
        "{{ m.content[:2] }}",
        "{{ m.content.split('e')[0] }}",
        "{{ m.content | replace('e', 'a') }}",
        "{{ m.content | upper }}",
        "{{ m.content | tojson }}",
        "{{ m | tojson }}",
        "{{ '%s' % m.content }}",
        "{{ '{}'.format(m.content) }}",
        "{{ ','.join([m.content]) }}",
        "{{ [m.content] | join }}",
        "{{ messages | map(attribute='content') | join }}",
        "{{ m.content in 'Hi there' }}",
        "{{ 'a'.replace('a', m.content) }}",
        "{{ ('x' + m.content) | trim }}",
        "{% set t %} {{ m.content }}{% endset %}{{ t.strip() }}",
        "{% filter trim %} {{ m.content }}{% endfilter %}",
        "{% for c in m.content %}{{ c }}{% endfor %}",
        "{{ {m.content: 1} }}",
        "{{ m.content * 2 }}",
        "{{ m.content < 'x' }}",
        "{{ m.content == messages[0].content }}",
        "{{ m.content | int }}",
    ],
)
def test_what_looks_into_a_text_is_given_up(body: str) -> None:
    with pytest.raises(Untraceable):
        traced(loop(body))


def test_a_shape_is_found_out_once_and_only_for_rows_alike() -> None:
    source = loop(
        "<|im_start|>{{ m.role }}\n{{ 'loud' if '!' in m.content else m.content }}<|im_end|>\n"
    ) + ("{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
    template = freeze(source, "x", dict(NAMES))
    tokenize, _ = row_tokenizer(NOWHERE, tokenizer_for(source), template, None, "answers")
    shapes = RowShapes(tokenize.masker)
    plans = []
    for texts in (("Hi", "Me"), ("Oh", "You"), ("Hi!", "Me"), ("Ho!", "He"), ("Hi", "")):
        messages = turns(*texts)
        plan = shapes.plan(messages, texts)
        assert plan is not None
        assert plan.render(texts) == template.render(messages)
        plans.append(plan)
    assert plans[0] is plans[1] is plans[4]
    assert plans[2] is plans[3] is not plans[0]
