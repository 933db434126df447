/** The settings of a conversion, checked against what is written: what would do nothing, or cannot be, is refused before any work. */
import { UsageError } from '../../../parser/usage-error.js';
import type { ViewOptions } from '../colour-view.js';
import type { Target } from './target.js';

export interface ConvertSettings {
  readonly compression?: 'jpeg' | 'deflate' | 'keep' | undefined;
  readonly quality?: number | undefined;
  readonly tile?: number | undefined;
  readonly levels?: number | undefined;
  readonly factor?: '2' | '4' | undefined;
  readonly zarrVersion?: '0.4' | '0.5' | undefined;
  readonly sharded?: boolean | undefined;
  readonly labels?: string | undefined;
  readonly classes?: string | undefined;
  readonly overwrite: boolean;
  /** In which colours the slide is written. */
  readonly view: ViewOptions;
}

/** @throws UsageError */
export function checkSettings(settings: ConvertSettings, target: Target): void {
  const { compression = 'jpeg', quality, tile, factor, zarrVersion, sharded, labels, classes } = settings;
  const isZarr = target.format === 'ome-zarr';
  const rules: readonly (readonly [isWrong: boolean, problem: string])[] = [
    [
      isZarr && settings.compression !== undefined && compression !== 'deflate',
      'OME-Zarr keeps every pixel: leave --compression out',
    ],
    [isZarr && quality !== undefined, '--quality is for --compression jpeg; OME-Zarr keeps every pixel'],
    [
      quality !== undefined && compression === 'deflate',
      '--quality is for --compression jpeg; deflate keeps every pixel',
    ],
    [quality !== undefined && compression === 'keep', '--quality is for --compression jpeg; keep compresses nothing'],
    [
      compression === 'keep' && (tile !== undefined || factor !== undefined),
      "--compression keep takes over the slide's own levels and tiles: leave --tile-size and --factor out",
    ],
    [target.format === 'dicom' && compression === 'deflate', '--format dicom is written with JPEG'],
    [!isZarr && zarrVersion !== undefined, '--zarr-version is for OME-Zarr (.ome.zarr, .ozx)'],
    [!isZarr && sharded === true, '--sharded is for OME-Zarr 0.5'],
    [!isZarr && labels !== undefined, '--labels is for OME-Zarr: the other formats have no place for labels'],
    [labels === undefined && classes !== undefined, '--classes is for --labels'],
    [target.zarrVersion === '0.5' && zarrVersion === '0.4', '.ozx is OME-Zarr 0.5; name it .zarr.zip for 0.4'],
    [
      isZarr && sharded === true && (zarrVersion ?? target.zarrVersion) !== '0.5',
      '--sharded is for OME-Zarr 0.5: add --zarr-version 0.5',
    ],
  ];
  const wrong = rules.find(([isWrong]) => isWrong);
  if (wrong !== undefined) throw new UsageError(wrong[1]);
}
