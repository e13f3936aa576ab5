/** What a column's values are put together by. */
export type Aggregate = "count" | "sum" | "average" | "max" | "min" | "value";

/** What a row must hold to be counted. */
export interface Condition {
  /** An index into the table's columns. */
  column: number;
  test: "=" | "in" | "contains" | ">" | ">=" | "<" | "<=";
  /** Of `in`, the values of which it is one. */
  value: string | number | string[];
}

/** A question as it is run. */
export interface TableQuery {
  aggregate: Aggregate;
  /** An index into the table's columns; a count has none. */
  column: number | undefined;
  conditions: Condition[];
}

/** An answer that was computed. */
export interface TableAnswer {
  /** What was run, such as `sum(Area) where Country = "Peru" and Year >= 2000`. */
  expression: string;
  query: TableQuery;
  /** A number, or of `value` the text of the cell; of `max` and `min` the number. */
  value: number | string;
  /** The answer as it is shown: with its unit, and of `max` and `min` with the row that it stands in. */
  text: string;
  /** The rows that it was computed from, of `max` and `min` the ones that it stands in, as indexes into the table's. */
  rows: number[];
}
