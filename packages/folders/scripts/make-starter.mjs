/**
 * Turns the checkpoint of a training into the starter model: kernels in half precision, and a card that says what people must know.
 *
 *     node packages/folders/scripts/make-starter.mjs RUN/checkpoint.safetensors packages/folders/models/starter.json
 *
 * The JSON file holds `name`, `licence`, `attribution` and `notes`; the model is written beside it.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@ftuseg/files';
import { float32ToFloat16, modelCardSchema, readSafetensors, writeSafetensors } from '@ftuseg/nn';

const [, , checkpoint, facts] = process.argv;
if (facts === undefined) throw new Error('usage: node make-starter.mjs CHECKPOINT FACTS.json');
const { name, licence, attribution, notes } = JSON.parse(readFileSync(facts, 'utf8'));
/**
 * How far a slide may be, in how far the farthest drawn slide is from the others. Real ones have finer detail than is drawn, and a warning that is
 * always given warns of nothing; docs/starter.md says of which slides it is given.
 */
const REACH = { colour: 1.15, texture: 2.9 };

const { state, metadata } = readSafetensors(readFileSync(checkpoint), checkpoint);
const { appearance, ...card } = modelCardSchema.parse(JSON.parse(metadata.card));
const reaching = (part) => ({ ...appearance[part], reach: REACH[part] * appearance[part].distances.at(-1) });
const looks = { ...appearance, colour: reaching('colour'), texture: reaching('texture') };
const half = new Map(
  [...state]
    .filter(([, { dtype }]) => dtype === 'float32')
    // Statistics of normalisations are few, and their range is not that of half precision.
    .map(([key, entry]) => [
      key,
      entry.shape.length < 2 ? entry : { dtype: 'float16', shape: entry.shape, data: float32ToFloat16(entry.data) },
    ]),
);
const { seed, epoch, steps, versions } = card.training;
const training = { recipe: 'recipes/starter.yaml', seed, epoch, steps, versions, licence, attribution, notes };
const known = Object.fromEntries(Object.entries(training).filter(([, value]) => value !== undefined));
const bytes = writeSafetensors(half, { card: JSON.stringify({ ...card, appearance: looks, name, training: known }) });
const out = join(dirname(facts), 'starter.safetensors');
await writeFileAtomic(out, bytes);
console.log(`${out}: ${(bytes.length / 1e6).toFixed(1)} MB`);
