import ctypes
import re

import pytest

from tunesmith_trainer import llama_structs
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.llama_library import engine_folder, load_library
from tunesmith_trainer.llama_structs import (
    Batch,
    ContextParams,
    ModelParams,
    QuantizeParams,
    SamplerChainParams,
    check_layout,
)

NAMES = {
    "llama_model_params": ModelParams,
    "llama_context_params": ContextParams,
    "llama_model_quantize_params": QuantizeParams,
    "llama_sampler_chain_params": SamplerChainParams,
    "llama_batch": Batch,
}
TYPES = {
    "bool": ctypes.c_bool,
    "float": ctypes.c_float,
    "int32_t": ctypes.c_int32,
    "uint32_t": ctypes.c_uint32,
    "size_t": ctypes.c_size_t,
}


def header_fields(struct: str) -> list[tuple[str, str]]:
    """(type, name) of each field in the pinned llama.h."""
    header = (engine_folder() / "source" / "include" / "llama.h").read_text(encoding="utf-8")
    body = re.search(rf"struct {struct} \{{(.*?)\n    \}}", header, re.DOTALL)[1]
    body = re.sub(r"//[^\n]*", "", body)
    found = []
    for line in body.split(";"):
        if match := re.fullmatch(r"\s*(.+?)(\w+)\s*", line, re.DOTALL):
            found.append((" ".join(match[1].split()), match[2]))
    return found


@pytest.mark.parametrize("struct", NAMES)
def test_fields_are_those_of_the_pinned_header(struct):
    fields = NAMES[struct]._fields_
    header = header_fields(struct)
    assert [name for name, *_ in fields] == [name for _, name in header]
    for (_, kind), (written, name) in zip(fields, header, strict=True):
        if "*" in written or (written.endswith(("callback", "_t")) and written not in TYPES):
            assert ctypes.sizeof(kind) == ctypes.sizeof(ctypes.c_void_p), name
        elif written.startswith("enum"):
            assert kind is ctypes.c_int32, name
        else:
            assert kind is TYPES[written], name


def test_defaults_of_the_library_are_the_pinned_ones():
    check_layout(load_library())


def test_another_default_is_refused(monkeypatch):
    changed = {**llama_structs.DEFAULTS[ContextParams], "n_ubatch": 256}
    monkeypatch.setitem(llama_structs.DEFAULTS, ContextParams, changed)
    with pytest.raises(AppError) as caught:
        check_layout(load_library())
    assert caught.value.code == "export_engine_mismatch"
    assert caught.value.params["field"] == "ContextParams.n_ubatch"


def test_another_version_is_refused(monkeypatch):
    monkeypatch.setattr(llama_structs, "LIBRARY_VERSION", "0.6.0")
    with pytest.raises(AppError, match="version"):
        check_layout(load_library())
