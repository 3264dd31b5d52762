/**
 * Every key, token and message of the whole suite is a canary: what a test sends over HTTP, or gives a
 * process as a secret setting, is remembered here, and no process under test may print it, no app in
 * this one log it. `setup.ts` asks at the end of each file of tests.
 */
import { isJsonObject, parseJson } from '../src/lib/json.ts';

/** Shorter ones stand in other words by chance. */
const SHORTEST_SECRET = 6;
const SHORTEST_TEXT = 16;
/** A log line may cut what it repeats. */
const BEGINNING = 60;
/** Enough for any file of tests; its first requests are like its later ones. */
const MOST = 2_000;

const CREDENTIALS = ['authorization', 'x-api-key', 'api-key'];
/** The members of requests in which people write. */
const SPOKEN = new Set(['content', 'text', 'input', 'prompt', 'system', 'instructions']);
const SECRET_SETTING = /key|token|password/i;

const canaries = new Set<string>();
const found: string[] = [];

/** No output may hold it from now on. */
function learnSecret(secret: string): void {
  if (secret.length >= SHORTEST_SECRET && canaries.size < MOST) canaries.add(secret);
}

/** What the settings of a process keep secret. */
export function learnSettings(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env))
    if (SECRET_SETTING.test(name)) learnList(parseJson(value) ?? value.split(','));
}

function learnList(value: unknown): void {
  if (typeof value === 'string') learnSecret(value.trim());
  else if (Array.isArray(value)) value.forEach(learnList);
  else if (isJsonObject(value)) learnList(value['token']);
}

/** What a request has that is nobody's business. */
export function learnRequest(headers: Headers, body: unknown): void {
  for (const name of CREDENTIALS)
    learnSecret((headers.get(name) ?? '').replace(/^bearer\s+/i, '').trim());
  if (typeof body === 'string') learnWords(parseJson(body));
}

function learnWords(value: unknown, isSpoken = false): void {
  if (typeof value === 'string') {
    if (isSpoken && value.length >= SHORTEST_TEXT && value.includes(' '))
      learnSecret(value.slice(0, BEGINNING));
  } else if (Array.isArray(value)) for (const part of value) learnWords(part, isSpoken);
  else if (isJsonObject(value))
    for (const [name, part] of Object.entries(value)) learnWords(part, SPOKEN.has(name));
}

/** Looks through what was printed or logged. */
export function searchOutput(where: string, output: string): void {
  for (const canary of canaries)
    if (output.includes(canary) || output.includes(JSON.stringify(canary).slice(1, -1)))
      found.push(`${where} said ${canary}: ${output.slice(0, 500)}`);
}

/** What was found since the last time; those secrets are forgotten then. */
export function endSearch(): readonly string[] {
  canaries.clear();
  return found.splice(0);
}

const { fetch: send } = globalThis;
globalThis.fetch = (input, init) => {
  const headers = init?.headers ?? (input instanceof Request ? input.headers : undefined);
  learnRequest(new Headers(headers), init?.body);
  return send(input, init);
};
