/**
 * What is left of an answer when its native steps are carried out: replacements made, references
 * to files turned into addresses. This is how Poe's other endpoints give such answers.
 */
import type { Answer } from '../bot.ts';
import type { FilePiece, Piece, PlainAnswer, PlainPiece } from '../piece.ts';

function isPlain(piece: Piece): piece is PlainPiece {
  return piece.kind !== 'replace' && piece.kind !== 'file' && piece.kind !== 'aside';
}

/** Text of each response, in the order they began. */
function finalTexts(pieces: readonly Piece[]): readonly string[] {
  const texts = new Map<number, string>();
  for (const piece of pieces) {
    if (piece.kind !== 'text' && piece.kind !== 'replace') continue;
    const response = piece.response ?? 0;
    const kept = piece.kind === 'replace' ? '' : (texts.get(response) ?? '');
    texts.set(response, kept + piece.text);
  }
  return [...texts.values()].filter((text) => text !== '');
}

/** As recorded: the Markdown image, an empty line, the bare address; films and sounds bare only. */
function withFile(text: string, file: FilePiece): string {
  const linked =
    file.inlineRef === null ? text : text.replaceAll(`[${file.inlineRef}]`, `(${file.url})`);
  if (linked.includes(file.url) && linked !== text) return `${linked.trimEnd()}\n\n${file.url}`;
  if (linked.includes(file.url)) return linked;
  const image = file.contentType.startsWith('image/') ? `![${file.name}](${file.url})\n\n` : '';
  return `${linked === '' ? '' : `${linked.trimEnd()}\n\n`}${image}${file.url}`;
}

/** The same answer in plain pieces. */
export function settled({ pieces, finish }: Answer): PlainAnswer {
  const plain = pieces.filter(isPlain);
  const spoken = plain.every((piece) => piece.kind === 'call' || piece.response === undefined);
  if (plain.length === pieces.length && spoken) return { pieces: plain, finish };
  const files = pieces.filter((piece) => piece.kind === 'file');
  const text = files.reduce(withFile, finalTexts(pieces).join('\n\n'));
  const others = plain.filter((piece) => piece.kind !== 'text');
  const reasoning = others.filter((piece) => piece.kind === 'reasoning');
  const rest = others.filter((piece) => piece.kind !== 'reasoning');
  const said: readonly PlainPiece[] = text === '' ? [] : [{ kind: 'text', text }];
  return { pieces: [...reasoning, ...said, ...rest], finish };
}
