import { parseCsv } from '@ftuseg/files';
import { describe, expect, it } from 'vitest';
import { withKnownColumns } from './known-columns.js';

const read = (...lines: readonly string[]) => withKnownColumns(parseCsv(lines.join('\n'), 't.csv'), 't.csv');

describe('columns that mean something', () => {
  it('are found in any case of letters', () => {
    const { rows } = read('ID,Image,MASK,Mpp,Source', 'a,a.png,m.png,0.5,real');
    expect({ ...rows[0]?.cells }).toMatchObject({ id: 'a', image: 'a.png', mask: 'm.png', mpp: '0.5', source: 'real' });
    // The names of the table stay, to choose rows by.
    expect(rows[0]?.cells.Source).toBe('real');
  });

  it.each([
    'MPP',
    'mpp_um',
    'microns_per_pixel',
    'MicronsPerPixel',
    'micrometres per pixel',
    'um_per_px',
    'µm/px',
    'μm per pixel',
    'pixel_size_um',
  ])('have the scale under "%s"', (name) => {
    expect(read(`id,image,${name}`, 'a,a.png,0.5').rows[0]?.cells.mpp).toBe('0.5');
  });

  it('have the scale of both sides', () => {
    const { rows } = read('id,image,mpp_x,mpp-y', 'a,a.png,0.25,0.25', 'b,b.png,0.25,0.5', 'c,c.png,,');
    expect(rows.map(({ cells }) => cells.mpp)).toEqual(['0.25', '0.25x0.5', '']);
  });

  it.each([
    [
      'id,image,annotation,rle',
      'a,a.png,one.geojson,',
      'column "annotation" is not read, and there is no column "annotations"',
    ],
    ['id,image,anotations,rle', 'a,a.png,one.geojson,', 'and there is no column "annotations"'],
    ['id,image,masks', 'a,a.png,m.png', 'and there is no column "mask"'],
    ['id,image,mask_path,encoding', 'a,a.png,m.png,', 'and there is no column "mask"'],
    ['id,image,maks,rle', 'a,a.png,m.png,', 'and there is no column "mask"'],
    ['id,image,rle_mask', 'a,a.png,1 2 5 2', 'and there is no column "rle"'],
    ['id,image,mask,anatomi', 'a,a.png,m.png,regions.json', 'and there is no column "anatomy"'],
    ['id,image,mask,Mask', 'a,a.png,m.png,n.png', '"mask" and "Mask" are columns for the same thing; keep one'],
    ['id,image,Mask,MASK', 'a,a.png,m.png,n.png', '"Mask" and "MASK" are columns for the same thing; keep one'],
    ['id,image,mpp_um,um_per_px', 'a,a.png,1,1', '"mpp_um" and "um_per_px" are columns for the same thing'],
  ])('are not passed over for their spelling: %s', (header, row, says) => {
    expect(() => read(header, row)).toThrow(says);
  });

  it.each([
    ['id,image,mask,patient,stain,notes,centre,center,task,mark', 'a,a.png,m.png,1,pas,x.y,c,c,t.x,m.x'],
    ['id,image,mask,annotator,annotated,annotators', 'a,a.png,,x.png,x.png,x.png'],
    ['id,image,mask,annotation', 'a,a.png,m.png,a.geojson'],
    ['id,image,mask,sources', 'a,a.png,m.png,biopsy'],
    ['id,image,mask,Anatomy,Encoding,RLE,MPP,Annotations', 'a,a.png,m.png,cortex,JPEG,yes,unknown,done'],
    ['id,image,mask,annotation', 'a,a.png,,by an expert'],
    ['id,image,mask,mask2,mask_2', 'a,a.png,,m.png,m.png'],
    ['id,ID,image,mask,pixel_size,mpp', 'a,7,a.png,m.png,0.4,0.5'],
    ['id,organ,data_source,img_height,img_width,pixel_size,tissue_thickness,rle,age,sex', 'a,k,H,9,9,0.4,4,1 2,7,f'],
  ])('leave others to the user: %s', (header, row) => {
    const csv = parseCsv(`${header}\n${row}`, 't.csv');
    expect(withKnownColumns(csv, 't.csv')).toBe(csv);
  });
});
