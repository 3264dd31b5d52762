/**
 * Bots that list `/v1/messages`: what Claude and those who serve it do there, all of it in order. What
 * they bend, they bend there only; elsewhere they are plain callers of tools.
 */
import {
  cite,
  inputAtStart,
  leaking,
  lookUp,
  pauseOnce,
  redactThoughts,
  thinkBetween,
  withBareUsage,
  withoutInput,
} from '../answers/claude.ts';
import { inFormat, inResponsesFormat } from '../answers/format.ts';
import { count, echo, echoWithinLimit, saying } from '../answers/plain.ts';
import { thinkingWhenAsked } from '../answers/thinking.ts';
import { callHalfway, callTools } from '../answers/tool-call.ts';
import type { Answer, Bot, MessagesManner, Speech } from '../bot.ts';
import type { CardFacts } from '../model-card.ts';
import type { Prompt } from '../prompt.ts';
import { listed } from './define.ts';
import { byBudget, CLAUDE, endpoints, thinkingBudget, WEB_SEARCH } from './familiar-cards.ts';

/** The card of an invented Claude. */
export const SIM_CLAUDE: CardFacts = {
  ...CLAUDE,
  reasoning: byBudget(63_999),
  parameters: [thinkingBudget(63_999), WEB_SEARCH],
};

/** Calls tools, thinks when asked, obeys a format, echoes otherwise. */
export const able: Speech['says'] = thinkingWhenAsked(inResponsesFormat(callTools));

type Row = readonly [
  name: string,
  description: string,
  manner: MessagesManner,
  says?: Speech['says'],
  facts?: CardFacts,
];

const ROWS: readonly Row[] = [
  ['Claude-Sim', 'Calls tools, thinks when asked, obeys a format, echoes otherwise.', {}],
  [
    'Claude-Sim-Only',
    'The same, and lists no other endpoint.',
    {},
    thinkingWhenAsked(inFormat(callTools)),
    { ...SIM_CLAUDE, endpoints: endpoints('messages') },
  ],
  ['Claude-Sim-Interleaves', 'Thinks, talks, thinks again, calls.', {}, thinkBetween],
  ['Claude-Sim-Redacted', 'Its thoughts are redacted_thinking.', { blocks: redactThoughts }],
  ['Claude-Sim-Counts', 'Says one to twenty, one word a delta.', {}, count],
  ['Claude-Sim-Length', 'Ends with max_tokens after so many words.', {}, echoWithinLimit],
  [
    'Claude-Sim-Call-Cut',
    'Ends with max_tokens in the middle of the input of its call.',
    {},
    cutCall,
  ],
  [
    'Claude-Sim-Refuses',
    'Says a few words, then stops with refusal.',
    {},
    () => saying('This much could be said', 'content_filter'),
  ],
  ['Claude-Sim-Empty', 'Ends its turn without any content.', { bends: { says: empty } }, echo],
  ['Claude-Sim-Pauses', 'Stops with pause_turn, and goes on when asked again.', {}, pauseOnce],
  [
    'Claude-Sim-No-Input',
    'Its calls have no input, but one empty delta.',
    { blocks: withoutInput },
  ],
  [
    'Claude-Sim-Input-At-Start',
    'Its calls have their input from the start, and no delta.',
    { blocks: inputAtStart },
  ],
  ['Claude-Sim-Cites', 'Its texts have citations.', { blocks: cite }],
  ['Claude-Sim-Searches', 'Has the vendor search the web before it answers.', { blocks: lookUp }],
  ['Claude-Sim-No-Usage', 'Never reports usage.', { bends: { usage: 'none' } }],
  [
    'Claude-Sim-Usage-Bare',
    'Usage is input_tokens and output_tokens alone.',
    { bends: { envelope: withBareUsage } },
  ],
  [
    'Claude-Sim-Usage-Details',
    'Usage has a service tier and a region.',
    { bends: { usage: 'details' } },
  ],
  [
    'Claude-Sim-Leaky',
    "The vendor's ids, and members nobody asked for.",
    { bends: { envelope: leaking, model: 'claude-sim@20260101' } },
  ],
  ['Claude-Sim-Any-Beta', 'Overlooks betas that it does not know.', { betas: 'ignored' }],
  [
    'Claude-Sim-No-Betas',
    'Knows no betas, and refuses every member that came with one.',
    { betas: 'none' },
  ],
  [
    'Claude-Sim-Older',
    'As Claude 4.5: no adaptive thinking, no effort, no system messages.',
    { model: { thinking: 'enabled', effort: false, systemInMessages: false } },
  ],
  [
    'Claude-Sim-Newest',
    'Only adaptive thinking, no temperature, no answer that the caller began.',
    { model: { thinking: 'adaptive', sampling: 0, prefill: false } },
  ],
  ['Claude-Sim-Thoughtless', 'Does not support thinking.', { model: { thinking: 'none' } }],
  ['Claude-Sim-Plain-Errors', "The vendor's refusals are not wrapped.", { refusals: 'plain' }],
  [
    'Claude-Sim-Poe-Errors',
    "The refusals of Poe's gateway have Poe's form.",
    { gatewayErrors: 'poe' },
  ],
];

function cutCall(prompt: Prompt): Answer {
  const { pieces, finish } = callHalfway(prompt);
  return { pieces, finish: finish === 'tool_calls' ? 'length' : finish };
}

function empty(): Answer {
  return { pieces: [], finish: 'stop' };
}

export const claudes: readonly Bot[] = ROWS.map(([name, description, messages, says, facts]) =>
  listed(name, description, { says: says ?? able, messages }, facts ?? SIM_CLAUDE),
);
