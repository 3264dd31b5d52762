/**
 * Tools that Anthropic defines and the client runs: its requests name only their type, since Claude
 * knows the rest. Other models must be told, so here they have a description and a schema.
 *
 * @see https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/overview
 */
import type { Tool } from '../../core/request.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';

/** The first of the editor's versions that calls the text of an insertion by its own name. */
const OWN_INSERT_TEXT = '20250429';

/** The tool that a type like `bash_20250124` stands for, if the client runs it. */
export function knownTool(type: string, name: JsonValue | undefined): Tool | undefined {
  const [, family = '', version = ''] = /^(.+)_(\d{8})$/.exec(type) ?? [];
  const known = entryOf(FAMILIES, family)?.(version);
  return known && { ...known, name: typeof name === 'string' && name !== '' ? name : known.name };
}

const FAMILIES: Readonly<Record<string, (version: string) => Tool>> = {
  bash: () =>
    tool(
      'bash',
      'Runs a command in a bash shell, which lives on from call to call.',
      {
        command: text('The command. Needed unless restart is true.'),
        restart: { type: 'boolean', description: 'True starts the shell anew.' },
      },
      [],
    ),
  text_editor(version) {
    const isOld = version < OWN_INSERT_TEXT;
    const inserted = isOld ? 'new_str' : 'insert_text';
    return tool(
      isOld ? 'str_replace_editor' : 'str_replace_based_edit_tool',
      editorWords(inserted) + (isOld ? ' undo_edit takes the last edit of the file back.' : ''),
      {
        command: { type: 'string', enum: isOld ? [...COMMANDS, 'undo_edit'] : COMMANDS },
        path: text('The absolute path of the file or directory.'),
        ...EDITS,
        [inserted]: text(isOld ? 'For str_replace and insert.' : 'For insert.'),
      },
      ['command', 'path'],
    );
  },
  memory: () =>
    tool(
      'memory',
      `Keeps notes as files under /memories, from one conversation to the next. ${editorWords('insert_text')} delete removes a file or directory. rename moves it.`,
      {
        command: { type: 'string', enum: [...COMMANDS, 'delete', 'rename'] },
        path: text('The path under /memories. Needed unless the command is rename.'),
        ...EDITS,
        insert_text: text('For insert.'),
        old_path: text('For rename.'),
        new_path: text('For rename.'),
      },
      ['command'],
    ),
};

const COMMANDS: readonly string[] = ['view', 'create', 'str_replace', 'insert'];

/** @param inserted The field with what is to be inserted. */
function editorWords(inserted: string): string {
  return `view shows a file with its line numbers, or lists a directory. create writes file_text into a file. str_replace puts new_str in the place of old_str, which must be in the file exactly once. insert adds ${inserted} after the line insert_line.`;
}

const EDITS: JsonObject = {
  view_range: {
    type: 'array',
    items: { type: 'integer' },
    description: 'For view: the first line and the last, from 1; -1 is the end of the file.',
  },
  file_text: text('For create: all of the file.'),
  old_str: text('For str_replace.'),
  new_str: text('For str_replace.'),
  insert_line: { type: 'integer', description: 'For insert; 0 is the beginning of the file.' },
};

function tool(
  name: string,
  description: string,
  properties: JsonObject,
  required: readonly string[],
): Tool {
  return { name, description, parameters: { type: 'object', properties, required } };
}

function text(description: string): JsonObject {
  return { type: 'string', description };
}
