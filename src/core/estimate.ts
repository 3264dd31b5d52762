/**
 * How many tokens a request has, by estimate: Poe has no tokenizer to ask, and its bots many. Text is
 * counted by its words and its script; a picture as what a large one costs on most vendors' scales.
 */
import { estimateTokenCount } from 'tokenx';
import type { ContentPart, GenerationRequest } from './request.ts';

/** Tokens of a picture. */
const IMAGE = 1_500;
/** Bytes of a document that make up a token, about: most of its bytes are not text. */
const FILE_BYTES_PER_TOKEN = 24;

/** Longer than any model's context, in UTF-16 code units: more is not worth the time of counting it. */
const COUNTED = 4_000_000;
const CHARACTERS_PER_TOKEN = 4;

/** Tokens of a text. */
export function estimateTokens(text: string): number {
  return estimateTokenCount(text);
}

/** Tokens of all that the model is given: messages, calls, tools, pictures, files. */
export function estimateInputTokens({ messages, tools }: GenerationRequest): number {
  let tokens = 0;
  let left = COUNTED;
  const add = (text: string): void => {
    left -= text.length;
    tokens += left >= 0 ? estimateTokens(text) : Math.ceil(text.length / CHARACTERS_PER_TOKEN);
  };
  for (const message of messages) {
    for (const part of message.content)
      if (part.type === 'text') add(part.text);
      else tokens += estimateFile(part);
    if (message.role === 'assistant')
      for (const call of message.toolCalls) add(call.name + call.arguments);
  }
  if (tools.length > 0) add(JSON.stringify(tools));
  return tokens;
}

/**
 * The same at a glance, for where ten milliseconds of counting would be too much: a number to begin
 * with, before the true one is known.
 */
export function roughInputTokens({ messages, tools }: GenerationRequest): number {
  let characters = 0;
  let tokens = 0;
  for (const { content } of messages)
    for (const part of content)
      if (part.type === 'text') characters += part.text.length;
      else tokens += estimateFile(part);
  if (tools.length > 0) characters += JSON.stringify(tools).length;
  return tokens + Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

function estimateFile(part: Exclude<ContentPart, { readonly type: 'text' }>): number {
  return part.type === 'image' ? IMAGE : Math.ceil(part.url.length / FILE_BYTES_PER_TOKEN);
}
