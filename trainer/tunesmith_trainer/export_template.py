"""The chat template as the GGUF carries it: training's own, made safe from being replaced."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from .errors import AppError
from .template import ChatTemplate, Message

# Ollama puts a template of its own over an embedded one that is within edit distance 100 of one it
# knows. Each of these characters costs one edit, since its templates hold hardly any of them.
PADDING = "{# This is the template the model was trained with. " + "~" * 200 + " #}"


def template_for_export(
    template: ChatTemplate, samples: Iterable[tuple[str, list[Message]]]
) -> str:
    """The template to embed: what training rendered, with a comment of 200 characters in front.

    `template.source` has the clock and the thinking switch fixed already. `samples` are ids and
    conversations; each must come out as in training. Error: export_template_changed.
    """
    # In front, not behind: Jinja drops a template's last newline, and a comment would save it.
    embedded = PADDING + template.source
    padded = dataclasses.replace(template, source=embedded)
    for id, messages in samples:
        for prompt in (False, True):
            if _rendered(padded, messages, prompt) != _rendered(template, messages, prompt):
                raise AppError("export_template_changed", id=id)
    return embedded


def _rendered(template: ChatTemplate, messages: list[Message], prompt: bool) -> str | None:
    try:
        return template.render(messages, add_generation_prompt=prompt)
    except AppError:
        return None
