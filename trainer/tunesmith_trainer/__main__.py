"""`python -m tunesmith_trainer`: run, device, inspect, tokens, chat, base."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import Any

from .errors import AppError
from .libraries import set_environment
from .wishes import EXIT_FAILED


def parser() -> argparse.ArgumentParser:
    """The command line, as docs/interfaces.md describes it."""
    top = argparse.ArgumentParser(prog="tunesmith_trainer", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="train and export a frozen run")
    run.add_argument("run_folder", type=Path)
    run.add_argument("--dump-live", type=Path, help="write what every parameter ended up as")
    run.add_argument("--train-only", action="store_true", help="measure, but export nothing")
    commands.add_parser("device", help="what this machine can train on")
    inspect = commands.add_parser("inspect", help="a model folder and rows, without torch")
    inspect.add_argument("--train", type=Path)
    inspect.add_argument("--check", type=Path)
    tokens = commands.add_parser("tokens", help="rows exactly as training feeds them")
    given = tokens.add_mutually_exclusive_group(required=True)
    given.add_argument("--rows", type=Path)
    given.add_argument("--texts", type=Path, help="a JSON list of plain texts instead of rows")
    given.add_argument("--serve", action="store_true", help="rows come as requests on stdin")
    tokens.add_argument("--thinking", choices=("auto", "on", "off"), default="auto")
    for command in (inspect, tokens):
        command.add_argument("--model", type=Path, required=True)
        command.add_argument("--max-length", type=int)
        command.add_argument("--train-on", choices=("answers", "everything"), default="answers")
        command.add_argument("--system", help="system prompt of rows that bring none")
        command.add_argument("--day", type=date.fromisoformat, help="date a template may write")
    chat = commands.add_parser("chat", help="answer with a GGUF")
    chat.add_argument("--gguf", type=Path, required=True)
    chat.add_argument("--model", type=Path)
    base = commands.add_parser("base", help="a run's untouched base as a GGUF")
    base.add_argument("run_folder", type=Path)
    base.add_argument("--target", type=Path, required=True)
    base.add_argument("--format", required=True)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Parse and dispatch; the exit status."""
    args = parser().parse_args(arguments)
    set_environment()
    if args.command == "run":
        from .run_command import run_command

        return run_command(args.run_folder, args.dump_live, train_only=args.train_only)
    if args.command == "chat":
        from .chat import main as chat

        return int(chat(args) or 0)
    if args.command == "base":
        from .base_model import main as base

        return base(args)
    return _answer(args)


def _answer(args: argparse.Namespace) -> int:
    """device, inspect, tokens: one answer on stdout, expected failures as JSON with exit 4."""
    out = sys.stdout
    try:
        for line in _lines(args):
            out.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
            out.flush()
        return 0
    except AppError as error:
        out.write(json.dumps({"error": error.to_dict()}, ensure_ascii=False) + "\n")
        return EXIT_FAILED
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        wrapped = AppError("internal_error", detail=f"{type(error).__name__}: {error}"[:300])
        out.write(json.dumps({"error": wrapped.to_dict()}, ensure_ascii=False) + "\n")
        return EXIT_FAILED


def _lines(args: argparse.Namespace) -> Any:
    if args.command == "device":
        from .device import detect_device

        return [detect_device()]
    if args.command == "inspect":
        from .inspect_model import inspect

        return [
            inspect(
                args.model,
                args.train,
                args.check,
                args.max_length,
                args.system,
                args.train_on,
                args.day,
            )
        ]
    from .show_tokens import serve_tokens, show_text_tokens, show_tokens

    if args.texts:
        return show_text_tokens(args.model, args.texts)
    thinking = {"auto": None, "on": True, "off": False}[args.thinking]
    if args.serve:
        requests = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8")
        return serve_tokens(args.model, args.system, args.train_on, args.day, thinking, requests)
    return show_tokens(
        args.model, args.rows, args.max_length, args.system, args.train_on, args.day, thinking
    )


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Libraries leave threads behind that could hold the process up.
    os._exit(status)
