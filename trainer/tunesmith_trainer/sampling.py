"""From Modelfile settings to llama.cpp's samplers, in llama.cpp's own order."""

from __future__ import annotations

import ctypes
import random
from collections.abc import Sequence
from typing import Any

from .llama_cpp import LlamaContext

# Ollama's own values for what a Modelfile leaves unset (its docs/modelfile).
OLLAMA_DEFAULTS: dict[str, Any] = {
    "temperature": 0.8, "top_p": 0.9, "top_k": 40, "min_p": 0.0, "repeat_penalty": 1.1,
    "repeat_last_n": 64, "num_ctx": 2048, "num_predict": -1, "mirostat": 0, "mirostat_tau": 5.0,
    "mirostat_eta": 0.1, "stop": [], "system": "",
}  # fmt: skip
MIROSTAT_M = 100  # llama.cpp's and the paper's value


class Sampler:
    """A chain of samplers for one answer. Close it."""

    def __init__(self, context: LlamaContext, options: dict[str, Any]) -> None:
        """`options`: modelfile_config's keys; those missing or None take Ollama's values."""
        self.lib = context.lib
        self.context = context
        chosen = {**OLLAMA_DEFAULTS, **{k: v for k, v in options.items() if v is not None}}
        self.last_n = max(0, int(chosen["repeat_last_n"]))
        seed = chosen.get("seed")
        seed = random.getrandbits(31) if seed is None else int(seed) % 2**32
        self.chain = self.lib.llama_sampler_chain_init(
            self.lib.llama_sampler_chain_default_params()
        )
        self._build(chosen, seed)

    def _build(self, o: dict[str, Any], seed: int) -> None:
        lib, vocabulary = self.lib, self.context.model.n_vocab
        self._add(
            lib.llama_sampler_init_penalties(
                vocabulary, self.last_n, float(o["repeat_penalty"]), 0.0, 0.0
            )
        )
        temperature = float(o["temperature"])
        if temperature <= 0:
            self._add(lib.llama_sampler_init_greedy())
            return
        tau, eta = float(o["mirostat_tau"]), float(o["mirostat_eta"])
        if o["mirostat"]:  # it takes the place of all that cuts the tail off
            self._add(lib.llama_sampler_init_temp(temperature))
            if o["mirostat"] == 1:
                arguments = (vocabulary, seed, tau, eta, MIROSTAT_M)
                self._add(lib.llama_sampler_init_mirostat(*arguments))
            else:
                self._add(lib.llama_sampler_init_mirostat_v2(seed, tau, eta))
            return
        self._add(lib.llama_sampler_init_top_k(int(o["top_k"])))
        self._add(lib.llama_sampler_init_top_p(float(o["top_p"]), 1))
        self._add(lib.llama_sampler_init_min_p(float(o["min_p"]), 1))
        self._add(lib.llama_sampler_init_temp(temperature))
        self._add(lib.llama_sampler_init_dist(seed))

    def _add(self, sampler: ctypes.c_void_p) -> None:
        self.lib.llama_sampler_chain_add(self.chain, sampler)

    def see(self, prompt: Sequence[int]) -> None:
        """Let the repeat penalty count the end of the prompt, as llama.cpp's server does."""
        for token in prompt[-self.last_n :] if self.last_n else ():
            self.lib.llama_sampler_accept(self.chain, token)

    def sample(self) -> int:
        """A token from the last logits, remembered for the penalty."""
        return self.lib.llama_sampler_sample(self.chain, self.context.handle, -1)

    def close(self) -> None:
        """Free the chain with its samplers."""
        self.lib.llama_sampler_free(self.chain)
