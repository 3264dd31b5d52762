/** `GET /metrics`: what a Prometheus would read after some requests, and who may read it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, type House, startHouse } from './_poe.ts';

const TOKEN = 'for-the-prometheus';

let house: House;
let gateway: Gateway;
beforeAll(async () => {
  house = await startHouse();
  gateway = house.gateway({
    METRICS_TOKEN: TOKEN,
    POE_API_KEYS: 'good-key,good-too',
    ACCESS_TOKENS: JSON.stringify([{ name: 'the "lap\\top"', token: 'token-of-the-laptop' }]),
    OWN_KEYS: 'allow',
    RETRIES: '0',
  });
});
afterAll(() => house.close());

function get(bearer?: string, from = gateway): Promise<Response> {
  const headers: HeadersInit = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  return from.app.fetch(new Request('http://gateway/metrics', { headers }));
}

/** Every sample by its series; throws at a line that is not of the format. */
function samples(text: string): ReadonlyMap<string, number> {
  const read = new Map<string, number>();
  let family = '';
  for (const line of text.trimEnd().split('\n')) {
    const [, kind, name] = /^# (HELP|TYPE) ([a-z_]+) \S.*$/.exec(line) ?? [];
    if (kind === 'HELP') family = name ?? '';
    if (kind !== undefined && name === family) continue;
    const [, series = '', value] =
      /^([a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})?) (\d+(?:\.\d+)?)$/.exec(
        line,
      ) ?? [];
    if (!series.startsWith(family) || read.has(series)) throw new Error(`a strange line: ${line}`);
    read.set(series, Number(value));
  }
  return read;
}

test('counts requests, answers, tokens and time, and nothing that clients made up', async () => {
  await gateway.ask('Echo', { stream: true }, 'good-key');
  await gateway.ask('Echo', {}, 'token-of-the-laptop');
  await gateway.ask('Echo', {}, 'bad-key');
  await gateway.ask('no-such-bot"}\n', {}, 'good-key');
  await gateway.app.fetch(new Request('http://gateway/made-up/by-"somebody'));
  const response = await get(TOKEN);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  const read = samples(text);
  const chat = 'endpoint="/chat/completions"';
  expect(Object.fromEntries(read)).toMatchObject({
    [`poeway_requests_total{${chat},status="200"}`]: 2,
    [`poeway_requests_total{${chat},status="401"}`]: 1,
    [`poeway_requests_total{${chat},status="404"}`]: 1,
    'poeway_requests_total{endpoint="other",status="404"}': 1,
    poeway_requests_open: 1,
    [`poeway_request_seconds_count{${chat}}`]: 4,
    'poeway_answers_total{model="echo",upstream="poe-chat",outcome="finished"}': 2,
    'poeway_answers_total{model="other",upstream="poe-bot",outcome="model_not_found"}': 1,
    'poeway_tokens_total{model="echo",kind="output"}': 6,
    'poeway_points_total{caller="own key"}': 0.5,
    'poeway_points_total{caller="the \\"lap\\\\top\\""}': 0.5,
    'poeway_keys{state="ready"}': 2,
  });
  expect(read.get(`poeway_request_seconds_bucket{${chat},le="+Inf"}`)).toBe(4);
  const buckets = [...read].filter(([series]) => series.includes(`bucket{${chat}`));
  expect(buckets.map(([, count]) => count)).toEqual(
    buckets.map(([, count]) => count).toSorted((one, other) => one - other),
  );
  expect(text).not.toMatch(/no-such-bot|somebody|good-key|token-of/);
});

test('is not there without METRICS_TOKEN, and for nobody else with it', async () => {
  for (const bearer of ['token-of-the-laptop', 'good-key', `${TOKEN}x`, TOKEN.slice(1), undefined])
    expect((await get(bearer)).status).toBe(401);
  expect((await get(TOKEN, house.gateway())).status).toBe(404);
});

test('the log line of a request says who asked what of whom, how it ended, and how long it took', async () => {
  const lines: unknown[] = [];
  const logging = house.gateway(
    {
      POE_API_KEYS: 'good-key',
      ACCESS_TOKENS: '[{"name": "phone", "token": "token-of-the-phone"}]',
    },
    { log: (level, message, fields) => lines.push({ level, message, ...fields }) },
  );
  await logging.ask('Slow-Start', { stream: true }, 'token-of-the-phone');
  const number = expect.any(Number) as number;
  expect(lines.at(-1)).toEqual({
    level: 'info',
    message: 'request',
    request: expect.stringMatching(/^req_[0-9a-f]{24}$/),
    method: 'POST',
    path: '/v1/chat/completions',
    token: 'phone',
    model: 'slow-start',
    upstream: 'poe-chat',
    inputTokens: number,
    outputTokens: number,
    points: number,
    status: 200,
    outcome: 'finished',
    milliseconds: number,
    poeMilliseconds: number,
  });
  const { milliseconds, poeMilliseconds } = lines.at(-1) as Record<string, number>;
  expect(milliseconds).toBeGreaterThanOrEqual(poeMilliseconds ?? Infinity);
});

test('METRICS_TOKEN is not to be guessed from one address', async () => {
  const guarded = house.gateway({ METRICS_TOKEN: TOKEN });
  const ask = async (bearer: string, address: string): Promise<number> => {
    const headers = { authorization: `Bearer ${bearer}` };
    const request = new Request('http://gateway/metrics', { headers });
    return (await guarded.app.fetch(request, { address })).status;
  };
  expect(await ask(TOKEN, '10.0.0.2')).toBe(200);
  for (const address of ['10.0.0.1', '10.0.0.2'])
    for (let guess = 0; guess < 12; guess++)
      expect(await ask(`guess-number-${guess}`, address)).toBe(guess < 10 ? 401 : 429);
  expect(await ask(TOKEN, '10.0.0.1')).toBe(429);
  // It has come from there before.
  expect(await ask(TOKEN, '10.0.0.2')).toBe(200);
});
