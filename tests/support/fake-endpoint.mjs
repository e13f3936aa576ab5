// A fake of an endpoint that follows OpenAI's protocol for chats, on 127.0.0.1: what it answers is up to the test.
import { createServer } from "node:http";

/** The lines of server-sent events that stream these pieces. */
export const streamed = (pieces) =>
  [
    ...pieces.map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
  ].map((event) => `data: ${JSON.stringify(event)}\n\n`);

/**
 * @param {import("node:test").TestContext} t
 * @param {(response: import("node:http").ServerResponse, request: object) => unknown} answer
 * @returns {Promise<{ url: string, requests: { path: string, headers: object, body: object }[], closed: number }>}
 */
export async function fakeEndpoint(t, answer) {
  const endpoint = { url: "", requests: [], closed: 0 };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    endpoint.requests.push({ path: request.url, headers: request.headers, body: JSON.parse(body) });
    response.on("close", () => {
      if (!response.writableFinished) endpoint.closed++;
    });
    await answer(response, endpoint.requests.at(-1));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  endpoint.url = `http://127.0.0.1:${server.address().port}/v1`;
  return endpoint;
}
