"""What the catalogue of models calls supported is what these tests hold."""

import json
import re
from pathlib import Path

from .testing_models import FAMILIES, shared_model

SOURCE = Path(__file__).parents[2] / "src" / "core" / "models" / "families.ts"


def test_every_supported_family_has_its_models_in_these_tests() -> None:
    lines = re.findall(r"^  (\w+): \[(.*)\],$", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
    claimed = {family: json.loads(f"[{names}]") for family, names in lines}
    assert sorted(name for names in claimed.values() for name in names) == sorted(FAMILIES)
    for family, names in claimed.items():
        for name in names:
            config = json.loads((shared_model(name) / "config.json").read_text(encoding="utf-8"))
            assert config["model_type"] == family, name
