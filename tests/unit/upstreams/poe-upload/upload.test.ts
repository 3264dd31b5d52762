/** Files on their way to Poe: decoded, named, put into a form, and what Poe says to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildLinkedUpload,
  buildUpload,
  decodeDataUrl,
  fileName,
  type FilePart,
  isOnPoe,
  readUpload,
} from '../../../../src/upstreams/poe-upload/index.ts';
import { LAW, thrownBy } from '../../record.ts';

const OPTIONS = { url: 'https://www.quora.com/upload', key: 'the-key' };
const LIMIT = 1024 * 1024;

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

describe('decodeDataUrl', () => {
  it.each([
    { url: 'data:text/plain;base64,SGVsbG8=', type: 'text/plain', text: 'Hello' },
    { url: 'data:text/plain;base64,SGVsbG8', type: 'text/plain', text: 'Hello' },
    { url: 'DATA:Image/PNG;name=a.png; BASE64,SGVs\nbG8=', type: 'image/png', text: 'Hello' },
    { url: 'data:text/plain;base64,SGVsbG8%3D', type: 'text/plain', text: 'Hello' },
    { url: 'data:text/plain;base64,Pz8_Pj4-', type: 'text/plain', text: '???>>>' },
    {
      url: 'data:text/csv;charset=utf-8,a%2Cb%0A%c3%a9 é 100%',
      type: 'text/csv',
      text: 'a,b\né é 100%',
    },
    { url: 'data:,Hi', type: 'text/plain', text: 'Hi' },
    { url: 'data:nonsense;x=y,Hi', type: 'text/plain', text: 'Hi' },
  ])('decodes $url', ({ url, type, text }) => {
    const file = decodeDataUrl(url, LIMIT);
    expect(file.mediaType).toBe(type);
    expect(new TextDecoder().decode(file.bytes)).toBe(text);
  });

  it.each([
    { url: 'https://example.com/a,b', says: 'not a data: URL' },
    { url: 'data:text/plain;base64', says: 'no comma' },
    { url: 'data:image/png;base64,SECRET!!', says: 'not valid base64' },
    { url: 'data:image/png;base64,SECRETé', says: 'not valid base64' },
    { url: 'data:image/png;base64,', says: 'empty' },
  ])('refuses $url', ({ url, says }) => {
    const error = thrownBy(() => decodeDataUrl(url, LIMIT));
    expect(error).toMatchObject({ kind: 'invalid-request' });
    expect(String(error)).toContain(says);
    expect(String(error)).not.toContain('SECRET');
  });

  it.each([
    `data:a/b;base64,${'A'.repeat(100)}`,
    `data:a/b,${'A'.repeat(75)}`,
    `data:a/b,${'%41'.repeat(75)}`,
  ])('refuses what is over the limit, and only that', (url) => {
    expect(decodeDataUrl(url, 75).bytes).toHaveLength(75);
    expect(thrownBy(() => decodeDataUrl(url, 74))).toMatchObject({ kind: 'too-large' });
  });

  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (given) => {
        const base64 = Buffer.from(given).toString('base64');
        expect(decodeDataUrl(`data:a/b;base64,${base64}`, LIMIT).bytes).toEqual(given);
        const escaped = Array.from(given, (byte) => `%${byte.toString(16).padStart(2, '0')}`);
        expect(decodeDataUrl(`data:a/b,${escaped.join('')}`, LIMIT).bytes).toEqual(given);
      }),
      LAW,
    );
  });
});

describe('fileName', () => {
  it.each<{ part: FilePart; type: string; name: string }>([
    {
      part: { type: 'image', url: 'data:image/png;base64,AA' },
      type: 'image/png',
      name: 'image.png',
    },
    {
      part: { type: 'image', url: 'data:image/jpeg;base64,AA' },
      type: 'image/jpeg',
      name: 'image.jpg',
    },
    { part: { type: 'image', url: 'data:image/x-odd,A' }, type: 'image/x-odd', name: 'image' },
    {
      part: { type: 'image', url: 'https://a.com/b/c%20d.png?e=f.g#h' },
      type: '',
      name: 'c d.png',
    },
    { part: { type: 'image', url: 'https://a.com/..%2F..%2Fetc.png' }, type: '', name: 'etc.png' },
    { part: { type: 'image', url: 'https://a.com/%E0%A4%A.png' }, type: '', name: '%E0%A4%A.png' },
    { part: { type: 'image', url: 'https://a.com' }, type: 'image/gif', name: 'image.gif' },
    {
      part: { type: 'file', url: 'data:,a', filename: '../100%25.pdf' },
      type: '',
      name: '100%25.pdf',
    },
    { part: { type: 'file', url: 'data:,a', filename: ' ' }, type: 'audio/wav', name: 'audio.wav' },
    {
      part: { type: 'file', url: 'data:,a', filename: '' },
      type: 'application/pdf',
      name: 'file.pdf',
    },
    { part: { type: 'file', url: 'data:,a', filename: '' }, type: '', name: 'file' },
  ])('calls $part.url $name', ({ part, type, name }) => {
    expect(fileName(part, type)).toBe(name);
  });

  it.each([
    { url: 'https://pfst.cf2.poecdn.net/base/image/ab', on: true },
    { url: 'https://poecdn.net/a', on: true },
    { url: 'https://evilpoecdn.net/a', on: false },
    { url: 'https://poecdn.net@evil.com/a', on: false },
    { url: 'https://a.poecdn.net.evil.com/', on: false },
    { url: 'data:text/plain,https://poecdn.net/', on: false },
  ])('says that $url is on Poe: $on', ({ url, on }) => {
    expect(isOnPoe(url)).toBe(on);
  });
});

describe('buildUpload', () => {
  it('makes a form that a server reads back', async () => {
    const odd = 'a "quoted" – 名\r\nx: y.png';
    const content = new Uint8Array([0, 255, 13, 10, 45, 45, 1]);
    const call = buildUpload(
      { bytes: content, mediaType: 'image/png', name: odd },
      'bound',
      OPTIONS,
    );
    expect(call).toMatchObject({ method: 'POST', url: OPTIONS.url });
    expect(call.headers).toEqual({
      authorization: 'the-key',
      'content-type': 'multipart/form-data; boundary=bound',
    });
    const form = await new Response(call.body, { headers: call.headers }).formData();
    const file = form.get('file') as File;
    expect([...form.keys()]).toEqual(['file']);
    expect(file.type).toBe('image/png');
    expect(file.name.replaceAll('%22', '"').replace('%0D%0A', '\r\n')).toBe(odd);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(content);
  });

  it('lets no media type write lines of its own', () => {
    const call = buildUpload(
      { bytes: bytes('a'), mediaType: 'a/b\r\nx: y', name: 'a' },
      'b',
      OPTIONS,
    );
    expect(new TextDecoder().decode(call.body as Uint8Array)).toContain(
      'content-type: application/octet-stream\r\n\r\n',
    );
  });

  it('asks Poe to fetch a link', () => {
    const url = 'https://example.com/a b?c=d&e=f';
    const call = buildLinkedUpload({ url, name: 'a&b.png' }, OPTIONS);
    expect(call.headers['authorization']).toBe('the-key');
    expect(call.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const form = new URLSearchParams(String(call.body));
    expect([...form]).toEqual([
      ['download_url', url],
      ['download_filename', 'a&b.png'],
    ]);
  });
});

describe('readUpload', () => {
  const FILE = { mediaType: 'image/png', name: 'a.png' };
  const read = (status: number, body: string) =>
    readUpload({ status, header: () => undefined }, body, FILE, 'secret-key');

  it('says where the file now is', () => {
    const url = 'https://pfst.cf2.poecdn.net/base/image/ab';
    expect(read(200, JSON.stringify({ attachment_url: url, mime_type: 'image/webp' }))).toEqual({
      url,
      mediaType: 'image/webp',
      name: 'a.png',
    });
    expect(read(200, JSON.stringify({ attachment_url: url }))).toMatchObject({
      mediaType: 'image/png',
    });
  });

  it.each([
    {
      status: 400,
      body: 'File type not supported',
      kind: 'invalid-request',
      says: 'File type not supported',
    },
    {
      status: 400,
      body: '{"error":{"message":"Bad file"}}',
      kind: 'invalid-request',
      says: '"a.png": Bad file',
    },
    { status: 401, body: 'Unauthorized', kind: 'unauthenticated', says: 'Unauthorized' },
    { status: 401, body: '', kind: 'unauthenticated', says: 'poe.com/api/keys' },
    { status: 404, body: '<html>', kind: 'upstream-failed', says: 'HTTP 404' },
    { status: 413, body: 'Too big', kind: 'too-large', says: 'Too big' },
    { status: 413, body: '', kind: 'too-large', says: 'HTTP 413' },
    { status: 429, body: '{}', kind: 'rate-limited', says: 'Too many' },
    {
      status: 500,
      body: 'Broken for secret-key',
      kind: 'upstream-failed',
      says: 'Broken for [key]',
    },
    { status: 200, body: '{"error":"Virus found"}', kind: 'upstream-failed', says: 'Virus found' },
    { status: 200, body: '{}', kind: 'upstream-failed', says: 'without saying where' },
    {
      status: 200,
      body: '{"attachment_url":"javascript:1"}',
      kind: 'upstream-failed',
      says: 'where',
    },
  ])("tells Poe's $status in Poe's own words: $says", ({ status, body, kind, says }) => {
    const error = thrownBy(() => read(status, body));
    expect(error).toMatchObject({ kind });
    expect(String(error)).toContain(says);
    expect(String(error)).not.toContain('secret-key');
  });
});
