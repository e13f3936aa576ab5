//! What a question is after, as far as its words tell.

use crate::index::Language;
use crate::sentences::words;

/// Words that name a text, its parts or the wish to know about it, but nothing that it tells of. Sorted.
const OF_TEXTS: &[&str] = &[
    "abstract",
    "article",
    "articles",
    "author",
    "book",
    "books",
    "brief",
    "briefly",
    "chapter",
    "chapters",
    "conclusion",
    "conclusions",
    "content",
    "contents",
    "cover",
    "covers",
    "describe",
    "described",
    "description",
    "discuss",
    "discussed",
    "discusses",
    "document",
    "documents",
    "entire",
    "essay",
    "explain",
    "file",
    "files",
    "general",
    "gist",
    "give",
    "idea",
    "ideas",
    "important",
    "key",
    "main",
    "major",
    "message",
    "narrative",
    "novel",
    "outline",
    "overall",
    "overview",
    "page",
    "pages",
    "paper",
    "papers",
    "passage",
    "plot",
    "point",
    "points",
    "read",
    "report",
    "say",
    "says",
    "section",
    "sections",
    "set",
    "setting",
    "settings",
    "short",
    "shortly",
    "speech",
    "stories",
    "story",
    "subject",
    "summaries",
    "summarise",
    "summarize",
    "summary",
    "takeaway",
    "takeaways",
    "tale",
    "tell",
    "text",
    "texts",
    "theme",
    "themes",
    "throughout",
    "topic",
    "topics",
    "transcript",
    "whole",
    "work",
];

/// Whether a question names nothing but the text itself: "What is the plot of the story?". Only English has a list.
pub fn asks_for_whole(question: &str, language: Language) -> bool {
    if language != Language::English {
        return false;
    }
    let mut named =
        words(question).map(|(_, word)| word.to_lowercase()).filter(|word| !language.is_stop_word(word)).peekable();
    named.peek().is_some() && named.all(|word| OF_TEXTS.binary_search(&word.as_str()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_about_a_text_as_such_are_known() {
        assert!(OF_TEXTS.is_sorted());
        for question in ["What is the plot of the story?", "Summarize this document.", "What are the main points?"] {
            assert!(asks_for_whole(question, Language::English), "{question}");
        }
        for question in ["Who is the author of Moby-Dick?", "What happens to Ahab?", "", "What is it?"] {
            assert!(!asks_for_whole(question, Language::English), "{question}");
        }
        assert!(!asks_for_whole("summary", Language::German));
    }
}
