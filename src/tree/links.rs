//! Links between levels: made both ways at once, and checked after a tree came from outside.

#[cfg(any(feature = "cluster", test))]
use super::Node;
use super::Tree;
use crate::error::{Error, Result};
use crate::ids::NodeId;
#[cfg(any(feature = "cluster", test))]
use crate::traits::Summary;

impl Tree {
    /// Adds a level over the highest one: summaries with their tokens and children, and what has changed below since it was
    /// clustered.
    #[cfg(any(feature = "cluster", test))]
    pub(super) fn add_level(&mut self, summaries: impl IntoIterator<Item = (Summary, u32, Vec<NodeId>)>, changes: f32) {
        let level = self.level_count() as u32;
        self.starts.push(self.nodes.len() as u32);
        self.changes.push(changes);
        for (summary, tokens, children) in summaries {
            let id = NodeId::from(self.nodes.len());
            for child in &children {
                self.nodes[child.index()].parents.push(id);
            }
            self.nodes.push(Node { level, parents: Vec::new(), children, sentences: summary.sentences, tokens });
        }
    }

    /// Checks a tree that was decoded from bytes of unknown origin, over a collection of `leaves` chunks: every method
    /// may then be called on it. Source ranges are checked where the documents are.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`] with the rule that does not hold.
    pub fn check(&self, leaves: usize) -> Result<()> {
        let rule = |holds: bool, reason: &'static str| {
            if holds { Ok(()) } else { Err(Error::IndexDamaged { reason }) }
        };
        rule(u32::try_from(self.nodes.len()).is_ok(), "the tree has too many nodes")?;
        rule(self.starts.last().is_none_or(|&start| (start as usize) < self.nodes.len()), "a level is empty")?;
        rule(self.starts.is_sorted_by(|a, b| a < b), "levels are out of order")?;
        rule(self.changes.len() == self.starts.len(), "there is not one measure of drift a level")?;
        let possible = |changes: &f32| changes.is_finite() && *changes >= 0.0;
        rule(self.changes.iter().all(possible), "a level's drift is impossible")?;
        rule(self.leaf_count() == leaves, "the tree has another number of leaves than there are chunks")?;
        rule(leaves > 0 || self.nodes.is_empty(), "a summary has no leaves")?;
        for level in 0..self.level_count() {
            let below = level.checked_sub(1).map_or(0..0, |below| self.level(below));
            let above = self.level(level + 1);
            for id in self.level(level) {
                let node = &self.nodes[id as usize];
                rule(node.level as usize == level, "a node's level is wrong")?;
                rule((level == 0) == node.children.is_empty(), "a summary without children, or a leaf with some")?;
                rule(level > 0 || node.sentences.is_empty(), "a leaf has sentences of its own")?;
                rule(is_ascending(&node.children) && is_ascending(&node.parents), "links are out of order")?;
                rule(node.children.iter().all(|child| below.contains(&child.0)), "a child is not one level below")?;
                rule(node.parents.iter().all(|parent| above.contains(&parent.0)), "a parent is not one level above")?;
                let id = NodeId(id);
                let answered = |child: &NodeId| self.nodes[child.index()].parents.binary_search(&id).is_ok();
                rule(node.children.iter().all(answered), "a child does not know its parent")?;
                let answered = |parent: &NodeId| self.nodes[parent.index()].children.binary_search(&id).is_ok();
                rule(node.parents.iter().all(answered), "a parent does not know its child")?;
            }
        }
        Ok(())
    }
}

fn is_ascending(ids: &[NodeId]) -> bool {
    ids.windows(2).all(|pair| pair[0] < pair[1])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::small;
    use super::*;

    #[test]
    fn a_sound_tree_passes() {
        small().check(5).unwrap();
        Tree::of_leaves(&[1, 2, 3]).check(3).unwrap();
    }

    #[test]
    fn each_kind_of_damage_is_found() {
        let damages: [fn(&mut Tree); 13] = [
            |tree| tree.nodes[0].parents.clear(),
            |tree| tree.nodes[5].children.clear(),
            |tree| tree.nodes[5].children[0] = NodeId(7),
            |tree| tree.nodes[5].children[0] = NodeId(u32::MAX),
            |tree| tree.nodes[5].children.push(NodeId(1)),
            |tree| tree.nodes[6].parents.push(NodeId(9)),
            |tree| tree.nodes[3].level = 4,
            |tree| tree.starts[1] = 100,
            |tree| tree.starts.reverse(),
            |tree| tree.starts[0] = 0,
            |tree| drop(tree.nodes.pop()),
            |tree| tree.changes[1] = f32::NAN,
            |tree| tree.changes.push(0.0),
        ];
        for (index, damage) in damages.into_iter().enumerate() {
            let mut tree = small();
            damage(&mut tree);
            let error = tree.check(5).unwrap_err();
            assert_eq!(error.code(), "index-damaged", "damage {index}");
        }
        assert!(small().check(4).is_err());
    }

    proptest! {
        #[test]
        fn whatever_passes_can_be_walked(
            links in prop::collection::vec((0u32..4, prop::collection::vec(0u32..8, 0..3), prop::collection::vec(0u32..8, 0..3)), 0..8),
            starts in prop::collection::vec(0u32..9, 0..4),
            leaves in 0usize..8,
        ) {
            let ids = |ids: Vec<u32>| ids.into_iter().map(NodeId).collect();
            let nodes = links.into_iter().map(|(level, parents, children)| Node {
                level, parents: ids(parents), children: ids(children), ..Node::default()
            });
            let changes = vec![0.0; starts.len()];
            let tree = Tree { nodes: nodes.collect(), starts, changes };
            let _ = tree.check(leaves);
            for id in 0..9 {
                tree.leaves_of(NodeId(id));
                tree.ancestors(NodeId(id));
                tree.level(id as usize);
            }
        }
    }
}
