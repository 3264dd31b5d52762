/** Uploads, as Poe's library sends them, and what bots know of them afterwards. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { startSimulator } from '../../sim/server.ts';
import { simulatorForFile } from './client.ts';
import { ask, protocolMessage } from './native.ts';

const simulator = simulatorForFile();

const PATH = '/poe_api/file_upload_3RD_PARTY_POST';

function upload(body: BodyInit, authorization: string | undefined = 'good', url = simulator().url) {
  const headers: HeadersInit = authorization === '' ? {} : { authorization };
  return fetch(`${url}${PATH}`, { method: 'POST', headers, body });
}

function fileForm(name: string, content: BlobPart = 'hello', type = ''): FormData {
  const form = new FormData();
  form.append('file', new Blob([content], { type }), name);
  return form;
}

async function uploaded(body: BodyInit): Promise<{ attachment_url: string; mime_type: string }> {
  const response = await upload(body);
  expect(response.status).toBe(200);
  return (await response.json()) as { attachment_url: string; mime_type: string };
}

describe('an upload', () => {
  test('gets an address on the file host, with its type and size', async () => {
    const reply = await uploaded(fileForm('a cat.png', new Uint8Array([137, 80]), 'image/png'));
    expect(reply).toMatchObject({
      attachment_url: expect.stringMatching(
        /^https:\/\/pfst\.cf2\.poecdn\.net\/base\/image\/[0-9a-f]{64}$/,
      ),
      mime_type: 'image/png',
      size: 2,
      file_id: expect.any(String),
    });
  });

  test('of the same file gets the same address, of another another', async () => {
    const [one, same, other] = await Promise.all([
      uploaded(fileForm('a.txt', 'one')),
      uploaded(fileForm('a.txt', 'one')),
      uploaded(fileForm('a.txt', 'two')),
    ]);
    expect(one.attachment_url).toBe(same.attachment_url);
    expect(one.attachment_url).not.toBe(other.attachment_url);
  });

  test('without a type gets one by its name', async () => {
    expect((await uploaded(fileForm('paper.pdf'))).mime_type).toBe('application/pdf');
    expect((await uploaded(fileForm('thing'))).mime_type).toBe('application/octet-stream');
  });

  test('may be an address, which is recorded and not fetched', async () => {
    simulator().clear();
    const form = new URLSearchParams({ download_url: 'https://example.com/a/b.jpg?x=1' });
    expect((await uploaded(form)).mime_type).toBe('image/jpeg');
    form.set('download_filename', 'c.gif');
    expect((await uploaded(form)).mime_type).toBe('image/gif');
    expect(simulator().requests.map(({ body }) => body)).toEqual([
      { download_url: 'https://example.com/a/b.jpg?x=1' },
      { download_url: 'https://example.com/a/b.jpg?x=1', download_filename: 'c.gif' },
    ]);
  });

  test('is in the request log with name, type, size and digest', async () => {
    simulator().clear();
    await uploaded(fileForm('a.txt', 'hello', 'text/plain'));
    expect(simulator().requests).toMatchObject([
      {
        path: PATH,
        headers: { authorization: 'good' },
        body: {
          file: {
            filename: 'a.txt',
            content_type: 'text/plain',
            size: 5,
            sha256: createHash('sha256').update('hello').digest('hex'),
          },
        },
      },
    ]);
  });

  test('keeps every byte', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const { attachment_url: url } = await uploaded(fileForm('raw.bin', bytes));
    const attachments = [{ url, content_type: 'application/octet-stream', name: 'raw.bin' }];
    const { text } = await ask(simulator(), 'Attachments', {
      query: [protocolMessage('what?', { attachments })],
    });
    expect(text).toBe(
      `1. raw.bin, application/octet-stream, 70000 bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`,
    );
  });
});

const REFUSED: ReadonlyArray<
  readonly [what: string, body: () => BodyInit, authorization: string, status: number]
> = [
  ['with Bearer', () => fileForm('a.txt'), 'Bearer good', 401],
  ['without a key', () => fileForm('a.txt'), '', 401],
  ['with a bad key', () => fileForm('a.txt'), 'bad', 401],
  ['with a forbidden key', () => fileForm('a.txt'), 'forbidden', 403],
  ['with a limited key', () => fileForm('a.txt'), 'limited', 429],
  ['that is no form', () => '{"file":"a"}', 'good', 400],
  ['of nothing', () => new URLSearchParams({ other: 'field' }), 'good', 400],
  ['without a filename', () => new URLSearchParams({ file: 'hello' }), 'good', 400],
  ['of no address', () => new URLSearchParams({ download_url: 'ftp://a/b' }), 'good', 400],
  ['that is too large', () => fileForm('too-large.bin'), 'good', 413],
  ['of an unwanted type', () => fileForm('bad-type.exe'), 'good', 415],
  ['that fails', () => fileForm('fail-503.txt'), 'good', 503],
  [
    'whose address fails',
    () => new URLSearchParams({ download_url: 'https://a/fail-500.txt' }),
    'good',
    500,
  ],
];

test.each(REFUSED)('an upload %s is refused in plain text', async (_, body, key, status) => {
  const response = await upload(body(), key);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('text/plain');
  expect(await response.text()).not.toBe('');
});

test('fail-once works the second time', async () => {
  expect((await upload(fileForm('fail-once-a.txt'))).status).toBe(500);
  expect((await upload(fileForm('fail-once-a.txt'))).status).toBe(200);
});

test('not-json and no-url are successes that are none', async () => {
  const page = await upload(fileForm('not-json.txt'));
  expect(await page.text()).toBe('<p>Uploaded</p>');
  const reply = await upload(fileForm('no-url.txt'));
  expect(await reply.json()).not.toHaveProperty('attachment_url');
});

test('a key without points may upload', async () => {
  expect((await upload(fileForm('a.txt'), 'poor')).status).toBe(200);
});

test('an upload above the limit of the simulator is too large', async () => {
  const small = await startSimulator({ uploadLimit: 4 });
  const response = await upload(fileForm('a.txt', 'hello'), 'good', small.url);
  expect(response.status).toBe(413);
  await small.close();
});

describe('Attachments', () => {
  test('tells what it was given in all messages, and what it has not seen', async () => {
    const note = await uploaded(fileForm('note.txt', 'remember me', 'text/plain'));
    const attachment = {
      url: note.attachment_url,
      content_type: note.mime_type,
      name: 'note.txt',
      inline_ref: null,
      parsed_content: null,
    };
    const stranger = { url: 'https://example.com/x.png', content_type: 'image/png', name: 'x.png' };
    const { text } = await ask(simulator(), 'Attachments', {
      query: [
        protocolMessage('first', { attachments: [attachment] }),
        protocolMessage('I see', { role: 'bot' }),
        protocolMessage('second', { attachments: [{ ...stranger, inline_ref: 'aB3dE9xZ' }] }),
      ],
    });
    const digest = createHash('sha256').update('remember me').digest('hex');
    expect(text.split('\n')).toEqual([
      `1. note.txt, text/plain, 11 bytes, sha256 ${digest}, text "remember me"`,
      '2. x.png, image/png, not seen here: https://example.com/x.png, inline_ref aB3dE9xZ',
    ]);
  });

  test('tells of data: URLs on the chat endpoint', async () => {
    const content = [
      { type: 'text', text: 'look' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,aGVsbG8=' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,aGk=' } },
    ];
    const response = await fetch(`${simulator().url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer good' },
      body: JSON.stringify({ model: 'Attachments', messages: [{ role: 'user', content }] }),
    });
    const digest = createHash('sha256').update('hello').digest('hex');
    const reply = await response.text();
    expect(reply).toContain(`1. image, image/png, 5 bytes, sha256 ${digest}`);
    expect(reply).toContain('2. a.pdf, application/pdf, 2 bytes');
  });

  test('says when there are none', async () => {
    expect((await ask(simulator(), 'Attachments')).text).toBe('No attachments.');
  });
});

/** The bytes that httpx puts on the wire for `files={"file": (name, content)}`. */
function httpxUpload(disposition: string, content: string): Promise<Response> {
  const boundary = '0123456789abcdef0123456789abcdef';
  const body =
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n` +
    `Content-Type: text/plain\r\n\r\n${content}\r\n--${boundary}--\r\n`;
  return fetch(`${simulator().url}${PATH}`, {
    method: 'POST',
    headers: { authorization: 'good', 'content-type': `multipart/form-data; boundary=${boundary}` },
    body,
  });
}

test("an upload in the bytes of Poe's library is taken, umlauts in its name and all", async () => {
  simulator().clear();
  const response = await httpxUpload('name="file"; filename="Grüße.txt"', 'a\r\nb');
  expect(await response.json()).toMatchObject({ mime_type: 'text/plain', size: 4 });
  expect(simulator().requests[0]).toMatchObject({ body: { file: { filename: 'Grüße.txt' } } });
});

test('a file without a filename is refused, and so is half a form', async () => {
  const nameless = await httpxUpload('name="file"', 'hello');
  expect([nameless.status, await nameless.text()]).toEqual([400, 'file must have a filename.']);
  const headers = { authorization: 'good', 'content-type': 'multipart/form-data; boundary=x' };
  const url = `${simulator().url}${PATH}`;
  expect((await fetch(url, { method: 'POST', headers, body: '--x\r\nCont' })).status).toBe(400);
});
