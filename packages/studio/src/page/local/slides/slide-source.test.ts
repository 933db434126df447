import { describe, expect, it } from 'vitest';
import { identityOf } from './identity.js';
import { bytesOf, filesOf, joinDropped, slidesOfFolder } from './slide-source.js';

const at = (path: string, text = path) => ({ path, file: new File([text], path.split('/').at(-1) ?? path) });
const mirax = [at('a.mrxs'), at('a/Slidedat.ini'), at('a/Data0000.dat'), at('notes.txt'), at('.hidden')];

describe('a chosen folder', () => {
  it('has a slide for each .mrxs with the folder of its name, and says what it passes over', () => {
    const { slides, passedOver } = slidesOfFolder({
      name: 'scans',
      files: [...mirax, at('b.mrxs'), at('b/Index.dat')],
    });
    expect(slides.map(({ name, source }) => [name, filesOf(source).map(({ path }) => path)])).toEqual([
      ['a.mrxs', ['a.mrxs', 'a/Slidedat.ini', 'a/Data0000.dat']],
      ['b.mrxs', ['b.mrxs', 'b/Index.dat']],
    ]);
    expect(passedOver).toBe(1);
  });

  it('has a slide for each .vsi with its own folder', () => {
    const files = [at('a.vsi'), at('_a_/stack1/frame_t.ets'), at('a/other'), at('b.mrxs'), at('b/Index.dat')];
    const { slides, passedOver } = slidesOfFolder({ name: 'scans', files });
    expect(slides.map(({ name, source }) => [name, filesOf(source).map(({ path }) => path)])).toEqual([
      ['a.vsi', ['a.vsi', '_a_/stack1/frame_t.ets']],
      ['b.mrxs', ['b.mrxs', 'b/Index.dat']],
    ]);
    expect(passedOver).toBe(0);
  });

  it('is one slide otherwise', () => {
    const files = [at('1.dcm', 'one'), at('2.dcm', 'second')];
    const { slides } = slidesOfFolder({ name: 'series', files });
    expect(slides).toEqual([{ name: 'series', source: { kind: 'folder', files } }]);
    expect(bytesOf({ kind: 'folder', files })).toBe(9);
  });

  it('is known again whatever the order of its files, and not with another file', async () => {
    const files = [at('1.dcm', 'one'), at('2.dcm', 'second')];
    const idOf = (some: typeof files) => identityOf({ name: 'series', source: { kind: 'folder', files: some } });
    expect(await idOf([...files].reverse())).toBe(await idOf(files));
    expect(await idOf([...files, at('3.dcm')])).not.toBe(await idOf(files));
    expect(await idOf([at('1.dcm', 'two'), at('2.dcm', 'second')])).not.toBe(await idOf(files));
  });
});

it('what is dropped together is a folder where a .vsi lies beside its own folder', () => {
  const file = new File(['x'], 'a.vsi');
  const folders = ['a', '_a_'].map((name) => ({ name, files: [at('stack1/frame_t.ets')] }));
  const joined = joinDropped([file], folders, (one) => one);
  expect(joined).toMatchObject([
    { name: 'a.vsi', files: [{ path: 'a.vsi', file }, { path: '_a_/stack1/frame_t.ets' }] },
    { name: 'a' },
  ]);
});

it('what is dropped together is a folder where a .mrxs lies beside the folder of its name', () => {
  const [file, other] = [new File(['x'], 'a.mrxs'), new File(['y'], 'c.svs')];
  const folders = [
    { name: 'a', files: [at('Slidedat.ini')] },
    { name: 'series', files: [at('1.dcm')] },
  ];
  const joined = joinDropped([file, other], folders, (one) => one);
  expect(joined[0]).toMatchObject({ name: 'a.mrxs', files: [{ path: 'a.mrxs', file }, { path: 'a/Slidedat.ini' }] });
  expect(joined.slice(1)).toEqual([other, folders[1]]);
});
