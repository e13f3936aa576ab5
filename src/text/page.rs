//! What a page of a site says of itself: its address, its language, its metadata, and which part of it is the main one.

use html5gum::{StartTag, Token};

use crate::metadata::{Metadata, Value};

/// The attribute that gives metadata: `key:value`; `key` for the element's text; `key[name]` for another attribute of it.
const META: &[u8] = b"data-leafcutter-meta";

/// Elements without an end tag, which have no text.
const VOID: &[&[u8]] = &[
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source", b"track", b"wbr",
];
/// The most bytes of text of an element that are metadata, and the most such elements that are open at a time: a page that never
/// ends them is read in no more time.
const MOST_TEXT: usize = 4096;
const MOST_OPEN: usize = 16;

/// A simple selector: a name, an id, classes and a role, each of which may be missing.
#[derive(Debug, Default, PartialEq)]
struct Selector {
    name: String,
    id: String,
    classes: Vec<String>,
    role: String,
}

/// The metadata that the text of an open element gives.
struct Capture {
    key: String,
    element: Vec<u8>,
    /// Open elements of that name within it, itself included.
    open: usize,
    text: String,
}

/// Listens to the tokens of a page.
#[derive(Default)]
pub(super) struct PageFacts {
    selectors: Vec<Selector>,
    captures: Vec<Capture>,
    /// The address that the page gives itself.
    pub canonical: Option<String>,
    pub metadata: Metadata,
}

impl Capture {
    fn take(&mut self, text: &str) {
        let mut end = text.len().min(MOST_TEXT.saturating_sub(self.text.len()));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(&text[..end]);
    }
}

impl PageFacts {
    /// `main` is a list of simple selectors with commas between them, such as `main, article.post, #content, [role=main]`.
    pub fn new(main: Option<&str>) -> Self {
        let selectors = main.unwrap_or_default().split(',').filter_map(selector).collect();
        Self { selectors, ..Self::default() }
    }

    /// Whether the page's main part is told by selectors and not by what is usual.
    pub fn has_selectors(&self) -> bool {
        !self.selectors.is_empty()
    }

    /// Whether a selector matches.
    pub fn is_main(&self, tag: &StartTag<()>) -> bool {
        let name = String::from_utf8_lossy(&tag.name);
        self.selectors.iter().any(|selector| {
            let is = |wanted: &str, attribute: &str| wanted.is_empty() || value(tag, attribute.as_bytes()) == wanted;
            let classes = value(tag, b"class");
            (selector.name.is_empty() || selector.name == name)
                && is(&selector.id, "id")
                && is(&selector.role, "role")
                && selector.classes.iter().all(|class| classes.split_whitespace().any(|other| other == class))
        })
    }

    pub fn see(&mut self, token: &Token) {
        match token {
            Token::StartTag(tag) => self.start(tag),
            Token::EndTag(tag) => self.end(&tag.name),
            Token::String(text) => {
                let text = String::from_utf8_lossy(text);
                self.captures.iter_mut().for_each(|capture| capture.take(&text));
            }
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        for capture in self.captures.iter_mut().filter(|capture| *capture.element == **tag.name) {
            capture.open += 1;
        }
        match &tag.name[..] {
            b"html" => {
                let lang = value(tag, b"lang");
                if !lang.is_empty() {
                    self.metadata.insert("lang".to_owned(), Value::Text(lang));
                }
            }
            b"link" if value(tag, b"rel").split_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.canonical = Some(value(tag, b"href")).filter(|href| !href.is_empty());
            }
            _ => {}
        }
        let wanted = value(tag, META);
        if let Some((key, value)) = wanted.split_once(':') {
            self.add(key, value);
        } else if let Some((key, attribute)) = wanted.strip_suffix(']').and_then(|wanted| wanted.split_once('[')) {
            self.add(key, &value(tag, attribute.as_bytes()));
        } else if !wanted.trim().is_empty()
            && !tag.self_closing
            && !VOID.contains(&&tag.name[..])
            && self.captures.len() < MOST_OPEN
        {
            self.captures.push(Capture { key: wanted, element: tag.name.to_vec(), open: 1, text: String::new() });
        }
    }

    fn end(&mut self, name: &[u8]) {
        for capture in self.captures.iter_mut().filter(|capture| capture.element == name) {
            capture.open -= 1;
        }
        while let Some(index) = self.captures.iter().position(|capture| capture.open == 0) {
            let Capture { key, text, .. } = self.captures.remove(index);
            self.add(&key, &text);
        }
    }

    /// The end of the page, which ends what is still open.
    pub fn finish(mut self) -> Self {
        for Capture { key, text, .. } in std::mem::take(&mut self.captures) {
            self.add(&key, &text);
        }
        self
    }

    /// A second value of a key makes a list.
    fn add(&mut self, key: &str, value: &str) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let key = key.trim();
        if key.is_empty() || value.is_empty() {
            return;
        }
        let value = Value::Text(value);
        match self.metadata.get_mut(key) {
            None => drop(self.metadata.insert(key.to_owned(), value)),
            Some(Value::List(values)) => values.push(value),
            Some(first) => *first = Value::List(vec![first.clone(), value]),
        }
    }
}

fn value(tag: &StartTag<()>, attribute: &[u8]) -> String {
    tag.attributes.get(attribute).map(|value| String::from_utf8_lossy(value).trim().to_owned()).unwrap_or_default()
}

/// `None` for what selects nothing.
fn selector(text: &str) -> Option<Selector> {
    let mut selector = Selector::default();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (mark, body) = match rest.as_bytes()[0] {
            mark @ (b'.' | b'#' | b'[') => (mark, &rest[1..]),
            _ => (b' ', rest),
        };
        let end = body.find(['.', '#', '[']).unwrap_or(body.len());
        let (part, after) = body.split_at(end);
        match mark {
            b'.' => selector.classes.push(part.to_owned()),
            b'#' => selector.id = part.to_owned(),
            b'[' => {
                selector.role = part.trim_end_matches(']').strip_prefix("role=")?.trim_matches(['"', '\'']).to_owned()
            }
            _ => selector.name = part.to_lowercase(),
        }
        rest = after;
    }
    (selector != Selector::default()).then_some(selector)
}

#[cfg(test)]
mod tests {
    use crate::document::{Format, PageOptions, Source};
    use crate::metadata::Value;
    use crate::text::parse;

    fn page(content: &str, main: Option<&str>) -> crate::document::Document {
        let page = Some(PageOptions { main: main.map(str::to_owned) });
        let url = Some("/given".to_owned());
        let source = Source {
            id: "a".to_owned(),
            format: Format::Html,
            content: content.to_owned(),
            url,
            page,
            ..Source::default()
        };
        parse(&source).expect("a page")
    }

    #[test]
    fn a_page_names_its_address_its_language_and_its_metadata() {
        let document = page(
            "<html lang=de><head><link rel='canonical' href='https://a.example/b'><title>T</title>\
             <meta data-leafcutter-meta='image[content]' content='x.png'></head><body><main>\
             <p data-leafcutter-meta='kind:guide'>Eins.</p><div data-leafcutter-meta=author>Ada <div>L.</div></div>\
             <span data-leafcutter-meta=author>Bo</span></main></body></html>",
            None,
        );
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(document.url.as_deref(), Some("https://a.example/b"));
        let expected = [
            ("author", Value::List(vec![text("Ada L."), text("Bo")])),
            ("image", text("x.png")),
            ("kind", text("guide")),
            ("lang", text("de")),
        ];
        assert_eq!(document.metadata, expected.map(|(key, value)| (key.to_owned(), value)).into());
    }

    #[test]
    fn metadata_of_elements_that_do_not_end_is_taken_at_the_end() {
        let text = |text: &str| Value::Text(text.to_owned());
        let document = page("<p>A</p><img data-leafcutter-meta=image><p data-leafcutter-meta=last>B <b>C</b>", None);
        assert_eq!(document.metadata, [("last".to_owned(), text("B C"))].into());
        let document = page(&"<p data-leafcutter-meta=open>été".repeat(20_000), None);
        let Some(Value::List(values)) = document.metadata.get("open") else { panic!("a list") };
        assert_eq!(values.len(), super::MOST_OPEN);
        assert!(values.iter().all(|value| matches!(value, Value::Text(text) if text.len() <= super::MOST_TEXT)));
    }

    #[test]
    fn selectors_name_the_main_part() {
        let content = "<main><p>Menu</p><div class='a post' id=x><p>Text</p></div><div role=doc>Doc</div></main>";
        for (main, expected) in [
            (None, "Menu\n\nText\n\nDoc"),
            (Some(".post"), "Text"),
            (Some("aside, #x"), "Text"),
            (Some("div.a.post"), "Text"),
            (Some("[role='doc']"), "Doc"),
            (Some("section, ,"), "Menu\n\nText\n\nDoc"),
            (Some("main"), "Menu\n\nText\n\nDoc"),
        ] {
            assert_eq!(page(content, main).text, expected, "{main:?}");
        }
    }

    #[test]
    fn without_a_canonical_address_the_given_one_stands() {
        let document = page("<p>Text</p><p data-leafcutter-ignore>Gone</p>", None);
        assert_eq!((document.url.as_deref(), document.text.as_str()), (Some("/given"), "Text"));
        assert!(document.metadata.is_empty());
    }
}
