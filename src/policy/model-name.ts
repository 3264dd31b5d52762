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
  'gemini-2.0-pro': 'gemini-2.5-pro',
  'claude-opus-3': 'claude-opus-4.5',
  'claude-sonnet-3': 'claude-sonnet-4.5',
  'claude-sonnet-3.5': 'claude-sonnet-4.5',
  'o1-mini': 'o3-mini',
  // What Poe called its first bots.
  sage: 'assistant',
  chatgpt: 'gpt-3.5-turbo',
  'claude+': 'claude-sonnet-4.5',
  'google-palm': 'gemini-2.5-flash',
  llama_2_70b_chat: 'llama-3.3-70b',
};

/** Rewrites of a vendor's id. In each step the first that matches is applied. */
const RULES: readonly (readonly [RegExp, string])[] = [
  // gpt-5.2-chat-latest is the model of the chat app, which Poe calls instant.
  [/^(gpt-5\.\d+)-chat-latest$/, '$1-instant'],
  // Claude Code marks a long context so: claude-opus-4-8[1m].
  [/\[1m\]$/, ''],
  // Older proxies put it before every name, for clients that take no other: gpt-Claude-instant.
  [/^gpt-(sage$|chatgpt|gpt-|claude)/, '$1'],
  // Snapshots: -2024-11-20, -20250929, -0613, -001; then -latest, -preview, -preview-09-2025.
  [/-20\d\d-?\d\d-?\d\d$/, ''],
  [/^(gpt-(?:3\.5|4)\b.*)-\d{4}$/, '$1'],
  [/^(gemini-.*)-00\d$/, '$1'],
  // A bot with room for more was another bot: gpt-4-32k, Claude-3.5-Sonnet-200k, Gemini-1.5-Pro-1M.
  [/^((?:chatgpt|claude|gemini|gpt)-?.*)-(?:\d{1,3}k|[12]m)$/, '$1'],
  [/^gpt-4(?:-\d{4})?-vision$/, 'gpt-4'],
  [/-latest$/, ''],
  [/-preview(-\d\d-(\d\d|20\d\d))?$/, ''],
  // claude-3-5-haiku, claude-3.5-haiku → claude-haiku-3.5, claude-opus-4-6 → claude-opus-4.6.
  [/^claude-(\d+)(?:[-.](\d+))?-(haiku|sonnet|opus)$/, 'claude-$3-$1.$2'],
  [/^claude-(haiku|sonnet|opus)-(\d+)-(\d{1,2})$/, 'claude-$1-$2.$3'],
  [/\.$/, ''],
  // Those before these three.
  [/^claude-instant(-[v\d.]+)?$/, 'claude-haiku-4.5'],
  [/^claude-v?[12](\.\d)?$/, 'claude-sonnet-4.5'],
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

  if (models?.has(id)) return id;
  const steps = rewrites(id);
  const listed = steps.find((step) => models?.has(step));
  if (listed !== undefined) return listed;
  const isKnown = OFFICIAL.test(id) || renamed(id) !== id;
  return isKnown ? (steps.at(-1) ?? id) : bare;
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
