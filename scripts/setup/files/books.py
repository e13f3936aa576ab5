"""Books, Word documents, pages and Markdown, with what is known of each."""

import html
import zipfile

from texts import Known

EARLIEST = (1980, 1, 1, 0, 0, 0)


def epub(path, title, chapters):
    """A chapter a file, each led to by the path of its file, and below its heading by the heading's id."""
    known = Known("epub", "chapters")
    files, items, references = {}, [], []
    for index, (heading, texts) in enumerate(chapters, 1):
        name = f"text/part {index}.xhtml"
        anchor = f"OEBPS/{name}"
        body = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
        files[anchor] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
            f'<body><a id="start"/><section><h2 id="h">{html.escape(heading)}</h2>{body}</section></body></html>'
        )
        known.text(heading, f"{anchor}#h")
        for text in texts:
            known.text(text, f"{anchor}#h")
        items.append(f'<item id="c{index}" href="text/part%20{index}.xhtml" media-type="application/xhtml+xml"/>')
        references.append(f'<itemref idref="c{index}"/>')
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{html.escape(title)}</dc:title></metadata><manifest>{''.join(items)}</manifest><spine>{''.join(references)}</spine></package>"
    )
    container = (
        '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/book.opf": package, **files}.items():
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), content)
    known.write(path)


def word(path, parts, tables):
    from docx import Document

    known = Known("docx", "python-docx")
    document = Document()
    for heading, texts in parts:
        document.add_heading(heading, level=1)
        known.text(heading)
        for index, text in enumerate(texts):
            document.add_paragraph(text, style="List Bullet" if index % 5 == 4 else None)
            known.text(text)
    for header, body in tables:
        table = document.add_table(rows=1, cols=len(header))
        for cell, name in zip(table.rows[0].cells, header):
            cell.text = name
        for row in body:
            for cell, value in zip(table.add_row().cells, row):
                cell.text = value
            known.row(header, row)
    document.save(path)
    known.write(path)


def page(path, title, parts, tables):
    known = Known("html", "pages")
    body = []
    for index, (heading, texts) in enumerate(parts):
        body.append(f'<section><h2 id="part-{index}">{html.escape(heading)}</h2>')
        known.text(heading, f"part-{index}")
        for text in texts:
            body.append(f"<p>{html.escape(text)}</p>")
            known.text(text, f"part-{index}")
        body.append("</section>")
    for index, (header, rows) in enumerate(tables):
        body.append(f'<h2 id="table-{index}">Table {index}</h2><table><thead><tr>')
        body.extend(f"<th>{html.escape(name)}</th>" for name in header)
        body.append("</tr></thead><tbody>")
        for row in rows:
            body.append(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>")
            known.row(header, row, f"table-{index}")
        body.append("</tbody></table>")
    path.write_text(
        f"<!doctype html><title>{html.escape(title)}</title><header><nav>Home Search About</nav></header><main>{''.join(body)}</main><footer>All rights</footer>",
        encoding="utf-8",
    )
    known.write(path)


def markdown(path, parts, tables):
    known = Known("markdown", "pages")
    lines = []
    for heading, texts in parts:
        anchor = heading.lower().replace(" ", "-")
        lines += [f"## {heading}", ""]
        known.text(heading, anchor)
        for text in texts:
            lines += [escape_markdown(text), ""]
            known.text(text, anchor)
    for header, rows in tables:
        lines += ["## Table", "", f"| {' | '.join(map(escape_markdown, header))} |", f"|{'---|' * len(header)}"]
        for row in rows:
            lines.append(f"| {' | '.join(map(escape_markdown, row))} |")
            known.row(header, row, "table")
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
    known.write(path)


def escape_markdown(text):
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>|#~" else character for character in text)
