//! Elements to blocks: what HTML and Markdown share.
//!
//! Both are read as start tags, end tags and text. Markdown is reported by the elements that it stands for, so HTML
//! within it needs no rules of its own. Elements may be unclosed, misnested or nested without bound: open ones lie on
//! a stack of our own, and searches in it are short.

use std::collections::HashMap;

use super::canonical::{Mark, RawBlock};
use super::inline::InlineText;
use super::table::{Span, TableRows};
use crate::document::BlockKind;

/// How many open elements a search for one looks at. Deeper nesting than this is not meant.
const LOOK_BACK: usize = 1024;

const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];
const CELL_SCOPE: &[&str] = &["td", "th", "caption", "table"];

/// A start tag, reduced to what matters here.
#[derive(Default)]
pub(super) struct Tag<'a> {
    /// In small letters.
    pub name: &'a str,
    pub id: Option<String>,
    /// Text in place of an image.
    pub alt: Option<String>,
    /// Its author wants it neither seen nor found.
    pub ignored: bool,
    /// It is the page's main part, whatever its name.
    pub main: bool,
    /// The fragment that leads to this place of the original.
    pub mark: Option<String>,
    /// Of a cell.
    pub span: Span,
    /// Written `<name/>`, which means something in drawings only.
    pub self_closing: bool,
}

/// What an open element makes of the text in it, mostly inherited.
#[derive(Clone, Copy)]
struct Place {
    kind: BlockKind,
    level: u8,
    group: u32,
    skipped: bool,
    main: bool,
    article: bool,
    /// In a table's header.
    header: bool,
}

const OUTERMOST: Place = Place {
    kind: BlockKind::Paragraph,
    level: 0,
    group: 0,
    skipped: false,
    main: false,
    article: false,
    header: false,
};

struct Open {
    name: Box<str>,
    place: Place,
    /// Of a cell.
    span: Span,
}

struct PlacedBlock {
    block: RawBlock,
    main: bool,
    article: bool,
}

/// Takes tags and text in the order of the document and gathers its blocks.
#[derive(Default)]
pub(super) struct ElementReader {
    open: Vec<Open>,
    /// The most that were open at a time, those that are skipped aside.
    deepest: usize,
    /// How many elements of each name are open, so that a search for one that is not ends at once.
    open_names: HashMap<Box<str>, usize>,
    inline: InlineText,
    /// The current table row.
    row: TableRows,
    row_place: Option<Place>,
    /// Those since the last block.
    marks: Vec<Mark>,
    blocks: Vec<PlacedBlock>,
    groups: u32,
    /// The last id since the last block: that of a wrapper or of an empty link set before a heading.
    last_id: Option<String>,
    heading_id: Option<String>,
    title: InlineText,
    in_title: bool,
    /// Whether the main part is what tags say it is and not what is called so.
    pub own_main: bool,
}

/// What a document's elements hold.
pub(super) struct Elements {
    pub title: String,
    pub blocks: Vec<RawBlock>,
}

impl ElementReader {
    pub fn start(&mut self, tag: Tag) {
        self.close_implied(tag.name);
        let outer = self.place();
        if is_void(tag.name) {
            if !outer.skipped {
                self.void(&tag);
            }
            return;
        }
        if outer.skipped || tag.ignored || is_skipped(tag.name) {
            if !outer.skipped && is_block(tag.name) {
                self.boundary();
            }
            self.in_title = tag.name == "title" && !outer.skipped && self.title.is_empty();
            if !(tag.self_closing && (outer.skipped || tag.name == "svg")) {
                self.push(tag.name, Place { skipped: true, ..outer }, Span::default());
            }
            return;
        }
        if let Some(id) = tag.id {
            let id_of = if outer.kind == BlockKind::Heading { &mut self.heading_id } else { &mut self.last_id };
            *id_of = Some(id);
        }
        if is_block(tag.name) {
            self.start_block(tag.name, tag.main, tag.span);
        }
        if let Some(anchor) = tag.mark {
            // A row is put together when it is complete, so that it is marked as a whole.
            let at = if self.place().kind == BlockKind::TableRow { 0 } else { self.inline.len() };
            self.marks.push(Mark { at, anchor });
        }
    }

    pub fn end(&mut self, name: &str) {
        if name == "br" {
            return self.start(Tag { name, ..Tag::default() });
        }
        // Inline elements are on the stack only where they are skipped.
        if is_block(name) || self.place().skipped {
            let of_table = matches!(name, "table" | "tr" | "td" | "th" | "thead" | "tbody" | "tfoot");
            let stops = if of_table { &["table"] } else { CELL_SCOPE };
            self.close_nearest(if HEADINGS.contains(&name) { HEADINGS } else { std::slice::from_ref(&name) }, stops);
        }
    }

    pub fn text(&mut self, text: &str) {
        let place = self.place();
        if self.in_title {
            self.title.push(text);
        } else if place.skipped {
        } else if place.kind == BlockKind::Code {
            self.inline.push_verbatim(text);
        } else {
            self.inline.push(text);
        }
    }

    /// The blocks of the page's main part where it names one, else of its articles if they hold most of its text.
    pub fn finish(mut self) -> Elements {
        while !self.open.is_empty() {
            self.pop();
        }
        self.flush();
        self.finish_row();
        let bytes = |chosen: &dyn Fn(&PlacedBlock) -> bool| -> usize {
            self.blocks.iter().filter(|&placed| chosen(placed)).map(|placed| placed.block.text.len()).sum()
        };
        let has_main = bytes(&|placed| placed.main) > 0;
        let has_articles = bytes(&|placed| placed.article) * 2 > bytes(&|_| true);
        let kept = |placed: &PlacedBlock| {
            if has_main { placed.main } else { placed.article || !has_articles }
        };
        let blocks = self.blocks.into_iter().filter(kept).map(|placed| placed.block).collect();
        Elements { title: self.title.take(), blocks }
    }

    /// The most elements that were open at a time. Those within a line and those that are skipped are not counted.
    pub fn deepest(&self) -> usize {
        self.deepest
    }

    fn place(&self) -> Place {
        self.open.last().map_or(OUTERMOST, |open| open.place)
    }

    fn push(&mut self, name: &str, place: Place, span: Span) {
        match self.open_names.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(self.open_names.insert(name.into(), 1)),
        }
        self.open.push(Open { name: name.into(), place, span });
        if !place.skipped {
            self.deepest = self.deepest.max(self.open.len());
        }
    }

    fn new_group(&mut self) -> u32 {
        self.groups += 1;
        self.groups
    }

    fn start_block(&mut self, name: &str, main: bool, span: Span) {
        let outer = self.place();
        let stays = match outer.kind {
            BlockKind::Code | BlockKind::Heading => true,
            BlockKind::TableRow => matches!(name, "p" | "div"),
            _ => false,
        };
        if stays {
            self.boundary();
            return self.push(name, outer, Span::default());
        }
        if outer.kind == BlockKind::TableRow {
            self.unfold_cell();
        }
        self.flush();
        if !matches!(name, "td" | "th") {
            self.finish_row();
        }
        let mut place = self.place();
        place.main |= main || (name == "main" && !self.own_main);
        place.article |= name == "article";
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                place.kind = BlockKind::Heading;
                place.level = name.as_bytes()[1] - b'0';
                self.heading_id = self.last_id.take();
            }
            "pre" | "listing" | "xmp" | "plaintext" => place.kind = BlockKind::Code,
            "blockquote" => place.kind = BlockKind::Quote,
            "ul" | "ol" | "menu" | "dl" | "li" | "dt" | "dd" if place.kind != BlockKind::ListItem => {
                place.kind = BlockKind::ListItem;
                place.group = self.new_group();
            }
            "table" => {
                place.kind = BlockKind::Paragraph;
                place.group = self.new_group();
                place.header = false;
            }
            "thead" => place.header = true,
            "td" | "th" => {
                place.kind = BlockKind::TableRow;
                place.header |= name == "th";
            }
            _ => {}
        }
        self.push(name, place, span);
    }

    /// Elements without content.
    fn void(&mut self, tag: &Tag) {
        match tag.name {
            "br" => match self.place().kind {
                BlockKind::Code => self.inline.push_verbatim("\n"),
                BlockKind::Heading => self.inline.push(" "),
                // A second one makes a paragraph, in old pages with the whole text in one cell too.
                kind if self.inline.at_line_start() && !self.inline.is_empty() => {
                    if kind == BlockKind::TableRow {
                        self.unfold_cell();
                    }
                    self.flush();
                }
                _ => self.inline.end_line(),
            },
            "hr" => self.boundary(),
            "img" => {
                if let Some(alt) = &tag.alt {
                    self.inline.push(" ");
                    self.inline.push(alt);
                    self.inline.push(" ");
                }
            }
            _ => {}
        }
    }

    /// Sets apart what comes before and after the edge of a block-level element.
    fn boundary(&mut self) {
        match self.place().kind {
            BlockKind::Code => self.inline.end_line(),
            BlockKind::Heading | BlockKind::TableRow => self.inline.push(" "),
            _ => self.flush(),
        }
    }

    /// Ends the block in the making.
    fn flush(&mut self) {
        let text = self.inline.take();
        if !text.is_empty() {
            self.finish_row();
            self.emit(text, self.place());
        }
    }

    fn finish_cell(&mut self) {
        let cell = self.inline.take().replace('\n', " ");
        let Some(&Open { place, span, .. }) = self.open.last() else { return };
        self.row.push(cell, place.header, span);
        self.row_place = Some(place);
    }

    fn finish_row(&mut self) {
        if let Some(place) = self.row_place.take()
            && let Some(row) = self.row.finish(place.group)
        {
            self.emit(row, place);
        }
    }

    /// Takes the current cell for a part of the page's layout, since it holds more than running text.
    fn unfold_cell(&mut self) {
        self.finish_row();
        for open in self.open.iter_mut().rev().take_while(|open| open.place.kind == BlockKind::TableRow) {
            open.place.kind = BlockKind::Paragraph;
        }
    }

    fn emit(&mut self, text: String, place: Place) {
        let grouped = matches!(place.kind, BlockKind::ListItem | BlockKind::TableRow);
        let block = RawBlock {
            kind: place.kind,
            text,
            group: grouped.then_some(place.group),
            level: place.level,
            anchor: if place.kind == BlockKind::Heading { self.heading_id.take() } else { None },
            marks: std::mem::take(&mut self.marks),
        };
        self.last_id = None;
        self.blocks.push(PlacedBlock { block, main: place.main, article: place.article });
    }

    /// Closes the innermost open element, which ends its block.
    fn pop(&mut self) {
        let Some(Open { name, place, .. }) = self.open.last() else { return };
        match (&**name, place.kind) {
            _ if place.skipped => self.in_title = false,
            ("td" | "th", BlockKind::TableRow) => self.finish_cell(),
            ("tr" | "thead" | "tbody" | "tfoot" | "table", BlockKind::Paragraph) => {
                self.flush();
                self.finish_row();
            }
            ("pre" | "listing" | "xmp" | "plaintext", _) => self.flush(),
            (heading, _) if HEADINGS.contains(&heading) => self.flush(),
            _ => self.boundary(),
        }
        if let Some(Open { name, .. }) = self.open.pop() {
            self.open_names.entry(name).and_modify(|count| *count -= 1);
        }
    }

    /// Closes what authors need not close before an element of this name.
    fn close_implied(&mut self, name: &str) {
        match name {
            "option" | "optgroup" => return self.close_nearest(&["option"], &["select", "datalist"]),
            _ if !is_block(name) && name != "hr" => return,
            "li" => self.close_nearest(&["li"], &["ul", "ol", "menu", "td", "th"]),
            "dt" | "dd" => self.close_nearest(&["dt", "dd"], &["dl", "td", "th"]),
            "td" | "th" => self.close_nearest(&["td", "th", "caption"], &["tr", "table"]),
            "tr" => self.close_nearest(&["tr", "caption"], &["table"]),
            "thead" | "tbody" | "tfoot" => {
                self.close_nearest(&["thead", "tbody", "tfoot", "tr", "caption"], &["table"])
            }
            _ => {}
        }
        self.close_nearest(&["p"], CELL_SCOPE);
        if name != "div" && self.place().kind == BlockKind::Heading && !self.inline.is_empty() {
            self.close_nearest(HEADINGS, CELL_SCOPE);
        }
    }

    /// Closes the innermost open element of one of these names and all within it, unless one of `stops` is nearer.
    fn close_nearest(&mut self, names: &[&str], stops: &[&str]) {
        if names.iter().all(|&name| self.open_names.get(name).is_none_or(|&count| count == 0)) {
            return;
        }
        for (depth, open) in self.open.iter().rev().take(LOOK_BACK).enumerate() {
            if names.contains(&&*open.name) {
                for _ in 0..=depth {
                    self.pop();
                }
                return;
            }
            if stops.contains(&&*open.name) {
                return;
            }
        }
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements whose content is not part of the page's text.
fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "annotation"
            | "audio"
            | "button"
            | "canvas"
            | "datalist"
            | "iframe"
            | "nav"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "rp"
            | "rt"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "title"
            | "video"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hgroup"
            | "html"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "xmp"
    )
}
