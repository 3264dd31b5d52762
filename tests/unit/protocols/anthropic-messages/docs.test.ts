/** `docs/compatibility-messages.md` says what the code does, of all that Anthropic's own SDK knows. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { PARAMETERS } from '../../../../src/protocols/anthropic-messages/parameters.ts';
import { PASSED_HEADERS } from '../../../../src/protocols/anthropic-messages/parse.ts';
import { body, ignoredOf, parsed, requestOf, text } from './_requests.ts';

const read = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

const DOCUMENT = read('docs/compatibility-messages.md');
const TYPES = ['messages/messages.d.ts', 'beta/messages/messages.d.ts']
  .map((path) => read(`node_modules/@anthropic-ai/sdk/resources/${path}`))
  .join('\n');

/** The rows of the tables in a part of the document: name and fate. */
function rows(part: string): readonly (readonly string[])[] {
  return part
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', fate = '']) => [name, fate]);
}

/** The part of the document under a heading. */
function under(heading: string): string {
  return DOCUMENT.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** Fields of the interfaces of that name that are sent in the body. */
function fieldsOf(name: string): readonly string[] {
  return [...TYPES.matchAll(new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`, 'g'))]
    .flatMap(([, fields = '']) => fields.split('/**'))
    .filter((field) => !field.includes('Header param'))
    .flatMap((field) => /^ {4}(\w+)\??: /m.exec(field)?.[1] ?? []);
}

/** The members of the unions of that name, as what stands in their `type`. */
function typesOf(union: string): readonly string[] {
  const members = [...TYPES.matchAll(new RegExp(`export type ${union} = ([^;]+);`, 'g'))];
  return members
    .flatMap(([, names = '']) => names.split(' | '))
    .flatMap((name) => {
      const [, fields = ''] =
        new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(TYPES) ?? [];
      return /^ {4}type: '(\w+)'/m.exec(fields)?.[1] ?? [];
    });
}

test('every parameter has its fate there, as the code has it', () => {
  const [parameters = ''] = DOCUMENT.split('<!-- end of parameters -->');
  expect(rows(parameters)).toEqual(
    Object.entries(PARAMETERS).map(([name, fate]) => [`\`${name}\``, fate]),
  );
});

test("every parameter that Anthropic's own SDK knows has a fate", () => {
  const known = new Set(fieldsOf('MessageCreateParamsBase'));
  expect(known.size).toBeGreaterThan(20);
  expect(known).toContain('messages');
  expect(known).not.toContain('workspace_id');
  expect([...known].filter((name) => !Object.hasOwn(PARAMETERS, name))).toEqual([]);
});

describe('parameters', () => {
  /** Values that can be read, for those that are looked at. */
  const VALUES: JsonObject = {
    context_management: { edits: [{ type: 'compact_20260112' }] },
    thread: { type: 'create' },
  };
  const named = Object.entries(PARAMETERS).filter(([, fate]) =>
    ['ignored', 'unneeded', 'declared', 'refused'].includes(fate),
  );

  it.each(named)('%s is %s', (name, fate) => {
    const fields = { [name]: VALUES[name] ?? 'value' };
    const ask = (): readonly string[] => ignoredOf(fields);
    if (fate === 'refused') {
      expect(ask).toThrow(new RegExp(`^${name}: `));
      return;
    }
    const path = name === 'context_management' ? `${name}.compact_20260112` : name;
    expect(ask()).toEqual(fate === 'ignored' ? [path] : []);
    expect(Object.keys(requestOf(fields).parameters)).toEqual(fate === 'declared' ? [name] : []);
  });
});

describe('blocks', () => {
  const documented = rows(DOCUMENT.split('<!-- end of blocks -->')[0]?.split('| block |')[1] ?? '');
  const fates = new Map(documented.map(([name = '', fate = '']) => [name.slice(1, -1), fate]));

  test("every block that Anthropic's own SDK knows is there", () => {
    const known = [
      ...new Set([...typesOf('ContentBlockParam'), ...typesOf('BetaContentBlockParam')]),
    ];
    expect(known.length).toBeGreaterThan(20);
    expect(known.filter((type) => !fates.has(type))).toEqual([]);
  });

  it.each([...fates])('%s is %s', (type, fate) => {
    const source = { type: 'base64', media_type: 'application/pdf', data: '' };
    const block = {
      type,
      id: 'id',
      name: 'name',
      source: type === 'search_result' ? 'https://a' : source,
      text: type === 'text' ? 'words' : undefined,
      thinking: 'words',
      tool: {},
      tool_use_id: 'id',
      tool_name: type === 'tool_reference' ? 'name' : undefined,
      tabs: type === 'browser_state' ? [{ title: 'A', url: 'https://a' }] : undefined,
      content: type.includes('result') || type === 'compaction' ? [text('words')] : undefined,
    };
    const isChange = /^tool_(addition|removal)$/.test(type);
    const role = isChange ? 'system' : 'assistant';
    const messages = [{ role, content: [block, text('and more')] }];
    const { request, ignored } = parsed(body({ messages }));
    expect(ignored).toEqual(fate === 'ignored' ? [`messages[].content[].${type}`] : []);
    const told = JSON.stringify(request.messages);
    const isHeard = /words|name|https:|data:application/.test(told);
    expect(isHeard).toBe(fate !== 'ignored' && !isChange);
  });
});

test('the types of tools that are functions, and the headers that are passed, are there', () => {
  const tools = under('Tools');
  for (const family of ['bash', 'text_editor', 'memory']) {
    expect(tools).toContain(`\`${family}_…\``);
    expect(requestOf({ tools: [{ type: `${family}_20250124` }] }).tools).toHaveLength(1);
  }
  const passed = rows(under('Headers')).filter(([, fate]) => fate === 'passed');
  expect(passed.map(([name]) => name)).toEqual(PASSED_HEADERS.map((name) => `\`${name}\``));
});
