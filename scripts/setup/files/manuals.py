"""Manuals of Debian packages, with the paragraphs of the plain text that is published beside them.

manuals.py UNPACKED OUT
"""

import gzip
import re
import sys
from pathlib import Path

from texts import Known

unpacked, out = Path(sys.argv[1]), Path(sys.argv[2])

# Manuals, and the plain text of each.
MANUALS = {
    "usr/share/developers-reference/developers-reference.txt.gz": ("pdf", "epub"),
    "usr/share/doc/debian/FAQ/debian-faq.en.txt.gz": ("pdf",),
    "usr/share/doc/debmake-doc/debmake-doc.en.txt.gz": ("epub",),
    "usr/share/doc/debian-history/docs/project-history.en.txt.gz": ("pdf", "epub"),
    "usr/share/doc/debian-history/docs/project-history.fr.txt.gz": ("pdf",),
}
# A paragraph of running text has as many words and is none of a list of contents, a listing or a table.
WORDS = 20


def paragraphs(text):
    for block in re.split(r"\n\s*\n", text):
        lines = block.strip("\n").split("\n")
        indents = {len(line) - len(line.lstrip()) for line in lines}
        line = " ".join(block.split())
        # What links lead to and footnotes are written otherwise in each form.
        if len(indents) == 1 and len(line.split()) >= WORDS and not re.search(r"\.\.\.|\[\d+\]|https?:|[<>|_*^]|\s{2}", line):
            yield line


for source, extensions in MANUALS.items():
    text = unpacked / source
    for extension in extensions:
        name = f"{text.name.removesuffix('.txt.gz')}.{extension}"
        for path in (text.with_name(name), text.with_name(f"{name}.gz")):
            if not path.exists():
                continue
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            (out / name).write_bytes(content)
            known = Known(extension, "manuals")
            for paragraph in paragraphs(gzip.decompress(text.read_bytes()).decode("utf-8")):
                known.text(paragraph)
            known.write(out / name)
            break
