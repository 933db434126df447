import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { head, useRecipeFolder } from '../../tests/recipe-folder.js';
import { requireStepDigest, stepDigests } from './step-digests.js';

const folder = useRecipeFolder();

const steps = `  data: { do: prepare, slides: old }
  stage: { do: train, data: data, settings: { encoderWeights: start.npz } }
  predictions: { do: predict, modelFiles: [{ model: model.onnx }], slides: new }
  report: { do: report }
`;

const place = () => ({ out: folder.at('run'), root: folder.at('.'), signal: undefined });
const digests = async (text: string, assignments: readonly string[] = []) =>
  Object.fromEntries(await stepDigests(await folder.check(head + text, assignments), place()));

/** Names of the steps whose digests differ. */
async function changed(text: string, assignments?: readonly string[], before = digests(steps)): Promise<string[]> {
  const [one, other] = [await before, await digests(text, assignments)];
  return Object.keys(one).filter((name) => one[name] !== other[name]);
}

describe('digests of steps', () => {
  it('change with the settings of a step and of those that it builds on, and with nothing else', async () => {
    await writeFile(folder.at('model.onnx'), 'a model');
    await writeFile(folder.at('start.npz'), 'a start');
    expect(await changed(`# a comment\n${steps.replace('do: prepare,', 'do:  prepare , ')}`)).toEqual([]);
    expect(await changed(steps.replace('slides: old', 'slides: old, tile: 512'))).toEqual(['data', 'stage', 'report']);
    expect(await changed(steps, ['steps.predictions.outputs=["mask"]'])).toEqual(['predictions', 'report']);
    expect(await changed(steps, ['seed=3'])).toEqual(['data', 'stage', 'predictions', 'report']);
  });

  it('change with rows of a table, and with what a file holds that a step names', async () => {
    const before = digests(steps);
    await before;
    await writeFile(folder.at('start.npz'), 'other start');
    expect(await changed(steps, [], before)).toEqual(['stage', 'report']);
    await writeFile(folder.at('start.npz'), 'a start');
    await writeFile(folder.at('model.onnx'), 'b model');
    expect(await changed(steps, [], before)).toEqual(['predictions', 'report']);
    await writeFile(folder.at('model.onnx'), 'a model');
    const table = await readFile(folder.at('slides.csv'), 'utf8');
    await writeFile(folder.at('slides.csv'), table.replace('c.png,1,new', 'c.png,2,new'));
    expect(await changed(steps, [], before)).toEqual(['predictions', 'report']);
    await writeFile(folder.at('slides.csv'), table);
  });

  it('refuse a unit of another recipe in a sentence', async () => {
    const checked = await folder.check(head + steps);
    const expected = (await stepDigests(checked, place())).get('stage') ?? '';
    await requireStepDigest(checked, 'stage/fold/0', expected, place());
    const other = await folder.check(head + steps, ['seed=3']);
    for (const unit of ['stage/fold/0', 'gone/gather']) {
      await expect(requireStepDigest(other, unit, expected, place())).rejects.toMatchObject({ code: 'unavailable' });
    }
  });
});
