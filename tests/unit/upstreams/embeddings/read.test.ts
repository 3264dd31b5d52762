/** What servers give: numbers or base64, in any order, counted or not; or something else. */
import { describe, expect, it } from 'vitest';
import { EMBEDDINGS_LIMIT, readEmbeddings } from '../../../../src/upstreams/embeddings/index.ts';
import { thrownBy } from '../../record.ts';

const read = (reply: unknown, count: number) => readEmbeddings(JSON.stringify(reply), count);
const vectors = (data: readonly unknown[]) =>
  read({ data }, data.length).vectors.map((vector) => Array.from(vector));

describe('a list of embeddings', () => {
  it('is read with its count', () => {
    const data = [{ object: 'embedding', index: 0, embedding: [0.1, -2e-3] }];
    const usage = { prompt_tokens: 3, total_tokens: 3 };
    const made = read({ object: 'list', data, usage }, 1);
    expect(made).toEqual({ vectors: [[0.1, -2e-3]], tokens: 3 });
  });

  it.each([
    [undefined, undefined],
    [{ total_tokens: 5 }, 5],
    [{ prompt_tokens: 0, total_tokens: 0 }, undefined],
    [{ prompt_tokens: 'many' }, undefined],
  ])('counts %j as %j', (usage, tokens) => {
    expect(read({ data: [{ embedding: [1] }], usage }, 1).tokens).toBe(tokens);
  });

  it('is put in order by the index of each', () => {
    const data = [
      { index: 2, embedding: [3] },
      { index: 0, embedding: [1] },
      { index: 1, embedding: [2] },
    ];
    expect(vectors(data)).toEqual([[1], [2], [3]]);
  });

  it.each([
    { it: 'without indexes', data: [{ embedding: [1] }, { embedding: [2] }] },
    {
      it: 'where all have the same',
      data: [
        { index: 0, embedding: [1] },
        { index: 0, embedding: [2] },
      ],
    },
    {
      it: 'where only the first has none',
      data: [{ embedding: [1] }, { index: 1, embedding: [2] }],
    },
  ])('$it is in the order in which it comes', ({ data }) => {
    expect(vectors(data)).toEqual([[1], [2]]);
  });

  it('may have base64 though nobody asked for it', () => {
    expect(vectors([{ embedding: 'AACAPwAAIMA=' }])).toEqual([[1, -2.5]]);
  });
});

describe('anything else is a failure of the server', () => {
  it.each([
    ['no JSON', '<html>', 1],
    ['cut JSON', '{"data":[{"embedding":[1', 1],
    ['no list', '{"embedding":[1]}', 1],
    ['too few', '{"data":[{"embedding":[1]}]}', 2],
    ['too many', '{"data":[{"embedding":[1]},{"embedding":[2]}]}', 1],
    ['an index that is none of ours', '{"data":[{"index":5,"embedding":[1]}]}', 1],
    ['no embedding', '{"data":[{"index":0}]}', 1],
    ['not even an object', '{"data":[5]}', 1],
    ['an empty one', '{"data":[{"embedding":[]}]}', 1],
    ['one with holes', '{"data":[{"embedding":[1,null]}]}', 1],
    ['one too great', '{"data":[{"embedding":[1e999]}]}', 1],
    ['one for each token', '{"data":[{"embedding":[[1],[2]]}]}', 1],
    ['broken base64', '{"data":[{"embedding":"*"}]}', 1],
    ['half a float', '{"data":[{"embedding":"AACA"}]}', 1],
    ['not a number', '{"data":[{"embedding":"AADAfw=="}]}', 1],
  ])('%s', (_, body, count) => {
    const error = thrownBy(() => readEmbeddings(body, count));
    expect(error).toMatchObject({ kind: 'upstream-failed' });
    expect((error as Error).message).toMatch(/^The embeddings server gave .* Try again\.$/);
  });

  it('but a reply that is too long asks for fewer texts', () => {
    const body = ' '.repeat(EMBEDDINGS_LIMIT);
    expect(thrownBy(() => readEmbeddings(body, 1))).toMatchObject({ kind: 'too-large' });
  });
});
