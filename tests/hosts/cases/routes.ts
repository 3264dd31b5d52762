/** Cases of the host suite: paths, methods, and what browsers ask before they ask. */
import { expect, test } from 'vitest';
import { CORS_ORIGIN, KEY } from '../_client.ts';
import type { Subject } from '../_subject.ts';

/** Every path but chat, and CORS. */
export function routes({ url }: Subject): void {
  test('says that it is up, and that Poe is', async () => {
    for (const path of ['/health', '/health?deep=1']) {
      const response = await fetch(url() + path);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('OK');
    }
  });

  test('lists the models of Poe', async () => {
    const response = await fetch(`${url()}/v1/models`, { headers: { 'x-api-key': KEY } });
    const { data } = (await response.json()) as { data: readonly { id: string }[] };
    expect(data.map(({ id }) => id)).toContain('echo');
  });

  test('shows its own address on its page', async () => {
    const response = await fetch(url());
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain(`${url()}/v1`);
  });

  test('answers HEAD with the headers of GET and no body', async () => {
    const response = await fetch(`${url()}/health`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toBe('');
  });

  test('lets any page call with the headers that the official SDKs send', async () => {
    const response = await fetch(`${url()}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-stainless-lang, authorization',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get(CORS_ORIGIN)).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    const allowed = response.headers.get('access-control-allow-headers') ?? '';
    expect(allowed.split(/,\s*/)).toEqual(
      expect.arrayContaining(['x-stainless-lang', 'authorization']),
    );
  });

  test('answers 404 to a path that it does not have', async () => {
    const response = await fetch(`${url()}/v1/nothing-here`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
    expect(response.headers.get(CORS_ORIGIN)).toBe('*');
    expect(await response.json()).toMatchObject({ error: { code: 'unknown_url' } });
  });

  test('answers 405 to a method that a path does not take, and names those it takes', async () => {
    const response = await fetch(`${url()}/v1/chat/completions`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(response.headers.get(CORS_ORIGIN)).toBe('*');
    expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } });
  });
}
