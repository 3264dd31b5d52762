/**
 * The content blocks of messages, of results and of the system prompt: which members each type has.
 */
import {
  anything,
  dictionary,
  flag,
  list,
  matching,
  oneOf,
  optional,
  recent,
  tagged,
  text,
  textOr,
  withBeta,
  type Check,
} from './shape.ts';

const PICTURES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** Marks the end of a prefix that is to be kept for the next request. */
export const cacheControl: Check = optional(
  tagged({
    ephemeral: {
      ttl: optional(oneOf('5m', '1h')),
      scope: withBeta('prompt-caching-scope-2026-01-05', text),
    },
  }),
);

const cached = { cache_control: cacheControl };
const citations = { citations: optional(anything) };
const textBlock = { text, ...cached, ...citations };
const url = { url: matching(/^https:\/\//) };

const image = {
  source: tagged({ base64: { media_type: oneOf(...PICTURES), data: text }, url }),
  ...cached,
};

const document = {
  source: tagged({
    base64: { media_type: oneOf('application/pdf'), data: text },
    text: { media_type: oneOf('text/plain'), data: text },
    content: { content: anything },
    url,
  }),
  title: optional(text),
  context: optional(text),
  ...cached,
  ...citations,
};

const searchResult = {
  source: text,
  title: text,
  content: list(tagged({ text: textBlock })),
  ...cached,
  ...citations,
};

const searchError = { error_code: text };

/** Text blocks alone: a system prompt, a system message. */
export const textBlocks: Check = list(tagged({ text: textBlock }));

/** The blocks of a message of either role; who may send which is decided in `turns.ts`. */
export const contentBlocks: Check = list(
  tagged({
    text: textBlock,
    image,
    document,
    search_result: searchResult,
    thinking: { thinking: text, signature: text },
    redacted_thinking: { data: text },
    tool_use: {
      id: matching(/^[a-zA-Z0-9_-]+$/),
      name: text,
      input: dictionary,
      caller: recent(anything),
      ...cached,
    },
    tool_result: {
      tool_use_id: matching(/^[a-zA-Z0-9_-]+$/),
      content: optional(
        textOr(list(tagged({ text: textBlock, image, document, search_result: searchResult }))),
      ),
      is_error: optional(flag),
      ...cached,
    },
    server_tool_use: {
      id: matching(/^srvtoolu_[a-zA-Z0-9_]+$/),
      name: text,
      input: dictionary,
      caller: recent(anything),
      ...cached,
    },
    web_search_tool_result: {
      tool_use_id: matching(/^srvtoolu_[a-zA-Z0-9_]+$/),
      content: (value, path, terms) =>
        Array.isArray(value)
          ? list(
              tagged({
                web_search_result: {
                  url: text,
                  title: text,
                  encrypted_content: text,
                  page_age: optional(text),
                },
              }),
            )(value, path, terms)
          : tagged({ web_search_tool_result_error: searchError })(value, path, terms),
      caller: recent(anything),
      ...cached,
    },
  }),
);
