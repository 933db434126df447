export interface ZipOptions {
  readonly deflate?: boolean;
  readonly zip64?: boolean;
  readonly comment?: string;
  readonly encrypted?: boolean;
}

export function buildZip(files: ReadonlyMap<string, Uint8Array>, options?: ZipOptions): Uint8Array;
