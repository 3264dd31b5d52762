/**
 * What the tables of parameters owe, whatever the endpoint: each parameter, sent alone, is never refused
 * for existing, and never lost in silence.
 */
import { expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { jsonReply, payloads, replayPlatform } from '../../golden/replay.ts';

/** A plausible value, and where it shows when it is not ignored. */
export interface Sample {
  readonly value: unknown;
  /** What of it must reach Poe. */
  readonly sent?: object;
  /** Where else it shows. */
  readonly reply?: object;
}

/** Where parameters are sent to, and what Poe says there. */
interface Endpoint {
  readonly path: string;
  /** What a request must have. */
  readonly body: object;
  /** The bots of Poe's list; they declare `parameters` as their own. */
  readonly bots: readonly object[];
  readonly completion: object;
}

/** What became of a request. */
interface Outcome {
  readonly status: number;
  /** Of a stream the last event. */
  readonly reply: unknown;
  readonly sent: unknown;
  readonly ignored: readonly string[];
}

/** @param declared The bot's own parameters. */
type SendAlone = (name: string, value: unknown, declared?: readonly string[]) => Promise<Outcome>;

/** Sends a request with one parameter more. */
export function sendAloneTo({ path, body, bots, completion }: Endpoint): SendAlone {
  return async (name, value, declared = []) => {
    const parameters = declared.map((parameter) => ({ name: parameter }));
    const platform = replayPlatform(({ url }) =>
      jsonReply(
        url.endsWith('/models')
          ? { data: bots.map((bot) => ({ ...bot, parameters })) }
          : completion,
      ),
    );
    const request = new Request(`http://localhost${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer key-of-the-caller' },
      body: JSON.stringify({ ...body, [name]: value }),
    });
    const response = await createApp(readConfig({}), platform).fetch(request);
    const text = await response.text();
    const sent = platform.calls.find((call) => call.body !== undefined)?.body ?? '{}';
    return {
      status: response.status,
      reply: name === 'stream' ? payloads(text).at(-1) : (JSON.parse(text) as unknown),
      sent: JSON.parse(String(sent)) as unknown,
      ignored: (response.headers.get('x-poeway-ignored') ?? '').split(', '),
    };
  };
}

/** Lists the tests of a table. */
export function listParameters(
  fates: Readonly<Record<string, string>>,
  samples: Readonly<Record<string, Sample>>,
  sendAlone: SendAlone,
): void {
  it('has a sample here', () => {
    expect(Object.keys(samples).sort()).toEqual(Object.keys(fates).sort());
  });

  it.each(Object.entries(samples))('%s, sent alone, is honoured or named', async (name, sample) => {
    const { status, sent, reply, ignored } = await sendAlone(name, sample.value);
    expect(status).toBe(200);
    if (sample.sent) expect(sent).toMatchObject(sample.sent);
    if (sample.reply) expect(reply).toMatchObject(sample.reply);
    if (name === 'stream') expect(reply).toBe('[DONE]');
    const honoured = sample.sent !== undefined || sample.reply !== undefined;
    expect(ignored.includes(name)).toBe(!honoured);
  });

  it.each(Object.entries(fates).filter(([, fate]) => fate === 'ignored'))(
    '%s never reaches Poe',
    async (name) => {
      expect((await sendAlone(name, samples[name]?.value)).sent).not.toHaveProperty(name);
    },
  );
}
