/**
 * The model's name as Poe knows it, from the name that the client sent: any case, with a vendor's
 * prefix, or a vendor's own id. What no rule knows is passed on: Poe's community bots are callable
 * and not listed.
 */
import type { ModelCard } from '../core/model.ts';
import { entryOf } from '../lib/table.ts';

/** Poe's list, by id (lower case; an id is its bot's name in lower case). */
export type ModelsById = ReadonlyMap<string, ModelCard>;

/** Vendor ids whose Poe name follows no rule, or that have gone and have a successor. */
const RENAMED: Readonly<Record<string, string>> = {
  'chatgpt-4o-latest': 'gpt-5-chat',
  'gpt-4': 'gpt-4-turbo',
  'gpt-4o-2024-08-06': 'gpt-4o-aug',
  'gemini-1.5-flash': 'gemini-2.5-flash',
  'gemini-1.5-flash-8b': 'gemini-2.5-flash-lite',
  'gemini-1.5-pro': 'gemini-2.5-pro',
  'gemini-2.5-flash-image': 'nano-banana',
  'gemini-3-pro-image': 'nano-banana-pro',
  'claude-opus-3': 'claude-opus-4.5',
  'claude-sonnet-3.5': 'claude-sonnet-4.5',
};

/** Rewrites of a vendor's id. In each step the first that matches is applied. */
const RULES: readonly (readonly [RegExp, string])[] = [
  // gpt-5.2-chat-latest is the model of the chat app, which Poe calls instant.
  [/^(gpt-5\.\d+)-chat-latest$/, '$1-instant'],
  // Claude Code marks a long context so: claude-opus-4-8[1m].
  [/\[1m\]$/, ''],
  // Snapshots: -2024-11-20, -20250929, -0613, -001; then -latest, -preview, -preview-09-2025.
  [/-20\d\d-?\d\d-?\d\d$/, ''],
  [/^(gpt-(?:3\.5|4)\b.*)-\d{4}$/, '$1'],
  [/^(gemini-.*)-00\d$/, '$1'],
  [/-latest$/, ''],
  [/-preview(-\d\d-(\d\d|20\d\d))?$/, ''],
  // claude-3-5-haiku → claude-haiku-3.5, claude-opus-4-6 → claude-opus-4.6.
  [/^claude-(\d+)(?:-(\d+))?-(haiku|sonnet|opus)$/, 'claude-$3-$1.$2'],
  [/^claude-(haiku|sonnet|opus)-(\d+)-(\d{1,2})$/, 'claude-$1-$2.$3'],
  [/\.$/, ''],
];

/** Names that only the big vendors give: a rule may be trusted even without Poe's list. */
const OFFICIAL = /^(chatgpt-|claude-|gemini-|gpt-|o\d(-|$))/;

/**
 * @param requested What the client sent; blank means none.
 * @param models Poe's list, when it is at hand. Without it the rules alone decide.
 */
export function resolveModelName(requested: string, fallback: string, models?: ModelsById): string {
  const name = requested.trim() || fallback;
  // anthropic/claude-opus-4.5, models/gemini-2.5-pro, poe/openai/gpt-5
  const bare = name.slice(name.lastIndexOf('/') + 1).trim() || name;
  const id = bare.toLowerCase();

  const candidates = [id, ...rewrites(id)];
  const listed = candidates.find((candidate) => models?.has(candidate));
  if (listed !== undefined) return listed;
  return OFFICIAL.test(id) ? (candidates.at(-1) ?? id) : bare;
}

/** What the name becomes, step by step, until no rule fits any more. */
function rewrites(id: string): readonly string[] {
  const steps: string[] = [];
  for (let name = id, next = rewrite(id); next !== name; next = rewrite(name)) {
    steps.push(next);
    name = next;
  }
  return steps;
}

/** One step: every rule makes the name shorter or brings it into Poe's form, so the steps end. */
function rewrite(name: string): string {
  const known = renamed(name);
  if (known !== name) return known;
  for (const [pattern, replacement] of RULES) {
    const next = name.replace(pattern, replacement);
    if (next !== name) return next;
  }
  return name;
}

function renamed(name: string): string {
  return entryOf(RENAMED, name) ?? name;
}
