"""What the stages of one run share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .protocol import Events
from .rows import TokenRow
from .spec import Spec
from .template import ChatTemplate
from .tokenizer import TextTokenizer
from .wishes import Wishes


@dataclass
class RunContext:
    """A run under way. `train` and `check` are filled by the stage tokenize."""

    folder: Path
    spec: Spec
    events: Events
    wishes: Wishes
    tokenizer: TextTokenizer
    template: ChatTemplate
    stop_ids: frozenset[int]
    train: Sequence[TokenRow] = field(default_factory=list)
    check: Sequence[TokenRow] = field(default_factory=list)

    @property
    def model_folder(self) -> Path:
        """The base model's folder."""
        return Path(self.spec.model.path)

    @property
    def adapter_folder(self) -> Path:
        """The chosen adapter in PEFT's format; there after the stage train."""
        return self.folder / "adapter"

    @property
    def evaluation_folder(self) -> Path:
        """base.json and tuned.json: answers and losses on the check rows; after evaluate."""
        return self.folder / "evaluation"
