/** The documentation says what the code does: tables that stand in both are compared. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { PARAMETERS } from '../src/protocols/openai-chat/parameters.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The rows of a Markdown table, as cells. */
const rows = (markdown: string): readonly string[][] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

test('docs/compatibility.md has every parameter with its fate, as the code has it', () => {
  const [section] = read('docs/compatibility.md').split('<!-- end of parameters -->');
  const documented = rows(section ?? '').map(([name, fate]) => [name, fate]);
  expect(documented).toEqual(
    Object.entries(PARAMETERS).map(([name, fate]) => [`\`${name}\``, fate]),
  );
});

test("every parameter that OpenAI's own SDK knows has a fate", () => {
  const types = read('node_modules/openai/resources/chat/completions/completions.d.ts');
  const [, body] =
    /export interface ChatCompletionCreateParamsBase \{([\s\S]*?)\n\}/.exec(types) ?? [];
  const known = [...(body ?? '').matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name);
  expect(known.length).toBeGreaterThan(30);
  expect(known.filter((name) => !Object.hasOwn(PARAMETERS, name ?? ''))).toEqual([]);
});

test('docs/configuration.md has the default of every setting, and no other setting', () => {
  const env = Object.fromEntries(
    rows(read('docs/configuration.md')).map(([name, , value]) => [
      name?.replaceAll('`', ''),
      // A default that is not a value stands there as a plain word.
      /^`(.*)`$/.exec(value ?? '')?.[1],
    ]),
  );
  expect(readConfig(env)).toEqual(readConfig({}));
  expect(Object.keys(env)).toHaveLength(Object.keys(readConfig({})).length);
});

test('the decisions, the changelog and the guides that the documents link to are there', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    for (const [, target] of read(document).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(read(target ?? '').length, target).toBeGreaterThan(0);
  }
});
