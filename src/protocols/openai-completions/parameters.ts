/**
 * The fate of every parameter of a legacy completion: one table, which the parser obeys and
 * `docs/compatibility-completions.md` explains (a test compares the two). A parameter that is not here
 * is taken for the bot's own: it is passed if the bot declares it in Poe's list, else dropped and named.
 *
 * @see https://platform.openai.com/docs/api-reference/completions/create
 */

/**
 * - `passed`: given to Poe as it is
 * - `translated`: given to Poe in the form that Poe takes
 * - `enforced`: made true by Poeway itself
 * - `ignored`: dropped, and named in `x-poeway-ignored`
 */
type Fate = 'passed' | 'translated' | 'enforced' | 'ignored';

/** In the order of OpenAI's reference; what is not of OpenAI's comes last. */
export const PARAMETERS: Readonly<Record<string, Fate>> = {
  model: 'translated',
  prompt: 'translated',
  best_of: 'ignored',
  echo: 'enforced',
  frequency_penalty: 'ignored',
  logit_bias: 'passed',
  logprobs: 'ignored',
  max_tokens: 'passed',
  n: 'enforced',
  presence_penalty: 'ignored',
  seed: 'ignored',
  stop: 'enforced',
  stream: 'enforced',
  stream_options: 'enforced',
  suffix: 'translated',
  temperature: 'passed',
  top_p: 'passed',
  user: 'ignored',
  reasoning_effort: 'translated',
  extra_body: 'translated',
};
