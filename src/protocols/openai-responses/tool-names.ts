/**
 * The names of tools. Those in a namespace have a name of two parts, and Poe knows one: there and
 * back again.
 */

/** The longest name that vendors take. */
const LONGEST = 64;

/** A tool as the client calls it. */
export interface DeclaredTool {
  readonly name: string;
  readonly namespace?: string | undefined;
  /** Its input is a text, not JSON. */
  readonly custom: boolean;
}

/** The way there and back. */
export interface ToolNames {
  /** The tools' names for Poe. */
  readonly inOrder: readonly string[];
  /** The name for Poe; a tool that is not there keeps its own. */
  flat(name: string, namespace: string | undefined): string;
  /** The tool that has this name for Poe. */
  origin(flat: string): DeclaredTool;
}

/** A tool in a namespace keeps its own name where no other has it. */
export function nameTools(tools: readonly DeclaredTool[]): ToolNames {
  const origins = new Map<string, DeclaredTool>();
  const flats = new Map<string, string>();
  const uses = new Map<string, number>();
  for (const { name } of tools) uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const tool of tools) if (tool.namespace === undefined) origins.set(tool.name, tool);
  let serial = 0;

  function flatten(tool: DeclaredTool): string {
    const { name, namespace } = tool;
    if (namespace === undefined) return name;
    let flat = uses.get(name) === 1 ? name : `${namespace}__${name}`.slice(0, LONGEST);
    while (origins.has(flat)) flat = `${flat.slice(0, LONGEST - 10)}_${++serial}`;
    origins.set(flat, tool);
    flats.set(key(name, namespace), flat);
    return flat;
  }

  return {
    inOrder: tools.map(flatten),
    flat: (name, namespace) =>
      (namespace === undefined ? undefined : flats.get(key(name, namespace))) ?? name,
    origin: (flat) => origins.get(flat) ?? { name: flat, custom: false },
  };
}

function key(name: string, namespace: string): string {
  return JSON.stringify([namespace, name]);
}
