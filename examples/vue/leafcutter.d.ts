// What the types of Vue's templates are to know of the elements.
import type { LeafcutterSearch, LeafcutterSearchAttributes } from "leafcutter/element";
import type { DefineComponent } from "vue";

declare module "vue" {
  interface GlobalComponents {
    "leafcutter-search": DefineComponent<
      LeafcutterSearchAttributes & Partial<Pick<LeafcutterSearch, "collection" | "source" | "strings">>
    >;
  }
}
