/**
 * `npm run demo`: Poeway in front of a simulated Poe, on free ports of this machine. Has one answer
 * streamed through it, says how to use it, and serves until Ctrl-C; with `--once` it ends there.
 * Needs no account and no network.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { serve } from 'srvx/node';
import { startSimulator } from '../sim/server.ts';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { nodePlatform } from '../src/hosts/node-platform.ts';

/** Any will do: the simulated Poe takes every key. */
const KEY = 'demo-key';
/** A bot that repeats what it is told, a word at a time, as a typist would. */
const BOT = 'Pings';
const SENTENCE =
  'Hello from Poe! You are reading a streamed answer: these words went from a client to Poeway, ' +
  'from Poeway to a Poe on this very machine, and came back one by one, as they were spoken.';
const LINE_WIDTH = 78;
const INDENT = '  ';

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });

const simulator = await startSimulator();
const config = readConfig({ POE_BASE_URL: simulator.url, LOG_LEVEL: 'error' });
const app = createApp(config, nodePlatform(config.logLevel));
const server = serve({
  fetch: (request) => app.fetch(request),
  port: 0,
  hostname: '127.0.0.1',
  silent: true,
  gracefulShutdown: false,
});
await server.ready();
const baseUrl = `${(server.url ?? '').replace(/\/$/, '')}/v1`;

async function stop(code: number): Promise<never> {
  await server.close(true);
  await simulator.close();
  process.exit(code);
}

/** Asks over HTTP, as any client would, and gives out the words as they arrive. */
async function* ask(content: string): AsyncGenerator<string> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: BOT, stream: true, messages: [{ role: 'user', content }] }),
  });
  if (!response.ok || !response.body)
    throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.startsWith('data: ') ? event.slice('data: '.length) : '[DONE]';
      if (data !== '[DONE]') yield contentOf(JSON.parse(data));
    }
  }
}

function contentOf(chunk: {
  choices?: readonly { delta?: { content?: string | null } }[];
}): string {
  return chunk.choices?.[0]?.delta?.content ?? '';
}

/** Prints words as they come, each where it fits. Resolves with all that was said. */
async function print(words: AsyncIterable<string>): Promise<string> {
  let said = '';
  let column = LINE_WIDTH;
  for await (const word of words) {
    const fits = column + word.length <= LINE_WIDTH;
    process.stdout.write(fits ? word : `\n${INDENT}${word.trimStart()}`);
    column = word.length + (fits ? column : INDENT.length);
    said += word;
  }
  process.stdout.write('\n');
  return said;
}

async function main(): Promise<void> {
  console.log(`\nAsking the bot "${BOT}" through Poeway ...`);
  if ((await print(ask(SENTENCE))) !== SENTENCE) throw new Error('the answer is not whole.');
  if (values.once) return stop(0);

  const body = `{"model": "Echo", "messages": [{"role": "user", "content": "Hello"}]}`;
  console.log(`
Poeway is at ${baseUrl} and takes any key. Try it in another terminal:

  curl ${baseUrl}/chat/completions -H "Authorization: Bearer ${KEY}" -H "Content-Type: application/json" -d '${body}'

or point any OpenAI client at it:

  export OPENAI_BASE_URL=${baseUrl}
  export OPENAI_API_KEY=${KEY}

Stop with Ctrl-C.`);
  process.once('SIGINT', () => void stop(0));
  process.once('SIGTERM', () => void stop(0));
}

main().catch(async (error: unknown) => {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  await stop(1);
});
