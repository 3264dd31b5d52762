/**
 * `poeway demo`: Poeway in front of a simulated Poe, on free ports of this machine. Has one answer
 * streamed through it, says how to use it, and serves until Ctrl-C. Needs no account and no network.
 */
import process from 'node:process';
import { startSimulator } from '../sim/server.ts';
import { UPLOAD_PATH } from '../sim/upload/endpoint.ts';
import { startLocalGateway } from './local-gateway.ts';

/** Any will do: the simulated Poe takes every key. */
const KEY = 'demo-key';
/** A bot that repeats what it is told, a word at a time, as a typist would. */
const BOT = 'Pings';
const SENTENCE =
  'Hello from Poe! You are reading a streamed answer: these words went from a client to Poeway, ' +
  'from Poeway to a Poe on this very machine, and came back one by one, as they were spoken.';
const LINE_WIDTH = 78;
const INDENT = '  ';

/**
 * Runs the demo.
 *
 * @param once Ends after the answer instead of serving until a signal.
 * @returns The exit code.
 */
export async function demo(once: boolean): Promise<number> {
  const simulator = await startSimulator();
  // Files too stay on this machine.
  const upload = `${simulator.url}${UPLOAD_PATH}`;
  const gateway = await startLocalGateway({ POE_BASE_URL: simulator.url, POE_UPLOAD_URL: upload });
  const baseUrl = `${gateway.url}/v1`;
  try {
    say(`\nAsking the bot "${BOT}" through Poeway ...`);
    if ((await print(ask(baseUrl, SENTENCE))) !== SENTENCE)
      throw new Error('the answer is not whole.');
    if (once) return 0;
    const stopped = signalled();
    say(howToUse(baseUrl));
    await stopped;
    return 0;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\nThe demo failed: ${words}\n`);
    return 1;
  } finally {
    await gateway.close();
    await simulator.close();
  }
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function howToUse(baseUrl: string): string {
  const body = `{"model": "Echo", "messages": [{"role": "user", "content": "Hello"}]}`;
  return `
Poeway is at ${baseUrl} and takes any key. Try it in another terminal:

  curl ${baseUrl}/chat/completions -H "Authorization: Bearer ${KEY}" -H "Content-Type: application/json" -d '${body}'

or point any OpenAI client at it:

  export OPENAI_BASE_URL=${baseUrl}
  export OPENAI_API_KEY=${KEY}

Stop with Ctrl-C.`;
}

/** Asks over HTTP, as any client would, and gives out the words as they arrive. */
async function* ask(baseUrl: string, content: string): AsyncGenerator<string> {
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

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
