//! Asking a collection: searches, contexts and answers.

use std::borrow::Cow;

use super::Collection;
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::index::Typing;
use crate::retrieve::{
    self, Answer, AnswerOptions, Context, ContextOptions, Corpus, Hit, Mode, Plan, Question, Ranking, Route,
    SearchOptions, Standing, Trace,
};
use crate::traits::{Embedder, Role, TokenCounter};

/// What is asked, with its embedding and the documents it is asked of.
pub struct Query<'a> {
    pub text: &'a str,
    /// The embedding of `text` after [`TokenCounter::break_long_words`]. Without one, keywords decide alone.
    pub vector: Option<&'a [f32]>,
    pub filter: Option<&'a Filter>,
    /// The time to ask at, in milliseconds since 1970: what has expired by then is not found. Without one nothing is taken
    /// to have expired.
    pub now: Option<i64>,
    /// Embeds what is asked of either side of a comparison, and once the examples that a question is compared with where its words
    /// leave its kind open. Without it words alone decide, and either side is found by keywords.
    pub embedder: Option<&'a dyn Embedder>,
}

impl Collection {
    /// The best nodes for `query`.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for options out of range, [`Error::EmbeddingShape`] for a vector of another width.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<(Vec<Hit>, Trace)> {
        options.validate()?;
        let corpus = self.corpus_at(query.now);
        let vector = self.corrected(query.vector)?;
        let question = self.question(query, vector.as_deref(), options.typing(), options.hybrid);
        let k = options.k as usize;
        let ranking = self.rank(&corpus, &question, query, options.mode, options.route, k)?;
        let hits = retrieve::hits(&corpus, query.text, &ranking, options);
        Ok((hits, ranking.trace))
    }

    /// The best passages for `query` within a token budget.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn context(&self, query: &Query, options: &ContextOptions, counter: &dyn TokenCounter) -> Result<Context> {
        options.validate()?;
        let corpus = self.corpus_at(query.now);
        let vector = self.corrected(query.vector)?;
        let question = self.question(query, vector.as_deref(), Typing::Finished, options.hybrid);
        let question = Question { many: true, ..question };
        let plan = self.plan(&corpus, &question, query, options.route)?;
        retrieve::context(&corpus, counter, &question, plan, options)
    }

    /// The sentences that answer `query` best.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn answer(&self, query: &Query, options: &AnswerOptions) -> Result<Answer> {
        options.validate()?;
        let corpus = self.corpus_at(query.now);
        let vector = self.corrected(query.vector)?;
        let question = self.question(query, vector.as_deref(), Typing::Finished, options.hybrid);
        let ranking = self.rank(&corpus, &question, query, options.mode, options.route, 8)?;
        Ok(retrieve::answer(&corpus, query.text, ranking, options.sentences as usize))
    }

    fn rank(
        &self,
        corpus: &Corpus,
        question: &Question,
        query: &Query,
        mode: Mode,
        route: Option<Route>,
        k: usize,
    ) -> Result<Ranking> {
        if mode != Mode::Auto {
            return retrieve::rank(corpus, question, mode, k);
        }
        let plan = self.plan(corpus, question, query, route)?;
        retrieve::rank_routed(corpus, question, plan, k)
    }

    /// What kind of question is asked, with the embeddings of its parts.
    fn plan(&self, corpus: &Corpus, question: &Question, query: &Query, route: Option<Route>) -> Result<Plan> {
        let mut plan = match route {
            Some(route) => Plan::asked_for(route, question.text),
            None => Plan::new(question, self.options.language, &|| retrieve::holds_tables(corpus)),
        };
        let (Some(embedder), Some(vector)) = (query.embedder, query.vector) else { return Ok(plan) };
        if plan.standing == Standing::Open {
            let rows = match self.examples.get() {
                Some(rows) => rows,
                None => {
                    let texts: Vec<&str> = retrieve::EXAMPLES.iter().map(|(_, text)| *text).collect();
                    let rows = embedder.embed(&texts, Role::Query)?;
                    self.examples.get_or_init(|| rows)
                }
            };
            plan.settle(vector, rows);
        }
        if !plan.parts.is_empty() {
            let texts: Vec<&str> = plan.parts.iter().map(|part| part.text.as_str()).collect();
            let rows = embedder.embed(&texts, Role::Query)?;
            for (part, row) in plan.parts.iter_mut().zip(rows.iter()) {
                part.vector = self.corrected(Some(row))?.map(Cow::into_owned);
            }
        }
        Ok(plan)
    }

    fn corpus_at(&self, now: Option<i64>) -> Corpus<'_> {
        // Mostly nothing has, and then nothing need be asked for it.
        let expires = |now: &i64| self.state.documents.iter().any(|document| document.has_expired(*now));
        Corpus { now: now.filter(expires), ..self.state.corpus() }
    }

    /// The embedding of a question as the collection looks for it.
    fn corrected<'a>(&self, vector: Option<&'a [f32]>) -> Result<Option<Cow<'a, [f32]>>> {
        let expected = self.state.dimensions();
        match (vector, &self.adapter) {
            (Some(vector), _) if vector.len() != expected => Err(Error::EmbeddingShape { expected, got: vector.len() }),
            (Some(vector), Some(adapter)) => Ok(Some(Cow::Owned(adapter.apply(vector)))),
            (vector, _) => Ok(vector.map(Cow::Borrowed)),
        }
    }

    fn question<'a>(
        &self,
        query: &Query<'a>,
        vector: Option<&'a [f32]>,
        typing: Typing,
        hybrid: retrieve::Hybrid,
    ) -> Question<'a> {
        Question { text: query.text, typing, vector, filter: query.filter, hybrid, many: false }
    }
}
