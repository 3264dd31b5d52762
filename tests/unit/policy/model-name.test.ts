/**
 * Names that clients send → names that Poe knows. The tables hold without Poe's list and with it;
 * the laws hold for every bot that Poe really lists, where that list is at hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../../src/core/model.ts';
import { type ModelsById, resolveModelName } from '../../../src/policy/model-name.ts';
import { readModels } from '../../../src/upstreams/poe-models/index.ts';
import { LAW } from '../record.ts';

const FALLBACK = 'claude-opus-4.5';

/** What is sent → what Poe is asked for, whether or not the list is known. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'gpt-4o': ['GPT-4o-128k', 'gpt-4o', 'GPT-4o', 'openai/gpt-4o', ' gpt-4o ', 'gpt-4o-2024-11-20'],
  'gpt-4o-aug': ['gpt-4o-2024-08-06', 'openai/GPT-4o-2024-08-06'],
  'gpt-4o-mini': ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
  'gpt-4.1': ['gpt-4.1', 'gpt-4.1-2025-04-14'],
  'gpt-4.1-nano': ['gpt-4.1-nano-2025-04-14'],
  'gpt-4-turbo': [
    'gpt-4',
    'gpt-4-0613',
    'gpt-4-turbo',
    'gpt-4-turbo-2024-04-09',
    'gpt-4-0314',
    'gpt-4-32k',
    'gpt-4-32k-0314',
    'gpt-4-32k-0613',
    'gpt-4-1106-preview',
    'gpt-4-vision-preview',
    'gpt-4-1106-vision-preview',
    'gpt-4-turbo-preview',
    'GPT-4-128k',
    'GPT-4-Turbo-128k',
    'gpt-GPT-4',
  ],
  'gpt-3.5-turbo': [
    'gpt-3.5-turbo',
    'gpt-3.5-turbo-0125',
    'gpt-3.5-turbo-0301',
    'gpt-3.5-turbo-0613',
    'gpt-3.5-turbo-16k',
    'gpt-3.5-turbo-16k-0613',
    'ChatGPT',
    'ChatGPT-16k',
    'gpt-ChatGPT',
  ],
  assistant: ['Sage', 'gpt-Sage'],
  'llama-3.3-70b': ['llama_2_70b_chat'],
  'gemini-2.5-flash': ['google-palm', 'gemini-1.5-flash-128k'],
  'gpt-5': ['gpt-5', 'gpt-5-2025-08-07', 'poe/openai/gpt-5'],
  'gpt-5-mini': ['gpt-5-mini-2025-08-07'],
  'gpt-5-pro': ['gpt-5-pro-2025-10-06'],
  'gpt-5-chat': ['gpt-5-chat-latest', 'chatgpt-4o-latest'],
  'gpt-5.1': ['gpt-5.1-2025-11-13'],
  'gpt-5.1-instant': ['gpt-5.1-chat-latest'],
  'gpt-5.2-instant': ['gpt-5.2-chat-latest'],
  'gpt-5.3-instant': ['gpt-5.3-chat-latest'],
  'gpt-5.4-nano': ['gpt-5.4-nano-2026-03-17'],
  o1: ['o1', 'o1-2024-12-17'],
  'o3-mini': ['o1-mini', 'o1-mini-2024-09-12', 'o3-mini-2025-01-31', 'OpenAI/o3-mini'],
  'o4-mini': ['o4-mini-2025-04-16'],
  'claude-haiku-3': ['claude-3-haiku-20240307', 'Claude-3-Haiku', 'claude-3-haiku-200k'],
  'claude-haiku-3.5': ['claude-3-5-haiku-20241022', 'claude-3-5-haiku-latest'],
  'claude-sonnet-4.5': [
    'claude-3-5-sonnet-20241022',
    'claude-sonnet-4-5-20250929',
    'Claude-3.5-Sonnet',
    'Claude-3.5-Sonnet-200k',
    'claude-3-sonnet-20240229',
    'Claude+',
    'gpt-Claude+',
    'claude-2',
    'claude-2.1',
    'claude-2-100k',
  ],
  'claude-sonnet-3.7': ['claude-3-7-sonnet-latest', 'anthropic/claude-3-7-sonnet-20250219'],
  'claude-sonnet-4': ['claude-sonnet-4-20250514'],
  'claude-opus-4': ['claude-opus-4-20250514'],
  'claude-opus-4.1': ['claude-opus-4-1-20250805'],
  'claude-opus-4.5': [
    'claude-opus-4-5-20251101',
    'Claude-Opus-4.5',
    'Claude-3-Opus',
    'claude-3-opus-20240229',
    '',
  ],
  'claude-haiku-4.5': [
    'claude-instant',
    'Claude-instant-100k',
    'gpt-Claude-instant',
    'gpt-Claude-instant-100k',
    'claude-instant-1.2',
    'claude-haiku-4-5-20251001',
    'claude-haiku-4-5',
  ],
  'claude-opus-4.6': ['claude-opus-4-6'],
  'claude-opus-4.8': ['claude-opus-4-8'],
  'gemini-2.0-flash': ['gemini-2.0-flash-001', 'models/gemini-2.0-flash'],
  'gemini-2.5-pro': [
    'Gemini-1.5-Pro-128k',
    'Gemini-1.5-Pro-1M',
    'Gemini-2.0-Pro',
    'google/gemini-2.5-pro',
    'gemini-1.5-pro-latest',
    'gemini-1.5-pro-002',
  ],
  'gemini-2.5-flash-lite': ['gemini-2.5-flash-lite-preview-09-2025'],
  'gemini-3-flash': ['gemini-3-flash-preview'],
  'gemini-3.1-pro': ['gemini-3.1-pro-preview'],
  'nano-banana': ['gemini-2.5-flash-image', 'gemini-2.5-flash-image-preview'],
  'nano-banana-pro': ['gemini-3-pro-image-preview'],
};

function listOf(ids: readonly string[]): ModelsById {
  const data = ids.map((id) => ({ id }));
  return byId(readModels(JSON.stringify({ data })) ?? []);
}

function byId(cards: readonly ModelCard[]): ModelsById {
  return new Map(cards.map((card): [string, ModelCard] => [card.id, card]));
}

const KNOWN = listOf(Object.keys(NAMES));
const ROWS = Object.entries(NAMES).flatMap(([wanted, sent]) =>
  sent.map((name) => ({ name, wanted })),
);

describe('resolveModelName', () => {
  it.each(ROWS)('takes "$name" for $wanted', ({ name, wanted }) => {
    expect(resolveModelName(name, FALLBACK)).toBe(wanted);
    expect(resolveModelName(name, FALLBACK, KNOWN)).toBe(wanted);
    expect(resolveModelName(wanted, FALLBACK, KNOWN)).toBe(wanted);
  });

  it.each(['My-Community-Bot', 'bot-latest', 'Bot-2024-01-01', '助手', 'Bot with blanks'])(
    'passes the unknown name %s on as it is',
    (name) => {
      expect(resolveModelName(name, FALLBACK)).toBe(name);
      expect(resolveModelName(name, FALLBACK, KNOWN)).toBe(name);
      expect(resolveModelName(`vendor/${name}`, FALLBACK)).toBe(name);
    },
  );

  it('prefers the exact name where Poe lists it, whatever the rules would make of it', () => {
    const models = listOf(['gpt-4', 'gpt-4-turbo', 'gemini-3-flash-preview', 'gemini-3-flash']);
    expect(resolveModelName('GPT-4', FALLBACK, models)).toBe('gpt-4');
    expect(resolveModelName('gemini-3-flash-preview', FALLBACK, models)).toBe(
      'gemini-3-flash-preview',
    );
  });

  it('stops at the first step of a rewrite that Poe lists', () => {
    const models = listOf(['claude-sonnet-3.5', 'claude-sonnet-4.5']);
    expect(resolveModelName('claude-3-5-sonnet-latest', FALLBACK, models)).toBe(
      'claude-sonnet-3.5',
    );
  });

  it('finds a bot of no vendor in any case once the list is known', () => {
    expect(resolveModelName('Nano-BANANA', FALLBACK, KNOWN)).toBe('nano-banana');
  });

  it('takes the default for a blank name, by the same rules', () => {
    expect(resolveModelName('  ', 'claude-opus-4-6')).toBe('claude-opus-4.6');
  });

  it('changes nothing about a name that it gave', () => {
    const piece = fc.constantFrom(
      ...ROWS.map(({ name }) => name),
      '-latest',
      '-preview',
      '-2025-01-31',
      '-20250131',
      '-001',
      '/',
      ' ',
      'x',
      'GPT-',
      'claude-',
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(name, fc.boolean(), (sent, listed) => {
        const models = listed ? KNOWN : undefined;
        const once = resolveModelName(sent, FALLBACK, models);
        expect(resolveModelName(once, FALLBACK, models)).toBe(once);
      }),
      { ...LAW, numRuns: 1000 },
    );
  });
});

/** What the older proxies had in their tables, and answered to. */
const OLD_NAMES = `
  assistant gpt-3.5-turbo gpt-3.5-turbo-0301 gpt-3.5-turbo-0613 gpt-3.5-turbo-16k gpt-3.5-turbo-16k-0613
  gpt-4 gpt-4-0314 gpt-4-0613 gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613 claude-instant claude-2-100k
  claude-instant-100k google-palm llama_2_70b_chat gpt-Sage gpt-ChatGPT gpt-GPT-4 gpt-Claude-instant
  gpt-Claude-instant-100k gpt-Claude+ Sage ChatGPT GPT-4 Claude-instant Claude-instant-100k Claude+
  gpt-4o gpt-4-vision-preview gpt-4-turbo-preview gpt-4-turbo ChatGPT-16k GPT-4-128k Claude-3-Opus
  Gemini-1.5-Pro Gemini-1.5-Pro-128k Gemini-1.5-Pro-1M DALL-E-3 StableDiffusionXL GPT-4o-Mini GPT-4o-128k
  GPT-4-Turbo-128k Claude-3.5-Sonnet Claude-3.5-Sonnet-200k Claude-3-opus Gemini-2.0-Pro DeepSeek-R1
  claude-3-opus-20240229 claude-3-sonnet-20240229 claude-3-sonnet claude-3-haiku-20240307 claude-3-haiku
  gemini-1.5-pro-latest o1-preview o1-mini`
  .trim()
  .split(/\s+/);

const RECORDED_LIST = new URL('../../../../shared/recordings/v1-models.json', import.meta.url);

describe.skipIf(!existsSync(RECORDED_LIST))("Poe's real list", () => {
  const cards = existsSync(RECORDED_LIST)
    ? (readModels(readFileSync(RECORDED_LIST, 'utf8')) ?? [])
    : [];
  const models = byId(cards);

  it('is long', () => {
    expect(cards.length).toBeGreaterThan(300);
  });

  it('has every id resolve to itself, with the list and without', () => {
    const resolved = (list?: ModelsById): readonly string[] =>
      cards.map(({ id }) => resolveModelName(id, FALLBACK, list));
    expect(resolved(models)).toEqual(cards.map(({ id }) => id));
    expect(resolved()).toEqual(cards.map(({ id }) => id));
  });

  it.each(OLD_NAMES)('has a bot for %s of an older proxy', (name) => {
    expect(models.has(resolveModelName(name, FALLBACK, models))).toBe(true);
  });

  it('has every display name and every prefixed name resolve to its id', () => {
    for (const { id, displayName } of cards)
      for (const name of [displayName, `vendor/${displayName}`, `poe/vendor/${id}`]) {
        expect(resolveModelName(name, FALLBACK, models)).toBe(id);
        // Poe takes any case, so without the list the case may stay.
        expect(resolveModelName(name, FALLBACK).toLowerCase()).toBe(id);
      }
  });
});
