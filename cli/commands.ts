/** The commands: one table of what each takes, says of itself, and does. */
import type { Arguments, Flags } from './arguments.ts';
import { usageError } from './command-error.ts';
import { runTool, TOOL_FLAGS } from './run-tool.ts';
import type { Tool } from './setup.ts';
import { setUpAny } from './tools/any.ts';
import { claude } from './tools/claude.ts';
import { codex } from './tools/codex.ts';

/** One command. */
export interface Command {
  /** After `poeway`. */
  readonly usage: string;
  /** One line. */
  readonly says: string;
  /** More, for its own help. */
  readonly more: string;
  readonly flags: Flags;
  /** What the arguments after `--` are for, where it takes any. */
  readonly restIs?: string;
  /** @returns The exit code; undefined when the process goes on. What it needs it loads itself. */
  run(given: Arguments): Promise<number | undefined>;
}

const SMALL_MODEL: Flags = {
  'small-model': {
    value: 'BOT',
    says: 'the bot for small tasks; without it a Claude Haiku',
  },
};

/** By name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    usage: '[serve] [--port PORT] [--host ADDRESS]',
    says: 'start the gateway and serve until it is stopped; what poeway does alone',
    more: 'Settings are read from the environment, and from files in CONFIG_DIR; poeway config shows them.',
    flags: {
      port: { value: 'PORT', says: 'where it listens (8080); 0: any free port' },
      host: { value: 'ADDRESS', says: 'the address it listens on (0.0.0.0: all)' },
    },
    async run({ values }) {
      const { serve } = await import('./serve.ts');
      return serve(values['port'], values['host']);
    },
  },
  config: {
    usage: 'config [--json]',
    says: 'show the settings that serve would have here, without secrets',
    more: 'Each with where it comes from: the environment, a file in CONFIG_DIR, or the default.',
    flags: { json: { says: 'as JSON, for programs' } },
    async run({ switches }) {
      const { showConfig } = await import('./config.ts');
      return await showConfig(switches.has('json'));
    },
  },
  demo: {
    usage: 'demo [--once]',
    says: 'a simulated Poe and the gateway on this machine; no key needed',
    more: 'Streams one answer, then serves until Ctrl-C.',
    flags: { once: { says: 'end after the answer' } },
    async run({ switches }) {
      // Only now: nobody else needs the simulator.
      const { demo } = await import('./demo.ts');
      return await demo(switches.has('once'));
    },
  },
  claude: toolCommand('Claude Code', claude, SMALL_MODEL, [
    "Claude Code's own settings go before variables: an `env` with an ANTHROPIC_BASE_URL in",
    '~/.claude/settings.json must go, or the tool asks there. Its /status says where it asks.',
  ]),
  codex: toolCommand('Codex', codex, {}, []),
  run: {
    usage: 'run [--model BOT] -- COMMAND [ARGUMENTS]',
    says: 'run any other tool with Poe',
    more: [
      'The tool finds the gateway in the variables that most read: OPENAI_BASE_URL, OPENAI_API_BASE,',
      'OPENAI_API_KEY, ANTHROPIC_BASE_URL, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_API_KEY; and with --model',
      'in OPENAI_MODEL, OPENAI_DEFAULT_MODEL and ANTHROPIC_MODEL.',
    ].join('\n'),
    flags: TOOL_FLAGS,
    restIs: 'the tool',
    run: async (given) => {
      const [program, ...args] = given.rest;
      if (program === undefined && !given.switches.has('print-env'))
        throw usageError('What is to be run? For example: poeway run -- node app.js');
      return await runTool({ program, args, setUp: setUpAny }, given);
    },
  },
};

function toolCommand(title: string, tool: Tool, flags: Flags, more: readonly string[]): Command {
  const { program, install, setUp } = tool;
  const { model, ...others } = TOOL_FLAGS;
  return {
    usage: `${program} [--model BOT] [-- ARGUMENTS]`,
    says: `run ${title} with Poe`,
    more: [
      'Starts a gateway on a free port of this machine, runs the tool against it, and ends with it.',
      'The Poe key is read from POE_API_KEY (or POE_KEY); get one at https://poe.com/api/keys.',
      ...more,
    ].join('\n'),
    flags: { ...(model && { model }), ...flags, ...others },
    restIs: program,
    run: async (given) => await runTool({ program, install, args: given.rest, setUp }, given),
  };
}
