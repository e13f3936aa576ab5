import { createParser, type EventSourceMessage } from "eventsource-parser";

import { LeafcutterError, throwIfCancelled } from "../errors.js";
import type { Generator } from "../types.js";
import { aString, checkRecord, invalid, must } from "../checks.js";
import { asChat, textOfChunk, type ChatChunk } from "./chat.js";
import { SAMPLING, samplingOf, type Sampling } from "./sampling.js";

export interface EndpointOptions extends Sampling {
  /** Address that `/chat/completions` follows, such as `http://localhost:11434/v1` or `https://api.example.com/v1`. */
  endpoint: string | URL;
  /** Name of a model there. */
  model: string;
  /** Sent as a bearer token to the endpoint alone, and kept nowhere but in memory. Over plain http only to this machine. */
  key?: string;
}

/** A generator that sends prompts, and with them passages of the documents, to another machine or program. */
export interface EndpointGenerator extends Generator {
  /** Where prompts go, such as `https://api.example.com`, to be shown to the reader. */
  readonly origin: string;
}

/** How much of what an endpoint says about an error is repeated. */
const MOST_OF_A_REASON = 200;

const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\]|.*\.localhost)$/;

/**
 * A model behind an endpoint that follows OpenAI's protocol for chats, such as llama.cpp's, Ollama's or LM Studio's on the reader's
 * machine, or a service. Nothing is sent before the first prompt; with each prompt go the question and the passages of the documents
 * that it quotes. Pages show `origin` to the reader, and name it in `connect-src` of their content security policy.
 *
 * @throws LeafcutterError `invalid-option`; while it generates, `endpoint`.
 */
export function openAiCompatible(options: EndpointOptions): EndpointGenerator {
  const { endpoint, model, key, ...sampling } = check(options);
  const { maxTokens, temperature, seed } = samplingOf(sampling);
  const { origin } = endpoint;
  async function* generate(prompt: string, { signal }: { signal: AbortSignal }): AsyncGenerator<string, void, void> {
    throwIfCancelled(signal);
    const reading = new AbortController();
    const abort = () => reading.abort();
    signal.addEventListener("abort", abort);
    const body = { model, messages: asChat(prompt), stream: true, max_tokens: maxTokens, temperature, seed };
    try {
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key !== undefined && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify(body),
        signal: reading.signal,
        // The key and the documents are for this address alone, and no cookies of the reader's are for it.
        redirect: "error",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
      });
      if (!response.ok) throw await refusal(response, origin);
      yield* pieces(response, origin);
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof LeafcutterError) throw error;
      const advice =
        "check that it runs, that it allows requests of this page (CORS), and that the page's policy lists it";
      throw failed(origin, `could not be reached or broke off; ${advice}`, error);
    } finally {
      signal.removeEventListener("abort", abort);
      // Whoever stops reading ends the request, by which most endpoints stop computing.
      abort();
    }
  }
  return Object.defineProperty(generate, "origin", { value: origin, enumerable: true }) as typeof generate & {
    origin: string;
  };
}

function check(options: EndpointOptions): Omit<EndpointOptions, "endpoint"> & { endpoint: URL } {
  const anAddress = must("an http or https address", (value) => typeof value === "string" || value instanceof URL);
  const aToken = must("a key of visible ASCII characters", (value) => /^[\x21-\x7e]+$/.test(String(value)));
  const checks = { ...SAMPLING, endpoint: anAddress, model: aString, key: aToken };
  checkRecord("options", options, checks);
  if (options?.endpoint === undefined) throw invalid("options.endpoint", "an http or https address", undefined);
  if (options.model === undefined || options.model === "")
    throw invalid("options.model", "a model's name", options.model);
  const named = String(options.endpoint);
  if (!URL.canParse(named)) throw invalid("options.endpoint", "an http or https address", named);
  const endpoint = new URL(named);
  const { protocol, hostname, username, password } = endpoint;
  if (protocol !== "https:" && protocol !== "http:") {
    throw invalid("options.endpoint", "an http or https address", named);
  }
  if (username !== "" || password !== "") {
    throw invalid("options.endpoint", "an address without a password, which options.key is for", endpoint.origin);
  }
  if (options.key !== undefined && protocol === "http:" && !LOCAL.test(hostname)) {
    throw invalid("options.key", "an endpoint of https, or of this machine, to send a key to", endpoint.origin);
  }
  endpoint.pathname = `${endpoint.pathname.replace(/\/+$/, "")}/chat/completions`;
  return { ...options, endpoint };
}

const failed = (origin: string, what: string, cause?: unknown) =>
  new LeafcutterError("endpoint", `${origin} ${what}`, { cause });

async function refusal(response: Response, origin: string): Promise<LeafcutterError> {
  const { status } = response;
  const advice = new Map([
    [401, "; check the key"],
    [403, "; check the key"],
    [404, "; check the address and the model's name"],
    [413, "; ask for fewer tokens of sources"],
    [429, "; wait, then try again"],
  ]).get(status);
  const reason = reasonOf(await response.text().catch(() => ""));
  return failed(origin, `refused the request with status ${status}${reason}${advice ?? ""}`);
}

/** What an endpoint says about an error, in one line. It is not to be trusted, and shown as text alone. */
function reasonOf(body: string): string {
  let reason: unknown = body;
  try {
    const { error } = JSON.parse(body);
    reason = error?.message ?? error;
  } catch {
    // No JSON: as it stands.
  }
  const line = typeof reason === "string" ? reason.replace(/[\s\p{Cc}]+/gu, " ").trim() : "";
  return line === "" ? "" : ` (${line.slice(0, MOST_OF_A_REASON)})`;
}

/** The pieces of a reply that is streamed as server-sent events, or that comes as a whole from an endpoint that cannot. */
async function* pieces(response: Response, origin: string): AsyncGenerator<string, void, void> {
  if (/^application\/json\b/i.test(response.headers.get("content-type") ?? "")) {
    const { choices } = parse(await response.text(), origin) as { choices?: { message?: { content?: string } }[] };
    yield choices?.[0]?.message?.content ?? "";
    return;
  }
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  let finished = false;
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    parser.feed(done ? "\n\n" : decoder.decode(value, { stream: true }));
    for (const { data } of events.splice(0)) {
      if (data === "[DONE]") return;
      const chunk = parse(data, origin);
      finished ||= (chunk.choices[0]?.finish_reason ?? null) !== null;
      yield textOfChunk(chunk);
    }
    if (!done) continue;
    if (!finished) throw failed(origin, "ended its reply in the middle; try again");
    return;
  }
}

function parse(data: string, origin: string): ChatChunk {
  let chunk: (Partial<ChatChunk> & { error?: unknown }) | null;
  try {
    chunk = JSON.parse(data);
  } catch (error) {
    throw failed(origin, "did not answer as OpenAI's protocol has it; check the address", error);
  }
  if (chunk?.error !== undefined) throw failed(origin, `broke off its reply${reasonOf(data)}`);
  return { ...chunk, choices: Array.isArray(chunk?.choices) ? chunk.choices : [] };
}
