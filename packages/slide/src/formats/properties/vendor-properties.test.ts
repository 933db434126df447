/** What each maker's files say, by the names that OpenSlide gives it, and by their own words where OpenSlide does not read them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildCzi } from '../../../tests/czi/czi-builder.mjs';
import { buildSlide } from '../../../tests/dicom/slide-builder.mjs';
import { samplePicture } from '../../../tests/format-suite.js';
import { buildMirax } from '../../../tests/mirax/mirax-builder.mjs';
import { buildNdpi, jpegPage } from '../../../tests/ndpi/ndpi-builder.mjs';
import { buildBif, scanXml, twoAreas } from '../../../tests/vendors/bif-builder.mjs';
import { buildPhilips } from '../../../tests/vendors/philips-builder.mjs';
import { buildQptiff } from '../../../tests/vendors/qptiff-builder.mjs';
import { buildScn, twoScans } from '../../../tests/vendors/scn-builder.mjs';
import { buildPages, text, tiledPage } from '../../../tests/vendors/tiff-pages.mjs';
import { buildTrestle, threeLevels } from '../../../tests/vendors/trestle-builder.mjs';
import { buildVsi } from '../../../tests/vsi/vsi-builder.mjs';
import { writeFiles } from '../../../tests/zarr/write-files.js';
import { buildZarr } from '../../../tests/zarr/zarr-builder.mjs';
import { openSlide } from '../../open-slide.node.js';
import type { SlideProperties } from '../../slide.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-properties-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @param name of the slide among its files */
async function propertiesOf(built: ReadonlyMap<string, Uint8Array>, name: string): Promise<SlideProperties> {
  const slide = await openSlide(join(await writeFiles(join(folder, String(++files)), built), name));
  try {
    return (await slide.readProperties?.()) ?? {};
  } finally {
    await slide.close();
  }
}
const ofFile = (name: string, bytes: Uint8Array): Promise<SlideProperties> =>
  propertiesOf(new Map([[name, bytes]]), name);

const picture = samplePicture(64, 48);

it('reads what Aperio wrote behind the first bar, and the tags of a TIFF', async () => {
  const description = 'Aperio Image Library v1\r\n64x48|AppMag = 20|ScanScope ID=SS1|User = a=b|empty =|no value';
  const tags = { 270: [2, text(description)], 271: [2, text('Aperio')], 282: [5, [[1, 3]]] } as const;
  expect(await ofFile('a.svs', buildPages([tiledPage(picture, 32, tags)]))).toEqual({
    'tiff.ImageDescription': description.replace('\r\n', '\n'),
    'tiff.Make': 'Aperio',
    'tiff.XResolution': '0.33333333333333331',
    'tiff.ResolutionUnit': 'inch',
    'aperio.AppMag': '20',
    'aperio.ScanScope ID': 'SS1',
    'aperio.User': 'a=b',
    'aperio.empty': '',
  });
});

it('reads what Hamamatsu wrote', async () => {
  const tags = { 65427: [2, text('slide 7')] } as const;
  const page = jpegPage(picture, { tags });
  expect(await ofFile('a.ndpi', buildNdpi([page]))).toMatchObject({
    'tiff.Make': 'Hamamatsu',
    'tiff.ResolutionUnit': 'centimeter',
    'hamamatsu.SourceLens': '20',
    'hamamatsu.XOffsetFromSlideCentre': '1234567',
    'hamamatsu.YOffsetFromSlideCentre': '-765432',
    'hamamatsu.Reference': 'slide 7',
    'hamamatsu.Product': 'NanoZoomer',
  });
});

it('reads what Leica wrote of the first scan, and not its XML', async () => {
  const found = await ofFile('a.scn', buildScn(twoScans));
  expect(found).toMatchObject({
    'leica.barcode': '123',
    'leica.aperture': '0.4',
    'leica.creation-date': '2012-01-01T00:00:00Z',
    'leica.device-model': 'Leica SCN400',
    'leica.device-version': '1',
    'leica.illumination-source': 'brightfield',
    'leica.objective': '20',
    'tiff.ResolutionUnit': 'centimeter',
  });
  expect(found['tiff.ImageDescription']).toBeUndefined();
});

it('reads the attributes of Ventana, the fields of Trestle and the attributes of Philips', async () => {
  const iScan = scanXml('BarCode1D="B17" Empty=""');
  const bif = await ofFile('a.bif', buildBif({ ...twoAreas, change: { iScan } }));
  expect(bif).toMatchObject({ 'ventana.BarCode1D': 'B17', 'ventana.Magnification': '20', 'ventana.Z-layers': '1' });
  expect(bif['tiff.ImageDescription']).toBe('level=0 mag=20 quality=90');
  expect(Object.keys(bif)).not.toContain('ventana.Empty');
  expect(await ofFile('a.tif', buildTrestle(threeLevels))).toMatchObject({
    'trestle.Background Color': 'E6DCD2',
    'trestle.Objective Power': '10',
    'trestle.OverlapsXY': '6 6 4 4 0 0',
    'tiff.Software': 'MedScan 2.0',
    'tiff.XResolution': '0.625',
  });
  const philips = await ofFile('a.tiff', buildPhilips([{ factor: 1, picture }]));
  expect(philips).toMatchObject({
    'philips.DICOM_MANUFACTURER': 'PHILIPS',
    'philips.PIM_DP_IMAGE_TYPE': 'WSI',
    'philips.DICOM_PIXEL_SPACING': '"0.000252" "0.000248"',
    'philips.PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE[0].DICOM_PIXEL_SPACING': '"0.00025" "0.00025"',
  });
  expect(philips['tiff.ImageDescription']).toBeUndefined();
});

it('names the XML of QPTIFF and OME-TIFF by its elements', async () => {
  const found = await ofFile('a.qptiff', buildQptiff([{ type: 'FullResolution', picture }]));
  expect(found).toMatchObject({
    'perkinelmer.SlideID': '1',
    'perkinelmer.Objective': '20x',
    'perkinelmer.ScanProfile.root.Mode': 'im_Brightfield',
  });
  const xml =
    '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels Type="uint8" SizeC="3"><Channel ID="a"/><Channel ID="b"/></Pixels></Image></OME>';
  expect(await ofFile('a.ome.tif', buildPages([tiledPage(picture, 32, { 270: [2, text(xml)] })]))).toEqual({
    'tiff.ImageDescription': xml,
    'tiff.ResolutionUnit': 'inch',
    'ome.Image.ID': 'Image:0',
    'ome.Image.Pixels.Type': 'uint8',
    'ome.Image.Pixels.SizeC': '3',
    'ome.Image.Pixels.Channel.ID': 'a',
    'ome.Image.Pixels.Channel[1].ID': 'b',
  });
});

it('reads every key of a MIRAX, and every attribute of OME-Zarr', async () => {
  const { files: mirax } = await buildMirax({ name: 'slide' });
  expect(await propertiesOf(mirax, 'slide.mrxs')).toMatchObject({
    'mirax.GENERAL.OBJECTIVE_MAGNIFICATION': '40',
    'mirax.HIERARCHICAL.HIER_0_NAME': 'Slide zoom level',
  });
  const zarr = buildZarr({ levels: [picture] });
  const named = new Map([...zarr].map(([name, bytes]) => [`a.zarr/${name}`, bytes]));
  expect(await propertiesOf(named, 'a.zarr')).toMatchObject({
    'ome-zarr.multiscales[0].version': '0.4',
    'ome-zarr.multiscales[0].axes[0].name': 'c',
  });
});

it('names members of lists in a CZI by their identifiers, and leaves out what two have', async () => {
  const xml = `<ImageDocument><Metadata><Experiment><User>not read</User></Experiment><Information><Image><SizeX>64</SizeX>
<Dimensions><Channels><Channel Id="Channel:0"><ContrastMethod>Brightfield</ContrastMethod></Channel><Channel>unnamed</Channel></Channels></Dimensions>
<Twice a="1">one<Deep>1</Deep></Twice><Twice>two</Twice></Image></Information>
<Scaling><Items><Distance Id="X"><Value>2.5E-07</Value></Distance></Items></Scaling></Metadata></ImageDocument>`;
  const { width, height, data } = picture;
  const block = { x: 0, y: 0, picture: { width, height, samples: 3, bits: 8, data } } as const;
  expect(await ofFile('a.czi', buildCzi([block], { xml }))).toEqual({
    'zeiss.Information.Image.SizeX': '64',
    'zeiss.Information.Image.Dimensions.Channels.Channel:0.Id': 'Channel:0',
    'zeiss.Information.Image.Dimensions.Channels.Channel:0.ContrastMethod': 'Brightfield',
    'zeiss.Scaling.Items.X.Id': 'X',
    'zeiss.Scaling.Items.X.Value': '2.5E-07',
  });
});

it('names the attributes of DICOM, and the tags of a VSI as far as they are known', async () => {
  const data = new Uint8Array(64 * 48 * 3);
  const slide = { width: 64, height: 48, tile: [64, 48], frameData: [data], spacing: '0.0005\\0.00025' } as const;
  expect(await ofFile('a.dcm', buildSlide(slide))).toMatchObject({
    'dicom.Modality': 'SM',
    'dicom.ImageType[2]': 'VOLUME',
    'dicom.Rows': '48',
    'dicom.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing[1]': '0.00025',
  });
  const { files: vsi } = await buildVsi({ stacks: [{ scene: picture, levels: 1 }] });
  const found = await propertiesOf(vsi, 'scan.vsi');
  expect(Object.keys(found)).toContain('olympus.settings.name');
  expect(found['olympus.settings.pixelUnit']).toBe('10^-6m^1');
});
