import { describe, expect, it } from 'vitest';
import { classOrder, inOrderOf } from './class-order.js';
import { parseClasses } from './classes.js';

const models = ['normal', 'sclerotic'];

describe('classes of two sides', () => {
  it('are matched by name', () => {
    expect(classOrder(models, ['sclerotic', 'normal'], 'the models know')).toEqual([1, 0]);
    expect(classOrder(models, ['sclerotic'], 'the models know')).toEqual([1]);
    expect(() => classOrder(['glomerulus'], models, 'the models know')).toThrow(
      'the models know glomerulus, not the classes normal, sclerotic',
    );
  });

  it('come in the order of a model, with their values and names', () => {
    const map = parseClasses('sclerotic=2,Scarred;normal=1,3;annotated=ROI');
    expect(inOrderOf(map, models, 'the models know')).toEqual(
      parseClasses('normal=1,3;sclerotic=2,Scarred;annotated=ROI'),
    );
    expect(inOrderOf(parseClasses('kidney'), models, 'the models know')).toEqual(parseClasses('kidney'));
    expect(inOrderOf(parseClasses('any=1,2'), models, 'the models know')).toEqual(parseClasses('any=1,2'));
  });

  it('of other names, or of another number, are refused', () => {
    const order = (text: string, known: readonly string[]) => () =>
      inOrderOf(parseClasses(text), known, 'the models know');
    expect(order('foo=1;bar=2', models)).toThrow('know normal, sclerotic, not the classes foo, bar');
    expect(order('normal=1;sclerotic=2', ['glomerulus'])).toThrow('know glomerulus, not the classes');
    expect(order('normal=1;sclerotic=2', [...models, 'tubule'])).toThrow(
      'the labels have normal, sclerotic, not the class tubule',
    );
  });
});
