/**
 * Bots that fail with an HTTP status: one for each status Poe documents, with the three known
 * forms of body spread over them (integer code, string code, none), then the ugly ones.
 */
import type { Bot } from '../bot.ts';
import { documented, failureReply, vendorRejected, type Failure } from '../failure.ts';
import type { Prompt } from '../prompt.ts';
import type { Reply } from '../wire/reply.ts';
import { listed } from './define.ts';

/** The form of the older errors page: a string code. */
function coded(status: number, type: string, code: string, message: string): Failure {
  return { status, error: { message, type, code, param: null } };
}

/** The form that was recorded: no code at all. */
function bare(status: number, type: string, message: string): Failure {
  return { status, error: { message, type } };
}

const soon = { 'retry-after': '2' };

const FAILURES: readonly Failure[] = [
  bare(400, 'invalid_request_error', 'The generation request is invalid. Try another prompt.'),
  coded(401, 'invalid_request_error', 'invalid_api_key', 'The API key is not valid.'),
  coded(402, 'insufficient_quota', 'insufficient_points', 'Not enough points for this bot.'),
  documented(403, 'moderation_error', 'The request was stopped by moderation.'),
  documented(404, 'not_found_error', 'This bot has gone.'),
  documented(408, 'timeout_error', 'The model did not start in time.'),
  documented(413, 'request_too_large', 'The request exceeds the context window of the model.'),
  documented(429, 'rate_limit_error', 'Resource has been exhausted (e.g. check quota).', soon),
  bare(500, 'provider_error', 'Error from the provider: something went wrong.'),
  documented(502, 'upstream_error', 'The backend of the model is down.'),
  documented(503, 'overloaded_error', 'The service is unavailable for a moment.', soon),
  documented(529, 'overloaded_error', 'The model is overloaded.'),
];

const HTML_PAGE = `<!DOCTYPE html>
<html lang="en-US"><head><title>poe.example | 502: Bad gateway</title></head>
<body><h1>Bad gateway <span>Error code 502</span></h1><p>The web server reported an error.</p>
<p>Ray ID: <strong>0123456789abcdef</strong></p></body></html>
`;

const NESTED = JSON.stringify({
  type: 'error',
  error: { type: 'invalid_request_error', message: 'this model does not support thinking.' },
  request_id: 'req_vendor_0123456789',
});

const FLOOD_LENGTH = 5_000_000;

function raw(status: number, type: string, body: string): Reply {
  return { status, headers: { 'content-type': type }, writes: [body] };
}

/** A message that must never reach a client as it is. */
function leak({ key }: Prompt): Failure {
  const message = [
    `Request with key ${key} to http://10.1.2.3:8080/internal/route failed`,
    'Traceback (most recent call last):',
    '  File "/srv/gateway/router.py", line 42, in dispatch',
    "    raise RuntimeError('no worker')",
    'RuntimeError: no worker',
  ].join('\n');
  return bare(500, 'provider_error', message);
}

type Row = readonly [name: string, description: string, reply: (prompt: Prompt) => Reply];

const ROWS: readonly Row[] = [
  ...FAILURES.map((failure): Row => [
    `Error-${failure.status}`,
    `Status ${failure.status}, ${String(failure.error['type'])}.`,
    () => failureReply(failure),
  ]),
  [
    'Error-HTML',
    'Status 502 with a web page.',
    () => raw(502, 'text/html; charset=UTF-8', HTML_PAGE),
  ],
  ['Error-Empty', 'Status 500 and no body.', () => ({ ...raw(500, 'text/plain', ''), writes: [] })],
  [
    'Error-Vendor',
    'Status 400 in the words of the layer behind Poe.',
    () =>
      failureReply(
        vendorRejected('litellm.BadRequestError: VendorException - tools is not supported here.'),
      ),
  ],
  [
    'Error-Nested',
    "Status 400 with the vendor's JSON as a string in the message.",
    () => failureReply(bare(400, 'invalid_request_error', NESTED)),
  ],
  [
    'Error-Context',
    'Status 400: the prompt is longer than the context.',
    () =>
      failureReply(
        vendorRejected(
          "This model's maximum context length is 128000 tokens, but the messages hold 130001.",
        ),
      ),
  ],
  [
    'Error-Leaky',
    "Status 500 with the caller's key, an inner URL and a stack trace.",
    (prompt) => failureReply(leak(prompt)),
  ],
  [
    'Error-Flood',
    'Status 500 with a body of 5 MB.',
    () => failureReply(bare(500, 'provider_error', 'flood '.repeat(FLOOD_LENGTH / 6 + 1))),
  ],
];

export const errorBots: readonly Bot[] = ROWS.map(([name, description, reply]) =>
  listed(name, description, { reply }),
);
