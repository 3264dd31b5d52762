/** Any other tool: the variables that the SDKs of OpenAI and Anthropic, and most tools, read. */
import { POE_KEY, type Choice, type Setup } from '../setup.ts';

/** A tool of which nothing is known. */
export function setUpAny({ url, model }: Choice): Setup {
  return {
    variables: {
      OPENAI_BASE_URL: `${url}/v1`,
      // The name before OpenAI's SDKs had one; LangChain, LiteLLM and aider read it.
      OPENAI_API_BASE: `${url}/v1`,
      OPENAI_API_KEY: POE_KEY,
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: POE_KEY,
      // Some read only this one. The user's own key for Anthropic must not reach Poe either.
      ANTHROPIC_API_KEY: POE_KEY,
      ...(model && { OPENAI_MODEL: model, OPENAI_DEFAULT_MODEL: model, ANTHROPIC_MODEL: model }),
    },
    args: [],
  };
}
