/**
 * Files that are links: given to Poe, which fetches them, and never fetched here, wherever they
 * lead; those that are Poe's own go as they are.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '../../src/hosts/node-platform.ts';
import { askAttachments as ask, type House, image, say, startHouse } from './_poe.ts';

const ON_POE = 'https://pfst.cf2.poecdn.net/base/image/0123abcd?w=1024&h=1024';

const linkedFile = (url: string): object => ({ type: 'file', file: { file_data: url } });

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

const uploads: House['uploads'] = (key) => house.uploads(key);

describe('a link', () => {
  let trap: Server;
  let touched = 0;
  beforeAll(async () => {
    trap = createServer((_, response) => {
      response.writeHead(302, { location: '/again' }).end();
    });
    trap.on('connection', () => (touched += 1));
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => trap.close());

  interface Form {
    readonly what: string;
    readonly upstream: string;
    readonly part: (url: string) => object;
  }
  const FORMS: readonly Form[] = [
    { what: 'a picture', upstream: 'auto', part: image },
    { what: 'a picture, natively', upstream: 'bot', part: image },
    { what: 'a file', upstream: 'auto', part: linkedFile },
  ];
  it.each(FORMS)('to $what is given to Poe, and never fetched here', async (form) => {
    const { port } = trap.address() as AddressInfo;
    const hosts = ['127.0.0.1', 'localhost', '[::1]', '127.0.0.1.nip.io', '2130706433', '0x7f.1'];
    const links = hosts.map((name) => `https://${name}:${port}/picture.png?a=1`);
    const key = `good-${form.what}`.replaceAll(/\W/g, '-');
    const node = nodePlatform('error');
    const sent: string[] = [];
    const gateway = house.gateway(
      { UPSTREAM: form.upstream },
      {
        send(call, signal) {
          sent.push(call.url);
          return node.send(call, signal);
        },
      },
    );
    for (const stream of [false, true]) {
      const answer = await gateway.ask(
        'Attachments',
        { ...say(...links.map(form.part)), stream },
        key,
      );
      expect(answer.status).toBe(200);
      expect(answer.content.split('\n')).toHaveLength(links.length);
    }
    const bodies = house.asked(key).map(({ body }) => JSON.stringify(body));
    for (const link of links) expect(bodies.some((body) => body.includes(link))).toBe(true);
    for (const { download_url: from, download_filename: name } of uploads(key)) {
      expect(links).toContain(from);
      expect(name).toBe('picture.png');
    }
    expect(uploads(key)).toHaveLength(form.what === 'a picture' ? 0 : links.length);
    for (const url of sent) expect(url.startsWith(`${house.poe.url}/`)).toBe(true);
    expect(touched).toBe(0);
  });

  it('to Poe’s own files goes as it is', async () => {
    const answer = await ask(house.gateway({ UPSTREAM: 'bot' }), 'good-own', image(ON_POE));
    expect(answer.content).toContain(ON_POE);
    expect(uploads('good-own')).toHaveLength(0);
  });

  it.each(['http://127.0.0.1/a.png', 'file:///etc/passwd', 'ftp://host/a.png'])(
    'like %s is refused',
    async (url) => {
      expect((await ask(house.gateway(), 'good-odd', image(url))).status).toBe(400);
    },
  );

  it.each(['https://poecdn.net.evil.example/a.png', 'https://evil.example/poecdn.net/a.png'])(
    'that only looks like Poe’s (%s) is given to Poe to fetch',
    async (url) => {
      const key = `good-${url}`.replaceAll(/\W/g, '-');
      await ask(house.gateway({ UPSTREAM: 'bot' }), key, image(url));
      expect(uploads(key)).toHaveLength(1);
    },
  );
});

describe.concurrent('the picture of the last answer', () => {
  it('goes along when a change is asked for', async () => {
    const gateway = await house.gateway().warm();
    const messages = [
      { role: 'user', content: 'a cat' },
      { role: 'assistant', content: `![a cat.png](${ON_POE})\n` },
      { role: 'user', content: 'darker' },
    ];
    await gateway.ask('Image-Maker', { messages }, 'good-darker');
    const [asked] = house.asked('good-darker');
    const body = asked?.body as
      | { query?: readonly { attachments: readonly object[] }[] }
      | undefined;
    expect(body?.query?.at(-1)?.attachments).toEqual([expect.objectContaining({ url: ON_POE })]);
    expect(uploads('good-darker')).toHaveLength(0);
  });
});
