/** Claude Code: all of its settings are variables. */
import { POE_KEY, type Tool } from '../setup.ts';

/**
 * Claude Code against a gateway.
 *
 * @see https://code.claude.com/docs/en/llm-gateway
 * @see https://code.claude.com/docs/en/model-config
 */
export const claude: Tool = {
  program: 'claude',
  install: 'npm install -g @anthropic-ai/claude-code',
  setUp: ({ url, model, smallModel }) => ({
    variables: {
      // Without /v1, which it appends itself.
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: POE_KEY,
      // Would be sent beside the token, and is Anthropic's.
      ANTHROPIC_API_KEY: undefined,
      // Each would send it to a cloud of its own, past the gateway.
      CLAUDE_CODE_USE_BEDROCK: undefined,
      CLAUDE_CODE_USE_VERTEX: undefined,
      CLAUDE_CODE_USE_FOUNDRY: undefined,
      // Updates, telemetry and the like go to Anthropic.
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ...(model && {
        ANTHROPIC_MODEL: model,
        // Agents and commands ask by these names for another model than the session's.
        ANTHROPIC_DEFAULT_OPUS_MODEL: model,
        ANTHROPIC_DEFAULT_SONNET_MODEL: model,
        ANTHROPIC_DEFAULT_FABLE_MODEL: model,
      }),
      ...(smallModel && {
        ANTHROPIC_DEFAULT_HAIKU_MODEL: smallModel,
        // The name that older versions know.
        ANTHROPIC_SMALL_FAST_MODEL: smallModel,
      }),
    },
    args: [],
  }),
};
