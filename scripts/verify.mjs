// Repeats the figures of docs/verify.md and holds them against their bars.
//   node scripts/verify.mjs ISSUE      every row whose first column begins with ISSUE
//
// The contract of a row's command stands at the top of docs/verify.md.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const page = "docs/verify.md";
const issue = process.argv[2] ?? "";
const rows = readTable(readFileSync(page, "utf8"));
const chosen = issue === "" ? [] : rows.filter((row) => row.issue.startsWith(issue));
if (chosen.length === 0) {
  const known = [...new Set(rows.map((row) => row.issue.split(/\W/)[0]))];
  console.error(`error: name an issue of ${page}: make verify ISSUE=..., one of ${known.join(", ") || "(none yet)"}.`);
  process.exit(1);
}

const results = [];
for (const row of chosen) {
  console.log(`==> ${row.issue}: ${row.what}\n    ${row.command}`);
  const started = Date.now();
  const result = await run(row.command);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`    ${result.pass ? "pass" : "FAIL"}: ${result.figure}; bar: ${row.bar}; ${seconds} s`);
  results.push(result);
}
const passed = results.filter((result) => result.pass).length;
console.log(`\n${passed} passed, ${results.length - passed} failed`);
process.exit(passed === results.length ? 0 : 1);

/** The rows of the page's table; a cell may hold "\|" for a bar of its own. */
function readTable(markdown) {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) => {
      const cells = line
        .slice(1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll("\\|", "|"));
      const [issue, what, command, bar] = cells;
      return { issue, what, command: command.replace(/^`|`$/g, ""), bar };
    });
}

/** Runs a command, passing on what it prints, and reads the JSON of its last line. */
function run(command) {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", command], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.on("close", (code) => {
      const last = output.trimEnd().split("\n").at(-1);
      resolve(code === 0 ? readResult(last) : { figure: `the command ended with ${code}`, pass: false });
    });
  });
}

function readResult(line) {
  try {
    const { figure, pass } = JSON.parse(line);
    if (figure !== undefined && typeof pass === "boolean") return { figure, pass };
  } catch {
    // Reported below with the line itself.
  }
  return { figure: `the last line is no {"figure", "pass"}: ${line}`, pass: false };
}
