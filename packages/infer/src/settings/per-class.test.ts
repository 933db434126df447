import { describe, expect, it } from 'vitest';
import { type PerClass, perClass, perClassWords } from './per-class.js';
import { checkPredictSettings, resolveSettings } from './resolve-settings.js';

const classes = ['normal', 'sclerotic, global', 'a=b'];
const share = { low: 0, high: 1, open: true };

describe('numbers for classes', () => {
  it.each<[PerClass, number[]]>([
    [0.4, [0.4, 0.4, 0.4]],
    ['0,4', [0.4, 0.4, 0.4]],
    [{ 'a=b': 0.3, normal: 0.1, 'sclerotic, global': 0.2 }, [0.1, 0.2, 0.3]],
    ['"a=b"=0.3, "sclerotic, global" = 0.2, normal=0.1', [0.1, 0.2, 0.3]],
    ['"normal"=0.1,"sclerotic, global"=0.2,"a=b"=0.3', [0.1, 0.2, 0.3]],
  ])('are read of %j', (given, numbers) => {
    expect(perClass('threshold', given, classes, share)).toEqual(numbers);
  });

  it.each<[PerClass, string]>([
    [
      'normal=0.83,sclerotic, global=0.95,"a=b"=0.3',
      'there is no class "sclerotic"; there are: normal, "sclerotic, global", "a=b"',
    ],
    ['normal=0.4,normal=0.9,"sclerotic, global"=0.5,"a=b"=0.5', 'class "normal" has two numbers'],
    ['normal=0.1=0.2,"sclerotic, global"=0.5,"a=b"=0.5', '"normal=0.1=0.2" has more than one equals sign'],
    ['normal=0.1,"sclerotic, global=0.5', 'a quotation mark is not closed'],
    [{ normal: 0.5 }, 'class "sclerotic, global" is left out'],
    [{ normal: 1.5, 'sclerotic, global': 0.5, 'a=b': 0.5 }, 'a number between 0 and 1 is wanted, not "1.5"'],
  ])('are refused of %j', (given, problem) => {
    expect(() => perClass('threshold', given, classes, share)).toThrow(`threshold: ${problem}`);
  });

  it('are checked before there are models, and shown as a person writes them', () => {
    expect(() => checkPredictSettings({ threshold: { normal: 0.4, 'a=b': 0.2 } })).not.toThrow();
    expect(() => checkPredictSettings({ threshold: 'normal=0.4,normal=0.9' })).toThrow('two numbers');
    expect(() => checkPredictSettings({ peak: { normal: 1.2 } })).toThrow('peak');
    expect(() => checkPredictSettings({ merge: 'or', crf: 'reference', threshold: { normal: 0.4 } })).toThrow(
      'so that normal=0.4 does nothing',
    );
    expect(perClassWords({ 'a=b': 0.3, normal: 0.1 })).toBe('"a=b"=0.3, normal=0.1');
    const one = { classes: ['glomerulus'], threshold: 0.5 };
    expect(resolveSettings({ threshold: { glomerulus: 0.4 } }, one).threshold).toEqual([0.4]);
  });
});
