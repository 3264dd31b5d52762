/**
 * Which beta features of Anthropic's API are asked for. Anthropic refuses a request for a value that
 * it does not know, and a client is often newer than what Poe has behind it.
 *
 * @see https://docs.anthropic.com/en/api/beta-headers
 */
import type { OriginalRequest } from '../../core/request.ts';

/** The header, in lower case. */
export const BETA_HEADER = 'anthropic-beta';

/** Those about messages that Anthropic's SDK names or its agents send; dates are part of the names. */
const KNOWN: ReadonlySet<string> = new Set(
  `advisor-tool-2026-03-01 cache-diagnosis-2026-04-07 claude-code-20250219 code-execution-2025-05-22
  compact-2026-01-12 compact-2026-09-04 computer-use-2024-10-22 computer-use-2025-01-24
  computer-use-2025-11-24 context-1m-2025-08-07 context-management-2025-06-27
  dev-full-thinking-2025-05-14 effort-2025-11-24 extended-cache-ttl-2025-04-11
  fallback-credit-2026-06-01 fallback-credit-2026-07-01 fast-mode-2026-02-01
  fine-grained-tool-streaming-2025-05-14 inline-tools-2026-09-15
  interleaved-thinking-2025-05-14 mcp-client-2025-04-04 mcp-client-2025-11-20 mcp-client-2026-09-15
  mid-conversation-output-config-2026-07-01 mid-conversation-system-2026-04-07
  mid-conversation-system-clear-at-2026-08-21 mid-conversation-tool-changes-2026-07-01
  model-context-window-exceeded-2025-08-26 output-128k-2025-02-19 output-300k-2026-03-24
  pdfs-2024-09-25 prompt-caching-2024-07-31 prompt-caching-scope-2026-01-05
  server-side-fallback-2026-06-01 server-side-fallback-2026-07-01 structured-outputs-2025-11-13
  task-budgets-2026-03-13 thinking-binding-controls-2026-08-01 thinking-display-updates-2026-08-18
  thinking-token-count-2026-05-13 token-counting-2024-11-01 token-efficient-tools-2025-02-19`.split(
    /\s+/,
  ),
);

/** The values that the client sent, in its order. */
export function betasOf(original: OriginalRequest | undefined): readonly string[] {
  const values = (original?.headers[BETA_HEADER] ?? '').split(',').map((value) => value.trim());
  return [...new Set(values)].filter((value) => value !== '');
}

/** Whether Poe's vendor can be expected to know it. */
export function isKnownBeta(value: string): boolean {
  return KNOWN.has(value);
}
