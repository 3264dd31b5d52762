/**
 * Bots that reason: with the reasoning in each of the places Poe is known or presumed to put it.
 */
import type { Bot } from '../bot.ts';
import { echo } from '../answers/plain.ts';
import { callTools } from '../answers/tool-call.ts';
import { thinking, thinkOnly } from '../answers/thinking.ts';
import { listed, THINKER } from './define.ts';
import { refuseAsThinkingClaude } from './vendor-refusals.ts';

export const thinkers: readonly Bot[] = [
  listed(
    'Thinker',
    'Thinks in reasoning_content and reasoning alike, then echoes.',
    { says: thinking(echo) },
    THINKER,
  ),
  listed(
    'Thinker-Content',
    'Thinks in reasoning_content only, then echoes.',
    { says: thinking(echo), reasoningIn: ['reasoning_content'] },
    THINKER,
  ),
  listed(
    'Thinker-Reasoning',
    'Thinks in reasoning only, then echoes.',
    { says: thinking(echo), reasoningIn: ['reasoning'] },
    THINKER,
  ),
  listed('Thinker-Only', 'Thinks, and its content stays empty.', { says: thinkOnly }, THINKER),
  listed('Thinker-Calls', 'Thinks, then calls a tool.', { says: thinking(callTools) }, THINKER),
  {
    ...listed(
      'Thinking-Claude',
      'Thinks by default: max_tokens under 1024 is a 400 unless thinking_budget is 0.',
      { says: thinking(echo) },
      {
        ...THINKER,
        owner: 'Anthropic',
        reasoning: {
          budget: { max_tokens: 31_999, min_tokens: 0 },
          required: false,
          supports_reasoning_effort: false,
        },
        parameters: [
          {
            name: 'thinking_budget',
            schema: { type: 'number', minimum: 0, maximum: 31_999 },
            default_value: 4_096,
            description: 'How many tokens it may think; 0 turns thinking off.',
          },
        ],
      },
    ),
    refuses: refuseAsThinkingClaude,
  },
];
