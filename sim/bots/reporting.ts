/**
 * Bots that differ in what they report beside the answer: usage in each of its regimes, and the
 * vendor's members that leaked through Poe in March 2026.
 */
import { echo } from '../answers/plain.ts';
import { thinking } from '../answers/thinking.ts';
import type { Bot } from '../bot.ts';
import { listed, THINKER } from './define.ts';

export const reportingBots: readonly Bot[] = [
  listed('No-Usage', 'Never reports usage.', { says: echo, usage: 'none' }),
  listed('Usage-On-Finish', 'Usage sits in the finish chunk, asked for or not.', {
    says: echo,
    usage: 'on-finish',
  }),
  listed(
    'Usage-Details',
    'Usage with cached and reasoning tokens, as the vendor counts.',
    { says: thinking(echo), usage: 'details' },
    THINKER,
  ),
  listed('Leaky-Fields', 'Reports a vendor model id and members nobody asked for.', {
    says: echo,
    model: 'vendor-echo-2026-03-05',
    envelope: (envelope) => ({
      ...envelope,
      system_fingerprint: 'fp_0123456789',
      service_tier: 'default',
      vertex_ai_safety_results: [],
    }),
    message: (message) => ({
      ...message,
      provider_specific_fields: { refusal: null, trace: 'vendor-only' },
      thinking_blocks: [],
      annotations: [],
      images: [],
      function_call: null,
      tool_calls: null,
    }),
  }),
];
