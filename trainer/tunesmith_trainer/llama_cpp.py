"""A model in GGUF, through libllama: tokenise, decode, logits. Needs numpy, never torch."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .errors import AppError
from .llama_library import last_error, load_library
from .llama_structs import FLASH_ATTENTION_DISABLED, TYPE_F32

# Rows of logits are float32 x vocabulary; this bounds what one decode call may hold of them.
LOGITS_BYTES = 128 << 20
PARAMETERS_PER_THREAD = 50_000_000


class LlamaModel:
    """An opened GGUF. Close it, or use it as a context manager."""

    def __init__(self, file: Path, *, vocab_only: bool = False) -> None:
        """Raises AppError `gguf_unreadable`, and those of `load_library`."""
        self.lib = load_library()
        self.file = file
        params = self.lib.llama_model_default_params()
        params.vocab_only = vocab_only
        self.handle = self.lib.llama_model_load_from_file(str(file).encode(), params)
        if not self.handle:
            raise AppError("gguf_unreadable", file=str(file), detail=last_error())
        self.vocab = self.lib.llama_model_get_vocab(self.handle)
        self.n_vocab: int = self.lib.llama_vocab_n_tokens(self.vocab)
        self.context_length: int = self.lib.llama_model_n_ctx_train(self.handle)

    def tokenize(self, text: str, *, parse_special: bool = True) -> list[int]:
        """Token ids of `text`, as it stands: no begin or end token is added.

        `parse_special`: text that spells a control token becomes that token, as in training.
        """
        data = text.encode("utf-8", "surrogatepass")
        size = len(data) + 16
        while True:
            out = (ctypes.c_int32 * size)()
            n = self.lib.llama_tokenize(
                self.vocab, data, len(data), out, size, False, parse_special
            )
            if n >= 0:
                return list(out[:n])
            size = -n

    def _known(self, token: int) -> int:
        # llama.cpp ends the whole process at an id that is none.
        assert 0 <= token < self.n_vocab, f"{token} is no token of {self.file}"
        return token

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of one token; empty for a control token unless `special`."""
        self._known(token)
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            n = self.lib.llama_token_to_piece(self.vocab, token, buffer, size, 0, special)
            if n >= 0:
                return buffer.raw[:n]
            size = -n

    def text_of(self, token: int) -> str:
        """The token as the vocabulary spells it."""
        return self.lib.llama_vocab_get_text(self.vocab, self._known(token)).decode(
            "utf-8", "replace"
        )

    def ends(self, token: int) -> bool:
        """Whether llama.cpp (and so Ollama) stops generating at this token."""
        return self.lib.llama_vocab_is_eog(self.vocab, self._known(token))

    def chat_template(self) -> str | None:
        """The embedded Jinja template."""
        value = self.lib.llama_model_chat_template(self.handle, None)
        return None if value is None else value.decode("utf-8")

    def metadata(self, key: str) -> str | None:
        """One metadata value as text; None where the key is missing."""
        size = 256
        while True:
            buffer = ctypes.create_string_buffer(size)
            n = self.lib.llama_model_meta_val_str(self.handle, key.encode(), buffer, size)
            if n < 0:
                return None
            if n < size:
                return buffer.value.decode("utf-8", "replace")
            size = n + 1

    def close(self) -> None:
        """Free the model; contexts on it must be closed before."""
        if self.handle:
            self.lib.llama_model_free(self.handle)
            self.handle = None

    def __enter__(self) -> LlamaModel:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class LlamaContext:
    """Room for `sequences` conversations of up to `length` tokens each."""

    def __init__(
        self,
        model: LlamaModel,
        *,
        length: int,
        threads: int,
        sequences: int = 1,
        precise: bool = False,
    ) -> None:
        """`precise` keeps the cache in float32 instead of rounding it to 16 bits, for proofs.

        Raises AppError `gguf_context_failed` when the memory for the context is not there.
        """
        self.model, self.lib = model, model.lib
        self.sequences = sequences
        params = self.lib.llama_context_default_params()
        params.n_ctx = length * sequences
        # One unified cache: sequences may differ in length and share its cells.
        params.kv_unified = True
        params.n_seq_max = sequences
        rows = LOGITS_BYTES // (4 * model.n_vocab)
        self.batch_size = int(max(sequences, min(512, params.n_ctx, max(32, rows))))
        params.n_batch = params.n_ubatch = self.batch_size
        # A token of a small model is too little work to share: threads would wait, spinning.
        useful = 1 + self.lib.llama_model_n_params(model.handle) // PARAMETERS_PER_THREAD
        params.n_threads = params.n_threads_batch = min(threads, useful)
        if precise:
            params.type_k = params.type_v = TYPE_F32
            params.flash_attn_type = FLASH_ATTENTION_DISABLED
        self.handle = self.lib.llama_init_from_model(model.handle, params)
        if not self.handle:
            raise AppError("gguf_context_failed", tokens=length, detail=last_error())
        self.memory = self.lib.llama_get_memory(self.handle)
        self.batch = self.lib.llama_batch_init(self.batch_size, 0, 1)

    def decode(
        self, tokens: Sequence[int], positions: Sequence[int], owners: Sequence[int],
        wanted: Sequence[bool],
    ) -> None:  # fmt: skip
        """Feed at most `batch_size` tokens; `owners` are sequence numbers.

        Afterwards `logits(i)` gives the row of the i-th token fed, where `wanted[i]`.
        """
        assert len(tokens) <= self.batch_size
        assert all(0 <= token < self.model.n_vocab for token in tokens)
        batch = self.batch
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i] = token
            batch.pos[i] = positions[i]
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = owners[i]
            batch.logits[i] = wanted[i]
        status = self.lib.llama_decode(self.handle, batch)
        if status != 0:
            raise AppError("gguf_decode_failed", status=status, detail=last_error())

    def logits(self, index: int) -> np.ndarray:
        """A copy of one row of the last decode: [vocabulary] float32."""
        pointer = self.lib.llama_get_logits_ith(self.handle, index)
        return np.ctypeslib.as_array(pointer, shape=(self.model.n_vocab,)).copy()

    def forget(self, sequence: int, start: int = -1) -> bool:
        """Free a sequence's cells from `start` on; False where the model cannot free parts."""
        return self.lib.llama_memory_seq_rm(self.memory, sequence, start, -1)

    def close(self) -> None:
        """Free the context."""
        if self.handle:
            self.lib.llama_batch_free(self.batch)
            self.lib.llama_free(self.handle)
            self.handle = None

    def __enter__(self) -> LlamaContext:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
