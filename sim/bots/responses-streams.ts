/**
 * Bots whose streams on the responses endpoint are odd or lack something. They are OpenAI's, since
 * what Codex sends is refused by others, and obey an agent's orders (`answers/agent-directive.ts`).
 */
import { obeying } from '../answers/agent.ts';
import { inResponsesFormat } from '../answers/format.ts';
import { callTools } from '../answers/tool-call.ts';
import type { Bot, Speech } from '../bot.ts';
import type { CardFacts } from '../model-card.ts';
import {
  amongStrangers,
  unnamedFrame,
  unnumbered,
  withChatEnd,
  withEmptyEnd,
  withoutEvents,
} from '../responses/bends.ts';
import { listed, TALKER } from './define.ts';
import { BY_EFFORT, endpoints } from './familiar-cards.ts';

const GPT: CardFacts = {
  ...TALKER,
  owner: 'OpenAI',
  endpoints: endpoints('responses', 'chat'),
  reasoning: BY_EFFORT,
};

type Row = readonly [name: string, description: string, behaviour: Speech];

const agent = obeying(inResponsesFormat(callTools));

const ROWS: readonly Row[] = [
  ['Responds-Unnamed', 'Its events have no names.', { says: agent, frame: unnamedFrame }],
  [
    'Responds-Unnumbered',
    'Its events have no sequence_number.',
    { says: agent, events: unnumbered },
  ],
  [
    'Responds-Empty-End',
    'response.completed has an empty output.',
    { says: agent, events: withEmptyEnd },
  ],
  [
    'Responds-No-Parts',
    'No content_part events.',
    {
      says: agent,
      events: withoutEvents('response.content_part.added', 'response.content_part.done'),
    },
  ],
  [
    'Responds-No-Item-Done',
    'No response.output_item.done.',
    { says: agent, events: withoutEvents('response.output_item.done') },
  ],
  ['Responds-Says-Done', '[DONE] after the last event.', { says: agent, events: withChatEnd }],
  [
    'Responds-Strangers',
    'Events that nobody knows among its own.',
    { says: agent, events: amongStrangers },
  ],
  [
    'Responds-Whole',
    'Answers JSON although a stream was asked for.',
    { says: agent, insists: 'whole' },
  ],
  [
    'Responds-Streams',
    'Answers a stream although none was asked for.',
    { says: agent, insists: 'stream' },
  ],
];

export const responsesStreamBots: readonly Bot[] = ROWS.map(([name, description, behaviour]) =>
  listed(name, description, behaviour, GPT),
);
