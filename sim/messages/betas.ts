/**
 * The betas that a request asks for in `anthropic-beta`, and who knows them. The list is of those that
 * the clients we met ask for.
 */

const KNOWN: ReadonlySet<string> = new Set([
  'claude-code-20250219',
  'context-management-2025-06-27',
  'effort-2025-11-24',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'mid-conversation-system-2026-04-07',
  'prompt-caching-scope-2026-01-05',
  'structured-outputs-2025-11-13',
  'thinking-token-count-2026-05-13',
]);

/** What becomes of betas that a vendor does not know, and whether it knows any. */
export type Betas = 'refused' | 'ignored' | 'none';

/** The values of the header. */
export function betasIn(header: string | undefined): ReadonlySet<string> {
  const values = (header ?? '').split(',').map((value) => value.trim());
  return new Set(values.filter((value) => value !== ''));
}

/** The refusal of those that this vendor does not know. */
export function betasFault(asked: ReadonlySet<string>, betas: Betas): string | undefined {
  if (betas === 'ignored') return undefined;
  const strangers = [...asked].filter((beta) => betas === 'none' || !KNOWN.has(beta));
  if (strangers.length === 0) return undefined;
  const values = strangers.map((beta) => `\`${beta}\``).join(', ');
  return `Unexpected value(s) ${values} for the \`anthropic-beta\` header. Please consult our documentation at docs.anthropic.com or try again without the header.`;
}
