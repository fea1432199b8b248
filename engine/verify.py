"""Imports and loads everything an engine consists of; prints the versions as one JSON object.

python verify.py LLAMA_FOLDER, under the Python of the engine to be checked. Exit 1 and a traceback
where something cannot be loaded.
"""

import ctypes
import importlib
import importlib.metadata
import json
import os
import platform
import re
import sys
from pathlib import Path

PACKAGES = ["torch", "transformers", "peft", "bitsandbytes", "safetensors", "tokenizers"]
OTHERS = ["accelerate", "sentencepiece", "numpy", "jinja2", "yaml", "psutil", "jsonschema"]
LIBRARY = re.compile(r"(lib)?llama(\.v[\d.]+)?(\.so|\.dylib|\.dll)")


def check_files() -> None:
    """Every installed file has its recorded size: a package that lost one may still load."""
    for package in importlib.metadata.distributions():
        for file in package.files or []:
            if file.size is None:
                continue
            place = Path(str(package.locate_file(file)))
            if not place.is_file() or place.stat().st_size != file.size:
                raise FileNotFoundError(f"{place} is gone or was changed")


def main(llama: Path) -> None:
    check_files()
    for name in [*PACKAGES, *OTHERS]:
        importlib.import_module(name)

    libraries = llama / "lib"
    if hasattr(os, "add_dll_directory"):
        os.add_dll_directory(str(libraries))
    (library,) = (file for file in libraries.iterdir() if LIBRARY.fullmatch(file.name))
    loaded = ctypes.CDLL(str(library))
    loaded.llama_print_system_info.restype = ctypes.c_char_p
    loaded.llama_model_quantize_default_params  # noqa: B018 - raises where the function is absent

    sys.path.insert(0, str(llama / "source" / "gguf-py"))
    importlib.import_module("gguf")
    if not (llama / "source" / "convert_hf_to_gguf.py").is_file():
        raise FileNotFoundError(llama / "source" / "convert_hf_to_gguf.py")

    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    versions["python"] = platform.python_version()
    sys.stdout.write(json.dumps(versions) + "\n")


main(Path(sys.argv[1]))
