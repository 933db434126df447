/** Slide tables, filters, addresses, and what an earlier step has left as JSON. */
import { join } from 'node:path';
import { addressFrom, csvLines, nameInAddress, parseCsv } from '@ftuseg/files';
import { openDataset, readPreparedRows } from '@ftuseg/folders';
import { filterRows, readSlideTable } from '@ftuseg/slide';

const text = (bytes) => new TextDecoder().decode(bytes);

const table =
  'id,image,mask,rle,mpp,source,group\na,a.tif,a.png,,0.5,real,g1\nb,"b,c.tif",,1 2 5 1,"0,25",,g2\nc,https://example.org/c.svs,,,0.25x0.5,web,\n';

const dataset = JSON.stringify({
  format: 1,
  classes: ['glomerulus'],
  micronsPerPixel: 2,
  tile: 256,
  overlap: 0,
  slides: [
    {
      id: 'a',
      width: 10,
      height: 10,
      inputs: [{ path: 'a.tif', bytes: 1, modified: 1 }],
      digest: 'x',
      columns: { id: 'a', mask: 'a.png' },
    },
  ],
});

export const tables = [
  {
    name: 'table',
    ending: 'csv',
    originals: [table, 'id,image\nx,x.png\n', '\ufeffid,rle\nx,1 2\n', 'id;image\nx;y\n'],
    dictionary: ['id', 'image', 'mask', '""', '\r\n', ',,', "'=", '0.5', 'encoding'],
    run: async (bytes, { file }) => {
      const path = await file('table.csv', bytes);
      const { columns, rows } = parseCsv(text(bytes), path);
      const [row] = rows;
      if (row !== undefined) {
        // What is read can be written, and is then the same.
        const cells = columns.map((name) => row.cells[name]);
        const again = parseCsv(csvLines([columns, cells]), path).rows[0];
        const same = again === undefined || columns.every((name, i) => again.cells[name] === cells[i]);
        if (!same) throw new Error(`a row came back as ${JSON.stringify(again.cells)}`);
      }
      const slides = await readSlideTable(path);
      filterRows(slides, 'id=a|b');
    },
  },
  {
    name: 'filter',
    ending: 'txt',
    originals: ['id=a|b', 'group!=g1', ' source = real '],
    dictionary: ['=', '!=', '|', 'group'],
    run: (bytes) =>
      filterRows(
        parseCsv(table, 'x.csv').rows.map(({ cells }) => ({ id: cells.id, image: 'x', columns: cells })),
        text(bytes),
      ),
  },
  {
    name: 'address',
    ending: 'txt',
    originals: ['https://example.org/a/b c.svs?x=1#y', 'scans/a #1.tif', '//x', 'http://[::1]:80/'],
    dictionary: ['http://', '%', '@', '..', ':', '//', '[', ']', '\\'],
    run: (bytes) => {
      nameInAddress(addressFrom('https://example.org/data/slides.csv', text(bytes)));
      nameInAddress(text(bytes));
    },
  },
  {
    name: 'dataset',
    ending: 'json',
    originals: [dataset],
    dictionary: ['"format":3', '"classes":[', '"slides":[', '"columns":{', 'null'],
    run: async (bytes, { folder, file }) => {
      await file('dataset.json', bytes);
      await openDataset(folder).catch((error) => {
        if (error.name !== 'FtuError') throw error;
      });
      await readPreparedRows(join(folder));
    },
  },
];
