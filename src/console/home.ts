/** `GET /`: a plain page that says what this is and how to use it. */
import type { Context } from '../context.ts';

/** The page needs nothing from anywhere: no script, no style, no picture. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** @returns A page with this deployment's own base URL. */
export async function homePage(context: Context): Promise<Response> {
  const { origin } = new URL(context.request.url);
  const root = escapeHtml(`${origin}${context.platform.basePath ?? ''}`);
  const base = `${root}/v1`;
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Poeway</title>
<h1>Poeway</h1>
<p>Use <a href="https://poe.com">Poe</a> from any AI client. Give your client this base URL, and your
<a href="https://poe.com/api/keys">Poe API key</a> as its API key:</p>
<pre>${base}</pre>
<p>For clients of Anthropic's (Claude Code), without <code>/v1</code>:</p>
<pre>${root}</pre>
<pre>curl ${base}/chat/completions \\
  -H "Authorization: Bearer $POE_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${escapeHtml(context.config.defaultModel)}", "messages": [{"role": "user", "content": "Hello"}]}'</pre>
<ul>
<li><code>POST /v1/chat/completions</code>, <code>/v1/responses</code>, <code>/v1/messages</code>, <code>/v1/completions</code>,
<code>/v1/embeddings</code></li>
<li><code>GET /v1/models</code>, <code>GET /v1/models/{id}</code></li>
<li><code>GET /v1/usage</code></li>
<li><code>GET /health</code>, <code>GET /health?deep=1</code></li>
</ul>
`;
  return context.text(200, page, HEADERS);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
