/**
 * The request that is measured: what an agent sends on the third turn, about 4 KB, with the headers
 * of OpenAI's SDK.
 */

const PARAGRAPH =
  'You are a careful assistant that works in a repository. Read before you write, keep changes small, say what you did and what you left, and ask when the task can be read in two ways. ';

const TOOL = {
  type: 'function',
  function: {
    name: 'read_file',
    description: 'Reads a file of the repository and returns its lines with their numbers.',
    parameters: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Path of the file, relative to the repository.' },
        start: { type: 'integer', minimum: 1, description: 'The first line to return.' },
        end: { type: 'integer', minimum: 1, description: 'The last line to return.' },
      },
      required: ['path'],
      additionalProperties: false,
    },
  },
};

const MESSAGES = [
  { role: 'system', content: PARAGRAPH.repeat(6) },
  { role: 'user', content: 'Why does the build fail on Windows? The log is in `build.log`.' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      {
        id: 'call_31618866',
        type: 'function',
        function: { name: 'read_file', arguments: '{"path":"build.log","start":1,"end":40}' },
      },
    ],
  },
  {
    role: 'tool',
    tool_call_id: 'call_31618866',
    content: "12: error: cannot find module 'C:\\\\work\\\\src\\\\main.ts'\n".repeat(24),
  },
  { role: 'user', content: 'Fix it, please, and tell me how to test the fix.' },
];

const HEADERS = {
  host: '127.0.0.1',
  connection: 'keep-alive',
  accept: 'application/json',
  'content-type': 'application/json',
  'user-agent': 'OpenAI/JS 6.49.0',
  'x-stainless-lang': 'js',
  'x-stainless-package-version': '6.49.0',
  'x-stainless-os': 'Linux',
  'x-stainless-arch': 'x64',
  'x-stainless-runtime': 'node',
  'x-stainless-runtime-version': 'v20.20.2',
  'x-stainless-retry-count': '0',
  authorization: 'Bearer bench-key-0123456789abcdef0123456789abcdef',
};

function post(settings: object): Buffer {
  const body = Buffer.from(JSON.stringify({ messages: MESSAGES, tools: [TOOL], ...settings }));
  const headers = Object.entries({ ...HEADERS, 'content-length': body.byteLength });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`POST /v1/chat/completions HTTP/1.1\r\n${lines}\r\n`), body]);
}

/** Asks for a whole answer. */
export const WHOLE_REQUEST = post({ model: 'Bench', temperature: 0.7, max_tokens: 1024 });

/**
 * Asks for a stream.
 *
 * @param chunks How many pieces of text.
 * @param gap Milliseconds between them.
 */
export function streamRequest(chunks: number, gap: number): Buffer {
  return post({
    model: `Bench-${gap}ms`,
    temperature: 0.7,
    max_tokens: chunks,
    stream: true,
    stream_options: { include_usage: true },
  });
}
