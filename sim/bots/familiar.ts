/**
 * Bots with names that people know, so that clients configured for Poe meet what they expect. They
 * behave as the plainest bot of their kind: a caller of tools, an echo, a maker of media.
 */
import { inFormat, inResponsesFormat } from '../answers/format.ts';
import { makeImage, makeSpeech, makeVideo } from '../answers/media.ts';
import { echo } from '../answers/plain.ts';
import { thinking, thinkingWhenAsked } from '../answers/thinking.ts';
import { callTools } from '../answers/tool-call.ts';
import type { Bot, Speech } from '../bot.ts';
import type { CardFacts } from '../model-card.ts';
import { listed } from './define.ts';
import {
  BY_EFFORT,
  byBudget,
  choice,
  CLAUDE,
  endpoints,
  GEMINI,
  GPT,
  price,
  pricePerCall,
  REASONING_GPT,
  thinkingBudget,
  WEB_SEARCH,
} from './familiar-cards.ts';
import { IMAGE, SPEECH, VIDEO } from './media-makers.ts';
import { refuseAsAssistant, refuseAsClaude } from './vendor-refusals.ts';

const able: Speech = { says: thinkingWhenAsked(inResponsesFormat(callTools)) };
const thoughtful: Speech = { says: thinking(inResponsesFormat(callTools)) };
/** Grok was seen to answer in JSON on the chat endpoint, too. */
const grok: Speech = { says: thinking(inFormat(callTools)) };

type Row = readonly [name: string, behaviour: Speech, facts: CardFacts];

const CLAUDES: readonly Row[] = [
  [
    'Claude-Opus-4.5',
    able,
    {
      ...CLAUDE,
      reasoning: byBudget(63_999),
      parameters: [
        thinkingBudget(63_999),
        choice('output_effort', ['low', 'medium', 'high'], 'high'),
        WEB_SEARCH,
      ],
    },
  ],
  [
    'Claude-Sonnet-4.5',
    able,
    {
      ...CLAUDE,
      window: [1_000_000, 32_000],
      reasoning: byBudget(31_999),
      parameters: [thinkingBudget(31_999), WEB_SEARCH],
    },
  ],
  ['Claude-Haiku-4.5', able, { ...CLAUDE, parameters: [thinkingBudget(63_999), WEB_SEARCH] }],
  ['Claude-Haiku-3.5', able, { ...CLAUDE, features: ['tools'], window: [189_000, 8_192] }],
];

const OTHERS: readonly Row[] = [
  // Poe sometimes answers with the vendor's snapshot id; this name was seen to.
  ['GPT-4o', { ...able, model: 'gpt-4o-2024-11-20' }, GPT],
  ['GPT-4o-Aug', able, GPT],
  ['GPT-4o-mini', able, { ...GPT, pricing: price('0.00000014', '0.00000054') }],
  ['GPT-4-Turbo', able, { ...GPT, endpoints: endpoints('chat') }],
  ['GPT-3.5-Turbo', able, { ...GPT, input: ['text'], window: [16_384, 2_048] }],
  ['GPT-5', able, REASONING_GPT],
  ['GPT-5-mini', able, REASONING_GPT],
  [
    'o4-mini',
    able,
    {
      ...GPT,
      window: [200_000, 100_000],
      reasoning: { ...BY_EFFORT, required: true },
      parameters: [choice('reasoning_effort', ['low', 'medium', 'high'], 'medium')],
    },
  ],
  ['Gemini-2.5-Flash', able, GEMINI],
  ['Gemini-2.5-Pro', thoughtful, { ...GEMINI, reasoning: { ...byBudget(32_768), required: true } }],
  [
    'Grok-4',
    grok,
    {
      owner: 'xAI',
      input: ['text', 'image'],
      features: ['tools'],
      endpoints: endpoints('responses', 'chat'),
      pricing: price('0.000003', '0.000015'),
      window: [256_000, 128_000],
    },
  ],
  [
    'Kimi-K2.5',
    able,
    {
      owner: 'Moonshot AI',
      input: ['text', 'image'],
      features: ['tools'],
      pricing: pricePerCall('0.0060'),
      window: [256_000, null],
      reasoning: BY_EFFORT,
      parameters: [{ name: 'enable_thinking', schema: { type: 'boolean' }, default_value: true }],
    },
  ],
  ['Web-Search', { says: echo }, { input: ['text', 'image'], window: [120_000, null] }],
  ['Python', { says: echo }, { pricing: pricePerCall('0.00') }],
  [
    'Nano-Banana',
    { says: makeImage },
    {
      ...IMAGE,
      owner: 'Google',
      endpoints: endpoints('responses', 'chat'),
      window: [65_536, null],
      parameters: [
        { name: 'aspect_ratio', schema: { enum: ['1:1', '2:3', '3:2', '9:16', '16:9'] } },
        { name: 'image_only', schema: { type: 'boolean' }, default_value: false },
      ],
    },
  ],
  ['GPT-Image-1.5', { says: makeImage }, { ...IMAGE, owner: 'OpenAI' }],
  ['Dall-E-3', { says: makeImage }, { ...IMAGE, owner: 'OpenAI', endpoints: ['/v1/images'] }],
  ['Veo-3.1', { says: makeVideo }, { ...VIDEO, owner: 'Google', window: [480, null] }],
  ['Sora-2', { says: makeVideo }, { ...VIDEO, owner: 'OpenAI' }],
  ['ElevenLabs-v3', { says: makeSpeech }, { ...SPEECH, owner: 'ElevenLabs' }],
];

function named([name, behaviour, facts]: Row): Bot {
  const owner = facts.owner === undefined ? '' : ` of ${facts.owner}`;
  return listed(name, `Stands in for the bot ${name}${owner}.`, behaviour, facts);
}

function namedClaude(row: Row): Bot {
  return { ...named(row), refuses: refuseAsClaude };
}

const assistant: Bot = {
  ...listed('Assistant', "Poe's general bot: takes no effort but medium.", able, {
    input: ['text', 'image', 'video'],
    features: ['web_search', 'tools'],
    endpoints: endpoints('responses', 'chat'),
    window: [400_000, 128_000],
    reasoning: BY_EFFORT,
  }),
  refuses: refuseAsAssistant,
};

export const familiarBots: readonly Bot[] = [
  assistant,
  ...CLAUDES.map(namedClaude),
  ...OTHERS.map(named),
];
