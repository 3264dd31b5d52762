/**
 * The fate of every parameter of a chat completion: one table, which the parser obeys and
 * `docs/compatibility.md` repeats and explains (a test compares the two). A parameter that is not here
 * is taken for the bot's own: it is passed if the bot declares it in Poe's list, else dropped and named.
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

/** In the order of OpenAI's reference. */
export const PARAMETERS: Readonly<Record<string, Fate>> = {
  messages: 'translated',
  model: 'translated',
  audio: 'ignored',
  frequency_penalty: 'ignored',
  function_call: 'translated',
  functions: 'translated',
  logit_bias: 'passed',
  logprobs: 'ignored',
  max_completion_tokens: 'translated',
  max_tokens: 'passed',
  metadata: 'ignored',
  modalities: 'ignored',
  moderation: 'ignored',
  n: 'enforced',
  parallel_tool_calls: 'enforced',
  prediction: 'ignored',
  presence_penalty: 'ignored',
  prompt_cache_key: 'ignored',
  prompt_cache_options: 'ignored',
  prompt_cache_retention: 'ignored',
  reasoning_effort: 'translated',
  response_format: 'enforced',
  safety_identifier: 'ignored',
  seed: 'ignored',
  service_tier: 'ignored',
  stop: 'enforced',
  store: 'ignored',
  stream: 'enforced',
  stream_options: 'enforced',
  temperature: 'passed',
  tool_choice: 'translated',
  tools: 'translated',
  top_logprobs: 'ignored',
  top_p: 'passed',
  user: 'ignored',
  verbosity: 'declared',
  web_search_options: 'declared',
  extra_body: 'translated',
};
