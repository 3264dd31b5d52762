/**
 * Files on their way to a bot: uploaded to Poe once for each caller; and what the client hears when a
 * file cannot go.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAttachments as ask, type House, image, say, startHouse } from './_poe.ts';

const PDF = Buffer.from('%PDF-1.4 a small document');
const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');

function dataUrl(type: string, bytes: Buffer): string {
  return `data:${type};base64,${bytes.toString('base64')}`;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const file = (filename: string, data = dataUrl('application/pdf', PDF)): object => ({
  type: 'file',
  file: { filename, file_data: data },
});

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

const uploads: House['uploads'] = (key) => house.uploads(key);

describe.concurrent('a file as a data URL', () => {
  it('is uploaded once for two requests, streamed or not, and reaches the bot whole', async () => {
    const gateway = house.gateway();
    for (const stream of [false, true]) {
      const body = { ...say(file('a.pdf')), stream };
      const answer = await gateway.ask('Attachments', body, 'good-twice');
      expect(answer).toMatchObject({ status: 200, upstream: 'poe-bot' });
      expect(answer.content).toContain(
        `1. a.pdf, application/pdf, ${PDF.length} bytes, sha256 ${sha256(PDF)}`,
      );
    }
    expect(uploads('good-twice')).toEqual([
      { file: expect.objectContaining({ filename: 'a.pdf', sha256: sha256(PDF) }) },
    ]);
  });

  it('is uploaded again for another caller', async () => {
    const gateway = house.gateway();
    for (const key of ['good-one', 'good-other']) await ask(gateway, key, file('a.pdf'));
    expect(uploads('good-one')).toHaveLength(1);
    expect(uploads('good-other')).toHaveLength(1);
  });

  it('is uploaded again under another name, type or content', async () => {
    const gateway = house.gateway();
    const key = 'good-differing';
    await ask(gateway, key, file('a.pdf'));
    await ask(gateway, key, file('b.pdf'));
    await ask(gateway, key, file('a.pdf', dataUrl('text/plain', PDF)));
    await ask(gateway, key, file('a.pdf', dataUrl('application/pdf', PNG)));
    expect(uploads(key)).toHaveLength(4);
  });

  it.each([
    ['URL_CACHE_TTL_SECONDS', '0'],
    ['URL_CACHE_SIZE_MB', '0'],
  ])('is uploaded each time where %s is %s', async (name, value) => {
    const gateway = house.gateway({ [name]: value });
    const key = `good-${name}`;
    for (let time = 0; time < 2; time++)
      expect((await ask(gateway, key, file('a.pdf'))).status).toBe(200);
    expect(uploads(key)).toHaveLength(2);
  });

  it('is uploaded once though the request has it twice', async () => {
    const answer = await ask(house.gateway(), 'good-same', file('a.pdf'), file('a.pdf'));
    expect(answer.content).toMatch(/^1\. a\.pdf.*\n2\. a\.pdf/);
    expect(uploads('good-same')).toHaveLength(1);
  });

  it('is uploaded once for all choices of a request', async () => {
    const body = { ...say(file('a.pdf')), n: 3 };
    expect((await house.gateway().ask('Attachments', body, 'good-choices')).status).toBe(200);
    expect(uploads('good-choices')).toHaveLength(1);
  });

  it('may be a picture, a sound, or base64 alone', async () => {
    const sound = {
      type: 'input_audio',
      input_audio: { format: 'mp3', data: PNG.toString('base64') },
    };
    const bare = file('bare.pdf', PDF.toString('base64'));
    const picture = image(dataUrl('image/png', PNG));
    const { content } = await ask(house.gateway(), 'good-kinds', picture, sound, bare);
    expect(content.split('\n').map((line) => line.replace(/ bytes.*/, ''))).toEqual([
      `1. image.png, image/png, ${PNG.length}`,
      `2. audio.mp3, audio/mpeg, ${PNG.length}`,
      `3. bare.pdf, application/pdf, ${PDF.length}`,
    ]);
  });

  it('goes in the request itself, where the bot has tools to call', async () => {
    const tools = [{ type: 'function', function: { name: 'weather', description: 'It.' } }];
    const body = { ...say(image(dataUrl('image/png', PNG))), tools };
    const answer = await house.gateway().ask('Tool-Caller', body, 'good-beside-tools');
    expect(answer).toMatchObject({ upstream: 'poe-chat', finish: 'tool_calls' });
    expect(uploads('good-beside-tools')).toHaveLength(0);
  });
});

describe.concurrent('a file that cannot go', () => {
  const CASES = [
    ['broken base64', {}, [file('a.pdf', 'data:application/pdf;base64,%%%')], 400, /base64/],
    ['an empty file', {}, [file('a.pdf', 'data:application/pdf;base64,')], 400, /empty/],
    ['no comma', {}, [file('a.pdf', 'data:application/pdf;base64')], 400, /comma/],
    [
      'too many files',
      {},
      Array.from({ length: 101 }, (_, index) =>
        file(`${index}.pdf`, dataUrl('text/plain', Buffer.from(`${index}`))),
      ),
      400,
      /101 files/,
    ],
    [
      'a body that is too large',
      { MAX_REQUEST_SIZE: '2000' },
      [file('a.pdf', dataUrl('application/pdf', Buffer.alloc(5_000)))],
      413,
      /./,
    ],
  ] as const;
  it.each(CASES)(
    '%s is the client’s mistake, and Poe is not asked',
    async (what, settings, parts, status, words) => {
      const key = `good-${what}`.replaceAll(' ', '-');
      for (const stream of [false, true]) {
        const body = { ...say(...parts), stream };
        const answer = await house.gateway(settings).ask('Attachments', body, key);
        expect(answer.status).toBe(status);
        expect(answer.error?.['message']).toMatch(words);
      }
      expect(house.asked(key).filter(({ path }) => path.startsWith('/bot/'))).toHaveLength(0);
    },
  );
});

describe.concurrent('an upload that fails', () => {
  it.each(['fail-500', 'fail-404', 'fail-503', 'not-json', 'no-url', 'bad-type'])(
    '(%s) sends the file in a chat request instead',
    async (trouble) => {
      const key = `good-${trouble}`;
      const answer = await ask(house.gateway(), key, file(`${trouble}.pdf`));
      expect(answer).toMatchObject({ status: 200, upstream: 'poe-chat', error: undefined });
      const [, chat] = house.asked(key);
      expect(JSON.stringify(chat?.body)).toContain(PDF.toString('base64'));
    },
  );

  it.each([
    ['fail-503.pdf', 503],
    ['fail-500.pdf', 502],
    ['not-json.pdf', 502],
    ['no-url.pdf', 502],
    ['too-large.pdf', 413],
    ['bad-type.pdf', 400],
  ])('(%s) is %s, in the words of Poe, where no other way is allowed', async (name, status) => {
    const answer = await ask(house.gateway({ UPSTREAM: 'bot' }), `good-bot-${name}`, file(name));
    expect(answer.status).toBe(status);
    expect(answer.error?.['message']).toContain(status === 503 ? name : `"${name}"`);
  });

  it('with a status is retried by no one but the client', async () => {
    const gateway = house.gateway({ UPSTREAM: 'bot' });
    const key = 'good-once';
    expect((await ask(gateway, key, file('fail-once.pdf'))).status).toBe(502);
    expect((await ask(gateway, key, file('fail-once.pdf'))).status).toBe(200);
    expect(uploads(key)).toHaveLength(2);
  });

  it('since the key is refused is that refusal', async () => {
    for (const [key, status] of [
      ['bad-key', 401],
      ['forbidden-key', 403],
      ['limited-key', 429],
    ] as const)
      expect((await ask(house.gateway(), key, file('a.pdf'))).status).toBe(status);
  });

  it('by silence ends when the time is up', async () => {
    const gateway = house.gateway({ TIMEOUT: '1' });
    expect((await ask(gateway, 'good-silent', file('silent.pdf'))).status).toBe(504);
  });
});
