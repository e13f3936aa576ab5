// What React's JSX is to know of the elements.
import type { LeafcutterSearch, LeafcutterSearchAttributes, SelectEvent } from "leafcutter/element";
import type { LeafcutterTree, LeafcutterTreeAttributes, NodeEvent } from "leafcutter/tree-picture";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

type ElementProps<Instance, Attributes> = DetailedHTMLProps<HTMLAttributes<Instance>, Instance> & Attributes;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "leafcutter-search": ElementProps<LeafcutterSearch, LeafcutterSearchAttributes> &
        Partial<Pick<LeafcutterSearch, "collection" | "source" | "strings">> & {
          "onleafcutter-select"?: (event: SelectEvent) => void;
        };
      "leafcutter-tree": ElementProps<LeafcutterTree, LeafcutterTreeAttributes> &
        Partial<Pick<LeafcutterTree, "collection" | "tree" | "strings">> & {
          "onleafcutter-node"?: (event: NodeEvent) => void;
        };
    }
  }
}
