/**
 * The simulator against real exchanges with Poe, where they are at hand (they are not part of the
 * project): same members, same types, nothing that Poe was never seen to send.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../sim/catalogue.ts';
import { askWhole, simulatorForFile, toolNamed } from './client.ts';

const FOLDER = new URL('../../../shared/recordings/', import.meta.url);

const simulator = simulatorForFile();

/** Path of a member → the JSON types seen there. Items of arrays share the path `…[]`. */
type Shape = Map<string, Set<string>>;

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function addShape(shape: Shape, value: unknown, path: string): void {
  const types = shape.get(path) ?? new Set();
  shape.set(path, types.add(typeOf(value)));
  if (Array.isArray(value)) {
    for (const item of value) addShape(shape, item, `${path}[]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) addShape(shape, member, `${path}.${name}`);
  }
}

function shapeOf(values: readonly unknown[]): Shape {
  const shape: Shape = new Map();
  for (const value of values) addShape(shape, value, '');
  return shape;
}

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}

/** `path: type` for all of ours that were never seen in theirs. */
function strangers(ours: Shape, theirs: Shape): readonly string[] {
  return [...ours].flatMap(([path, types]) =>
    [...types].filter((type) => !theirs.get(path)?.has(type)).map((type) => `${path}: ${type}`),
  );
}

describe.skipIf(!existsSync(FOLDER))('beside the recordings', () => {
  test('every card has the members of a real entry, in types that were seen there', () => {
    const { data } = recorded('v1-models.json') as { data: readonly object[] };
    const theirs = shapeOf(data);
    const members = Object.keys(data[0] ?? {}).sort();
    for (const card of catalogue) expect(Object.keys(card).sort()).toEqual(members);
    expect(strangers(shapeOf(catalogue), theirs)).toEqual([]);
  });

  test('responses have the members of the recorded ones, and none that was never recorded', async () => {
    const replies = readdirSync(FOLDER)
      .filter((name) => name.startsWith('v1-responses-'))
      .map((name) => (recorded(name) as { response: { body: object } }).response.body);
    const properties = { location: { type: 'string' } };
    const tool = { type: 'function', name: 'look', description: '', parameters: { properties } };
    const ours = await Promise.all(
      [
        { model: 'Responds' },
        { model: 'Responds', tools: [tool] },
        { model: 'Responds-Thinking', reasoning: { effort: 'high', summary: 'detailed' } },
      ].map(async (request) => {
        const response = await fetch(`${simulator().url}/v1/responses`, {
          method: 'POST',
          headers: { authorization: 'Bearer good' },
          body: JSON.stringify({ input: 'hi', ...request }),
        });
        return (await response.json()) as object;
      }),
    );
    expect(strangers(shapeOf(ours), shapeOf(replies))).toEqual([]);
    const members = Object.keys(replies[0] ?? {}).sort();
    for (const reply of ours) expect(Object.keys(reply).sort()).toEqual(members);
  });

  test('whole chat answers have no member that was never recorded', async () => {
    const replies = readdirSync(FOLDER)
      .filter((name) => name.startsWith('v1-chat-completions-'))
      .map((name) => (recorded(name) as { response: { body: unknown } }).response.body);
    const tools = [toolNamed('look')];
    const ours = await Promise.all([
      askWhole(simulator(), 'Echo'),
      askWhole(simulator(), 'Tool-Caller', { tools }),
      askWhole(simulator(), 'Thinker'),
      askWhole(simulator(), 'Image-Maker'),
      askWhole(simulator(), 'Usage-Details'),
    ]);
    expect(strangers(shapeOf(ours), shapeOf(replies))).toEqual([]);
  });
});
