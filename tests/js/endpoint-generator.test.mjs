// An OpenAI-compatible endpoint as a generator, over a fake server: what is sent, what is read, and what goes wrong.

import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";

import { openAiCompatible } from "../../pkg/dist/generators/index.js";
import { fakeEndpoint, streamed } from "../support/fake-endpoint.mjs";

const events = { "content-type": "text/event-stream" };

/** Writes pieces of a reply, each in bytes of its own. */
const write = (lines) => async (response) => {
  response.writeHead(200, events);
  for (const line of lines) {
    response.write(line);
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
};

async function textOf(generator, signal = new AbortController().signal) {
  let text = "";
  for await (const piece of generator("Who farms?", { signal })) text += piece;
  return text;
}

test("a reply is streamed, wherever its bytes are cut, and the request carries the prompt alone", async (t) => {
  const bytes = Buffer.from([...streamed(["Ants ", "fàrm – ", "🐜"]), "data: [DONE]\n\n"].join(""));
  const cut = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
    bytes.subarray(index * 7, index * 7 + 7),
  );
  const endpoint = await fakeEndpoint(t, write(cut));
  const generator = openAiCompatible({ endpoint: endpoint.url, model: "small", key: "sk-secret", maxTokens: 9 });
  assert.equal(generator.origin, new URL(endpoint.url).origin);
  assert.equal(endpoint.requests.length, 0);
  assert.equal(await textOf(generator), "Ants fàrm – 🐜");
  const [{ path, headers, body }] = endpoint.requests;
  assert.deepEqual([path, headers.authorization], ["/v1/chat/completions", "Bearer sk-secret"]);
  assert.equal(headers.cookie, undefined);
  const messages = [{ role: "user", content: "Who farms?" }];
  assert.deepEqual(body, { model: "small", messages, stream: true, max_tokens: 9, temperature: 0, seed: 0 });
  assert(!inspect(generator, { depth: 9, showHidden: true }).includes("sk-secret"), "the key can be read");
});

test("an endpoint that cannot stream is read as a whole, and one that says no [DONE] to its end", async (t) => {
  const whole = await fakeEndpoint(t, (response) => {
    response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
    response.end(JSON.stringify({ choices: [{ message: { content: "Ants farm." } }] }));
  });
  assert.equal(await textOf(openAiCompatible({ endpoint: `${whole.url}/`, model: "a" })), "Ants farm.");
  assert.equal(whole.requests[0].path, "/v1/chat/completions");
  assert.equal(whole.requests[0].headers.authorization, undefined);
  const undone = await fakeEndpoint(t, write([": hello\n\n", ...streamed(["Ants."])]));
  assert.equal(await textOf(openAiCompatible({ endpoint: undone.url, model: "a" })), "Ants.");
});

const WRONG = [
  [
    "a wrong key",
    (response) => response.writeHead(401).end('{"error":{"message":"bad key"}}'),
    /401 \(bad key\); check the key/,
  ],
  ["no such model", (response) => response.writeHead(404).end("nothing\u0007 here"), /404 \(nothing here\)/],
  ["too many requests", (response) => response.writeHead(429).end(), /status 429; wait/],
  ["no reply of the protocol", write(["data: <html>\n\n"]), /OpenAI's protocol/],
  [
    "an error in the middle",
    write(['data: {"error":{"message":"overloaded"}}\n\n']),
    /broke off its reply \(overloaded\)/,
  ],
  ["an end in the middle", write([streamed(["Ants"])[0]]), /ended its reply in the middle/],
  [
    "a broken connection",
    async (response) => {
      response.writeHead(200, events);
      response.write(streamed(["Ants"])[0]);
      setTimeout(() => response.destroy(), 20);
    },
    /could not be reached or broke off/,
  ],
  [
    "another address",
    (response) => response.writeHead(307, { location: "http://127.0.0.1:9/" }).end(),
    /could not be reached/,
  ],
];

for (const [what, answer, message] of WRONG) {
  test(`${what} is an error with a code and says what to do`, async (t) => {
    const { url } = await fakeEndpoint(t, answer);
    const error = await textOf(openAiCompatible({ endpoint: url, model: "a" })).catch((error) => error);
    assert.equal(error.code, "endpoint", error.stack);
    assert.match(error.message, message);
    assert(error.message.startsWith(new URL(url).origin));
  });
}

test("a request ends when it is aborted, or no longer read", async (t) => {
  const endpoint = await fakeEndpoint(t, (response) => {
    response.writeHead(200, events);
    response.write(streamed(["Ants"])[0]);
  });
  const generator = openAiCompatible({ endpoint: endpoint.url, model: "a" });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  await assert.rejects(textOf(generator, controller.signal), { code: "cancelled" });
  for await (const piece of generator("a", { signal: new AbortController().signal })) if (piece === "Ants") break;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(endpoint.closed, 2);
});

test("an address that keys or documents must not go to is refused before anything is sent", () => {
  const refuses = (options, message) =>
    assert.throws(() => openAiCompatible(options), { code: "invalid-option", message });
  refuses({ model: "a" }, /endpoint/);
  refuses({ endpoint: "https://a.example/v1" }, /model/);
  refuses({ endpoint: "ftp://a.example", model: "a" }, /http/);
  refuses({ endpoint: "not an address", model: "a" }, /http/);
  refuses({ endpoint: "https://user:secret@a.example", model: "a" }, /password/);
  refuses({ endpoint: "http://a.example", model: "a", key: "b" }, /https/);
  refuses({ endpoint: "https://a.example", model: "a", key: "two words" }, /key/);
  refuses({ endpoint: "https://a.example", model: "a", temperature: 3 }, /temperature/);
  refuses({ endpoint: "https://a.example", model: "a", cookies: true }, /cookies/);
  assert.equal(
    openAiCompatible({ endpoint: "http://localhost:11434/v1", model: "a", key: "b" }).origin,
    "http://localhost:11434",
  );
});
