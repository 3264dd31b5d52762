/** Codex: no variable leads it elsewhere, so the gateway is a provider of its own by `-c` flags. */
import { POE_KEY, type Tool } from '../setup.ts';

const PROVIDER = 'poeway';
const KEY_VARIABLE = 'POE_API_KEY';

/**
 * Codex against a gateway. It speaks `/v1/responses` only.
 *
 * @see https://developers.openai.com/codex/config-advanced
 */
export const codex: Tool = {
  program: 'codex',
  install: 'npm install -g @openai/codex',
  setUp: ({ url, model }) => ({
    variables: { [KEY_VARIABLE]: POE_KEY },
    args: [
      ...set('model_provider', PROVIDER),
      ...set(`model_providers.${PROVIDER}.name`, 'Poeway'),
      ...set(`model_providers.${PROVIDER}.base_url`, `${url}/v1`),
      ...set(`model_providers.${PROVIDER}.env_key`, KEY_VARIABLE),
      ...set(`model_providers.${PROVIDER}.wire_api`, 'responses'),
      ...(model ? ['-m', model] : []),
    ],
  }),
};

/**
 * A value that is no TOML is taken as text. So it needs no quotes, which Windows PowerShell would
 * lose on the way.
 */
function set(name: string, value: string): readonly string[] {
  return ['-c', `${name}=${value}`];
}
