/**
 * What the tests of the older proxies share: Poeway started with nothing but their users' settings (and
 * the simulator's address), their example requests, and the answers that their documents promise.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RecordedRequest, type Simulator, startSimulator } from '../../sim/server.ts';
import { type ChatChunk, readData } from '../hosts/_client.ts';
import type { RunningHost } from '../hosts/_host.ts';
import { launchNode, startNode } from '../hosts/_node.ts';
import type { Exit } from '../hosts/_process.ts';

type Settings = Readonly<Record<string, string>>;

/** Where a test file's gateways live. */
export interface House {
  poe(): Simulator;
  /** Starts Poeway on Node; its base URL. */
  start(settings: Settings): Promise<string>;
  /** Any other host; it is stopped with the rest. */
  add(host: Promise<RunningHost>): Promise<string>;
  /** A folder with these files in it. */
  folder(files: Settings): Promise<string>;
  /** Chats that reached Poe with one of these keys, oldest first. */
  chats(...keys: readonly string[]): readonly RecordedRequest[];
}

/** Has a simulator for the file's tests, and stops all that they start. */
export function openHouse(): House {
  let poe: Simulator;
  const hosts: RunningHost[] = [];
  const folders: string[] = [];
  beforeAll(async () => {
    poe = await startSimulator();
  });
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
    await poe.close();
  });
  const add: House['add'] = async (starting) => {
    const host = await starting;
    hosts.push(host);
    return host.url;
  };
  return {
    poe: () => poe,
    add,
    start: (settings) => add(startNode({ POE_BASE_URL: poe.url, ...settings })),
    async folder(files) {
      const folder = await mkdtemp(join(tmpdir(), 'poeway-older-'));
      folders.push(folder);
      await Promise.all(
        Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)),
      );
      return folder;
    },
    chats: (...keys) =>
      poe.requests.filter(
        ({ method, headers }) =>
          method === 'POST' && keys.some((key) => headers['authorization'] === `Bearer ${key}`),
      ),
  };
}

/** Poeway with settings that it does not start with: what it says of them. */
export async function refusalOf(settings: Settings): Promise<Exit> {
  return launchNode(settings).exit;
}

/** As `curl -d` sends it. */
export function post(url: string, secret: string | undefined, body: object): Promise<Response> {
  const authorization = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify(body),
  });
}

/** As `curl` asks. */
export function get(url: string, secret?: string): Promise<Response> {
  return fetch(url, secret === undefined ? {} : { headers: { authorization: `Bearer ${secret}` } });
}

/** One question in Chinese or in English, as the examples have it. */
export const asked = (content: string, ...before: readonly object[]): readonly object[] => [
  ...before,
  { role: 'user', content },
];

/** A whole answer in the form that all of them document; its text. */
export async function wholeAnswer(response: Response): Promise<string> {
  const body = (await response.json()) as { choices?: [{ message: { content: string } }] };
  expect(body).toMatchObject({
    id: expect.any(String),
    object: 'chat.completion',
    created: expect.any(Number),
    model: expect.any(String),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: expect.any(String) },
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: expect.any(Number),
      completion_tokens: expect.any(Number),
      total_tokens: expect.any(Number),
    },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return body.choices?.[0].message.content ?? '';
}

/** A streamed one: role, text, finish reason, `[DONE]`; its text. */
export async function streamedAnswer(response: Response): Promise<string> {
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const lines: string[] = [];
  for await (const { data } of readData(response)) lines.push(data);
  expect(lines.pop()).toBe('[DONE]');
  const chunks = lines.map((line) => JSON.parse(line) as ChatChunk);
  for (const chunk of chunks)
    expect(chunk).toMatchObject({
      id: expect.any(String),
      object: 'chat.completion.chunk',
      created: expect.any(Number),
      model: expect.any(String),
    });
  const choices = chunks.flatMap((chunk) => chunk.choices);
  expect(choices[0]).toMatchObject({ index: 0, delta: { role: 'assistant' } });
  expect(choices.at(-1)).toMatchObject({ finish_reason: 'stop' });
  return choices.map(({ delta }) => delta.content ?? '').join('');
}

/** The ids of a model list. */
export async function listedModels(response: Response): Promise<readonly string[]> {
  expect(response.status).toBe(200);
  const { object, data } = (await response.json()) as { object: string; data: { id: string }[] };
  expect(object).toBe('list');
  for (const model of data)
    expect(model).toMatchObject({
      id: expect.any(String),
      object: 'model',
      created: expect.any(Number),
      owned_by: expect.any(String),
    });
  return data.map(({ id }) => id);
}

/** What a browser asks before it may ask. */
export async function preflight(url: string): Promise<void> {
  const response = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://chat.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(response.ok).toBe(true);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  expect(response.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
}
