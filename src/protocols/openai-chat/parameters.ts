/**
 * The fate of every parameter of a chat completion: one table, which the parser obeys and
 * `docs/compatibility.md` repeats (a test compares the two). A parameter that is not here is taken
 * for the bot's own: it is passed if the bot declares it in Poe's list, else dropped and named.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */

/**
 * - `passed`: given to Poe as it is
 * - `translated`: given to Poe in the form that Poe takes
 * - `enforced`: made true by Poeway itself
 * - `declared`: given to Poe when the bot declares a parameter for it, else ignored
 * - `ignored`: dropped, and named in `x-poeway-ignored`
 */
type Fate = 'passed' | 'translated' | 'enforced' | 'declared' | 'ignored';

interface Parameter {
  readonly fate: Fate;
  /** For people, in `docs/compatibility.md`. */
  readonly note: string;
}

/** In the order of OpenAI's reference. */
export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  messages: { fate: 'translated', note: 'All roles and content parts; see below.' },
  model: {
    fate: 'translated',
    note: "Any case, vendor prefixes, vendors' own ids; `DEFAULT_MODEL` when missing.",
  },
  audio: { fate: 'ignored', note: 'Poe has no spoken answers on this endpoint.' },
  frequency_penalty: { fate: 'ignored', note: 'Poe ignores it.' },
  function_call: {
    fate: 'translated',
    note: 'Becomes `tool_choice`; the answer has `function_call`.',
  },
  functions: { fate: 'translated', note: 'Become `tools`; the answer has `function_call`.' },
  logit_bias: { fate: 'passed', note: 'To the native protocol; the chat endpoint ignores it.' },
  logprobs: { fate: 'ignored', note: "Poe's are always empty." },
  max_completion_tokens: {
    fate: 'translated',
    note: 'The same as `max_tokens`; wins when both are sent.',
  },
  max_tokens: { fate: 'passed', note: 'The native protocol has no place for it.' },
  metadata: { fate: 'ignored', note: 'Nothing is stored.' },
  modalities: { fate: 'ignored', note: 'The bot decides what it makes.' },
  moderation: { fate: 'ignored', note: 'Poe has no such field.' },
  n: { fate: 'enforced', note: '1 to 8, by as many calls to Poe; usage is their sum.' },
  parallel_tool_calls: { fate: 'enforced', note: 'With tools.' },
  prediction: { fate: 'ignored', note: 'Poe ignores it.' },
  presence_penalty: { fate: 'ignored', note: 'Poe ignores it.' },
  prompt_cache_key: { fate: 'ignored', note: 'Poe has no such field.' },
  prompt_cache_options: { fate: 'ignored', note: 'Poe has no such field.' },
  prompt_cache_retention: { fate: 'ignored', note: 'Poe has no such field.' },
  reasoning_effort: {
    fate: 'translated',
    note: 'Into what the bot declares: a word, a thinking budget, a switch.',
  },
  response_format: {
    fate: 'enforced',
    note: '`text`, `json_object` (with `schema` too), `json_schema`; on every bot.',
  },
  safety_identifier: { fate: 'ignored', note: 'Poe has no such field.' },
  seed: { fate: 'ignored', note: 'Poe ignores it.' },
  service_tier: { fate: 'ignored', note: 'Poe ignores it.' },
  stop: {
    fate: 'enforced',
    note: 'A string or up to 32; passed on too. The answer ends before the first.',
  },
  store: { fate: 'ignored', note: 'Nothing is stored.' },
  stream: { fate: 'enforced', note: '' },
  stream_options: { fate: 'enforced', note: '`include_usage`; other options are ignored.' },
  temperature: { fate: 'passed', note: '0 to 2.' },
  tool_choice: {
    fate: 'translated',
    note: '`auto`, `none`, `required`, a function, `allowed_tools`.',
  },
  tools: {
    fate: 'translated',
    note: 'Functions, on every bot. Other tool types are ignored, and so is `strict`.',
  },
  top_logprobs: { fate: 'ignored', note: "Poe's are always empty." },
  top_p: { fate: 'passed', note: '0 to 1. The native protocol has no place for it.' },
  user: { fate: 'ignored', note: 'Poe ignores it.' },
  verbosity: { fate: 'declared', note: 'As the bot’s own parameter `verbosity`.' },
  web_search_options: { fate: 'declared', note: 'As the bot’s own parameter `web_search: true`.' },
  extra_body: { fate: 'translated', note: 'Its keys are read as if they stood beside it.' },
};
