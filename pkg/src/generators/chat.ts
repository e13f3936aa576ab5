/** What replies look like that follow OpenAI's protocol for chats, which several libraries and most endpoints do. */

/** A message of a chat. */
export interface ChatMessage {
  role: "user";
  content: string;
}

/** A piece of a reply. */
export interface ChatChunk {
  choices: { delta?: { content?: string | null }; finish_reason?: string | null }[];
}

/** A prompt as a chat of one message. */
export const asChat = (prompt: string): ChatMessage[] => [{ role: "user", content: prompt }];

/** The text of a piece; empty for one that only reports. */
export const textOfChunk = (chunk: ChatChunk): string => chunk.choices[0]?.delta?.content ?? "";
