// Empties what a panic calls: node scripts/snip-panics.mjs IN.wasm OUT.wasm
//
// A module without a hook for panics ends by trapping, after its standard library has put a message together that nobody
// reads. Here the functions that do so trap at once, and wasm-bindgen drops what only they call. Needs the names of functions.
import { readFileSync, writeFileSync } from "node:fs";

/** Mangled names, in both manners of mangling, of functions that never return or only write messages: of modules that write no others. */
const SNIPPED = [
  /4core9panicking/,
  /3std9panicking/,
  /rust_begin_unwind|rust_panic|__rust_start_panic/,
  /(slice_error_fail|slice_index_fail|len_mismatch_fail|unwrap_failed|expect_failed|panic_already)/,
  /(handle_alloc_error|capacity_overflow|12handle_error|panic_access_error)/,
  // Of these, only the messages of panics are made.
  /4core3fmt|3fmt(5Debug|5Write|7Display)/,
  /9escape_debug|12is_printable|15grapheme_extend/,
];
/** No locals, `unreachable`, `end`. */
const TRAP = Buffer.from([3, 0, 0, 0x0b]);
const LEAST_SNIPPED = 20;

const [input, output] = process.argv.slice(2);
const bytes = readFileSync(input);
let at = 8;

function number() {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}

function leb(value) {
  const encoded = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) encoded.push((value % 128) | 0x80);
  return Buffer.from([...encoded, value]);
}

function text() {
  const length = number();
  return bytes.toString("utf8", at, (at += length));
}

const sections = [];
while (at < bytes.length) {
  const id = bytes[at++];
  const length = number();
  sections.push({ id, start: at, end: (at += length) });
}
const section = (id) => sections.find((section) => section.id === id);

/** How many functions are imported, which are numbered first. */
function countImports() {
  const imports = section(2);
  if (imports === undefined) return 0;
  at = imports.start;
  let functions = 0;
  for (let left = number(); left > 0; left--) {
    text();
    text();
    if (bytes[at++] !== 0) throw new Error("something else than functions is imported");
    functions++;
    number();
  }
  return functions;
}

function readNames() {
  const names = new Map();
  for (const { start, end } of sections.filter(({ id }) => id === 0)) {
    at = start;
    if (text() !== "name") continue;
    while (at < end) {
      const kind = bytes[at++];
      const length = number();
      const next = at + length;
      if (kind === 1) for (let left = number(); left > 0; left--) names.set(number(), text());
      at = next;
    }
  }
  return names;
}

const names = readNames();
const first = countImports();
const code = section(10);
at = code.start;
const count = number();
const bodies = [leb(count)];
let snipped = 0;
for (let index = 0; index < count; index++) {
  const start = at;
  const length = number();
  at += length;
  const name = names.get(first + index) ?? "";
  const snip = SNIPPED.some((pattern) => pattern.test(name));
  snipped += snip;
  bodies.push(snip ? TRAP : bytes.subarray(start, at));
}
if (snipped < LEAST_SNIPPED) throw new Error(`only ${snipped} functions were found that panics call; are there names?`);
const written = Buffer.concat(bodies);
writeFileSync(
  output,
  Buffer.concat([
    bytes.subarray(0, 8),
    ...sections.flatMap(({ id, start, end }) => {
      const content = id === 10 ? written : bytes.subarray(start, end);
      return [Buffer.from([id]), leb(content.length), content];
    }),
  ]),
);
