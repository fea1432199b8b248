"""Counts the rows of data files with Python's own readers, to hold the product's count against.

Reads JSON lines {path, plan} from stdin and writes a count per line, null where it cannot read one.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

LONGEST = 1 << 20
TOKENS = re.compile(rb'"(?:\\.|[^"\\])*(?:"|\\?\Z)|[\[\]{},]|[^\[\]{},"]+', re.DOTALL)


def text_of(path: Path, plan: dict[str, Any]) -> bytes:
    data = path.read_bytes()
    if plan["compressed"]:
        data = gzip.decompress(data)
    if plan["encoding"] == "utf-8":
        return data.removeprefix(b"\xef\xbb\xbf")
    name = {"windows-1252": "cp1252"}.get(plan["encoding"], plan["encoding"])
    return data.decode(name, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def blank(line: bytes) -> bool:
    return not any(byte > 32 for byte in line)


def count_lines(text: bytes) -> int:
    return sum(not blank(line) for line in text.split(b"\n"))


def count_paragraphs(text: bytes) -> int:
    count, inside = 0, False
    for line in text.split(b"\n"):
        count += not inside and not blank(line)
        inside = not blank(line)
    return count


def count_csv(text: bytes, delimiter: str, header: int) -> int | None:
    source = io.StringIO(text.decode("utf-8", "surrogateescape"), newline="")
    records = [record for record in csv.reader(source, delimiter=delimiter) if record]
    return max(0, len(records) - header)


def count_json(text: bytes, root: dict[str, str]) -> int:
    """Elements between commas at the depth of the list; what stands behind the list is one more."""
    level = {"objects": 0, "list": 1, "key": 2}[root["kind"]]
    depth = count = 0
    state = "inside" if level == 0 else "before"
    open_string = False
    key, last, held = b"", b"", False
    for token in TOKENS.findall(text):
        string = token[:1] == b'"'
        open_string = string and not re.fullmatch(rb'"(?:\\.|[^"\\])*"', token, re.DOTALL)
        mark = b"" if string else token
        if state == "before":
            if string and depth == 1:
                last = token
            elif not string and token.strip() and b":" in token and depth == 1:
                key = last
            if mark in (b"[", b"{"):
                depth += 1
                wanted = json.dumps(root.get("key", ""), ensure_ascii=False).encode()
                if mark == b"[" and (depth == 1 if level == 1 else depth == 2 and key == wanted):
                    state = "inside"
                key = b""
            elif mark in (b"]", b"}"):
                depth -= 1
            elif mark == b",":
                key = b""
            continue
        if state == "behind":
            held = held or not blank(token)
            continue
        if mark in (b"[", b"{"):
            depth, held = depth + 1, True
        elif mark in (b"]", b"}"):
            if depth == level and level > 0:
                count, held = count + held, False
                if level == 2:
                    return count
                state = "behind"
            else:
                depth, held = max(level, depth - 1), True
                if level == 0 and depth == 0:
                    count, held = count + 1, False
        elif mark == b"," and depth == level:
            count, held = count + held, False
        else:
            held = held or string or not blank(token)
    # A list that is not closed behind an element is told by one row more.
    cut_off = state == "inside" and level > 0 and depth == level and not open_string
    return count + held + cut_off


def cells(line: str) -> list[str]:
    line = re.sub(r"(?<!\\)\|$", "", re.sub(r"^\|", "", line.strip()))
    return re.split(r"(?<!\\)\|", line)


def count_markdown(text: bytes) -> int:
    count, table, before, fence = 0, False, "", ""
    for raw in text.split(b"\n"):
        try:
            line = raw.removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            count, before = count + table, ""
            continue
        if opened := re.match(r" {0,3}(```|~~~)", line):
            fence = opened[1] if not fence else "" if fence == opened[1] else fence
        if opened or fence:
            table, before = False, ""
        elif table and "|" in line:
            count += 1
        else:
            marks = [cell.strip() for cell in cells(line)]
            table = (
                "|" in before and "-" in line and all(re.fullmatch(r":?-+:?", m) for m in marks)
            ) and len(marks) == len(cells(before))
            before = line
    return count


def count_excel(path: Path, header: bool) -> int:
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    total = 0
    with zipfile.ZipFile(path) as book:
        if book.testzip() is not None:
            raise ValueError("damaged")
        shared: list[str] = []
        if "xl/sharedStrings.xml" in book.namelist():
            tree = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(part.itertext()) for part in tree.findall(f"{main}si")]
        for name in book.namelist():
            if not re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
                continue
            rows = 0
            for row in ElementTree.fromstring(book.read(name)).iter(f"{main}row"):
                values = ["".join(c.itertext()) for c in row.findall(f"{main}c")]
                kinds = [c.get("t") for c in row.findall(f"{main}c")]
                texts = [
                    shared[int(v)] if k == "s" else v for v, k in zip(values, kinds, strict=True)
                ]
                rows += any(texts)
            total += max(0, rows - (header and rows > 0))
    return total


class Thrift:
    """As much of Thrift's compact protocol as a Parquet footer's third field needs."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def skip(self, kind: int) -> None:
        if kind in (4, 5, 6):
            self.varint()
        elif kind == 3:
            self.at += 1
        elif kind == 7:
            self.at += 8
        elif kind == 8:
            size = self.varint()
            self.at += size
        elif kind in (9, 10):
            head = self.data[self.at]
            self.at += 1
            size = head >> 4
            size = self.varint() if size == 15 else size
            for _ in range(size):
                if head & 15 in (1, 2):
                    self.at += 1
                else:
                    self.skip(head & 15)
        elif kind == 12:
            for _ in self.fields():
                pass
        elif kind not in (1, 2):
            raise ValueError("an unknown type")

    def fields(self, want: int = -1) -> Any:
        number = 0
        while head := self.data[self.at]:
            self.at += 1
            number = number + (head >> 4) if head >> 4 else (self.varint() >> 1)
            if number == want:
                value = self.varint()
                yield (value >> 1) ^ -(value & 1)
            else:
                self.skip(head & 15)
        self.at += 1


def count_parquet(path: Path) -> int:
    data = path.read_bytes()
    (size,) = struct.unpack("<I", data[-8:-4])
    return next(Thrift(data[-8 - size : -8]).fields(want=3))


def count(path: Path, plan: dict[str, Any]) -> int | None:
    container = plan["container"]
    if container == "xlsx":
        return count_excel(path, plan["header"])
    if container == "parquet":
        return count_parquet(path)
    text = text_of(path, plan)
    if container == "csv":
        return count_csv(text, plan["delimiter"], plan["header"] + plan["titles"])
    if container == "json":
        return count_json(text, plan["jsonRoot"])
    return {"jsonl": count_lines, "text": count_paragraphs, "markdown": count_markdown}[container](
        text
    )


def main() -> None:
    csv.field_size_limit(1 << 30)
    for line in sys.stdin:
        case = json.loads(line)
        try:
            print(json.dumps(count(Path(case["path"]), case["plan"])))
        except (ValueError, LookupError, OSError, EOFError, csv.Error, struct.error,
                zlib.error, zipfile.BadZipFile, ElementTree.ParseError,
                NotImplementedError):  # fmt: skip
            print("null")


if __name__ == "__main__":
    main()
