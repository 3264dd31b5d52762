/**
 * Every bot of the simulator, on Node and in workerd: both must answer alike. What the answers are
 * to be is for `tests/bots`; that other hosts give the same is for the suite's `abilities`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bots } from '../../sim/bots.ts';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { type Heard, hear } from '../bots/_poe.ts';
import { askChat, KEY } from './_client.ts';
import type { RunningHost } from './_host.ts';
import { nodeHost } from './_node.ts';
import { workerd } from './_workerd.ts';
import { UPLOAD_PATH } from '../../sim/upload/endpoint.ts';

/**
 * They answer late or never, at great length, or otherwise every time; and those of Claude, who are odd
 * on an endpoint of their own and plain on this one.
 */
const OTHERS =
  /^(Silent|Hangs|Slow|Long|Error-Flood|Responds-Silent|Bot-Error-Once|Random|Claude-Sim-)/;

const TOOL = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city'],
    },
  },
};

const REQUESTS = [
  { what: 'plain words', fields: {} },
  { what: 'a tool', fields: { tools: [TOOL] } },
  { what: 'a JSON format', fields: { response_format: { type: 'json_object' } } },
] as const;

let poe: Simulator;
let hosts: readonly RunningHost[];
beforeAll(async () => {
  poe = await startSimulator();
  // What is tried again takes its time, and answers no differently.
  const env = {
    POE_BASE_URL: poe.url,
    POE_UPLOAD_URL: `${poe.url}${UPLOAD_PATH}`,
    RETRIES: '0',
  };
  hosts = await Promise.all([nodeHost().start(env), workerd.start(env)]);
});
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  await poe.close();
});

/** What two hosts must have in common: not ids, nor a runtime's own words for a broken connection. */
function told({ status, upstream, ignored, content, reasoning, files, ...rest }: Heard): object {
  const { calls, finish, error, refusal } = rest;
  return {
    status,
    upstream,
    ignored,
    content,
    reasoning,
    refusal,
    files,
    calls: calls.map(({ name, arguments: json }) => ({ name, json })),
    finish,
    error: error?.['code'],
  };
}

describe.concurrent.each(REQUESTS)('asked with $what', ({ fields }) => {
  test.each(bots.map(({ name }) => name).filter((name) => !OTHERS.test(name)))(
    '%s answers alike on Node and workerd, whole and streamed',
    async (model) => {
      for (const stream of [false, true]) {
        const answers = await Promise.all(
          hosts.map(async ({ url }) =>
            told(await hear(await askChat(url, KEY, { model, stream, ...fields }))),
          ),
        );
        expect(answers[1]).toEqual(answers[0]);
      }
    },
  );
});
