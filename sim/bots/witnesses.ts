/**
 * Bots that tell what they were given, and bots whose vendor is particular about tools. Their cards
 * have parameters of every kind that Poe's list is known to have.
 */
import { callTools } from '../answers/tool-call.ts';
import { tellAttachments, tellConversation, tellParameters } from '../answers/witness.ts';
import type { Bot } from '../bot.ts';
import { byLayerBehind } from '../chat/tool-refusal.ts';
import { nativeFailure, type Failure } from '../failure.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { CardParameter } from '../model-card.ts';
import { listed, TALKER, unlisted } from './define.ts';

const PARAMETERS: readonly CardParameter[] = [
  {
    name: 'creativity',
    schema: { type: 'number', minimum: 0, maximum: 2 },
    default_value: 0.7,
    description: 'How far it may stray.',
  },
  {
    name: 'steps',
    schema: { type: 'number', minimum: 1, maximum: 50 },
    default_value: 20,
    description: 'How many steps it takes.',
  },
  { name: 'length_ms', schema: { type: 'number', minimum: 10_000, maximum: 300_000 } },
  // Digits, and yet strings: a number is refused.
  { name: 'duration', schema: { enum: ['4', '6', '8'] }, default_value: '8' },
  { name: 'effort', schema: { enum: ['max', 'high', 'low', 'none'] }, default_value: 'high' },
  { name: 'aspect', schema: { enum: ['1:1', '16:9'] } },
  {
    name: 'web_search',
    schema: { type: 'boolean' },
    default_value: false,
    description: 'Look things up on the web first.',
  },
  { name: 'tile', schema: { type: 'boolean' } },
  { name: 'city', schema: { type: 'string' }, default_value: '' },
  { name: 'negative_prompt', schema: { type: 'string' } },
  { name: 'anything', description: 'Declared without a schema.' },
];

/** What Poe's own client would have sent of a tool, and no member more. */
const KNOWN_SCHEMA_MEMBERS: ReadonlySet<string> = new Set(['type', 'properties', 'required']);

function strictToolFailure({ tools }: JsonObject): Failure | undefined {
  for (const { function: definition } of objectsIn(tools)) {
    if (!isObject(definition) || !isObject(definition['parameters'])) continue;
    const name = String(definition['name']);
    const stranger = Object.keys(definition['parameters']).find(
      (member) => !KNOWN_SCHEMA_MEMBERS.has(member),
    );
    const lacks = typeof definition['description'] !== 'string';
    if (stranger === undefined && !lacks) continue;
    const fault = lacks ? 'description: Field required' : `parameters: extra member '${stranger}'`;
    return nativeFailure(400, {
      allow_retry: false,
      text: `Invalid tool '${name}': ${fault}`,
      error_type: 'user_caused_error',
    });
  }
  return undefined;
}

export const witnesses: readonly Bot[] = [
  listed(
    'Attachments',
    'Tells the name, type, size and digest of each attachment.',
    {
      says: tellAttachments,
    },
    { ...TALKER, input: ['text', 'image', 'video', 'audio'] },
  ),
  listed(
    'Parameters',
    'Tells its parameters as JSON; declares one of every kind.',
    { says: tellParameters },
    { ...TALKER, parameters: PARAMETERS },
  ),
  unlisted('Community-Parameters', 'Tells its parameters, which no list declares.', {
    says: tellParameters,
  }),
  listed(
    'Conversation',
    'Tells the role and the text of each message.',
    {
      says: tellConversation,
    },
    { ...TALKER, features: [] },
  ),
  {
    ...listed(
      'Strict-Tools',
      'Natively refuses tools without description or with more schema than type, properties and required.',
      {
        says: callTools,
      },
    ),
    refusesQuery: strictToolFailure,
  },
  {
    ...listed('Tools-In-Name-Only', 'Lists tools, and its vendor refuses them.', {
      says: callTools,
      native: { tools: 'refuse' },
    }),
    toolsRefusedBy: 'layer-behind',
    refuses: ({ tools }) => (objectsIn(tools).length > 0 ? byLayerBehind() : undefined),
  },
];
