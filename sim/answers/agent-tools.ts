/**
 * Finds the tool that an order names among those on offer. Agents and gateways rename tools on the
 * way: a server's or a namespace's name goes before, dots and slashes become underscores.
 */
import type { Tool } from '../prompt.ts';

/** Letters and digits only, in lower case. */
function bare(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** True for `fs__read` and `read`, not for `spread` and `read`. */
function endsInName(long: string, short: string): boolean {
  return long.endsWith(short) && /[^A-Za-z0-9]$/.test(long.slice(0, -short.length));
}

type Match = (tool: Tool, name: string) => boolean;

/** From the strictest to the most lenient; the first that finds a tool decides. */
const MATCHES: readonly Match[] = [
  (tool, name) => tool.name === name,
  ({ name: own, namespace = '' }, name) => bare(namespace + own) === bare(name),
  (tool, name) => endsInName(tool.name, name) || endsInName(name, tool.name),
];

/** The tool that is meant by a name; undefined when there is none. */
export function toolCalled(name: string, tools: readonly Tool[]): Tool | undefined {
  for (const matches of MATCHES) {
    const found = tools.find((tool) => matches(tool, name));
    if (found) return found;
  }
  return undefined;
}
