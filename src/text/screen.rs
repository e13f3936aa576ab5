//! What is sensitive in a document: counted, and masked before anything is made of the text.

use xxhash_rust::xxh3::Xxh3;

use super::canonical::RawBlock;
use crate::document::{Document, Patch};
use crate::error::{Error, Result};
use crate::metadata::{Metadata, Value};
use crate::sensitive::{self, COUNTS, Finding, Kind, MOST_PASSES, Policy, SensitiveOptions};

/// Goes over the parts of one document.
pub(super) struct Screen<'a> {
    options: &'a SensitiveOptions,
    /// Of each kind, in the order of [`Kind::ALL`].
    counts: [usize; Kind::ALL.len()],
}

impl<'a> Screen<'a> {
    pub fn new(options: &'a SensitiveOptions) -> Self {
        Self { options, counts: [0; Kind::ALL.len()] }
    }

    /// Whether a document of this id may be kept.
    ///
    /// # Errors
    /// [`Error::SensitiveContent`] where the id itself holds what is not to be kept: ids stay as they are.
    pub fn check_id(&self, id: &str) -> Result<()> {
        let findings = self.find(id);
        if self.options.policy == Policy::Mark || findings.is_empty() {
            return Ok(());
        }
        let kinds = names(Kind::ALL.into_iter().filter(|kind| findings.iter().any(|finding| finding.kind == *kind)));
        let advice = "its id is kept as it is: give it another";
        Err(Error::SensitiveContent { id: sensitive::mask(id, &findings), kinds, advice })
    }

    /// The blocks of its text, read as one, lest a private key end with its first paragraph.
    pub fn blocks(&mut self, blocks: &mut [RawBlock]) {
        for _ in 0..MOST_PASSES {
            let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
            let findings = self.find(&texts.join("\n"));
            self.count(&findings);
            if self.options.policy != Policy::Mask || findings.is_empty() {
                break;
            }
            mask_blocks(blocks, findings);
        }
        if self.options.policy == Policy::Mask {
            for block in blocks {
                block.anchor = block.anchor.take().filter(|anchor| self.find(anchor).is_empty());
                block.marks.retain(|mark| self.find(&mark.anchor).is_empty());
            }
        }
    }

    /// What is known of it beside its text, which has been gone over.
    ///
    /// # Errors
    /// [`Error::SensitiveContent`] where the policy refuses what was found.
    pub fn finish(mut self, mut document: Document) -> Result<Document> {
        // A title that was made from the text has been counted there.
        let from_text = document.text.contains(document.title.trim_end_matches('…'));
        document.title = self.text(&document.title, !from_text);
        document.url = document.url.map(|url| self.text(&url, true));
        document.metadata = self.metadata(document.metadata);
        self.refuse(&document.id)?;
        self.note(&mut document.metadata);
        if self.options.policy == Policy::Mask {
            // A hash of the source would tell a guess of what is masked from a wrong one.
            document.source_hash = hash(&document);
        }
        Ok(document)
    }

    /// `next`, which is `document` as `patch` says.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn patched(mut self, document: &Document, patch: &Patch, mut next: Document) -> Result<Document> {
        let before = without_counts(document.metadata.clone());
        let title = self.text(&next.title, false);
        if title != document.title {
            next.title = self.text(&next.title, true);
        }
        let url = next.url.as_deref().map(|url| self.text(url, false));
        if url != document.url {
            next.url = next.url.map(|url| self.text(&url, true));
        }
        if patch.metadata.is_some() {
            let counted = self.counts;
            next.metadata = self.metadata(next.metadata);
            if next.metadata == before {
                self.counts = counted;
            }
        }
        self.refuse(&document.id)?;
        for (kind, count) in sensitive::counts(&document.metadata) {
            self.counts[kind as usize] += count;
        }
        self.note(&mut next.metadata);
        Ok(next)
    }

    fn find(&self, text: &str) -> Vec<Finding> {
        sensitive::find(text, |kind| self.options.wants(kind))
    }

    fn count(&mut self, findings: &[Finding]) {
        findings.iter().for_each(|finding| self.counts[finding.kind as usize] += 1);
    }

    /// `text` as it is kept.
    fn text(&mut self, text: &str, counted: bool) -> String {
        let mut text = text.to_owned();
        for _ in 0..MOST_PASSES {
            let findings = self.find(&text);
            if counted {
                self.count(&findings);
            }
            if self.options.policy != Policy::Mask || findings.is_empty() {
                break;
            }
            text = sensitive::mask(&text, &findings);
        }
        text
    }

    /// Metadata as it is kept, without what its author says of counts.
    fn metadata(&mut self, metadata: Metadata) -> Metadata {
        let mut kept = Metadata::new();
        for (name, value) in without_counts(metadata) {
            let value = match value {
                Value::List(elements) => {
                    Value::List(elements.into_iter().map(|element| self.scalar(&name, element)).collect())
                }
                single => self.scalar(&name, single),
            };
            kept.entry(self.text(&name, true)).or_insert(value);
        }
        kept
    }

    /// A value that is no list, read after its name, which may say what it is.
    fn scalar(&mut self, name: &str, value: Value) -> Value {
        let text = match &value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Boolean(_) | Value::List(_) => return value,
        };
        let start = name.len() + ": ".len();
        let own = |Finding { kind, range }: Finding| {
            let range = range.start.max(start) - start..range.end.checked_sub(start)?;
            (!range.is_empty()).then_some(Finding { kind, range })
        };
        let findings: Vec<Finding> = self.find(&format!("{name}: {text}")).into_iter().filter_map(own).collect();
        self.count(&findings);
        if findings.is_empty() || self.options.policy != Policy::Mask {
            return value;
        }
        Value::Text(self.text(&sensitive::mask(&text, &findings), true))
    }

    /// The kinds that were found, and how much of each.
    fn found(&self) -> impl Iterator<Item = (Kind, usize)> {
        Kind::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }

    fn refuse(&self, id: &str) -> Result<()> {
        if self.options.policy != Policy::Refuse || self.found().next().is_none() {
            return Ok(());
        }
        let kinds = names(self.found().map(|(kind, _)| kind));
        let advice = "take it out, or keep such documents in a collection of another policy";
        Err(Error::SensitiveContent { id: id.to_owned(), kinds, advice })
    }

    /// Adds the counts to a document's metadata.
    fn note(&self, metadata: &mut Metadata) {
        for (kind, count) in self.found() {
            metadata.insert(format!("{COUNTS}{}", kind.name()), Value::Number(count as f64));
        }
    }
}

/// Masks in each block its part of what was found in all, one line feed between them.
fn mask_blocks(blocks: &mut [RawBlock], findings: Vec<Finding>) {
    let mut findings = findings.into_iter();
    let mut next = findings.next();
    let mut start = 0;
    for block in blocks {
        let end = start + block.text.len();
        let mut within = Vec::new();
        while let Some(Finding { kind, range }) = next.take_if(|finding| finding.range.start < end) {
            within.push(Finding { kind, range: range.start.max(start) - start..range.end.min(end) - start });
            // The rest of it is in the blocks after this.
            next = if range.end > end { Some(Finding { kind, range: end + 1..range.end }) } else { findings.next() };
        }
        for mark in &mut block.marks {
            mark.at = masked_place(mark.at, &within);
        }
        block.text = sensitive::mask(&block.text, &within);
        start = end + 1;
    }
}

/// Where byte `at` of a text is once `findings` are masked: of what is masked, at the beginning.
fn masked_place(at: usize, findings: &[Finding]) -> usize {
    let mut place = at;
    for Finding { kind, range } in findings.iter().take_while(|finding| finding.range.start < at) {
        let (end, length) = (range.end.min(at), if at < range.end { 0 } else { kind.placeholder().len() });
        place = place - (end - range.start) + length;
    }
    place
}

fn without_counts(mut metadata: Metadata) -> Metadata {
    metadata.retain(|name, _| !name.starts_with(COUNTS));
    metadata
}

/// The names of kinds.
fn names(kinds: impl Iterator<Item = Kind>) -> String {
    kinds.map(Kind::name).collect::<Vec<_>>().join(", ")
}

/// XXH3 over a document as it is kept.
fn hash(document: &Document) -> u64 {
    let Document { id, title, url, text, metadata, updated_at, expires_at, .. } = document;
    let mut hasher = Xxh3::new();
    // The debug form is unambiguous.
    hasher.update(format!("{:?}", (id, title, url, metadata, updated_at, expires_at)).as_bytes());
    hasher.update(text.as_bytes());
    hasher.digest()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, Source};
    use crate::text::{DocumentReader, ReadLimits};

    const CARD: &str = "4111 1111 1111 1111";

    fn read(policy: Policy, source: Source) -> Result<Document> {
        let options = SensitiveOptions { policy, kinds: None };
        DocumentReader::new(source, ReadLimits::default(), Some(&options))?.finish()
    }

    fn source(format: Format, content: &str) -> Source {
        Source { id: "a".to_owned(), format, content: content.to_owned(), ..Source::default() }
    }

    #[test]
    fn everything_of_a_document_is_masked() {
        let content = format!(
            "---\nowner: ada@example.org\ncard: 4111111111111111\n---\n# Of {CARD}\n\nMail **ada**@example.org &#43;49 30 1234567.\n\n\
             ```\n-----BEGIN PRIVATE KEY-----\nMIIE\n```\n\nQQ=="
        );
        let mut source = source(Format::Markdown, &content);
        source.url = Some("https://a.example/?mail=ada%40example.org".to_owned());
        source.metadata.insert("ssn".to_owned(), Value::List(vec![Value::Text("078051120".to_owned())]));
        source.metadata.insert("sensitive.card".to_owned(), Value::Number(9.0));
        let document = read(Policy::Mask, source.clone()).expect("a document");
        assert_eq!(document.text, "Of [card]\n\nMail [email] [phone].\n\n[secret]\n\n[secret]");
        assert_eq!(document.title, "Of [card]");
        assert_eq!(document.headings[0].text, "Of [card]");
        assert_eq!(document.headings[0].anchor.as_deref(), Some("of-card"));
        assert_eq!(document.url.as_deref(), Some("https://a.example/?mail=[email]"));
        let text = |text: &str| Value::Text(text.to_owned());
        let count = Value::Number;
        let expected = [
            ("card", text("[card]")),
            ("owner", text("[email]")),
            ("sensitive.card", count(2.0)),
            ("sensitive.email", count(3.0)),
            ("sensitive.id-us", count(1.0)),
            ("sensitive.phone", count(1.0)),
            ("sensitive.secret", count(1.0)),
            ("ssn", Value::List(vec![text("[id-us]")])),
        ];
        assert_eq!(document.metadata, expected.map(|(name, value)| (name.to_owned(), value)).into());

        let marked = read(Policy::Mark, source.clone()).expect("a document");
        assert!(marked.text.contains(CARD) && marked.metadata["sensitive.email"] == count(3.0));
        let refused = read(Policy::Refuse, source).unwrap_err();
        assert_eq!(refused.code(), "sensitive-content");
        assert!(refused.to_string().contains("secret, email, card, id-us, phone"), "{refused}");
    }

    #[test]
    fn marks_stay_where_their_pages_begin() {
        let content = format!(
            "<p>Of ada@example.org.</p><p data-leafcutter-anchor='page=1'>Card {CARD} \
             <span data-leafcutter-anchor='page=2'>and then</span> \
             <span data-leafcutter-anchor='mail-ada@example.org'>more</span>.</p>"
        );
        let document = read(Policy::Mask, source(Format::Html, &content)).expect("a document");
        assert_eq!(document.text, "Of [email].\n\nCard [card] and then more.");
        let marks = document.headings.iter().filter(|heading| heading.is_mark());
        let places: Vec<_> = marks
            .map(|mark| (mark.anchor.as_deref(), document.text[mark.section.start as usize..].trim_start()))
            .collect();
        assert_eq!(places, [(Some("page=1"), "Card [card] and then more."), (Some("page=2"), "and then more.")]);
    }

    #[test]
    fn rows_of_tables_are_masked_by_what_their_columns_say() {
        let content = "<table><tr><th>Name<th>SSN<th>Tel<tr><td>Ada<td>078051120<td>5550134</table>";
        let document = read(Policy::Mask, source(Format::Html, content)).expect("a document");
        assert_eq!(document.text, "Name | SSN | Tel\nName: Ada; SSN: [id-us]; Tel: [phone]");
    }

    #[test]
    fn an_id_that_tells_is_refused() {
        let mut source = source(Format::Text, "Hello.");
        source.id = format!("card {CARD}");
        for policy in [Policy::Mask, Policy::Refuse] {
            let error = read(policy, source.clone()).unwrap_err();
            assert!(error.code() == "sensitive-content" && !error.to_string().contains(CARD), "{error}");
        }
        assert!(read(Policy::Mark, source).is_ok());
    }

    #[test]
    fn the_hash_says_nothing_of_what_is_masked() {
        let hash = |content: &str| read(Policy::Mask, source(Format::Text, content)).expect("a document").source_hash;
        assert_eq!(hash("Card 4111111111111111."), hash("Card 378282246310005."));
        assert_ne!(hash("Card 4111111111111111."), hash("Cards 378282246310005."));
    }
}
