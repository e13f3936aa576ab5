//! Markdown, HTML and plain text to canonical text, case by case.

use leafcutter::text::parse;
use leafcutter::{BlockKind, Document, Format, Metadata, Source, Value};

fn read(format: Format, content: &str) -> Document {
    parse(&Source { id: "doc".to_owned(), format, content: content.to_owned(), ..Source::default() })
        .expect("a document")
}

/// The blocks as lines, each a word for its kind and then its text.
fn outline(document: &Document) -> Vec<String> {
    let line = |block: &leafcutter::Block| {
        let kind = match block.kind {
            BlockKind::Heading => {
                let heading = &document.headings[block.heading.expect("itself") as usize];
                let anchor = heading.anchor.as_deref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
                format!("h{}{anchor}", heading.level)
            }
            BlockKind::Paragraph => "p".to_owned(),
            BlockKind::ListItem => "li".to_owned(),
            BlockKind::Quote => "quote".to_owned(),
            BlockKind::Code => "code".to_owned(),
            BlockKind::TableRow => "row".to_owned(),
        };
        format!("{kind} {}", block.range.of(&document.text))
    };
    document.blocks.iter().map(line).collect()
}

#[track_caller]
fn check(format: Format, cases: &[(&str, &str, &[&str])]) {
    for (what, content, expected) in cases {
        assert_eq!(outline(&read(format, content)), *expected, "{what}");
    }
}

#[test]
fn html() {
    check(
        Format::Html,
        &[
            (
                "inline markup does not break words",
                "<p>un<b>believ</b>able, <i>is</i>n't&nbsp;it</p>",
                &["p unbelievable, isn't it"],
            ),
            ("white space collapses", "<p>  one\n\t two </p>\n<p></p><p> </p>", &["p one two"]),
            ("entities", "<p>a &lt; b &amp;&eacute;&#x1F40B;&#0;&#xD800;</p>", &["p a < b &é🐋\u{fffd}\u{fffd}"]),
            (
                "unclosed and misnested",
                "<p>one<p>two <b>bold</p> three</b><div>four",
                &["p one", "p two bold", "p three", "p four"],
            ),
            ("line breaks", "<p>1 Leaf Lane<br>\nAnthill</p>", &["p 1 Leaf Lane\nAnthill"]),
            ("two line breaks part paragraphs", "one<br><br/>two<br> <br><br>three", &["p one", "p two", "p three"]),
            (
                "headings and anchors",
                "<h1 id=top>A<br>B</h1><a name='x'></a><h2>C</h2><h3><span id=in>D</span></h3><section id=s><h2>E</h2></section><h2>F",
                &["h1#top A B", "h2#x C", "h3#in D", "h2#s E", "h2 F"],
            ),
            ("an anchor further up is not the heading's", "<div id=a><p>text</p><h2>B</h2></div>", &["p text", "h2 B"]),
            (
                "a heading left open",
                "<h2>Title<p>Text</p><h2>Next</h3>Text",
                &["h2 Title", "p Text", "h2 Next", "p Text"],
            ),
            (
                "blocks in a heading",
                "<h2><div>One</div><div>two</div></h2><h2><p>Three</p></h2>",
                &["h2 One two", "h2 Three"],
            ),
            (
                "lists",
                "<ul><li>one<li>two<ol><li>nested</ol>more</li><li><p>a</p><p>b</p></ul><ul><li>other</ul>",
                &["li one", "li two", "li nested", "li more", "li a", "li b", "li other"],
            ),
            (
                "definitions",
                "<dl><dt>Ant<dd>An insect.<dt>Leaf<dd>Green.</dl>",
                &["li Ant", "li An insect.", "li Leaf", "li Green."],
            ),
            (
                "quotes",
                "<blockquote>Call me<p>Ishmael.</p><ul><li>x</ul></blockquote>y",
                &["quote Call me", "quote Ishmael.", "li x", "p y"],
            ),
            ("listings", "<pre>\n  a <b>b</b>\n\n\tc<br>d </pre>", &["code   a b\n\n\tc\nd"]),
            ("listings of line elements", "<pre><div>a</div><div> b</div></pre>", &["code a\n b"]),
            (
                "tables",
                "<table><caption>Ants</caption><tr><th>Kind<th>Size<tr><td>Atta<td><p>12 <b>mm</b></p><p>or so</p></td><td></td></table>",
                &["p Ants", "row Kind | Size", "row Kind: Atta; Size: 12 mm or so"],
            ),
            (
                "tables whose header is a part of its own, and one without",
                "<table><thead><tr><td>Kind<td>Size</thead><tr><td>Atta<td>12</table><table><tr><td>a<td>b<tr><td>c</table>",
                &["row Kind | Size", "row Kind: Atta; Size: 12", "row a | b", "row c"],
            ),
            (
                "tables for layout",
                "<table><tr><td>Menu</td><td><h1>Title</h1>Text<br><br>More</td></tr></table>",
                &["row Menu", "h1 Title", "p Text", "p More"],
            ),
            (
                "a page in one cell",
                "<table><tr><td>One<br>line.<br><br>Two.<table><tr><td>a<td>b</table></td></tr></table>",
                &["p One\nline.", "p Two.", "row a | b"],
            ),
            (
                "what is not text",
                "<head><title>T</title><style>p{}</style></head><script>if (a<b) {}</script><nav>menu</nav><svg><title>x</title><text>y</text></svg>\
                 <template><p>t</template><noscript>n</noscript><select><option>o</select><button>Copy</button><!-- c --><p>text</p>",
                &["p text"],
            ),
            (
                "what its author hides",
                "<div hidden>a<div>b</div>c</div><p hidden>d<p>e <span aria-hidden=true>f</span>g</p><div data-leafcutter-ignore>h</div>\
                 <div hidden=until-found>i</div>",
                &["p e g", "p i"],
            ),
            ("a hidden element left open ends with its parent", "<div><span hidden>a</div><p>b", &["p b"]),
            (
                "drawings and choices do not swallow what follows",
                &format!(
                    "<svg/><svg>{}</svg><select>{}</select><p>text",
                    "<path d='M0'/>".repeat(3000),
                    "<option>o".repeat(3000)
                ),
                &["p text"],
            ),
            ("images", "<p>See<img src=a.png alt='an ant'>here.<img></p>", &["p See an ant here."]),
            ("ruby", "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字</p>", &["p 漢字"]),
            ("the main part", "<header>Site</header><main><h1>A</h1>b</main><footer>c</footer>", &["h1 A", "p b"]),
            ("the main part by role", "<p>Site<div role=main>b</div>c", &["p b"]),
            ("an empty main part", "<main></main><p>b", &["p b"]),
            ("an article", "<p>Site</p><article>The whole story.</article>", &["p The whole story."]),
            (
                "articles that are asides",
                "<p>The whole story.</p><article>Aside</article>",
                &["p The whole story.", "p Aside"],
            ),
            ("no markup at all", "Just text", &["p Just text"]),
            ("not even text", "", &[]),
        ],
    );
}

#[test]
fn markdown() {
    check(
        Format::Markdown,
        &[
            (
                "headings and slugs",
                "# Leaf *Cutter*\n\nOne\n===\n\n## One\n## Custom {#here}\n#\n",
                &["h1#leaf-cutter Leaf Cutter", "h1#one One", "h2#one-1 One", "h2#here Custom"],
            ),
            (
                "inline markup",
                "A **bold** _move_, `code`, ~~gone~~\\* &amp; [link](x.md \"t\") <https://leaf.example>",
                &["p A bold move, code, gone* & link https://leaf.example"],
            ),
            ("lines of a paragraph", "one\ntwo  \nthree\\\nfour", &["p one two\nthree\nfour"]),
            ("images", "![an *ant*](ant.png) eats", &["p an ant eats"]),
            (
                "lists",
                "- one\n- two\n  1. nested\n- [x] done\n\nEnd",
                &["li one", "li two", "li nested", "li done", "p End"],
            ),
            ("loose lists", "* a\n\n  b\n\n* c\n", &["li a", "li b", "li c"]),
            ("quotes", "> [!NOTE]\n> Mind the\n> ants.", &["quote Mind the ants."]),
            (
                "listings",
                "```rust\nfn  a() {\n\n    b();\n}\n```\n\n    indented\n",
                &["code fn  a() {\n\n    b();\n}", "code indented"],
            ),
            (
                "tables",
                "| Kind | Size |\n|---|--:|\n| *Atta* | 12 |\n| | `a\\|b` |\n",
                &["row Kind | Size", "row Kind: Atta; Size: 12", "row Size: a|b"],
            ),
            ("footnotes", "Ants[^1] dig.\n\n[^1]: So they do.\n", &["p Ants dig.", "p So they do."]),
            ("rules", "one\n\n---\n\ntwo", &["p one", "p two"]),
            (
                "HTML in blocks and lines",
                "<details>\n<summary>More</summary>\n\n**Bold** a<br>b <kbd>Ctrl</kbd>\n\n</details>\n\n<!-- no -->\n<p align=center>\n<b>c</b>\n</p>\n",
                &["p More", "p Bold a\nb Ctrl", "p c"],
            ),
            ("hidden parts", "a\n\n<div hidden>\n\nb\n\n</div>\n\nc", &["p a", "p c"]),
            ("a named element is not the end", "Use the <script> tag\n\nand go on.", &["p Use the", "p and go on."]),
            ("anchors by HTML", "<a id=\"old\"></a>\n\n# New\n", &["h1#old New"]),
            ("front matter", "---\ntitle: T\n---\nText", &["p Text"]),
        ],
    );
}

#[test]
fn blocks_are_laid_out_by_blank_lines_and_line_feeds() {
    let document =
        read(Format::Markdown, "# A\n\ntext\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n```\nx\n\ny\n```\n");
    assert_eq!(document.text, "A\n\ntext\n\none\ntwo\n\na | b\na: c; b: d\n\nx\n\ny");
}

#[test]
fn the_same_page_reads_the_same_in_both_formats() {
    let markdown = "## Ants\n\nThey *cut*\nleaves.\n\n- one\n- two\n\n> so\n\n```\na  b\n```\n";
    let html = "<h2 id=ants>Ants</h2><p>They <em>cut</em>\nleaves.</p><ul><li>one</li><li>two</li></ul>\
        <blockquote><p>so</p></blockquote><pre><code>a  b\n</code></pre>";
    assert_eq!(outline(&read(Format::Markdown, markdown)), outline(&read(Format::Html, html)));
}

#[test]
fn titles_come_from_the_best_source() {
    let title = |format, title: Option<&str>, content: &str| {
        let title = title.map(str::to_owned);
        parse(&Source { id: "a.md".to_owned(), title, format, content: content.to_owned(), ..Source::default() })
            .expect("a document")
            .title
    };
    assert_eq!(title(Format::Markdown, Some(" Given\n one "), "---\ntitle: Own\n---\n# Heading"), "Given one");
    assert_eq!(title(Format::Markdown, Some(" "), "---\ntitle: Own\n---\n# Heading"), "Own");
    assert_eq!(title(Format::Html, None, "<title> A &amp;\n B </title><title>C</title><h1>D</h1>"), "A & B");
    assert_eq!(title(Format::Markdown, None, "Text\n## Heading"), "Heading");
    assert_eq!(title(Format::Text, None, "\n\nCall me Ishmael.\nSome years ago"), "Call me Ishmael. Some years ago");
    let long = "never mind how long precisely ".repeat(4);
    assert_eq!(title(Format::Text, None, &long), "never mind how long precisely never mind how long precisely…");
    assert_eq!(title(Format::Text, None, " \n"), "a.md");
}

#[test]
fn front_matter_adds_to_metadata_but_does_not_overrule_it() {
    let metadata = Metadata::from([("year".to_owned(), Value::Number(1851.0))]);
    let content = "---\nyear: 1900\ndraft: true\n---\nText".to_owned();
    let source = Source { id: "a".to_owned(), metadata, format: Format::Markdown, content, ..Source::default() };
    let expected = [("draft".to_owned(), Value::Boolean(true)), ("year".to_owned(), Value::Number(1851.0))];
    assert_eq!(parse(&source).expect("a document").metadata, expected.into());
}

#[test]
fn a_changed_source_has_another_hash() {
    let source = Source { id: "a".to_owned(), content: "b".to_owned(), ..Source::default() };
    let hash = |source: &Source| parse(source).expect("a document").source_hash;
    let changed = [
        Source { id: "ab".to_owned(), content: String::new(), ..source.clone() },
        Source { title: Some(String::new()), ..source.clone() },
        Source { url: Some(String::new()), ..source.clone() },
        Source { format: Format::Html, ..source.clone() },
        Source { metadata: [("k".to_owned(), Value::Boolean(true))].into(), ..source.clone() },
    ];
    assert_eq!(hash(&source), hash(&source.clone()));
    for other in &changed {
        assert_ne!(hash(&source), hash(other), "{other:?}");
    }
}

#[test]
fn an_oversize_source_is_refused() {
    let content = "a".repeat(leafcutter::text::ReadLimits::default().bytes + 1);
    let error = parse(&Source { id: "a".to_owned(), content, ..Source::default() }).expect_err("too large");
    assert_eq!(error.code(), "document-too-large");
    assert_eq!(parse(&Source::default()).expect_err("no id").code(), "invalid-option");
}

/// Bytes of the text of a document; none of one that is nested too deep.
fn text_or_refused(format: Format, content: &str) -> usize {
    match parse(&Source { id: "a".to_owned(), format, content: content.to_owned(), ..Source::default() }) {
        Ok(document) => document.text.len(),
        Err(error) => {
            assert_eq!(error.code(), "document-too-large");
            0
        }
    }
}

#[test]
fn quotes_and_lists_that_are_nested_without_end_are_refused() {
    for content in [
        "> ".repeat(20_000) + "a\n" + &"a\n".repeat(20_000),
        "- ".repeat(2_000) + "a",
        "1. 2) ".repeat(2_000) + "a",
        (0..3_000).map(|level| " ".repeat(2 * level) + "- a\n").collect(),
        // Deep, and long.
        "> ".repeat(500) + "a\n" + &"a\n".repeat(1_000_000),
    ] {
        assert_eq!(text_or_refused(Format::Markdown, &content), 0);
    }
    for content in [
        "> ".repeat(60) + "a\n" + &"a\n".repeat(100_000),
        "---".repeat(2_000) + "\n\n* * * *\n\na",
        "<div>".repeat(1_000) + "a",
    ] {
        assert!(text_or_refused(Format::Markdown, &content) > 0);
    }
    assert_eq!(text_or_refused(Format::Html, &("<div>".repeat(100_000) + "a")), 0);
}

#[test]
fn deep_and_long_input_takes_linear_time() {
    for piece in [
        "<div>",
        "<b>",
        "<ul><li>",
        "<table><tr><td>",
        "</div>",
        "<p hidden>",
        "<a id=x>",
        "<br>",
        "<h1>a",
        "<x ",
        "&amp",
        "<!--",
        "a ",
    ] {
        let content = piece.repeat(500_000 / piece.len());
        assert!(text_or_refused(Format::Html, &format!("{content}<p>end")) <= content.len() + 10);
    }
    for piece in [
        "> ",
        "- ",
        "* a ",
        "[",
        "](",
        "`",
        "<",
        "| a ",
        "# a\n",
        "![[",
        "**a",
        "<div>\n\n",
        "&#",
        "_a*",
        "\n\n\n",
        "a ",
    ] {
        assert!(text_or_refused(Format::Markdown, &piece.repeat(100_000 / piece.len())) <= 200_000);
    }
    assert_eq!(read(Format::Text, &"word ".repeat(1_000_000)).blocks.len(), 1);
}

#[test]
fn marks_lead_to_places_of_the_original() {
    let content = "<span data-leafcutter-anchor='page=1'></span><p>Ants dig. They <span data-leafcutter-anchor='page=2'></span>farm.</p>\
                   <h2 id=more>More</h2><p>Leaves.</p><table><tr><td>a<td>b<tr><td><i data-leafcutter-anchor='page=3'></i>c<td>d</table>";
    let document = read(Format::Html, content);
    assert_eq!(document.text, "Ants dig. They farm.\n\nMore\n\nLeaves.\n\na | b\nc | d");
    assert_eq!(document.title, "More");
    assert!(document.has_headings());
    let anchor = |of: &str| {
        let at = document.text.find(of).expect("a part of the text") as u32;
        document.anchor_at(document.block_at(at).and_then(|block| block.heading), at)
    };
    for (of, expected) in [
        ("Ants", "page=1"),
        ("They", "page=1"),
        ("farm", "page=2"),
        ("More", "more"),
        ("Leaves", "more"),
        ("c |", "page=3"),
    ] {
        assert_eq!(anchor(of), Some(expected), "{of}");
    }
    // Without headings, paragraphs are what stands together, marks or not.
    assert!(!read(Format::Html, "<p data-leafcutter-anchor='page=1'>Ants.</p>").has_headings());
}
