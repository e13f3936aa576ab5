"""Makes PDFs, Word documents, books, tables and pages of real texts, and writes beside each what is known of it.

make.py MODULES DATA OUT: where npm packages are, where the data sets of vega_datasets are, where the files go.
"""

import csv
import json
import sys
from pathlib import Path

from reportlab.lib import pagesizes

import books
import pdf
from texts import Known, chapter, rows, speech

modules, data, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])

AIRPORTS = ["iata", "name", "city", "state", "country"]
CARS = ["Name", "Miles_per_Gallon", "Cylinders", "Horsepower", "Weight_in_lbs", "Year", "Origin"]


def speeches(*names, words=700):
    return [(name.rsplit("_", 1)[0].replace("_", " ").title(), speech(modules, name, words)) for name in names]


def chapters(*numbers, words=700):
    return [(f"Chapter {number}", chapter(modules, number, words)) for number in numbers]


def pdfs():
    header = "Speeches to the Congress"
    first = speeches("1790_george_washington_n", "1863_abraham_lincoln_r", "1906_theodore_roosevelt_r", words=1200)
    second = speeches("1941_franklin_d_roosevelt_d", "1962_john_f_kennedy_d", words=1300)
    third = speeches("1986_ronald_reagan_r", "1996_william_j_clinton_d", "2010_barack_obama_d", words=1100)
    pdf.write(out / "one-column.pdf", "Speeches", pdf.prose(first), header=header)
    pdf.write(out / "indented.pdf", "Chapters", pdf.prose(chapters(1, 3, 9, 36), pdf.INDENTED), header="The Whale")
    pdf.write(out / "two-columns.pdf", "Two", pdf.prose(second), columns=2, header=header)
    pdf.write(out / "two-narrow.pdf", "Narrow", pdf.prose(chapters(42, 72, 93, words=900), pdf.HYPHENATED), columns=2, header="The Whale")
    pdf.write(out / "three-columns.pdf", "Three", pdf.prose(third, pdf.HYPHENATED), columns=3, page=pagesizes.landscape(pagesizes.A4), header=header)

    def paper(known):
        (_, abstract), *parts = chapters(32, 41, 87, 99, words=900)
        yield pdf.Drawn("On the whiteness and the size of whales", pdf.TITLE, known)
        yield pdf.Drawn(abstract[0][:600].rsplit(" ", 1)[0], pdf.BODY, known)
        yield pdf.FrameBreak()
        yield from pdf.prose(parts)(known)

    pdf.write(out / "paper.pdf", "Paper", lambda known: list(paper(known)), columns=2, columns_first=150, header="A journal of whales")

    airports = rows(data, "airports.csv", 220, AIRPORTS)
    pdf.write(out / "table-airports.pdf", "Airports", lambda known: [pdf.table(known, *airports)], header="A list of airports")
    weather = rows(data, "seattle-weather.csv", 180)
    pdf.write(out / "table-weather.pdf", "Weather", lambda known: [pdf.table(known, *weather, lines=False)])
    riots = rows(data, "la-riots.csv", 40, ["first_name", "last_name", "age", "gender", "race", "neighborhood", "type"])
    pdf.write(out / "table-wrapped.pdf", "Wrapped", lambda known: [pdf.table(known, *riots, widths=[60, 60, 30, 40, 45, 90, 70], wrap=(5, 6))])

    def report(known):
        for (heading, texts), name in zip(speeches("1948_harry_s_truman_d", "1958_dwight_d_eisenhower_r", "1972_richard_nixon_r", words=450), ("wheat.json", "burtin.json", "iowa-electricity.csv")):
            yield pdf.Drawn(heading, pdf.HEADING, known)
            yield from (pdf.Drawn(text, pdf.BODY, known) for text in texts[: len(texts) // 2])
            yield pdf.table(known, *rows(data, name, 16))
            yield from (pdf.Drawn(text, pdf.BODY, known) for text in texts[len(texts) // 2 :])

    pdf.write(out / "report.pdf", "Report", lambda known: list(report(known)), header="A report")


def tables():
    for name, source, count in (("airports.csv", "airports.csv", 400), ("weather.csv", "seattle-weather.csv", 300), ("stocks.csv", "stocks.csv", 300), ("driving.tsv", "driving.json", 60)):
        header, body = rows(data, source, count)
        with (out / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="\t" if name.endswith("tsv") else ",").writerows([header, *body])
        tabular("csv", name, header, body)
    for name, source, count in (("cars.jsonl", "cars.json", 200), ("barley.jsonl", "barley.json", 120)):
        header, body = rows(data, source, count)
        with (out / name).open("w", encoding="utf-8") as file:
            file.writelines(json.dumps({key: cell for key, cell in zip(header, row) if cell != ""}) + "\n" for row in body)
        tabular("jsonl", name, header, body)


def tabular(kind, name, header, body):
    known = Known(kind, "vega_datasets")
    for row in body:
        known.row(header, row)
    known.write(out / name)


pdfs()
tables()
pdf.write_encrypted(out / "encrypted.pdf", "The ants sleep under the old oak.", "leaf")
pdf.write_picture(out / "picture.pdf")
books.epub(out / "whale.epub", "The Whale", chapters(1, 2, 3, 4, 5, 6))
books.epub(out / "speeches.epub", "Speeches", speeches("1801_thomas_jefferson_dr", "1823_james_monroe_dr", "1934_franklin_d_roosevelt_d", words=900))
books.word(out / "speeches.docx", speeches("1866_andrew_johnson_nu", "1885_grover_cleveland_d", words=900), [])
books.word(out / "whale.docx", chapters(54, 61, 81), [])
books.word(out / "tables.docx", speeches("1998_william_j_clinton_d", words=500), [rows(data, "cars.json", 60, CARS), rows(data, "wheat.json", 40), rows(data, "airports.csv", 50, AIRPORTS)])
books.word(out / "notes.docx", speeches("2005_george_w_bush_r", "2015_barack_obama_d", words=500), [rows(data, "burtin.json", 16)])
books.page(out / "speeches.html", "Speeches", speeches("1826_john_quincy_adams_dr", "1829_andrew_jackson_d", words=900), [rows(data, "iowa-electricity.csv", 50)])
books.page(out / "whale.html", "The Whale", chapters(100, 110, 132), [rows(data, "cars.json", 50, CARS)])
books.markdown(out / "speeches.md", speeches("1845_james_polk_d", "1850_millard_fillmore_w", words=900), [rows(data, "burtin.json", 16)])
books.markdown(out / "whale.md", chapters(133, 134, 135), [rows(data, "wheat.json", 40)])
