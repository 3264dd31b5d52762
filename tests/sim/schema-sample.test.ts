/** The values that bots make up for a schema keep within its bounds. */
import { expect, test } from 'vitest';
import { sampleOf } from '../../sim/answers/schema-sample.ts';

const SAFE = Number.MAX_SAFE_INTEGER;

/** Schema of a property → its value. */
const SAMPLES: ReadonlyArray<readonly [schema: object, value: unknown]> = [
  [{ type: 'integer' }, 1],
  [{ type: 'integer', minimum: 0, maximum: 9 }, 1],
  [{ type: 'integer', minimum: 3 }, 3],
  [{ type: 'integer', minimum: 2.5 }, 3],
  [{ type: 'integer', maximum: -2 }, -2],
  [{ type: 'integer', maximum: 0.5 }, 0],
  [{ type: 'integer', exclusiveMinimum: 0 }, 1],
  [{ type: 'integer', exclusiveMinimum: 0, minimum: -SAFE, maximum: SAFE }, 1],
  [{ type: 'integer', exclusiveMinimum: 1, maximum: SAFE }, 2],
  [{ type: 'integer', exclusiveMinimum: 6, exclusiveMaximum: 8 }, 7],
  [{ type: 'integer', exclusiveMaximum: 1 }, 0],
  [{ type: 'integer', minimum: 1, exclusiveMinimum: true }, 2],
  [{ type: 'integer', minimum: 5, multipleOf: 4 }, 8],
  [{ type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 2 }, 1.5],
  [{ type: 'number', minimum: 0.25, maximum: 0.5 }, 0.25],
  [{ type: 'number', exclusiveMinimum: 0, maximum: 0.5 }, 0.5],
  [{ type: 'string', minLength: 6 }, 'valuex'],
  [{ type: 'string', maxLength: 3 }, 'val'],
  [{ type: 'array', items: { type: 'null' }, minItems: 2 }, [null, null]],
  [{ type: 'array', items: { type: 'null' }, maxItems: 0 }, []],
];

test.each(SAMPLES)('for %j it is %j', (schema, value) => {
  expect(sampleOf({ properties: { value: schema } })).toEqual({ value });
});
