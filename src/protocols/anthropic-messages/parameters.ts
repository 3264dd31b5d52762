/**
 * The fate of every parameter of a message: one table, which the parser obeys and
 * `docs/compatibility-messages.md` explains (a test compares the two). A parameter that is not here
 * is taken for the bot's own: it is passed if the bot declares it, else dropped and named.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */

/**
 * - `passed`: given to Poe as it is
 * - `translated`: given to Poe in the form that Poe takes
 * - `enforced`: made true by Poeway itself
 * - `declared`: given to Poe when the bot declares a parameter for it, else ignored
 * - `ignored`: dropped, and named in `x-poeway-ignored`
 * - `unneeded`: dropped without a word, since the answer is the same
 * - `refused`: a 400 that says so
 */
type Fate = 'passed' | 'translated' | 'enforced' | 'declared' | 'ignored' | 'unneeded' | 'refused';

/** In the order of the alphabet. */
export const PARAMETERS: Readonly<Record<string, Fate>> = {
  anthropic_beta: 'unneeded',
  anthropic_version: 'unneeded',
  betas: 'unneeded',
  billing_policy: 'ignored',
  cache_control: 'unneeded',
  compaction: 'ignored',
  container: 'ignored',
  context_management: 'ignored',
  diagnostics: 'unneeded',
  fallback_credit_token: 'unneeded',
  fallbacks: 'ignored',
  inference_geo: 'ignored',
  max_tokens: 'passed',
  mcp_servers: 'ignored',
  messages: 'translated',
  metadata: 'unneeded',
  model: 'translated',
  output_config: 'translated',
  output_format: 'enforced',
  service_tier: 'unneeded',
  speed: 'unneeded',
  stop_sequences: 'enforced',
  stream: 'enforced',
  system: 'translated',
  temperature: 'passed',
  thinking: 'translated',
  thread: 'refused',
  tool_choice: 'translated',
  tools: 'translated',
  top_k: 'declared',
  top_p: 'passed',
};
