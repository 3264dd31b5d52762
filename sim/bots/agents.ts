/**
 * Bots for agents: they do what the last user message orders, call by call, so that a real coding
 * agent can be led through a task. The orders' form is in `answers/agent-directive.ts`.
 */
import { obey, obeyInText, obeyThinking } from '../answers/agent.ts';
import { inResponsesFormat } from '../answers/format.ts';
import { thinkingWhenAsked } from '../answers/thinking.ts';
import type { Bot } from '../bot.ts';
import type { CardFacts } from '../model-card.ts';
import { listed, TALKER } from './define.ts';
import { BY_EFFORT, byBudget, CLAUDE, REASONING_GPT, thinkingBudget } from './familiar-cards.ts';

const REASONER: CardFacts = { ...REASONING_GPT, features: ['tools'], parameters: [] };

export const agents: readonly Bot[] = [
  listed('Agent', 'Makes the calls that the user orders, then says what came back last.', {
    says: obey,
  }),
  listed(
    'Agent-Responds',
    'The same on the responses endpoint too, with tools of every type.',
    { says: inResponsesFormat(obey) },
    { ...REASONER, reasoning: BY_EFFORT },
  ),
  listed(
    'Agent-Claude',
    'The same on the endpoints that Claude has; thinks when asked to.',
    { says: thinkingWhenAsked(inResponsesFormat(obey)) },
    { ...CLAUDE, reasoning: byBudget(31_999), parameters: [thinkingBudget(31_999)] },
  ),
  listed(
    'Agent-No-Tools',
    'The same with the tools that its prompt describes; it lists none and refuses them.',
    { says: obeyInText },
    { ...TALKER, features: [] },
  ),
  listed(
    'Agent-Thinks',
    'Thinks before each step; on the responses endpoint too.',
    { says: inResponsesFormat(obeyThinking) },
    { ...REASONER, reasoning: { ...BY_EFFORT, required: true } },
  ),
];
