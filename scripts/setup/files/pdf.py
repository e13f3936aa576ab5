"""PDFs by ReportLab, whose pages are known: each piece of a paragraph says where it is drawn."""

from reportlab.lib import pagesizes
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, NextPageTemplate, PageTemplate, Paragraph, Table

from texts import Known

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12.5, spaceAfter=5, alignment=TA_JUSTIFY)
INDENTED = ParagraphStyle("indented", parent=BODY, firstLineIndent=12, spaceAfter=0)
HYPHENATED = ParagraphStyle("hyphenated", parent=BODY, fontSize=9, leading=11, hyphenationLang="en_US", embeddedHyphenation=1)
HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=13, leading=16, spaceBefore=8, spaceAfter=4)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=20, leading=24, spaceAfter=10)


class Drawn(Paragraph):
    """A paragraph that notes the page of each of its pieces."""

    def __init__(self, text, style, known=None, **rest):
        super().__init__(escape(text) if known else text, style, **rest)
        self.drawn = {"text": text, "pieces": []}
        if known:
            known.drawn.append(self.drawn)

    def split(self, width, height):
        pieces = super().split(width, height)
        for piece in pieces:
            piece.drawn = self.drawn
        return pieces

    def draw(self):
        super().draw()
        self.drawn["pieces"].append((plain(self), f"page={self.canv.getPageNumber()}"))


class DrawnTable(Table):
    """A table with a header on each page, which notes the page of each of its rows."""

    known, header, body = None, (), ()

    def split(self, width, height):
        parts = super().split(width, height)
        rest = self.body
        for part in parts:
            count = len(part._cellvalues) - 1
            part.known, part.header, part.body = self.known, self.header, rest[:count]
            rest = rest[count:]
        return parts

    def draw(self):
        super().draw()
        for row in self.body:
            self.known.row(self.header, row, f"page={self.canv.getPageNumber()}")


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(paragraph):
    """The words of a piece, from what it holds before or after it is broken into lines."""
    words = (fragment.text if hasattr(fragment, "text") else " ".join(fragment.words) for fragment in paragraph.frags)
    return " ".join(" ".join(words).split())


def write(path, title, story, columns=1, page=pagesizes.A4, header=None, gap=6 * mm, columns_first=0):
    """Lays the story out in columns under a running header, with page numbers. `story` takes what is known and gives flowables."""
    known = Known("pdf", "reportlab")
    known.drawn = []
    width, height = page
    margin, top = 18 * mm, 22 * mm
    each = (width - 2 * margin - (columns - 1) * gap) / columns
    frames = [
        Frame(margin + index * (each + gap), margin, each, height - margin - top, 0, 0, 0, 0) for index in range(columns)
    ]
    first = frames
    if columns_first:
        lower = height - margin - top - columns_first
        first = [Frame(margin, margin + lower, width - 2 * margin, columns_first, 0, 0, 0, 0)] + [
            Frame(margin + index * (each + gap), margin, each, lower, 0, 0, 0, 0) for index in range(columns)
        ]

    def furniture(canvas, _):
        canvas.saveState()
        canvas.setFont("Helvetica", 8)
        if header:
            canvas.drawString(margin, height - 12 * mm, header)
        canvas.drawCentredString(width / 2, 10 * mm, f"Page {canvas.getPageNumber()}")
        canvas.restoreState()

    document = BaseDocTemplate(str(path), pagesize=page, title=title, author="", invariant=1)
    document.addPageTemplates(
        [PageTemplate("first", first, onPage=furniture), PageTemplate("later", frames, onPage=furniture)]
    )
    document.build([NextPageTemplate("later"), *story(known)])
    for drawn in known.drawn:
        known.text(drawn["text"])
        known.pieces.extend({"text": text, "anchor": anchor} for text, anchor in drawn["pieces"])
    known.write(path)


def prose(parts, style=BODY, title=None):
    """Headings and paragraphs; `parts` are pairs of a heading and its paragraphs."""

    def story(known):
        flowables = [Drawn(title, TITLE, known)] if title else []
        for heading, texts in parts:
            flowables.append(Drawn(heading, HEADING, known))
            flowables.extend(Drawn(text, style, known) for text in texts)
        return flowables

    return story


def table(known, header, rows, widths=None, size=8, wrap=(), lines=True):
    """A table; the columns of `wrap` hold paragraphs, whose cells take several lines."""
    cell = ParagraphStyle("cell", fontName="Helvetica", fontSize=size, leading=size * 1.2)
    style = [("FONTSIZE", (0, 0), (-1, -1), size), ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    if lines:
        style.append(("GRID", (0, 0), (-1, -1), 0.25, "grey"))
    body = [[Paragraph(escape(text), cell) if index in wrap else text for index, text in enumerate(row)] for row in rows]
    drawn = DrawnTable([header, *body], colWidths=widths, style=style, repeatRows=1)
    drawn.known, drawn.header, drawn.body = known, header, rows
    return drawn


def write_encrypted(path, text, password):
    canvas = Canvas(str(path), encrypt=StandardEncryption(password, canPrint=0), invariant=1)
    canvas.drawString(72, 720, text)
    canvas.save()


def write_picture(path):
    """A page without text."""
    canvas = Canvas(str(path), invariant=1)
    canvas.rect(72, 600, 200, 100, fill=1)
    canvas.save()


__all__ = ["BODY", "HYPHENATED", "INDENTED", "Drawn", "FrameBreak", "HEADING", "TITLE", "prose", "table", "write", "write_encrypted", "write_picture"]
