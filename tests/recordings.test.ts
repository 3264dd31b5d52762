/**
 * Real exchanges with Poe and its real model list, recorded in a folder beside the project: the
 * gateway answers from them without losing a word. Where the folder is absent the tests are skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/lib/json.ts';
import type { Platform } from '../src/platform.ts';

const FOLDER = new URL('../../shared/recordings/', import.meta.url);
const names = existsSync(FOLDER) ? readdirSync(FOLDER) : [];

function load(name: string): JsonObject {
  const value: unknown = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
  if (!isJsonObject(value)) throw new Error(`${name} is no recording`);
  return value;
}

/** A recorded value, by its path. */
function at(
  value: JsonValue | undefined,
  ...path: readonly (string | number)[]
): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((inner, key) => {
    if (Array.isArray(inner)) return (inner as readonly JsonValue[])[Number(key)];
    return isJsonObject(inner) ? inner[key] : undefined;
  }, value);
}

/** A Poe that says one thing. */
function platformThatAnswers(body: JsonValue | undefined): Platform {
  return {
    async send() {
      const chunks = [new TextEncoder().encode(JSON.stringify(body))];
      return {
        status: 200,
        header: (name) => (name === 'content-type' ? 'application/json' : undefined),
        read: async () => chunks.shift(),
        discard: () => undefined,
        cancel: () => undefined,
      };
    },
    Response,
    now: () => 1_790_000_000_000,
    randomId: () => '000000000000000000000001',
    digest: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    log: () => undefined,
  };
}

async function ask(
  recorded: JsonValue | undefined,
  path: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const app = createApp(readConfig({}), platformThatAnswers(recorded));
  const response = await app.fetch(
    new Request(`http://localhost${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: 'Bearer user-key-1234567890' },
      body: body ? JSON.stringify(body) : null,
    }),
  );
  expect(response.status).toBe(200);
  const reply: unknown = await response.json();
  if (!isJsonObject(reply)) throw new Error('The reply is no object');
  return reply;
}

/** Two things are left out: a picture's address said twice, and white space around JSON. */
function mended(content: JsonValue | undefined, request: JsonObject): string {
  const text = typeof content === 'string' ? content : '';
  const once = text.replace(/(\]\((https:[^\s)]+)\))\s+\2\s*$/, '$1');
  return request['response_format'] === undefined ? once : once.trim();
}

const chats = names.filter((name) => name.startsWith('v1-chat-completions-'));

describe.skipIf(chats.length === 0)('a recorded chat answer', () => {
  test.each(chats)('%s keeps its words, its calls and its counts', async (name) => {
    const recording = load(name);
    const request = at(recording, 'request', 'body');
    const answer = at(recording, 'response', 'body');
    if (!isJsonObject(request)) throw new Error('The recording has no request');
    const reply = await ask(answer, '/v1/chat/completions', request);

    const [theirs, ours] = [
      at(answer, 'choices', 0, 'message'),
      at(reply, 'choices', 0, 'message'),
    ];
    const calls = at(theirs, 'tool_calls');
    const words = mended(at(theirs, 'content'), request);
    expect(at(ours, 'content')).toBe(words || (calls ? null : ''));
    expect(at(ours, 'reasoning_content')).toBe(at(theirs, 'reasoning_content') ?? undefined);
    const plain = (list: JsonValue | undefined) =>
      (Array.isArray(list) ? list : []).map((call: JsonValue) => [
        at(call, 'id'),
        at(call, 'function', 'name'),
        at(call, 'function', 'arguments'),
      ]);
    expect(plain(at(ours, 'tool_calls'))).toEqual(plain(calls));
    expect(at(reply, 'choices', 0, 'finish_reason')).toBe(
      at(answer, 'choices', 0, 'finish_reason'),
    );
    expect(at(reply, 'usage', 'total_tokens')).toBe(at(answer, 'usage', 'total_tokens'));
    expect(at(reply, 'model')).toBe(request['model']);
    // Nothing of a vendor's own that nobody asked for.
    expect(Object.keys(reply).sort()).toEqual([
      'choices',
      'created',
      'id',
      'model',
      'object',
      'usage',
    ]);
  });
});

describe.skipIf(!names.includes('v1-models.json'))('the recorded model list', () => {
  test('is listed whole, with seconds in created and everything else kept', async () => {
    const recorded = load('v1-models.json');
    const reply = await ask(recorded, '/v1/models');
    const [theirs, ours] = [at(recorded, 'data'), at(reply, 'data')];
    if (!Array.isArray(theirs) || !Array.isArray(ours)) throw new Error('No list');
    expect(ours.length).toBe(theirs.length);
    for (const [index, entry] of theirs.entries()) {
      if (!isJsonObject(entry)) throw new Error('No entry');
      const { created, ...rest } = entry;
      expect(ours[index]).toEqual({ ...rest, created: Math.floor(Number(created) / 1000) });
    }
  });

  test('finds every bot by its id, url-encoded or not', async () => {
    const recorded = load('v1-models.json');
    const list = at(recorded, 'data');
    const ids = (Array.isArray(list) ? list : [])
      .slice(0, 40)
      .map((entry: JsonValue) => String(at(entry, 'id')));
    for (const id of ids) {
      expect((await ask(recorded, `/v1/models/${encodeURIComponent(id)}`))['id']).toBe(id);
      expect((await ask(recorded, `/models/vendor%2F${encodeURIComponent(id)}`))['id']).toBe(id);
    }
  });
});
