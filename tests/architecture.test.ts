/**
 * Who may import whom, and what every file is held to. The rules are ARCHITECTURE.md's; a new room
 * needs no change here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(ROOT, 'src');

interface SourceFile {
  /** From `src/`, e.g. `core/event.ts`. */
  readonly path: string;
  readonly text: string;
  /** From `src/` for our own files; package names as they are. */
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(SOURCE, path), 'utf8');
    const specifiers = [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)].map(
      (match) => match[1] ?? '',
    );
    const imports = specifiers.map((specifier) =>
      specifier.startsWith('.')
        ? relative(SOURCE, join(SOURCE, dirname(path), specifier))
        : specifier,
    );
    return { path, text, imports };
  });

/** What a folder may import beside itself. The first rule whose pattern fits a file counts. */
const RULES: readonly { readonly files: RegExp; readonly may: RegExp; readonly says: string }[] = [
  { files: /^lib\//, may: /^$/, says: 'lib imports nothing of ours' },
  {
    files: /^core\/json-output\//,
    may: /^(core|lib)\/|^(jsonrepair|@cfworker\/json-schema)$/,
    says: 'JSON is repaired and checked by libraries, in one place',
  },
  { files: /^core\//, may: /^(core|lib)\/|^tokenx$/, says: 'core imports only core and lib' },
  {
    files: /^protocols\/shared\//,
    may: /^(core|lib|protocols\/shared)\//,
    says: 'what protocol rooms share imports core and lib',
  },
  {
    files: /^protocols\//,
    may: /^(core|lib|protocols\/shared)\//,
    says: 'a protocol room imports core, lib and shared',
  },
  {
    files: /^upstreams\/select\.ts/,
    may: /^(core|lib|upstreams)\//,
    says: 'select knows the upstream rooms',
  },
  {
    files: /^upstreams\//,
    may: /^(core|lib|upstreams\/poe-shared)\/|^http\/(call|sse-read)\.ts$/,
    says: 'an upstream room imports core, lib, poe-shared, http/call and http/sse-read',
  },
  {
    files: /^policy\//,
    may: /^(core|lib|policy)\/|^stores\/store\.ts$/,
    says: 'policy decides on data alone; it knows what a Store is, and none of them',
  },
  {
    files: /^http\//,
    may: /^(core\/error|core\/event|platform|lib\/\w+|http\/[\w-]+)\.ts$|^eventsource-parser$/,
    says: 'http knows no protocol and no Poe',
  },
  {
    files: /^(gateway|admission|answering|abilities|generation)\.ts/,
    may: /^(core|http|lib|policy)\/|^keys\/key-ring\.ts$|^(admission|answering|abilities|generation|context|config|platform)\.ts$/,
    says: 'the spine knows no concrete room',
  },
];

const isOurs = (specifier: string): boolean => specifier.endsWith('.ts');
/** `protocols/openai-chat` of `protocols/openai-chat/parse.ts`. */
const room = (path: string): string => dirname(path);

describe('imports', () => {
  test.each(RULES)('$says', ({ files: pattern, may }) => {
    const rule = RULES.find((candidate) => candidate.files === pattern);
    const covered = files.filter(
      ({ path }) => RULES.find((candidate) => candidate.files.test(path)) === rule,
    );
    expect(covered.length).toBeGreaterThan(0);
    const offences = covered.flatMap(({ path, imports }) =>
      imports
        .filter((target) => !may.test(target) && !(isOurs(target) && room(target) === room(path)))
        .map((target) => `${path} → ${target}`),
    );
    expect(offences).toEqual([]);
  });

  test('nothing imports in a circle', () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      expect(trail, [...trail, path].join(' → ')).not.toContain(path);
      if (done.has(path)) return;
      for (const target of byPath.get(path)?.imports ?? [])
        if (byPath.has(target)) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const { path } of files) visit(path, []);
  });

  test('nothing in src knows the simulator or the tests', () => {
    for (const { path, imports } of files)
      expect(
        imports.filter((target) => target.startsWith('..')),
        path,
      ).toEqual([]);
  });
});

describe('every file', () => {
  test.each(files)('$path keeps the house rules', ({ path, text }) => {
    expect(text, 'a header comment says what the file is').toMatch(/^\/\*\*/);
    expect(text.split('\n').length, 'at most 250 lines').toBeLessThanOrEqual(251);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
    expect(code, 'no any').not.toMatch(/:\s*any\b|<any\b|as any\b/);
    if (path.startsWith('hosts/')) return;
    // V8 gives each object with a getter of its own a hidden class of its own, which keeps alive
    // all that the getter can see until the next full collection: a third of a request's CPU.
    expect(code, 'no getters on objects made for each request').not.toMatch(/^\s+[gs]et \w+\(/m);
    expect(code, 'only hosts have default exports').not.toMatch(/^export default/m);
    expect(code, 'only hosts touch a runtime').not.toMatch(
      /\b(process\.|Deno\.|Bun\.)|from 'node:|\bBuffer\b/,
    );
    expect(code, 'the clock and the dice come from the platform').not.toMatch(
      /Date\.now|Math\.random|crypto\./,
    );
    expect(code, 'logs go through the platform').not.toMatch(
      /\bconsole\.(log|error|warn|info|debug)/,
    );
  });
});

test('every exported thing says what it is', () => {
  const bare = files.flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        /(^|\n)(.*)\n(export (?:async )?(?:function|const|interface|type|class) (\w+))/g,
      ),
    ]
      .filter((match) => !/\*\/\s*$|^\s*\/\//.test(match[2] ?? ''))
      .map((match) => `${path}: ${match[4]}`),
  );
  expect(bare).toEqual([]);
});
